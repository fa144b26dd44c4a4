#!/bin/sh
# Builds the npm package of the SDK into bin/packages, as Pulumi builds its own: what is
# published is the compiled code, with the package's files next to it. Then installs it,
# from that archive, among the packages of bin/nodejs.
set -eu
cd "$(dirname "$0")/.."

sdk=bin/nodejs/sdk
rm -rf "$sdk" bin/packages/*.tgz
mkdir -p bin/packages
# Below bin/nodejs it finds the compiler and the packages it needs; the sources stay clean.
cp -R sdk/nodejs "$sdk"
rm -rf "$sdk/bin" "$sdk/node_modules"
bin/nodejs/node_modules/.bin/tsc --project "$sdk"
cp "$sdk/package.json" "$sdk/README.md" "$sdk/LICENSE" "$sdk/bin/"
npm pack --silent --pack-destination bin/packages "./$sdk/bin"

archive=$(cd bin/packages && echo "$PWD"/*.tgz)
cd bin/nodejs
npm install --silent --no-save --no-package-lock --prefer-offline --no-audit --no-fund "$archive"
