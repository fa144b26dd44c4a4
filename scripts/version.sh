#!/bin/sh
# Prints the version of a plugin: of tidbconfluent the one that is developed here, of confluentcloud and aws the one
# that go.mod requires, and so the component too. Of pulumi it prints the version that the tests run with.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
tidbconfluent) version=$(sed -n 's/^const Version = "\(.*\)"$/\1/p' provider/version.go) ;;
pulumi) version=$(sed -n 's|^	github.com/pulumi/pulumi/pkg/v3 v||p' go.mod) ;;
confluentcloud | aws) version=$(sed -n "s|^	github.com/pulumi/pulumi-$1/sdk/v[0-9]* v||p" go.mod) ;;
*)
	echo >&2 "version: give tidbconfluent, confluentcloud, aws or pulumi"
	exit 1
	;;
esac
[ -n "$version" ] || {
	echo >&2 "version: the version of $1 is not where it was"
	exit 1
}
echo "$version"
