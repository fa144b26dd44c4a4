package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// feedMatrices are the preview matrices of changefeeds. They have a stack of their own. Each change has a TiDB Cloud
// cluster of its own, since a cluster has ten changefeeds at most, with two connections.
var feedMatrices = []matrix{
	{
		title:     "`tidbconfluent:index:KafkaChangefeed`",
		resources: []string{"account", "role", "key", "changefeed"},
		changes:   slices.Concat(feedComponentChanges, feedComponentMoreChanges),
		prefix:    "rows",
		outputs: map[string][]string{
			"": {"topics"}, "account": {"serviceAccountId"}, "key": {"apiKeyId"}, "changefeed": {"changefeedId"},
		},
	},
	{
		title:     "`tidbconfluent:tidbcloud:Changefeed`",
		resources: []string{"changefeed"},
		changes: slices.Concat(nativeFeedChanges, networkChanges, brokerChanges, formatChanges, topicChanges,
			rowChanges),
		prefix: "feed",
	},
}

// The properties of a changefeed that a new key edits, and those that another topic edits.
const (
	newKey        = "update kafka.authentication.password kafka.authentication.username"
	newTopic      = "update kafka.topicPartitionConfig.defaultTopic"
	severalTopics = "update kafka.topicPartitionConfig.defaultTopic kafka.topicPartitionConfig.dispatchType " +
		"kafka.topicPartitionConfig.separator kafka.topicPartitionConfig.topicPrefix"
)

// theRoleAnd replaces the role, since it is for other topics.
func theRoleAnd(feed string) plan { return plan{"role": "replace crnPattern", "changefeed": feed} }

func feedOnly(action string) plan { return plan{"changefeed": action} }

