#!/bin/sh
# Runs examples/yaml against your own accounts, with the services' real prices: creates
# everything, checks it, and destroys it whatever happens. Run it with `make acceptance`.
#
# TIDB_CLUSTER_ID and ACCEPTANCE_ENVIRONMENT_ID name the TiDB Cloud cluster and the Confluent
# environment, and four variables the keys: see "missing" below.
#
# ACCEPTANCE_CONFIRM=<environment id> confirms without a question, for CI.
# CONFLUENT_PLUGIN=<path of a pulumi-resource-confluentcloud> is used instead of the one
# that Pulumi downloads; CONFLUENT_CLOUD_ENDPOINT and TIDBCLOUD_SERVERLESS_ENDPOINT name
# other addresses of the services.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
confluent_version=$("$repository/scripts/version.sh" confluentcloud)

say() { printf '\n%s\n' "$*"; }

fail() {
	echo >&2 "acceptance: $*"
	exit 1
}

missing=
for name in TIDBCLOUD_PUBLIC_KEY TIDBCLOUD_PRIVATE_KEY CONFLUENT_CLOUD_API_KEY CONFLUENT_CLOUD_API_SECRET \
	TIDB_CLUSTER_ID ACCEPTANCE_ENVIRONMENT_ID; do
	eval "value=\${$name:-}"
	[ -n "$value" ] || missing="$missing $name"
done
[ -z "$missing" ] || fail "these variables of the environment are missing:$missing"

PATH="$PATH:$repository/bin/tools"
export PATH
command -v pulumi >/dev/null || fail "there is no pulumi; run make tools"

# The state, which alone has what was created, stays until everything is gone again.
work=$(mktemp -d "${TMPDIR:-/tmp}/tidbconfluent-acceptance.XXXXXX")
ordered=

# quoted quotes a text as one word, for a shell.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

clean_up() {
	status=$?
	trap - EXIT
	# From here on nothing interrupts: what was ordered costs money until it is gone.
	trap '' INT TERM HUP
	if [ -n "$ordered" ]; then
		say "Destroying everything that was made. Do not interrupt this."
		# An update that was killed leaves its lock.
		pulumi cancel --yes >/dev/null 2>&1 || true
		if ! destroy && ! destroy --refresh; then
			echo >&2 "acceptance: NOT EVERYTHING IS GONE, and what is left costs money. Go on by hand:"
			echo >&2 "  export PULUMI_HOME=$(quoted "$PULUMI_HOME") PULUMI_BACKEND_URL=$(quoted "$PULUMI_BACKEND_URL")"
			echo >&2 "  export PULUMI_CONFIG_PASSPHRASE=acceptance"
			echo >&2 "  cd $(quoted "$work/example") && pulumi destroy"
			exit 1
		fi
		say "Everything is gone."
	fi
	rm -rf "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

destroy() { pulumi destroy --yes --skip-preview --non-interactive "$@"; }

# run shows a command before running it.
run() {
	printf '\n$ %s\n' "$*"
	"$@"
}

mkdir "$work/state"
export PULUMI_BACKEND_URL="file://$work/state"
export PULUMI_CONFIG_PASSPHRASE=acceptance
export PULUMI_HOME="$work/home"
export PULUMI_SKIP_UPDATE_CHECK=true

say "The plugins."
version=$("$repository/scripts/version.sh" tidbconfluent)
run pulumi plugin install resource tidbconfluent "$version" --file "$repository/bin/pulumi-resource-tidbconfluent"
if [ -n "${CONFLUENT_PLUGIN:-}" ]; then
	run pulumi plugin install resource confluentcloud "$confluent_version" --file "$CONFLUENT_PLUGIN"
else
	run pulumi plugin install resource confluentcloud "$confluent_version"
fi

cp -R "$repository/examples/yaml" "$work/example"
cd "$work/example"
rm -f Pulumi.*.yaml
run pulumi stack init acceptance --non-interactive
run pulumi config set --path --type string tidb.clusterId "$TIDB_CLUSTER_ID"
run pulumi config set environmentId "$ACCEPTANCE_ENVIRONMENT_ID"
if [ -n "${CONFLUENT_CLOUD_ENDPOINT:-}" ]; then
	run pulumi config set confluentcloud:endpoint "$CONFLUENT_CLOUD_ENDPOINT"
fi

say "What would be created. The preview checks everything that can be known, and orders nothing."
run pulumi preview --non-interactive

cat <<END

This orders, in Confluent environment $ACCEPTANCE_ENVIRONMENT_ID:
  - a network of the type PRIVATELINK on AWS, and a PrivateLink Access to it;
  - a Dedicated Kafka cluster, MULTI_ZONE, with 2 CKU;
and for TiDB Cloud cluster $TIDB_CLUSTER_ID:
  - a private link connection, with the network's domains attached to it.

The Kafka cluster alone costs several US dollars per hour, used or not, for as long as it
exists; see the price lists of Confluent Cloud and TiDB Cloud. Expect the whole run to take one
to two hours, and Confluent to take up to a day in the worst case. Everything is destroyed at
the end, also after an error or Ctrl-C; only if this machine goes down must you do it yourself,
from the state in
  $work

END
if [ -z "${ACCEPTANCE_CONFIRM:-}" ]; then
	printf 'Type the ID of the Confluent environment to order this: '
	read -r ACCEPTANCE_CONFIRM || ACCEPTANCE_CONFIRM=
	echo
fi
[ "$ACCEPTANCE_CONFIRM" = "$ACCEPTANCE_ENVIRONMENT_ID" ] ||
	fail "not confirmed; nothing was ordered"

ordered=yes
run pulumi up --yes --skip-preview --non-interactive
run pulumi stack output

say "Nothing is left to do, and nothing differs from what the services say."
run pulumi preview --expect-no-changes --non-interactive
run pulumi refresh --yes --skip-preview --expect-no-changes --non-interactive

say "It works."
