package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A refusal is an error about an input: its path, the values, and what to do.
type refusal struct {
	property string
	values   []string
	advice   string
}

// A refusedRow has inputs that cannot work. A value in angle brackets takes each form: plain, secret, and an output
// that is unknown at preview.
type refusedRow struct {
	name, inputs string
	want         []refusal
}

// refusedRows are those of a KafkaChangefeed.
var refusedRows = []refusedRow{
	{
		"malformed ids", `tidbClusterId: <orders>, environmentId: <prod>, kafkaClusterId: <n-1>, ` +
			`privateLinkConnectionId: <x-1>, serviceAccountId: <u-1>`,
		[]refusal{
			{"tidbClusterId", []string{`"orders"`}, "use"},
			{"environmentId", []string{`"prod"`, "env-"}, "use"},
			{"kafkaClusterId", []string{`"n-1"`, "lkc-"}, "use"},
			{"privateLinkConnectionId", []string{`"x-1"`, "plc-"}, "use"},
			{"serviceAccountId", []string{`"u-1"`, "sa-"}, "use"},
		},
	},
	{
		"malformed words", `tables: [<shop>], format: <JSON>, role: <Owner>, startPosition: {time: <yesterday>}, ` +
			`topics: {prefix: <a/>, separator: <b/>, suffix: <c/>, dispatch: <ONE_TOPIC>}`,
		[]refusal{
			{"tables", []string{`"shop"`}, "write <database>.<table>"},
			{"format", []string{`"JSON"`, "CANAL_JSON"}, "one of"},
			{"role", []string{`"Owner"`, "ResourceOwner"}, "one of"},
			{"startPosition.time", []string{`"yesterday"`}, "RFC 3339"},
			{"topics.prefix", []string{`"a/"`}, "use letters, digits"},
			{"topics.separator", []string{`"b/"`}, "use letters, digits"},
			{"topics.suffix", []string{`"c/"`}, "use letters, digits"},
			{"topics.dispatch", []string{`"ONE_TOPIC"`, "BY_TABLE"}, "one of"},
		},
	},
	{"numbers", `topics: {replicationFactor: 2, partitions: 0}`, []refusal{
		{"topics.replicationFactor", []string{"2", "3"}, "use 3, or leave it out"},
		{"topics.partitions", []string{"0"}, "use 1 or more"},
	}},
	{
		"the name of a topic", `topics: {name: <a b>}`,
		[]refusal{{"topics.name", []string{`"a b"`}, "use letters, digits"}},
	},
	{
		"conflicts", `topics: {name: <one-topic>, prefix: <orders->, dispatch: <BY_TABLE>}, ` +
			`serviceAccountId: <sa-000001>, role: <ResourceOwner>, ` +
			`credentials: {apiKey: <KAFKAKEY00000001>, apiSecret: "${kafkaSecret}"}, ` +
			`startPosition: {tso: <449>, time: <2026-01-01T00:00:00Z>}`,
		[]refusal{
			{"topics.prefix", []string{`"orders-"`, `"one-topic"`}, "leave one of the two out"},
			{"topics.dispatch", []string{`"BY_TABLE"`, `"one-topic"`}, "leave one of the two out"},
			{"serviceAccountId", []string{`"sa-000001"`, "credentials"}, "leave one of the two out"},
			{"role", []string{`"ResourceOwner"`, "credentials"}, "leave one of the two out"},
			{"startPosition", []string{`"449"`, `"2026-01-01T00:00:00Z"`}, "leave one of them out"},
		},
	},
	{"AVRO without topics", `format: <AVRO>`, []refusal{
		{"format", []string{"AVRO", "one topic"}, "set topics.dispatch to BY_TABLE"},
		{"avroConfig", []string{"AVRO"}, "set the registry"},
	}},
	{
		"AVRO into one topic", `format: <AVRO>, topics: {name: <one-topic>}`,
		[]refusal{{"topics.name", []string{`"one-topic"`, "AVRO"}, "set topics.prefix"}},
	},
	{"AVRO by database", `format: <AVRO>, topics: {dispatch: <BY_DATABASE>}`, []refusal{
		{"topics.dispatch", []string{`"BY_DATABASE"`, "AVRO"}, "set it to BY_TABLE"},
	}},
	{"too many partitions", `kafkaClusterId: <lkc-9mz5yq>, topics: {partitions: 1000}`, []refusal{
		{"topics.partitions", []string{"1000", "10 for each broker"}, "or fewer"},
	}},
	{"a connection that failed", `privateLinkConnectionId: <plc-failed>`, []refusal{
		{"privateLinkConnectionId", []string{"plc-failed", "FAILED", "ACTIVE"}, "then run pulumi again"},
	}},
	{"a connection of another cluster", `privateLinkConnectionId: <plc-elsewhere>`, []refusal{
		{
			"privateLinkConnectionId",
			[]string{"plc-elsewhere", "{{.EssentialUSEast1}}"},
			"use the ID of a connection of that cluster",
		},
	}},
	{"a connection without domains", `privateLinkConnectionId: <plc-bare>`, []refusal{
		{"kafkaClusterId", []string{"lkc-9mz5yq.domnprzqrog", "(none)"}, "attach the network's domains"},
	}},
	{"a Kafka cluster elsewhere", `kafkaClusterId: <lkc-other>`, []refusal{
		{
			"kafkaClusterId",
			[]string{"lkc-other.domother", "*.domnprzqrog.us-east-1.aws.confluent.cloud"},
			"attach the network's domains",
		},
	}},
	{"a Kafka cluster that is not Dedicated", `kafkaClusterId: <lkc-standard>`, []refusal{
		{"kafkaClusterId", []string{"lkc-standard", "not Dedicated"}, "use the ID of a Dedicated cluster"},
	}},
	{"a Kafka cluster that is not there", `kafkaClusterId: <lkc-none>`, []refusal{
		{"kafkaClusterId", []string{"lkc-none"}, "check the ID, environmentId"},
	}},
	{"a Starter cluster", `tidbClusterId: <{{.Starter}}>`, []refusal{
		{"tidbClusterId", []string{"{{.Starter}}", "Starter", "Essential"}, "use the ID of an Essential cluster"},
	}},
	{"a cluster on Alibaba Cloud", `tidbClusterId: <{{.AlibabaCloud}}>`, []refusal{
		{"tidbClusterId", []string{"{{.AlibabaCloud}}", "alicloud", "aws"}, "use the ID of a cluster on AWS"},
	}},
	{"a paused cluster", `tidbClusterId: <{{.EssentialUSEast1B}}>`, []refusal{
		{"tidbClusterId", []string{"{{.EssentialUSEast1B}}", "PAUSED", "ACTIVE"}, "then run pulumi again"},
	}},
	{"a region without changefeeds", `tidbClusterId: <{{.EssentialUSWest2}}>`, []refusal{
		{
			"tidbClusterId",
			[]string{"{{.EssentialUSWest2}}", "us-east-2", "ap-east-1"},
			"use the resource tidbcloud.Changefeed",
		},
	}},
}