var feedComponentChanges = []change{
	{
		"tidbClusterId", changed, ``, `tidbClusterId: "OTHER", privateLinkConnectionId: plc-other`,
		feedOnly("replace clusterId kafka.network"), "With a connection there.",
	},
	{"tidbClusterId", later, ``, `tidbClusterId: ` + unknown("CLUSTER"), feedOnly("replace clusterId"), ""},
	{"environmentId", later, ``, `environmentId: ` + unknown("{{.EnvironmentID}}"), plan{
		"role": "replace crnPattern", "key": "replace managedResource.environment.id",
		"changefeed": "replace kafka.network",
	}, ""},
	{"kafkaClusterId", changed, ``, `kafkaClusterId: lkc-second`, plan{
		"role": "replace crnPattern", "key": "replace managedResource.id",
		"changefeed": "update kafka.authentication.password kafka.authentication.serverName " +
			"kafka.authentication.username",
	}, "To a cluster on the same network."},
	{"kafkaClusterId", later, ``, `kafkaClusterId: ` + unknown("lkc-9mz5yq"), plan{
		"role": "replace crnPattern", "key": "replace managedResource.id", "changefeed": "replace kafka.network",
	}, "The port could be another one."},
	{
		"privateLinkConnectionId", changed, ``, `privateLinkConnectionId: plc-NAME-2`,
		feedOnly("replace kafka.network"), "",
	},
	{
		"privateLinkConnectionId", later, ``, `privateLinkConnectionId: ` + unknown("plc-NAME"),
		feedOnly("replace kafka.network"), "",
	},
	{"tables", set, ``, `tables: [shop.*]`, feedOnly("update filter.filterRule"), ""},
	{"tables", changed, `tables: [shop.*]`, `tables: [shop.*, test.*]`, feedOnly("update filter.filterRule"), ""},
	{"tables", removed, `tables: [shop.*]`, ``, feedOnly("update filter.filterRule"), ""},
	{
		"tables", later, `tables: [shop.*]`, `tables: [` + unknown("shop.*") + `]`,
		feedOnly("update filter.filterRule"), "",
	},
	{"topics.name", set, ``, `topics: {name: shop}`, theRoleAnd(newTopic), ""},
	{"topics.name", changed, `topics: {name: shop}`, `topics: {name: other}`, theRoleAnd(newTopic), ""},
	{"topics.name", removed, `topics: {name: shop}`, ``, theRoleAnd(newTopic), ""},
	{
		"topics.name", later, `topics: {name: shop}`, `topics: {name: ` + unknown("shop") + `}`,
		theRoleAnd(newTopic).with(plan{"": "topics"}), "",
	},
	{
		"topics.prefix", set, ``, `topics: {prefix: shop.}`, theRoleAnd(severalTopics),
		"From one topic to one for each table.",
	},
	{
		"topics.prefix", changed, `topics: {prefix: shop.}`, `topics: {prefix: other.}`,
		theRoleAnd(newTopic + " kafka.topicPartitionConfig.topicPrefix"), "",
	},
	{
		"topics.prefix", later, `topics: {prefix: shop.}`, `topics: {prefix: ` + unknown("shop.") + `}`,
		theRoleAnd(severalTopics + " kafka.topicPartitionConfig.topicSuffix").with(plan{"": "topics"}),
		"Nothing about the topics is known.",
	},
	{
		"topics.separator", set, `topics: {prefix: shop.}`, `topics: {prefix: shop., separator: "-"}`,
		feedOnly("update kafka.topicPartitionConfig.separator"), "",
	},
	{
		"topics.suffix", set, `topics: {prefix: shop.}`, `topics: {prefix: shop., suffix: -v1}`,
		feedOnly(newTopic + " kafka.topicPartitionConfig.topicSuffix"), "",
	},
	{
		"topics.dispatch", set, `topics: {prefix: shop.}`, `topics: {prefix: shop., dispatch: BY_TABLE}`, nil,
		"To the default.",
	},
	{
		"topics.dispatch", changed, `topics: {prefix: shop., dispatch: BY_TABLE}`,
		`topics: {prefix: shop., dispatch: BY_DATABASE}`, feedOnly(
			"update kafka.topicPartitionConfig.dispatchType kafka.topicPartitionConfig.separator"), "",
	},
	{"topics.partitions", set, ``, `topics: {partitions: 3}`, nil, "To the default."},
	{
		"topics.partitions", changed, `topics: {partitions: 3}`, `topics: {partitions: 6}`,
		feedOnly("update kafka.topicPartitionConfig.partitionNum"), "New topics alone get it.",
	},
	{
		"topics.replicationFactor", set, ``, `topics: {replicationFactor: 3}`, nil,
		"To the default, which is the only one.",
	},
	{"format", set, ``, `format: CANAL_JSON`, nil, "To the default."},
	{
		"format", changed, `format: CANAL_JSON`, `format: OPEN_PROTOCOL`,
		feedOnly("update kafka.dataFormat.protocol"), "",
	},
	{"format", removed, `format: OPEN_PROTOCOL`, ``, feedOnly("update kafka.dataFormat.protocol"), ""},
	{
		"format", later, `format: CANAL_JSON`, `format: ` + unknown("CANAL_JSON"),
		feedOnly("update kafka.dataFormat.protocol"), "",
	},
	{"credentials", set, ``, `credentials: {apiKey: EXISTINGKEY00001, apiSecret: x}`, plan{
		"account": "delete", "role": "delete", "key": "delete", "changefeed": newKey, "": "serviceAccountId",
	}, "To an existing key, whose account is not known."},
	{
		"credentials.apiKey", changed, `credentials: {apiKey: EXISTINGKEY00001, apiSecret: x}`,
		`credentials: {apiKey: EXISTINGKEY00002, apiSecret: y}`, feedOnly(newKey).with(plan{"": "serviceAccountId"}),
		"With its secret.",
	},
	{"credentials", removed, `credentials: {apiKey: EXISTINGKEY00001, apiSecret: x}`, ``, plan{
		"account": "create", "role": "create", "key": "create", "changefeed": newKey,
	}, ""},
	{
		"credentials.apiKey", later, `credentials: {apiKey: EXISTINGKEY00001, apiSecret: x}`,
		`credentials: {apiSecret: x, apiKey: ` + unknown("EXISTINGKEY00001") + `}`,
		feedOnly("update kafka.authentication.username").with(plan{"": "apiKeyId serviceAccountId"}), "",
	},
	{"serviceAccountId", set, ``, `serviceAccountId: sa-000001`, plan{
		"account": "delete", "role": "replace principal", "key": "replace owner.id", "changefeed": newKey,
	}, "To an existing account."},
	{"serviceAccountId", changed, `serviceAccountId: sa-000001`, `serviceAccountId: sa-000002`, plan{
		"role": "replace principal", "key": "replace owner.id", "changefeed": newKey,
	}, ""},
	{"serviceAccountId", removed, `serviceAccountId: sa-000001`, ``, plan{
		"account": "create", "role": "replace principal", "key": "replace owner.id", "changefeed": newKey,
	}, ""},
	{"serviceAccountId", later, `serviceAccountId: sa-000001`, `serviceAccountId: ` + unknown("sa-000001"), plan{
		"role": "replace principal", "key": "replace owner.id", "changefeed": newKey, "": "serviceAccountId",
	}, ""},
	{"role", set, ``, `role: ResourceOwner`, nil, "To the default."},
	{
		"role", changed, `role: ResourceOwner`, `role: CloudClusterAdmin`,
		plan{"role": "replace crnPattern roleName"},
		"",
	},
	{"role", removed, `role: CloudClusterAdmin`, ``, plan{"role": "replace crnPattern roleName"}, ""},
	{
		"role", later, `role: ResourceOwner`, `role: ` + unknown("ResourceOwner"),
		plan{"role": "replace crnPattern roleName"},
		"",
	},
	{"startPosition", set, ``, `startPosition: {time: "TIME"}`, feedOnly("replace startPosition"), ""},
	{
		"startPosition.time", changed, `startPosition: {time: "EARLIER"}`, `startPosition: {time: "TIME"}`,
		feedOnly("replace startPosition"), "",
	},
	{
		"startPosition", removed, `startPosition: {time: "TIME"}`, ``, nil,
		"Where it started makes no difference any more.",
	},
	{
		"startPosition.time", later, `startPosition: {time: "TIME"}`, `startPosition: {time: ` + unknown("TIME") + `}`,
		feedOnly("replace startPosition"), "",
	},
	{"paused", set, ``, `paused: false`, nil, "To the default."},
	{"paused", changed, `paused: false`, `paused: true`, feedOnly("update paused"), ""},
	{"paused", removed, `paused: true`, ``, feedOnly("update paused"), "It is resumed."},
	{"displayName", set, ``, `displayName: x`, feedOnly("update displayName"), ""},
	{"displayName", changed, `displayName: x`, `displayName: y`, feedOnly("update displayName"), ""},
	{"displayName", removed, `displayName: x`, ``, nil, "The changefeed keeps the name that it has."},
	{"displayName", later, `displayName: x`, `displayName: ` + unknown("x"), feedOnly("update displayName"), ""},
}

