#!/bin/sh
# Shows the whole thing at work, with no account and no network: starts the sandbox,
# then runs the commands that you would type yourself. Run it with `make demo`.
#
# CONFLUENT_PLUGIN=<path of a pulumi-resource-confluentcloud> and AWS_PLUGIN=<path of a pulumi-resource-aws> use these
# plugins instead of the sandbox's stand-ins. EXAMPLE=typescript shows the example in another language, EXAMPLE=vpc/yaml
# that of a VPC, with AWS on this machine too, and EXAMPLE=changefeed/yaml rows that arrive in Kafka.
# PICTURE=<absolute path> draws what was created when, too.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
# Long enough to watch, short enough to wait for: a minute of the real services
# takes a second.
scale=0.0167
confluent_version=$("$repository/scripts/version.sh" confluentcloud)
aws_version=$("$repository/scripts/version.sh" aws)
example=${EXAMPLE:-yaml}

work=$(mktemp -d "${TMPDIR:-/tmp}/tidbconfluent-demo.XXXXXX")
sandbox=

clean_up() {
	status=$?
	trap - EXIT INT TERM HUP
	if [ -n "$sandbox" ]; then
		kill "$sandbox" 2>/dev/null || true
		wait "$sandbox" 2>/dev/null || true
	fi
	rm -rf "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# run shows a command before running it.
run() {
	printf '\n\033[1m$ %s\033[0m\n' "$*"
	"$@"
}

fail() {
	echo >&2 "demo: $*"
	exit 1
}

language=${example##*/}
case $example in
yaml | vpc/yaml | changefeed/yaml | changefeed-alone/yaml) main=Pulumi.yaml ;;
go | vpc/go | changefeed/go | changefeed-alone/go) main=main.go ;;
typescript | vpc/typescript | changefeed/typescript | changefeed-alone/typescript) main=index.ts ;;
python | vpc/python | changefeed/python | changefeed-alone/python) main=__main__.py ;;
*) fail "there is no example $example; give EXAMPLE=yaml, go, typescript or python, or one of these with vpc/, changefeed/ or changefeed-alone/ before it" ;;
esac

# install installs what `pulumi install` would download for the example, from this repository.
install() {
	case $language in
	typescript) ln -s "$repository/bin/nodejs/node_modules" node_modules ;;
	python) ln -s "$repository/bin/python" venv ;;
	go)
		module=github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent
		go mod edit -replace="$module=$repository/sdk/go/tidbconfluent"
		go mod tidy
		;;
	esac
}

# A pulumi on PATH is used when there is one, else the one that `make tools` built.
mkdir "$work/bin"
ln -s "$repository/bin/sandbox" "$work/bin/sandbox"
PATH="$work/bin:$PATH:$repository/bin/tools:$repository/bin/languagehosts"
export PATH
command -v pulumi >/dev/null || fail "there is no pulumi; run make tools"

# A state of its own, and nothing that asks the internet.
mkdir "$work/state"
export PULUMI_BACKEND_URL="file://$work/state"
export PULUMI_CONFIG_PASSPHRASE=demo
export PULUMI_HOME="$work/home"
export PULUMI_SKIP_UPDATE_CHECK=true
export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
# The real confluentcloud provider then asks every second, not every minute.
export TF_ACC=1

say "The plugins: this package's and the one of Confluent Cloud."
version=$("$repository/scripts/version.sh" tidbconfluent)
run pulumi plugin install resource tidbconfluent "$version" --file "$repository/bin/pulumi-resource-tidbconfluent"
run pulumi plugin install resource confluentcloud "$confluent_version" \
	--file "${CONFLUENT_PLUGIN:-$repository/bin/pulumi-resource-confluentcloud}"

