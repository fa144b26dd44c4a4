package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nestedInputs are changefeeds that, together, set every input.
func nestedInputs(l *feedLab) map[string]property.Map {
	link := map[string]any{"privateLink": map[string]any{"privateLinkConnectionId": l.connection, "port": 9092.0}}
	internet := map[string]any{"publicEndpoints": []any{"a.example.com:9092", "b.example.com:9092"}}
	feed := func(network, format map[string]any) property.Map {
		return l.inputs(func(inputs map[string]any) {
			inputs["filter"] = map[string]any{
				"filterRule": []any{"shop.*", "!shop.visits"}, "mode": "IGNORE_NOT_SUPPORT_TABLE",
				"caseSensitive": true,
				"eventFilterRule": []any{
					map[string]any{"matcher": []any{"shop.a", "shop.b"}, "ignoreEvent": []any{"all dml", "all ddl"}},
				},
			}
			inputs["startPosition"] = map[string]any{"time": "2026-01-31T12:00:00Z"}
			inputs["kafka"] = map[string]any{
				"network": network,
				"broker":  map[string]any{"kafkaVersion": "VERSION_2XX", "compression": "NONE"},
				"authentication": map[string]any{
					"authType": "SASL_PLAIN", "username": "KEY", "password": kafkaSecret, "enableTls": true,
					"serverName": "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud",
				},
				"dataFormat": format,
				"topicPartitionConfig": map[string]any{
					"dispatchType": "BY_TABLE", "defaultTopic": "orders", "topicPrefix": "p", "separator": "_",
					"topicSuffix":       "s",
					"replicationFactor": 3.0, "partitionNum": 3.0,
					"partitionDispatchers": []any{
						map[string]any{
							"partitionType": "COLUMNS", "matcher": []any{"a.*", "b.*"}, "columns": []any{"id", "at"},
						},
						map[string]any{"partitionType": "INDEX_VALUE", "matcher": []any{"c.*"}, "indexName": "i"},
					},
				},
				"columnSelectors":      []any{map[string]any{"matcher": []any{"a.*"}, "columns": []any{"id", "at"}}},
				"outputRawChangeEvent": true,
			}
		})
	}
	avro := func(registry string, of map[string]any) map[string]any {
		return map[string]any{"protocol": "AVRO", "enableTidbExtension": true, "avroConfig": map[string]any{
			"decimalHandlingMode": "PRECISE", "bigintUnsignedHandlingMode": "LONG", registry: of,
		}}
	}
	return map[string]property.Map{
		"Confluent's registry": feed(link, avro("confluentSchemaRegistry", map[string]any{
			"endpoint": "https://psrc-1.us-east-1.aws.confluent.cloud", "enableHttpAuth": true, "username": "KEY",
			"password": "canary-registry-secret",
		})),
		"AWS's registry": feed(internet, avro("awsGlueSchemaRegistry", map[string]any{
			"region": "us-east-1", "name": "r", "accessKeyId": "AKIA", "secretAccessKey": "canary-registry-secret",
		})),
		"Debezium": feed(internet, map[string]any{"protocol": "DEBEZIUM", "debeziumConfig": map[string]any{
			"disableOutputOldValue": true, "disableSchema": true,
		}}),
	}
}

// marks are the paths of the scalars, and which of them are secret and unknown.
type marks struct{ all, secret, unknown []string }

func marksOf(v property.Value) (m marks) {
	m.add("", v, false)
	return m
}

func (m *marks) add(path string, v property.Value, secret bool) {
	secret = secret || v.Secret()
	switch {
	case v.IsMap():
		for key, element := range v.AsMap().AllStable {
			m.add(path+"."+key, element, secret)
		}
		return
	case v.IsArray():
		for i, element := range v.AsArray().All {
			m.add(fmt.Sprintf("%s[%d]", path, i), element, secret)
		}
		return
	}
	m.all = append(m.all, path)
	if secret {
		m.secret = append(m.secret, path)
	}
	if v.IsComputed() {
		m.unknown = append(m.unknown, path)
	}
}