// Inputs of changefeeds of their own.
const (
	feedNetwork = `network: {privateLink: {privateLinkConnectionId: plc-NAME, port: 9092}}`
	feedSink    = feedNetwork +
		`, authentication: {authType: SASL_PLAIN, username: EXISTINGKEY00001, password: x, enableTls: true, ` +
		`serverName: lkc-9mz5yq.domnprzqrog.us-east-1.aws.confluent.cloud}, topicPartitionConfig: {defaultTopic: shop}`
	feedKafka = `kafka: {` + feedSink + `}`
	linkPath  = "kafka.network.privateLink.privateLinkConnectionId"
)

// inSink changes a part of the sink.
func inSink(old, now string) string { return `kafka: {` + strings.Replace(feedSink, old, now, 1) + `}` }

var nativeFeedChanges = []change{
	{
		"clusterId", changed, feedKafka, `clusterId: "OTHER", ` + inSink("plc-NAME", "plc-other"),
		feedOnly("replace clusterId kafka.network"), "With a connection there.",
	},
	{
		"clusterId", later, feedKafka, feedKafka + `, clusterId: ` + unknown("CLUSTER"),
		feedOnly("replace clusterId"), "",
	},
	{"displayName", set, feedKafka, feedKafka + `, displayName: x`, feedOnly("update displayName"), ""},
	{
		"displayName", changed, feedKafka + `, displayName: x`, feedKafka + `, displayName: y`,
		feedOnly("update displayName"), "",
	},
	{
		"displayName", removed, feedKafka + `, displayName: x`, feedKafka, nil,
		"The changefeed keeps the name that it has.",
	},
	{
		"displayName", later, feedKafka + `, displayName: x`, feedKafka + `, displayName: ` + unknown("x"),
		feedOnly("update displayName"), "",
	},
	{
		linkPath, changed, feedKafka, inSink("plc-NAME", "plc-NAME-2"), feedOnly("replace kafka.network"),
		"It starts at the checkpoint of the old one.",
	},
	{linkPath, later, feedKafka, inSink("plc-NAME", unknown("plc-NAME")), feedOnly("replace kafka.network"), ""},
	{
		"kafka.authentication.username", changed, feedKafka, inSink("KEY00001", "KEY00002"),
		feedOnly("update kafka.authentication.username"), "",
	},
	{
		"kafka.authentication.password", changed, feedKafka, inSink("password: x", "password: y"),
		feedOnly("update kafka.authentication.password"), "",
	},
	{
		"kafka.authentication.password", later, feedKafka, inSink("password: x", "password: "+unknown("x")),
		feedOnly("update kafka.authentication.password"), "",
	},
	{
		"kafka.broker.compression", set, feedKafka, `kafka: {broker: {compression: LZ4}, ` + feedSink + `}`,
		feedOnly("update kafka.broker.compression"), "",
	},
	{
		"kafka.dataFormat.protocol", set, feedKafka, `kafka: {dataFormat: {protocol: OPEN_PROTOCOL}, ` + feedSink + `}`,
		feedOnly("update kafka.dataFormat.protocol"), "",
	},
	{
		"kafka.topicPartitionConfig.defaultTopic", changed, feedKafka, inSink("Topic: shop", "Topic: other"),
		feedOnly(newTopic), "",
	},
	{
		"filter.filterRule", set, feedKafka, feedKafka + `, filter: {filterRule: [shop.*]}`,
		feedOnly("update filter.filterRule"), "",
	},
	{
		"filter.filterRule", changed, feedKafka + `, filter: {filterRule: [shop.*]}`,
		feedKafka + `, filter: {filterRule: [test.*]}`, feedOnly("update filter.filterRule"), "",
	},
	{
		"filter", removed, feedKafka + `, filter: {filterRule: [shop.*]}`, feedKafka,
		feedOnly("update filter.filterRule"),
		"Every table.",
	},
	{
		"startPosition", set, feedKafka, feedKafka + `, startPosition: {time: "TIME"}`,
		feedOnly("replace startPosition"), "",
	},
	{
		"startPosition", removed, feedKafka + `, startPosition: {time: "TIME"}`, feedKafka, nil,
		"Where it started makes no difference any more.",
	},
	{"paused", set, feedKafka, feedKafka + `, paused: true`, feedOnly("update paused"), ""},
	{"paused", removed, feedKafka + `, paused: true`, feedKafka, feedOnly("update paused"), "It is resumed."},
}

