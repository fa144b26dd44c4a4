#!/bin/sh
# Installs other versions of Pulumi's SDKs for Node.js and Python in bin, for the tests to run with: the oldest that our
# packages allow, or the newest that the registries have. `scripts/sdks.sh pinned` installs the pinned ones again.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
oldest)
	npm_packages="@pulumi/pulumi@$(sed -n 's/^ *"@pulumi\/pulumi": "^\(.*\)"$/\1/p' sdk/nodejs/package.json)"
	python_packages=pulumi==$(sed -n 's/.*"pulumi>=\([0-9.]*\),.*/\1/p' sdk/python/pyproject.toml)
	;;
newest)
	aws=$(scripts/version.sh aws | cut -d. -f1)
	npm_packages="@pulumi/pulumi@latest @pulumi/confluentcloud@latest @pulumi/aws@$aws"
	python_packages="pulumi pulumi_confluentcloud pulumi_aws<$((aws + 1))"
	;;
pinned)
	rm -f bin/nodejs/.installed bin/python/.installed
	exec make packages
	;;
*)
	echo >&2 "sdks: give oldest, newest or pinned"
	exit 1
	;;
esac

# Our own package is named too: npm removes what no manifest names.
archive=$(cd bin/packages && echo "$PWD"/*.tgz)
# shellcheck disable=SC2086 # a list of packages
(cd bin/nodejs && npm install --silent --no-save --no-package-lock --no-audit --no-fund $npm_packages "$archive")
# shellcheck disable=SC2086
bin/python/bin/python -m pip install --quiet --upgrade $python_packages
bin/python/bin/python -m pip check
scripts/versions-in-use.sh
