package changefeed_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
)

func TestIsRefused(t *testing.T) {
	t.Parallel()
	str := func(s string) pulumi.StringPtrInput { return pulumi.String(s) }
	for message, given := range map[string]changefeed.KafkaChangefeedArgs{
		`kafkaClusterId: "n-1" is not a Confluent Kafka cluster ID`: {KafkaClusterId: pulumi.String("n-1")},
		`privateLinkConnectionId: "x" is not`: {
			PrivateLinkConnectionId: pulumi.String("x"),
		},
		`serviceAccountId: "u-1" is not a Confluent service account ID`: {ServiceAccountId: str("u-1")},
		`tables: "shop" is not a filter rule`: {
			Tables: pulumi.ToStringArray([]string{"shop"}),
		},
		`tables: is empty`:             {Tables: pulumi.StringArray{}},
		`format: "JSON" is not one of`: {Format: str("JSON")},
		`role: "DeveloperWrite" is not one of ResourceOwner, CloudClusterAdmin`: {Role: str("DeveloperWrite")},
		`displayName: is empty`: {DisplayName: str(" ")},
		`topics.name: "a b" has characters that Kafka does not allow`: {
			Topics: &changefeed.KafkaTopics{Name: str("a b")},
		},
		`topics.prefix: "a/" has characters`: {
			Topics: &changefeed.KafkaTopics{Prefix: str("a/")},
		},
		`topics.dispatch: "ONE_TOPIC" is not one of BY_TABLE, BY_DATABASE`: {
			Topics: &changefeed.KafkaTopics{Dispatch: str("ONE_TOPIC")},
		},
		`topics.replicationFactor: 2 is not supported`: {
			Topics: &changefeed.KafkaTopics{ReplicationFactor: pulumi.Int(2)},
		},
		`topics.partitions: 0 is too low`: {
			Topics: &changefeed.KafkaTopics{Partitions: pulumi.Int(0)},
		},
		`topics.partitions: 61 is too high`: {
			Topics: &changefeed.KafkaTopics{Partitions: pulumi.Int(61)},
		},
		`topics.prefix: "p" conflicts with topics.name "t"`: {
			Topics: &changefeed.KafkaTopics{Name: str("t"), Prefix: str("p")},
		},
		`topics: prefix, separator and suffix result in topic names of 256 characters`: {
			Topics: &changefeed.KafkaTopics{Prefix: str(strings.Repeat("p", 249))},
		},
		`serviceAccountId: "sa-1" conflicts with credentials`: {
			ServiceAccountId: str("sa-1"), Credentials: &changefeed.KafkaCredentials{
				ApiKey:    pulumi.String("K"),
				ApiSecret: pulumi.String("S"),
			},
		},
		`role: "ResourceOwner" conflicts with credentials`: {
			Role: str("ResourceOwner"), Credentials: &changefeed.KafkaCredentials{
				ApiKey:    pulumi.String("K"),
				ApiSecret: pulumi.String("S"),
			},
		},
		`credentials.apiSecret: is required`: {Credentials: &changefeed.KafkaCredentials{ApiKey: pulumi.String("K")}},
		`startPosition: tso "1" conflicts with time "2026-01-01T00:00:00Z"`: {
			StartPosition: &changefeed.KafkaStartPosition{Tso: str("1"), Time: str("2026-01-01T00:00:00Z")},
		},
		`startPosition: has neither tso nor time`: {StartPosition: &changefeed.KafkaStartPosition{}},
		`startPosition.time: "yesterday" is not an RFC 3339 time`: {
			StartPosition: &changefeed.KafkaStartPosition{Time: str("yesterday")},
		},
		`format: AVRO needs a topic for each table`: {Format: str("AVRO")},
		`topics.name: "t" conflicts with format AVRO`: {
			Format: str("AVRO"),
			Topics: &changefeed.KafkaTopics{Name: str("t")},
		},
		`topics.dispatch: "BY_DATABASE" conflicts with format`: {
			Format: str("AVRO"),
			Topics: &changefeed.KafkaTopics{Dispatch: str("BY_DATABASE")},
		},
		`avroConfig: is required: messages in format AVRO`: {
			Format: str("AVRO"),
			Topics: &changefeed.KafkaTopics{Prefix: str("p")},
		},
		`avroConfig: applies only to format AVRO`: {AvroConfig: &changefeed.KafkaAvroConfig{}},
		`avroConfig: set either confluentSchemaRegistry or aws`: {
			Format:     str("AVRO"),
			AvroConfig: &changefeed.KafkaAvroConfig{},
		},
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			_, err := w.build(t, given)
			require.ErrorContains(t, err, message)
			assert.Empty(t, w.children(), "nothing is declared")
		})
	}
}

