#!/bin/sh
# Builds the Python packages of the SDK into bin/packages, as a release does: the sdist,
# and from it the wheel. Then installs the wheel in the environment of bin/python.
set -eu
cd "$(dirname "$0")/.."

python=$PWD/bin/python/bin/python
sdk=bin/python/sdk
rm -rf "$sdk" bin/packages/*.whl bin/packages/pulumi_*.tar.gz
mkdir -p bin/packages
# A build leaves files next to the sources.
cp -R sdk/python "$sdk"
# Not isolated: the pinned setuptools does it.
"$python" -m build --no-isolation --outdir bin/packages "$sdk" >"$sdk.log" 2>&1 || { cat >&2 "$sdk.log"; exit 1; }

"$python" -m pip install --quiet --no-deps --no-index --force-reinstall bin/packages/*.whl
"$python" -m pip check
