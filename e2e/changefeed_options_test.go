package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The options that docs/reference.md describes for a KafkaChangefeed.
var feedOptions = map[string]option{
	// The component is renamed; the account, the key and the changefeed keep their names.
	"aliases": {later: `aliases: [{name: aliases}]`},
	"customTimeouts": {
		given: `customTimeouts: {create: 90s, update: 2m, delete: 3m}`,
		state: options["customTimeouts"].state,
	},
	"deletedWith": {given: `deletedWith: "${fresh}"`, state: options["deletedWith"].state},
	"dependsOn":   {given: `dependsOn: ["${fresh}"]`, state: options["dependsOn"].state},
	"ignoreChanges": {
		given: `ignoreChanges: [tables]`, change: `tables: [shop.*]`,
		want: plan{"changefeed": "update filter.filterRule"},
	},
	"parent":  {given: `parent: "${fresh}"`, state: options["parent"].state},
	"protect": {given: `protect: true`, later: `protect: false`, state: options["protect"].state},
	"provider": {given: `provider: "${tidb}"`, state: func(t *testing.T, feed optioned) {
		t.Helper()
		for name, child := range feed.children {
			assert.Equal(t, name == "changefeed", strings.Contains(child.Provider, "::tidb::"), name)
		}
	}},
	"providers":      {given: `providers: ["${tidb}", "${confluent}"]`, state: options["providers"].state},
	"retainOnDelete": {given: `retainOnDelete: true`, state: options["retainOnDelete"].state},
}

// feedOptionsProgram has a KafkaChangefeed for each option, before its change or after it.
func feedOptionsProgram(after bool, without ...string) string {
	program := `
config: {endpoint: {type: string}}
resources:
  fresh: {type: confluentcloud:Environment}
  tidb: {type: pulumi:providers:tidbconfluent, properties: {requestsPerMinute: 1000000}}
  confluent: {type: pulumi:providers:confluentcloud, properties: {endpoint: "${endpoint}"}}
`
	for i, name := range slices.Sorted(maps.Keys(feedOptions)) {
		if slices.Contains(without, name) {
			continue
		}
		o := feedOptions[name]
		given, inputs := o.given, ""
		if after && o.later != "" {
			given = o.later
		}
		if after {
			inputs = o.change
		}
		program += kafkaChangefeed(optionName(name, after), withIDs(inputs, map[string]string{
			"topics": "{name: shop}", "tidbClusterId": `"` + feedCluster(0, i) + `"`,
			"privateLinkConnectionId": "plc-" + feedMatrices[0].name(i),
		})) + "    options: {" + given + "}\n"
	}
	return program
}

// TestKafkaChangefeedOptions: what each resource option does on a KafkaChangefeed, and to its children.
func TestKafkaChangefeedOptions(t *testing.T) {
	t.Parallel()
	s := newStack(t, feedOptionsProgram(false), sandbox.Options{
		Prepare: prepareFeedMatrix, MaxRequestsPerMinute: -1, Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
	})
	s.env["PULUMI_PARALLEL"] = "64"
	s.set("endpoint", s.sandbox.ConfluentURL())
	s.set("tidbconfluent:requestsPerMinute", "1000000")
	s.up()
	s.hideKeys()
	feeds := s.optioned()
	s.change(feedOptionsProgram(true))
	update := s.observed("up", "--yes", "--skip-preview")
	for name, o := range feedOptions {
		t.Run(name, func(t *testing.T) {
			require.Len(t, feeds[name].children, 4)
			if o.state != nil {
				o.state(t, feeds[name])
			}
			got := update.plan.below(optionName(name, true))
			if got[""] == "update" {
				delete(got, "") // an option changed, and no input
			}
			assert.Equal(t, o.want.String(), got.String())
		})
	}
	made := len(s.madeChanges())
	s.change(feedOptionsProgram(true, "retainOnDelete"))
	s.up()
	assert.Len(t, s.madeChanges(), made, "nothing is deleted")
	assert.NotContains(t, s.optioned(), "retainOnDelete")
}