// prepareRefused has parts that cannot be used.
func prepareRefused(state *sandbox.State) {
	prepareRows(state)
	seed := (&sandbox.Server{}).Seed()
	connection := func(id, cluster string) *sandbox.PrivateLinkConnection {
		c := *state.PrivateLinkConnections["plc-a7bq2mxw"]
		c.ID, c.ClusterID, c.DisplayName, c.Domains = id, cluster, id, nil
		state.PrivateLinkConnections[id] = &c
		return &c
	}
	connection("plc-failed", seed.EssentialUSEast1).State = sandbox.StateFailed
	connection("plc-elsewhere", seed.EssentialUSEast1B)
	connection("plc-bare", seed.EssentialUSEast1)
	state.Networks["n-other"] = &sandbox.Network{DNSLabel: "domother"}
	state.KafkaClusters["lkc-other"] = &sandbox.KafkaCluster{NetworkID: "n-other"}
	state.KafkaClusters["lkc-standard"] = &sandbox.KafkaCluster{Type: "Standard", NetworkID: "n-other"}
	state.TiDBClusters[seed.EssentialUSEast1B].State = sandbox.StatePaused
	state.TiDBClusters[seed.EssentialUSWest2].Region = "us-east-2"
}

// kafkaChangefeed is a KafkaChangefeed over what prepareRows has, with these inputs.
func kafkaChangefeed(name, inputs string) string {
	return fmt.Sprintf("  %s:\n    type: tidbconfluent:KafkaChangefeed\n    properties: {%s}\n", name,
		withIDs(inputs, map[string]string{
			"tidbClusterId": `"{{.EssentialUSEast1}}"`, "environmentId": "{{.EnvironmentID}}",
			"kafkaClusterId": "lkc-9mz5yq", "privateLinkConnectionId": "plc-a7bq2mxw",
		}))
}

