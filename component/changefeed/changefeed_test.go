package changefeed_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
)

type object = map[string]any

// world is what the mocked providers answer. A test changes what it needs.
type world struct {
	cluster, kafka, connection, tables object
	refused                            string

	mu         sync.Mutex
	registered map[string]registration
	calls      []string
}

type registration struct {
	inputs object
	raw    resource.PropertyMap
	rpc    *rpc.RegisterResourceRequest
}

const (
	host       = "lkc-1.dom1.us-east-1.aws.confluent.cloud"
	clusterCRN = "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-1"
)

func newWorld() *world {
	return &world{
		cluster: object{
			"clusterId": "1001", "displayName": "shop", "state": "ACTIVE", "clusterPlan": "ESSENTIAL",
			"servicePlan":   "Essential",
			"cloudProvider": "aws", "regionId": "aws-us-east-1", "region": "us-east-1",
		},
		kafka: object{
			"id": "lkc-1", "dedicated": object{"cku": 2}, "bootstrapEndpoint": "SASL_SSL://" + host + ":9092",
			"rbacCrn": clusterCRN,
		},
		connection: object{
			"clusterId": "1001", "privateLinkConnectionId": "plc-1", "state": "ACTIVE", "attachedDomains": []any{
				object{"domains": []any{object{"name": "*.dom1.us-east-1.aws.confluent.cloud"}}},
			},
		},
		tables:     object{"tablesWithKey": []any{"shop.orders"}, "tablesWithoutKey": []any{}},
		registered: map[string]registration{},
	}
}

func (w *world) Call(call pulumi.MockCallArgs) (resource.PropertyMap, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, call.Token)
	answer, ok := map[string]object{
		"tidbconfluent:tidbcloud:getCluster":                   w.cluster,
		"tidbconfluent:tidbcloud:getPrivateLinkConnection":     w.connection,
		"tidbconfluent:tidbcloud:getChangefeedTables":          w.tables,
		"confluentcloud:index/getKafkaCluster:getKafkaCluster": w.kafka,
	}[call.Token]
	if !ok || call.Token == w.refused {
		return nil, errors.New("refused: " + call.Token)
	}
	return resource.NewPropertyMapFromMap(answer), nil
}

func (w *world) NewResource(made pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.registered[made.Name] = registration{made.Inputs.Mappable(), made.Inputs, made.RegisterRPC}
	outputs := map[string]object{
		"rows-account":    {"kind": "ServiceAccount", "apiVersion": "iam/v2"},
		"rows-key":        {"secret": "s3cret-of-the-key"},
		"rows-changefeed": {"changefeedId": "cf-1"},
	}
	state := made.Inputs.Copy()
	for name, value := range outputs[made.Name] {
		state[resource.PropertyKey(name)] = resource.NewPropertyValue(value)
	}
	ids := map[string]string{
		"rows-account": "sa-1", "rows-key": "KEY", "rows-role": "rb-1",
		"rows-changefeed": "1001/cf-1",
	}
	return ids[made.Name], state, nil
}

func (w *world) children() []string {
	var names []string
	for name := range w.registered {
		if strings.HasPrefix(name, "rows-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// build declares a KafkaChangefeed in this world and returns its outputs.
func (w *world) build(
	t *testing.T, given changefeed.KafkaChangefeedArgs, opts ...pulumi.ResourceOption,
) (object, error) {
	t.Helper()
	for input, value := range map[*pulumi.StringInput]string{
		&given.TidbClusterId: "1001", &given.EnvironmentId: "env-1", &given.KafkaClusterId: "lkc-1",
		&given.PrivateLinkConnectionId: "plc-1",
	} {
		if *input == nil {
			*input = pulumi.String(value)
		}
	}
	outputs := object{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		feed, err := changefeed.NewKafkaChangefeed(ctx, "rows", given, opts...)
		if err != nil {
			return err
		}
		for name, out := range map[string]pulumi.Output{
			"changefeedId": feed.ChangefeedId, "topics": feed.Topics, "serviceAccountId": feed.ServiceAccountId,
			"apiKeyId": feed.ApiKeyId,
		} {
			result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
			if err != nil {
				return err
			}
			outputs[name] = result.Value
		}
		return nil
	}, pulumi.WithMocks("project", "stack", w))
	return outputs, err
}

func text(value string) *string { return &value }

// TestCustomTimeouts: the changefeed alone waits for a service. The other providers would warn of a timeout.
func TestCustomTimeouts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{},
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "5m", Update: "6m", Delete: "7m"}))
	require.NoError(t, err)
	for _, name := range w.children() {
		want := []string{"", "", ""}
		if name == "rows-changefeed" {
			want = []string{"5m", "6m", "7m"}
		}
		given := w.registered[name].rpc.GetCustomTimeouts()
		assert.Equal(t, want, []string{given.GetCreate(), given.GetUpdate(), given.GetDelete()}, name)
	}
}

