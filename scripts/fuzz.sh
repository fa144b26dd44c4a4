#!/bin/sh
# Runs every fuzz target for that time, one after the other: go test fuzzes one at a time.
# All of them run, also after one that failed.
set -eu
cd "$(dirname "$0")/.."
time=${1:-30s}
failed=

packages=$(git ls-files --cached --others --exclude-standard '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n 1 dirname | sort -u)
for package in $packages; do
	targets=$(go test -list '^Fuzz' "./$package" | grep '^Fuzz')
	for target in $targets; do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "./$package" || failed="$failed $target"
	done
done

if [ -n "$failed" ]; then
	echo "failed:$failed; the inputs are in testdata/fuzz" >&2
	exit 1
fi