// inForm writes the values in angle brackets in a form.
func inForm(inputs string, form func(value string) string) string {
	return regexp.MustCompile(`<([^>]*)>`).ReplaceAllStringFunc(inputs, func(value string) string {
		return form(strings.Trim(value, "<>"))
	})
}

// newRefused creates a stack with the parts, and a secret in its configuration.
func newRefused(t *testing.T) *stack {
	t.Helper()
	s := newStack(t, "resources: {}\n", sandbox.Options{Prepare: prepareRefused})
	s.hideKeys()
	s.setSecret("kafkaSecret", s.sandbox.APIKeys()[0].Secret)
	return s
}

const refusedConfig = "config:\n  kafkaSecret: {type: string}\n"

// TestKafkaChangefeedIsRefused: a preview refuses inputs that cannot work. The error has the property, the values and
// what to do, but never the value of a secret.
func TestKafkaChangefeedIsRefused(t *testing.T) {
	t.Parallel()
	s := newRefused(t)
	program := refusedConfig + "resources:\n"
	plain := func(i int) string { return fmt.Sprint("rows", i) }
	secret := func(i int) string { return fmt.Sprint("secret", i) }
	for i, test := range refusedRows {
		program += kafkaChangefeed(plain(i), inForm(test.inputs, func(v string) string { return `"` + v + `"` })) +
			kafkaChangefeed(secret(i),
				inForm(test.inputs, func(v string) string { return `{fn::secret: "` + v + `"}` }))
	}
	s.change(program)
	said := s.refused("preview")
	for i, test := range refusedRows {
		for _, want := range test.want {
			s.refuses(said[plain(i)], want, test.name)
			assert.Contains(t, said[secret(i)], want.property+":", "%s, secret", test.name)
		}
		for _, value := range regexp.MustCompile(`<([^>]*)>`).FindAllStringSubmatch(test.inputs, -1) {
			assert.NotContains(t, said[secret(i)], `"`+s.fill(value[1])+`"`, "%s, secret", test.name)
			if len(value[1]) > 5 {
				assert.NotContains(t, said[secret(i)], s.fill(value[1]), "%s, secret", test.name)
			}
		}
	}
	assert.Empty(t, s.madeChanges())
}

// refuses checks that an error has all of it, in the line of the property.
func (s *stack) refuses(out string, want refusal, name string) {
	s.t.Helper()
	found := ""
	for line := range strings.Lines(out) {
		if _, after, ok := strings.Cut(line, want.property+": "); ok {
			found += after
		}
	}
	assert.NotEmpty(s.t, found, "%s: %s is not named:\n%s", name, want.property, out)
	for _, text := range append(want.values, want.advice) {
		assert.Contains(s.t, found, s.fill(text), name)
	}
}

// TestKafkaChangefeedIsRefusedAtUpdate: an update refuses inputs that the preview could not know, before any child is
// created.
func TestKafkaChangefeedIsRefusedAtUpdate(t *testing.T) {
	t.Parallel()
	var later []refusedRow // a preview knows the others
	for _, row := range refusedRows {
		if strings.Contains(row.inputs, "<") && row.name != "conflicts" {
			later = append(later, row)
		}
	}
	// A preview refuses more changefeeds than a cluster can have.
	for rows := range slices.Chunk(later, rules.MaxChangefeeds) {
		t.Run(rows[0].name, func(t *testing.T) {
			t.Parallel()
			newRefused(t).refusesAtUpdate(rows)
		})
	}
}

func (s *stack) refusesAtUpdate(rows []refusedRow) {
	s.t.Helper()
	program := refusedConfig + "resources:\n  fresh: {type: confluentcloud:Environment}\n"
	name := func(i int) string { return fmt.Sprint("rows", i) }
	for i, row := range rows {
		program += kafkaChangefeed(name(i), inForm(row.inputs, unknown))
	}
	s.change(program)
	s.pulumi("preview")
	said := s.refused("update")
	for i, row := range rows {
		for _, want := range row.want {
			s.refuses(said[name(i)], want, row.name)
		}
	}
	for _, call := range changing(s.sandbox.Calls()) {
		if !strings.HasSuffix(call.Path, ":describeSchemaTable") {
			assert.Equal(s.t, "create fresh", kindOfCall(call), "nothing else may be created")
		}
	}
}