// change changes the scalar at a path.
func change(path string, v property.Value, at string, how func(property.Value) property.Value) property.Value {
	switch {
	case v.IsMap():
		m := v.AsMap()
		for key, element := range m.AllStable {
			m = m.Set(key, change(path+"."+key, element, at, how))
		}
		return property.New(m)
	case v.IsArray():
		var all []property.Value
		for i, element := range v.AsArray().All {
			all = append(all, change(fmt.Sprintf("%s[%d]", path, i), element, at, how))
		}
		return property.New(all)
	case path == at:
		return how(v)
	}
	return v
}

func secret(v property.Value) property.Value { return v.WithSecret(true) }

func unknown(property.Value) property.Value { return property.New(property.Computed) }

// TestMarksOfNestedInputs: a secret or unknown input stays secret or unknown in the state and in previews, and its
// neighbors do not change. The test covers each input of a changefeed, at any depth.
func TestMarksOfNestedInputs(t *testing.T) {
	t.Parallel()
	l := newFeedLab(t)
	passwords := map[string]bool{
		".kafka.authentication.password":                                     true,
		".kafka.dataFormat.avroConfig.confluentSchemaRegistry.password":      true,
		".kafka.dataFormat.avroConfig.awsGlueSchemaRegistry.secretAccessKey": true,
	}
	for name, inputs := range nestedInputs(l) {
		plain := marksOf(property.New(inputs))
		for _, path := range plain.all {
			if passwords[path] {
				continue
			}
			given := change("", property.New(inputs), path, unknown)
			got := marksOf(property.New(l.checked(given.AsMap())))
			assert.Equal(t, []string{path}, got.unknown, "%s: unknown", name)

			given = change("", property.New(inputs), path, secret)
			checked := l.checked(given.AsMap())
			assert.Contains(t, marksOf(property.New(checked)).secret, path, "%s: inputs", name)
		}
	}
}

func (l *feedLab) checked(inputs property.Map) property.Map {
	l.t.Helper()
	resp, err := l.server.Check(p.CheckRequest{Urn: urn(changefeedType), Inputs: inputs})
	require.NoError(l.t, err)
	require.Empty(l.t, resp.Failures)
	return resp.Inputs
}

// TestMarksOfNestedState: a secret stays secret in the state, also after a refresh and an update.
func TestMarksOfNestedState(t *testing.T) {
	t.Parallel()
	l := newFeedLab(t)
	for i, path := range []string{
		".kafka.network.privateLink.privateLinkConnectionId",
		".kafka.topicPartitionConfig.partitionDispatchers[0].matcher[0]",
		".kafka.dataFormat.avroConfig.decimalHandlingMode",
	} {
		given := nestedInputs(l)["Confluent's registry"].
			Set("displayName", property.New(fmt.Sprint("feed-", i))).Delete("startPosition")
		inputs := l.checked(change("", property.New(given), path, secret).AsMap())
		isSecret := func(m property.Map, where string) {
			t.Helper()
			found := marksOf(property.New(m)).secret
			assert.True(t, slices.ContainsFunc(found, func(secret string) bool {
				return strings.HasPrefix(path, secret)
			}), "%s: %s is not among the secrets %v", where, path, found)
		}
		planned, err := l.server.Create(p.CreateRequest{Urn: urn(changefeedType), Properties: inputs, DryRun: true})
		require.NoError(t, err)
		isSecret(planned.Properties, "planned")
		made, err := l.server.Create(p.CreateRequest{Urn: urn(changefeedType), Properties: inputs})
		require.NoError(t, err)
		isSecret(made.Properties, "created")
		read, err := l.server.Read(p.ReadRequest{
			ID: made.ID, Urn: urn(changefeedType), Inputs: inputs, Properties: made.Properties,
		})
		require.NoError(t, err)
		isSecret(read.Inputs, "inputs read")
		isSecret(read.Properties, "state read")
		renamed := inputs.Set("displayName", property.New(fmt.Sprint("renamed-", i)))
		updated, err := l.server.Update(p.UpdateRequest{
			ID: made.ID, Urn: urn(changefeedType), Inputs: renamed, State: read.Properties, OldInputs: read.Inputs,
		})
		require.NoError(t, err)
		isSecret(updated.Properties, "updated")
	}
}