// feedCluster is the TiDB Cloud cluster of a change.
func feedCluster(m, change int) string { return fmt.Sprintf("200000000000000%02d%02d", m, change) }

const otherFeedCluster = "3000000000000000001"

// feedMatrixProgram has a changefeed for each change, before it or after it.
func feedMatrixProgram(after bool, early, late string) string {
	var resources, outputs strings.Builder
	if after {
		resources.WriteString("  fresh: {type: confluentcloud:Environment}\n")
	}
	for i, m := range feedMatrices {
		for j, c := range m.changes {
			name, inputs := m.name(j), c.before
			if after {
				inputs = c.after
			}
			declared := kafkaChangefeed(name, withIDs(inputs, map[string]string{
				"tidbClusterId": `"CLUSTER"`, "privateLinkConnectionId": "plc-NAME",
			}))
			if m.outputs == nil {
				declared = fmt.Sprintf("  %s-changefeed:\n    type: tidbconfluent:tidbcloud:Changefeed\n    "+
					"properties: {%s}\n",
					name, withIDs(inputs, map[string]string{"clusterId": `"CLUSTER"`}))
			}
			resources.WriteString(strings.NewReplacer("CLUSTER", feedCluster(i, j), "NAME", name, "OTHER",
				otherFeedCluster, "EARLIER", early, "TIME", late, "FIRSTTSO", tsoOf(early), "SECONDTSO", tsoOf(late),
			).Replace(declared))
			for _, properties := range m.outputs {
				for _, property := range properties {
					fmt.Fprintf(&outputs, "  %[1]s-%[2]s: ${%[1]s.%[2]s}\n", name, property)
				}
			}
		}
	}
	return "resources:\n" + resources.String() + "outputs:\n" + outputs.String()
}

