package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// Each change turns a correct request into a wrong one.
func TestChangefeedIsRefused(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	right := changefeedRequest(f.plc)
	avro := object{
		"protocol":   "AVRO",
		"avroConfig": object{"confluentSchemaRegistry": object{"endpoint": "https://sr"}},
	}
	for _, test := range []struct {
		at      string
		value   any
		message string
	}{
		{"sink", nil, "sink is missing"},
		{"filter", nil, "filter is missing"},
		{"displayname", "x", "displayname is no field"},
		{"displayName", 1, "must be a string"},
		{"sink.type", "PULSAR", "PULSAR"},
		{"sink.type", nil, "sink.type is missing"},
		{"sink.kafka", nil, "sink.kafka is missing"},
		{"sink.mysql", object{}, "does not go with sink.type KAFKA"},
		{"sink.kafka.network", nil, "network is missing"},
		{"sink.kafka.network.networkType", "PRIVATE_SERVICE", "PRIVATE_SERVICE"},
		{"sink.kafka.network.privateLink", nil, "privateLink is missing"},
		{"sink.kafka.network.privateLink.port", 0, "port is 0"},
		{"sink.kafka.network.privateLink.port", 70000, "port is 70000"},
		{"sink.kafka.network.privateLink.port", "x", "must be an integer"},
		{"sink.kafka.network.privateLink.privateLinkConnectionId", "plc-x", "plc-x"},
		{"sink.kafka.network.publicEndpoints", "a:1", "publicEndpoints does not go with"},
		{"sink.kafka.network", object{"networkType": "PUBLIC"}, "host:port"},
		{"sink.kafka.network", object{"networkType": "PUBLIC", "publicEndpoints": "a:1,b"}, "host:port"},
		{"sink.kafka.broker", nil, "broker is missing"},
		{"sink.kafka.broker.kafkaVersion", nil, "kafkaVersion is missing"},
		{"sink.kafka.broker.compression", "BROTLI", "BROTLI"},
		{"sink.kafka.authentication", nil, "authentication is missing"},
		{"sink.kafka.authentication.authType", "OAUTH", "OAUTH"},
		{"sink.kafka.authentication.username", nil, "username is empty"},
		{"sink.kafka.authentication.Username", "x", "no field of the API"},
		{"sink.kafka.authentication.password", nil, "password is empty"},
		{"sink.kafka.authentication.enableTls", false, "serverName does not go with"},
		{"sink.kafka.authentication.enableTls", "true", "must be true or false"},
		{"sink.kafka.authentication.serverName", "https://host:9092", "must be a host name"},
		{"sink.kafka.authentication.authType", "DISABLE", "username does not go with"},
		{"sink.kafka.dataFormat", nil, "dataFormat is missing"},
		{"sink.kafka.dataFormat.protocol", "MAXWELL", "MAXWELL"},
		{
			"sink.kafka.dataFormat",
			object{"protocol": "DEBEZIUM", "enableTidbExtension": true},
			"enableTidbExtension does not go with",
		},
		{"sink.kafka.dataFormat.debeziumConfig", object{}, "debeziumConfig does not go with"},
		{"sink.kafka.dataFormat.avroConfig", object{}, "avroConfig does not go with"},
		{"sink.kafka.dataFormat", object{"protocol": "AVRO"}, "avroConfig is missing"},
		{"sink.kafka.dataFormat", object{"protocol": "AVRO", "avroConfig": object{}}, "must have either"},
		{"sink.kafka.dataFormat", avro, "the protocol AVRO needs BY_TABLE"},
		{"sink.kafka.topicPartitionConfig", nil, "topicPartitionConfig is missing"},
		{"sink.kafka.topicPartitionConfig.dispatchType", "BY_ROW", "BY_ROW"},
		{"sink.kafka.topicPartitionConfig.defaultTopic", "a/b", "defaultTopic"},
		{"sink.kafka.topicPartitionConfig.defaultTopic", "..", "defaultTopic"},
		{"sink.kafka.topicPartitionConfig.defaultTopic", strings.Repeat("x", 250), "defaultTopic"},
		{"sink.kafka.topicPartitionConfig.topicPrefix", "x", "topicPrefix does not go with"},
		{"sink.kafka.topicPartitionConfig.replicationFactor", nil, "replicationFactor is 0"},
		{"sink.kafka.topicPartitionConfig.partitionNum", "0", "partitionNum is 0"},
		{"sink.kafka.topicPartitionConfig.partitionDispatchers", []object{{"partitionType": "ROUND"}}, "ROUND"},
		{"sink.kafka.topicPartitionConfig.partitionDispatchers", []object{{"partitionType": "TS"}}, "matcher is empty"},
		{
			"sink.kafka.topicPartitionConfig.partitionDispatchers",
			[]object{{"partitionType": "TS", "matcher": []string{"*.*"}, "columns": []string{"a"}}},
			"columns does not go with",
		},
		{
			"sink.kafka.topicPartitionConfig.partitionDispatchers",
			[]object{{"partitionType": "COLUMNS", "matcher": []string{"*.*"}}},
			"columns is empty",
		},
		{
			"sink.kafka.columnSelectors",
			[]object{{"matcher": []string{"a"}, "columns": []string{"b"}}},
			"the table is missing",
		},
		{"sink.kafka.columnSelectors", object{}, "must be a list"},
		{"filter.filterRule", nil, "filterRule is empty"},
		{"filter.filterRule", []string{"shop"}, `rule \"shop\" is wrong`},
		{"filter.filterRule", []any{1}, "filterRule[0]"},
		{"filter.mode", "SKIP", "SKIP"},
		{"filter.eventFilterRule", []object{{"matcher": []string{"*.*"}, "ignoreEvent": []string{"sneeze"}}}, "sneeze"},
	} {
		got := f.tidb("POST", f.path, with(right, test.value, strings.Split(test.at, ".")...))
		assert.Equal(t, http.StatusBadRequest, got.status, test.at)
		assert.InDelta(t, 3, got.at("code"), 0, test.at)
		assert.Contains(t, got.message(), strings.ReplaceAll(test.message, `\"`, `"`), test.at)
	}
	assert.Empty(t, f.do(200, "GET", f.path, nil).at("changefeeds"))
}