// What the services report about the objects that the ids name.
func TestWorldIsRefused(t *testing.T) {
	t.Parallel()
	for message, change := range map[string]func(*world){
		"tidbClusterId: TiDB Cloud cluster 1001 (shop) is on the plan Starter, but only Essential": func(w *world) {
			w.cluster["clusterPlan"], w.cluster["servicePlan"] = "STARTER", "Starter"
		},
		"tidbClusterId: TiDB Cloud cluster 1001 (shop) is on alicloud": func(
			w *world,
		) {
			w.cluster["cloudProvider"] = "alicloud"
		},
		"kafkaClusterId: Kafka cluster lkc-1 is not Dedicated": func(w *world) { delete(w.kafka, "dedicated") },
		"kafkaClusterId: Kafka cluster lkc-1 has no bootstrap": func(
			w *world,
		) {
			w.kafka["bootstrapEndpoint"] = ""
		},
		"kafkaClusterId: Kafka cluster lkc-1 is in environment env-2, but environmentId is env-1": func(w *world) {
			w.kafka["environment"] = object{"id": "env-2"}
		},
		"kafkaClusterId: looking up Kafka cluster lkc-1: refused": func(w *world) {
			w.refused = "confluentcloud:index/getKafkaCluster:getKafkaCluster"
		},
		"tidbClusterId: refused": func(w *world) { w.refused = "tidbconfluent:tidbcloud:getCluster" },
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			change(w)
			_, err := w.build(t, changefeed.KafkaChangefeedArgs{})
			require.ErrorContains(t, err, message)
			assert.Empty(t, w.children(), "nothing is declared")
		})
	}
}

// Transient problems stop only the creation of children: each has a hook.
func TestCreationIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*world){
		"a region without changefeeds": func(w *world) { w.cluster["region"] = "eu-west-1" },
		"a cluster that is not active": func(w *world) { w.cluster["state"] = "PAUSED" },
		"a connection that is not":     func(w *world) { w.connection["state"] = "FAILED" },
		"a connection of another": func(
			w *world,
		) {
			w.refused = "tidbconfluent:tidbcloud:getPrivateLinkConnection"
		},
		"a host that no domain covers": func(
			w *world,
		) {
			w.kafka["bootstrapEndpoint"] = "lkc-1.dom2.us-east-1.aws.confluent.cloud:9092"
		},
		"a connection without a domain": func(w *world) { w.connection["attachedDomains"] = []any{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			change(w)
			_, err := w.build(t, changefeed.KafkaChangefeedArgs{})
			require.NoError(t, err)
			for _, child := range w.children() {
				assert.Contains(t, strings.Join(w.registered[child].rpc.GetHooks().GetBeforeCreate(), " "),
					"prerequisites", child)
			}
		})
	}
	w := newWorld()
	w.cluster["region"] = "mx-central-1"
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{})
	require.NoError(t, err)
	assert.Empty(t, w.registered["rows-key"].rpc.GetHooks().GetBeforeCreate(), "of a region that is new, the list "+
		"knows nothing")
}