what="Confluent Cloud and TiDB Cloud"
set --
case $example in
vpc/*)
	run pulumi plugin install resource aws "$aws_version" --file "${AWS_PLUGIN:-$repository/bin/pulumi-resource-aws}"
	what="Confluent Cloud, TiDB Cloud and AWS"
	set -- --aws "$repository/bin/python/bin/python"
	;;
esac
say "The sandbox: $what on this machine."
printf '\n\033[1m$ %s &\033[0m\n' "sandbox serve --profile proportional --scale $scale --env-file sandbox.env${*:+ $*}"
sandbox serve --profile proportional --scale "$scale" --env-file "$work/sandbox.env" "$@" >"$work/sandbox.log" 2>&1 &
sandbox=$!
tries=0
until [ -s "$work/sandbox.env" ]; do
	tries=$((tries + 1))
	if [ "$tries" -gt 100 ] || ! kill -0 "$sandbox" 2>/dev/null; then
		cat >&2 "$work/sandbox.log"
		fail "the sandbox did not start"
	fi
	sleep 0.1
done
cat "$work/sandbox.log"

printf '\n\033[1m$ . ./sandbox.env\033[0m  # the endpoints and keys of both services, and what they hold\n'
# shellcheck disable=SC1091 # written by the sandbox
. "$work/sandbox.env"

# configure sets a project's endpoint and TiDB Cloud cluster, which is in one AZ, as new ones are.
configure() {
	run pulumi stack init demo
	run pulumi config set confluentcloud:endpoint "$CONFLUENT_CLOUD_ENDPOINT"
	run pulumi config set --path --type string tidb.clusterId "$SANDBOX_SINGLE_ZONE_TIDB_CLUSTER_ID"
}

case $example in
changefeed-alone/*)
	say "What exists already: a link, and a Kafka API key."
	cp -R "$repository/scripts/demo-link" "$work/link"
	cd "$work/link"
	configure
	run pulumi config set environmentId "$SANDBOX_ENVIRONMENT_ID"
	run pulumi up --yes --skip-preview
	;;
esac

say "The example: examples/$example, with a stack of its own."
cp -R "$repository/examples/$example" "$work/example"
cd "$work/example"
rm -rf Pulumi.*.yaml node_modules venv
install
configure
case $example in
changefeed-alone/*)
	for name in privateLinkConnectionId kafkaHost kafkaKey; do
		run pulumi config set "$name" "$(pulumi -C "$work/link" stack output "$name")"
	done
	pulumi -C "$work/link" stack output kafkaSecret --show-secrets | run pulumi config set --secret kafkaSecret
	;;
*) run pulumi config set environmentId "$SANDBOX_ENVIRONMENT_ID" ;;
esac
run cat "$main"

say "What will be created, before it is."
run pulumi preview

say "One command instead of two consoles."
run pulumi up --yes --skip-preview
run pulumi stack output

case $example in
changefeed/* | changefeed-alone/*)
	say "Rows that change in TiDB Cloud arrive in Kafka."
	run sandbox insert --cluster "$SANDBOX_SINGLE_ZONE_TIDB_CLUSTER_ID" --rows 3
	run sandbox insert --cluster "$SANDBOX_SINGLE_ZONE_TIDB_CLUSTER_ID" --rows 0 --update 1
	run sandbox rows --topic shop --count 4 --wait 60s
	;;
esac

say "What was provisioned when (a second here is about a minute there)."
run sandbox timeline
if [ -n "${PICTURE:-}" ]; then
	sandbox timeline --svg --scale "$scale" >"$PICTURE.new"
	mv "$PICTURE.new" "$PICTURE"
fi

say "Nothing is left to do, and nothing differs from what the services say."
run pulumi preview --expect-no-changes
run pulumi refresh --yes --skip-preview --expect-no-changes

say "And back: everything goes, in the order that the services demand."
run pulumi destroy --yes --skip-preview
case $example in changefeed-alone/*) run pulumi -C "$work/link" destroy --yes --skip-preview ;; esac
run sandbox diff

say "Done. Nothing is left running."