func TestOtherSinksAreAccepted(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	right := changefeedRequest(f.plc)
	privateLink := object{
		"networkType": "PRIVATE_LINK",
		"privateLink": object{"privateLinkConnectionId": f.plc, "port": 3306},
	}
	mysql := object{"type": "MYSQL", "mysql": object{
		"network": privateLink, "authentication": object{"userName": "u", "password": kafkaSecret, "enableTls": true},
	}}
	avro := object{"protocol": "AVRO", "enableTidbExtension": true, "avroConfig": object{
		"awsGlueSchemaRegistry": object{"region": "r", "name": "n", "accessKeyId": "a", "secretAccessKey": kafkaSecret},
	}}
	for _, request := range []object{
		with(right, mysql, "sink"),
		with(right, object{"networkType": "PUBLIC", "publicEndpoints": "a:1,b:2"}, "sink", "kafka", "network"),
		with(right, object{"authType": "DISABLE"}, "sink", "kafka", "authentication"),
		with(with(right, avro, "sink", "kafka", "dataFormat"), "BY_TABLE", "sink", "kafka", "topicPartitionConfig",
			"dispatchType"),
		with(right, object{"protocol": "DEBEZIUM", "debeziumConfig": object{"disableSchema": true}}, "sink", "kafka",
			"dataFormat"),
		with(right, object{"protocol": "OPEN_PROTOCOL"}, "sink", "kafka", "dataFormat"),
		with(right, nil, "sink", "kafka", "topicPartitionConfig", "partitionDispatchers"),
		with(right, []object{{"matcher": []string{"*.*"}, "ignoreEvent": []string{"all ddl", "Delete"}}}, "filter",
			"eventFilterRule"),
	} {
		got := f.tidb("POST", f.path, request)
		require.Equal(t, http.StatusOK, got.status, got.message())
	}
	for _, call := range f.Calls() {
		assert.NotContains(t, string(call.RequestBody), kafkaSecret)
	}
}

func TestTolerantChangefeeds(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{Tolerant: true})
	right := changefeedRequest(f.plc)
	got := f.do(200, "POST", f.path, with(with(right, "a:1", "sink", "kafka", "network", "publicEndpoints"),
		object{}, "sink", "kafka", "dataFormat", "debeziumConfig"))
	assert.NotContains(t, got.at("sink.kafka.network"), "publicEndpoints")
	assert.NotContains(t, got.at("sink.kafka.dataFormat"), "debeziumConfig")
}
