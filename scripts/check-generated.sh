#!/bin/sh
# Runs `make generate` and fails, showing the difference, when that changed one of
# the files and directories. The trees before and after are compared, not the
# last commit, so that it can be run before committing too.
set -eu

index=$(mktemp -d)
trap 'rm -rf "$index"' EXIT

# snapshot prints the id of a git tree that holds the paths as they are now; the
# repository's own index is left alone.
snapshot() {
	rm -f "$index/index"
	GIT_INDEX_FILE="$index/index" git add --all -- "$@"
	GIT_INDEX_FILE="$index/index" git write-tree
}

before=$(snapshot "$@")
make generate
after=$(snapshot "$@")

if ! git --no-pager diff --stat --patch --exit-code "$before" "$after"; then
	echo >&2 "check-generated: the files above were out of date; they are written anew, commit them"
	exit 1
fi
