#!/bin/sh
# Prints the versions that the tests run with, one a line: of Pulumi, of the languages, and of the packages that are
# installed in bin. What is not installed is left out.
cd "$(dirname "$0")/.." || exit 1
PATH="$PATH:$PWD/bin/tools"

printf 'pulumi-tidbconfluent %s\n' "$(scripts/version.sh tidbconfluent)"
command -v pulumi >/dev/null && printf 'pulumi %s\n' "$(PULUMI_SKIP_UPDATE_CHECK=true pulumi version)"
go version | cut -d' ' -f1,3
command -v node >/dev/null && printf 'node %s\n' "$(node --version)"
for package in pulumi confluentcloud aws; do
	manifest=bin/nodejs/node_modules/@pulumi/$package/package.json
	[ -f "$manifest" ] && sed -n '/^ *"version": /{s/^ *"version": "\(.*\)",*$/npm @pulumi\/'$package' \1/p;q;}' "$manifest"
done
if [ -x bin/python/bin/python ]; then
	bin/python/bin/python --version
	bin/python/bin/python -m pip list --format=freeze 2>/dev/null | sed -n 's/^\(pulumi[a-z_-]*\)==/PyPI \1 /p'
fi
for plugin in "$HOME"/.pulumi/plugins/resource-*; do
	[ -d "$plugin" ] && basename "$plugin"
done
exit 0
