#!/bin/sh
# Checks what has changed since main, or since the last commit on main: vet, linters and the unit tests of the packages
# that changed, and the documentation. Run it with `make check`; `make test` checks everything.
set -eu
cd "$(dirname "$0")/.."

base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1)
changed=$({ git diff --name-only "$base"; git ls-files --others --exclude-standard; } | grep '\.go$' |
	grep -Ev '^(sdk|third_party|examples|e2e|tools)/' | xargs -r -n1 dirname | sort -u)
packages=
for directory in $changed; do
	[ -d "$directory" ] && packages="$packages ./$directory"
done
if [ -z "$packages" ]; then
	echo "check: no package has changed since $(git rev-parse --short "$base"); checking the documentation"
	exec go test ./docs
fi
echo "check:$packages"
failed=
# shellcheck disable=SC2086 # a list of packages
bin/tools/golangci-lint run --allow-parallel-runners $packages || failed=linters
# All of vet, and not only what go test runs of it otherwise.
# shellcheck disable=SC2086
go test -vet=all -parallel 16 $packages ./docs || failed="$failed tests"
# Other packages hold the schema to its promises.
if ! git diff --quiet "$base" -- schema.json; then
	go test ./provider -run 'Schema|Tokens|Enums|Described|Examples|OutputTags|EachFunction' || failed="$failed schema"
	if [ -x bin/tools/pulumi ] || command -v pulumi >/dev/null; then
		go test ./e2e -run '^TestPreviewMatrixIsComplete$' || failed="$failed matrix"
	fi
fi
[ -z "$failed" ] || { echo "check: failed: $failed" >&2 && exit 1; }