func TestChildren(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, changefeed.KafkaChangefeedArgs{Tables: pulumi.ToStringArray([]string{"shop.*"})})
	require.NoError(t, err)
	want := map[string]object{
		"rows-account": {"description": "Writes rows from TiDB Cloud. Managed by Pulumi."},
		"rows-role": {
			"principal": "User:sa-1", "roleName": "ResourceOwner", "crnPattern": clusterCRN + "/kafka=lkc-1/topic=rows",
		},
		"rows-key": {
			"description": "Writes rows from TiDB Cloud. Managed by Pulumi.", "disableWaitForReady": true,
			"owner": object{"id": "sa-1", "kind": "ServiceAccount", "apiVersion": "iam/v2"},
			"managedResource": object{
				"id": "lkc-1", "kind": "Cluster", "apiVersion": "cmk/v2",
				"environment": object{"id": "env-1"},
			},
		},
		"rows-changefeed": {
			"clusterId": "1001", "filter": object{"filterRule": []any{"shop.*"}}, "kafka": object{
				"network": object{"privateLink": object{"privateLinkConnectionId": "plc-1", "port": 9092.0}},
				"authentication": object{
					"authType": "SASL_PLAIN", "username": "KEY", "password": "s3cret-of-the-key", "enableTls": true,
					"serverName": host,
				},
				"dataFormat": object{"protocol": "CANAL_JSON"},
				"topicPartitionConfig": object{
					"dispatchType": "ONE_TOPIC", "defaultTopic": "rows", "partitionNum": 3.0, "replicationFactor": 3.0,
				},
			},
		},
	}
	assert.Equal(t, []string{"rows-account", "rows-changefeed", "rows-key", "rows-role"}, w.children())
	for name, inputs := range want {
		assert.Equal(t, inputs, plain(w.registered[name].raw), name)
		assert.Contains(t, w.registered[name].rpc.GetParent(), "::rows", name)
	}
	assert.Contains(t, strings.Join(w.registered["rows-changefeed"].rpc.GetDependencies(), " "), "::rows-role",
		"nothing that the changefeed takes names the role")
	assert.Equal(t, object{
		"changefeedId": "cf-1", "topics": []string{"rows"}, "serviceAccountId": text("sa-1"), "apiKeyId": "KEY",
	}, outputs)
}

// The engine asks before it creates an account, or a changefeed, whether the cluster has room for another one.
func TestRoomIsLookedFor(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{})
	require.NoError(t, err)
	for child, hook := range map[string]string{"rows-account": "quota of ", "rows-changefeed": "count of "} {
		assert.Contains(t, strings.Join(w.registered[child].rpc.GetHooks().GetBeforeCreate(), " "), hook, child)
	}
}

// plain is a map without secretness.
func plain(m resource.PropertyMap) object {
	var strip func(v resource.PropertyValue) resource.PropertyValue
	strip = func(v resource.PropertyValue) resource.PropertyValue {
		switch {
		case v.IsSecret():
			return strip(v.SecretValue().Element)
		case v.IsObject():
			out := resource.PropertyMap{}
			for key, value := range v.ObjectValue() {
				out[key] = strip(value)
			}
			return resource.NewObjectProperty(out)
		}
		return v
	}
	stripped, _ := strip(resource.NewObjectProperty(m)).Mappable().(object)
	if stripped == nil {
		return strip(resource.NewObjectProperty(m)).ObjectValue().Mappable()
	}
	return stripped
}

func TestSeveralTopics(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given                               changefeed.KafkaTopics
		dispatch, prefix, separator, suffix string
		defaultTopic, pattern               string
	}{
		"a prefix": {
			changefeed.KafkaTopics{Prefix: pulumi.String("shop.")},
			"BY_TABLE", "shop.", "_", "", "shop.default",
			"shop.*",
		},
		"dispatch alone": {
			changefeed.KafkaTopics{Dispatch: pulumi.String("BY_DATABASE")},
			"BY_DATABASE", "rows_", "", "",
			"rows_default", "rows_*",
		},
		"all of it": {
			changefeed.KafkaTopics{
				Prefix: pulumi.String("p-"), Separator: pulumi.String("."), Suffix: pulumi.String("-v1"),
				Dispatch: pulumi.String("BY_TABLE"),
			},
			"BY_TABLE", "p-", ".", "-v1", "p-default-v1", "p-*",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			outputs, err := w.build(t, changefeed.KafkaChangefeedArgs{Topics: &test.given})
			require.NoError(t, err)
			kafka, _ := plain(w.registered["rows-changefeed"].raw)["kafka"].(object)
			assert.Equal(t, object{
				"dispatchType": test.dispatch, "topicPrefix": test.prefix, "separator": test.separator,
				"topicSuffix":  test.suffix,
				"defaultTopic": test.defaultTopic, "partitionNum": 3.0, "replicationFactor": 3.0,
			}, kafka["topicPartitionConfig"])
			assert.Equal(t, clusterCRN+"/kafka=lkc-1/topic="+test.pattern,
				plain(w.registered["rows-role"].raw)["crnPattern"])
			assert.Equal(t, []string{test.pattern}, outputs["topics"])
		})
	}
}