// prepareFeedMatrix has a cluster with two connections for each change.
func prepareFeedMatrix(state *sandbox.State) {
	prepareRows(state)
	model, link := state.TiDBClusters[(&sandbox.Server{}).Seed().EssentialUSEast1],
		state.PrivateLinkConnections["plc-a7bq2mxw"]
	add := func(cluster string, connections ...string) {
		c := *model
		c.ID, c.DisplayName = cluster, "c"+cluster
		state.TiDBClusters[cluster] = &c
		for _, id := range connections {
			l, attached := *link, *link.Domains[0]
			attached.ID = "attach-" + id
			l.ID, l.ClusterID, l.DisplayName, l.Domains = id, cluster, id, []*sandbox.AttachedDomain{&attached}
			state.PrivateLinkConnections[id] = &l
		}
	}
	add(otherFeedCluster, "plc-other")
	for i, m := range feedMatrices {
		for j := range m.changes {
			add(feedCluster(i, j), "plc-"+m.name(j), "plc-"+m.name(j)+"-2")
		}
	}
	state.KafkaClusters["lkc-second"] = &sandbox.KafkaCluster{NetworkID: "n-6kq2zr"}
	state.ServiceAccounts["sa-000002"] = &sandbox.ServiceAccount{DisplayName: "other"}
	state.APIKeys["EXISTINGKEY00002"] = &sandbox.APIKey{
		OwnerID: "sa-000002", ClusterID: "lkc-9mz5yq",
		Secret: "other/secret+of-a-key",
	}
}

// TestChangefeedPreviewMatrix: a preview shows what the matrix has, and what the update then does.
func TestChangefeedPreviewMatrix(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources: {}\n", sandbox.Options{
		Prepare: prepareFeedMatrix, MaxRequestsPerMinute: -1, Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
	})
	s.env["PULUMI_SKIP_CHECKPOINTS"], s.env["PULUMI_PARALLEL"] = "true", "64"
	s.set("tidbconfluent:requestsPerMinute", "1000000")
	for _, value := range []string{registrySecret, otherRegistrySecret} {
		s.hidden = append(s.hidden, newSecret("the secret of the schema registry", value))
	}
	early, late := hoursAgo(2), hoursAgo(1)
	s.change(feedMatrixProgram(false, early, late))
	s.up()
	s.hideKeys()
	before := len(s.madeChanges())
	s.change(feedMatrixProgram(true, early, late))
	preview := s.observed("preview")
	assert.Len(t, s.madeChanges(), before, "a preview changes nothing")
	update := s.observed("up", "--yes", "--skip-preview")
	s.hideKeys()
	for _, m := range feedMatrices {
		for i, c := range m.changes {
			t.Run(strings.Join([]string{m.prefix, c.input, c.kind}, " "), func(t *testing.T) {
				c.check(t, m, preview, update, m.name(i))
			})
		}
	}
	s.pulumi("preview", "--diff", "--expect-no-changes")
	s.change("resources: {}\n") // the program has secrets in clear
}

func hoursAgo(hours int) string {
	return time.Now().Add(-time.Duration(hours) * time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
}