// Existing parts are not created.
func TestGivenCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, changefeed.KafkaChangefeedArgs{Credentials: &changefeed.KafkaCredentials{
		ApiKey: pulumi.String("MYKEY"), ApiSecret: pulumi.String("my-own-secret"),
	}})
	require.NoError(t, err)
	assert.Equal(t, []string{"rows-changefeed"}, w.children())
	assert.Equal(t, (*string)(nil), outputs["serviceAccountId"])
	assert.Equal(t, "MYKEY", outputs["apiKeyId"])
	kafka := w.registered["rows-changefeed"].raw["kafka"]
	assert.True(t, kafka.ContainsSecrets(), "the secret is one even where the program gives it in clear")
	own := w.registered["rows"].raw["credentials"].ObjectValue()["apiSecret"]
	assert.True(t, own.IsSecret(), "also among the inputs of the component")
}

func TestGivenAccount(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, changefeed.KafkaChangefeedArgs{
		ServiceAccountId: pulumi.String("sa-9"), Role: pulumi.String("CloudClusterAdmin"),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"rows-changefeed", "rows-key", "rows-role"}, w.children())
	assert.Equal(t, object{"principal": "User:sa-9", "roleName": "CloudClusterAdmin", "crnPattern": clusterCRN},
		plain(w.registered["rows-role"].raw))
	assert.Equal(t, object{"id": "sa-9", "kind": "ServiceAccount", "apiVersion": "iam/v2"},
		plain(w.registered["rows-key"].raw)["owner"])
	assert.Equal(t, text("sa-9"), outputs["serviceAccountId"])
}

// Confluent's provider deletes a key with a name of its own before it creates the replacement.
func TestTheKeyHasNoName(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{DisplayName: pulumi.String("rows of the shop")})
	require.NoError(t, err)
	assert.NotContains(t, w.registered["rows-key"].inputs, "displayName")
	assert.Equal(t, "rows of the shop", w.registered["rows-changefeed"].inputs["displayName"])
}

// A secret is in no message.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	role, ok := pulumi.ToSecret(pulumi.String("TopSecretRole")).(pulumi.StringOutput)
	require.True(t, ok)
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{
		Role: role.ToStringPtrOutput(),
		Credentials: &changefeed.KafkaCredentials{
			ApiKey:    pulumi.String("K"),
			ApiSecret: pulumi.String("TopSecretRole"),
		},
	})
	require.ErrorContains(t, err, "[secret]")
	assert.NotContains(t, err.Error(), "TopSecretRole")
}

func TestLongNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		strings.Repeat("n", 60):       `^n{55}-[0-9a-f]{8}$`,
		strings.Repeat("\u00fc", 30):  `^\x{fc}{27}-[0-9a-f]{8}$`, // a letter of two bytes, which a cut must not halve
		"n" + strings.Repeat("表", 20): `^n表{18}-[0-9a-f]{8}$`,
	} {
		w := newWorld()
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			_, err := changefeed.NewKafkaChangefeed(ctx, name, changefeed.KafkaChangefeedArgs{
				TidbClusterId: pulumi.String("1001"), EnvironmentId: pulumi.String("env-1"),
				KafkaClusterId:          pulumi.String("lkc-1"),
				PrivateLinkConnectionId: pulumi.String("plc-1"),
				Topics:                  &changefeed.KafkaTopics{Name: pulumi.String("rows")},
			})
			return err
		}, pulumi.WithMocks("project", "stack", w))
		require.NoError(t, err)
		assert.Regexp(t, want, w.registered[name+"-account"].inputs["displayName"])
	}
}

// TestPublicNames: in a network with CHASED_PRIVATE the Kafka cluster has a public name, which no attached domain
// covers.
func TestPublicNames(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.kafka["bootstrapEndpoint"] = "lkc-1-dom1.us-east-1.aws.glb.confluent.cloud:9092"
	_, err := w.build(t, changefeed.KafkaChangefeedArgs{})
	require.NoError(t, err)
	kafka, _ := w.registered["rows-changefeed"].inputs["kafka"].(object)
	authentication, _ := kafka["authentication"].(object)
	assert.Equal(t, host, authentication["serverName"])
}
