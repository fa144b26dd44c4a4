// Package feed describes which rows a changefeed writes, where and how. The inputs of the resource and TiDB Cloud's API
// share this form: the JSON names are those of the API.
package feed

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

// Sources have the descriptions in the schema, in comments.
//
//go:embed feed.go
var Sources embed.FS

// Kafka is a Kafka cluster, and how rows are written to it; property names are those of TiDB Cloud's changefeed API.
type Kafka struct {
	// How TiDB Cloud reaches the brokers. A change replaces the changefeed.
	Network KafkaNetwork `json:"-" pulumi:"network" required:"how TiDB Cloud reaches the brokers: privateLink or publicEndpoints"`
	// What the brokers understand. Default: `VERSION_3XX` without compression.
	Broker *KafkaBroker `json:"broker,omitempty" pulumi:"broker,optional"`
	// How TiDB Cloud signs in. Default: it does not.
	Authentication *KafkaAuthentication `json:"authentication,omitempty" pulumi:"authentication,optional"`
	// What a message looks like. Default: `CANAL_JSON`.
	DataFormat *KafkaDataFormat `json:"dataFormat,omitempty" pulumi:"dataFormat,optional"`
	// Into which topics and partitions the rows go.
	TopicPartitionConfig KafkaTopicPartitionConfig `json:"topicPartitionConfig" pulumi:"topicPartitionConfig" required:"the topics that the rows go to"`
	// Which columns of some tables are written. Default: all of them.
	ColumnSelectors []KafkaColumnSelector `json:"columnSelectors,omitempty" pulumi:"columnSelectors,optional"`
	// Whether an update of a key is written as it is, not as a deletion and an insertion. Default: TiDB Cloud's.
	OutputRawChangeEvent *bool `json:"outputRawChangeEvent,omitempty" pulumi:"outputRawChangeEvent,optional"`
}

// KafkaNetwork is how TiDB Cloud reaches the brokers: set either `privateLink` or `publicEndpoints`.
type KafkaNetwork struct {
	// Over a private link connection of the cluster.
	PrivateLink *KafkaPrivateLink `pulumi:"privateLink,optional"`
	// Over the internet: the bootstrap servers, each `<host>:<port>`.
	PublicEndpoints []string `pulumi:"publicEndpoints,optional"`
}

// String is how the brokers are reached. The order of bootstrap servers makes no difference.
func (n KafkaNetwork) String() string {
	if n.PrivateLink != nil {
		return n.PrivateLink.String()
	}
	return strings.Join(slices.Sorted(slices.Values(n.PublicEndpoints)), ",")
}

// KafkaPrivateLink is a private link connection that leads to the brokers.
type KafkaPrivateLink struct {
	// The ID of the private link connection, `plc-…`. It must be a connection of the cluster, and `ACTIVE`.
	PrivateLinkConnectionID string `json:"privateLinkConnectionId" pulumi:"privateLinkConnectionId" required:"the ID of the private link connection"`
	// The port of the bootstrap servers, 1 to 65535; for Confluent Cloud 9092.
	Port int `json:"port" pulumi:"port" required:"the port of the brokers, such as 9092"`
}

// String names the connection and the port.
func (l KafkaPrivateLink) String() string {
	return fmt.Sprintf("%s:%d", l.PrivateLinkConnectionID, l.Port)
}

// KafkaBroker is what the brokers understand.
type KafkaBroker struct {
	// `VERSION_2XX` or `VERSION_3XX`. Default: `VERSION_3XX`.
	KafkaVersion *string `json:"kafkaVersion,omitempty" pulumi:"kafkaVersion,optional"`
	// `NONE`, `GZIP`, `SNAPPY`, `LZ4` or `ZSTD`. Default: `NONE`.
	Compression *string `json:"compression,omitempty" pulumi:"compression,optional"`
}

// KafkaAuthentication is how TiDB Cloud signs in to the brokers.
type KafkaAuthentication struct {
	// `DISABLE`, `SASL_PLAIN`, `SASL_SCRAM_SHA_256` or `SASL_SCRAM_SHA_512`. Confluent Cloud wants `SASL_PLAIN`.
	// Default: `DISABLE`.
	AuthType *string `json:"authType,omitempty" pulumi:"authType,optional"`
	// The user name; for Confluent Cloud the Kafka API key. Refused without `authType`, or with `DISABLE`.
	Username *string `json:"username,omitempty" pulumi:"username,optional"`
	// The password; for Confluent Cloud the secret of the Kafka API key. It is kept as a secret, and TiDB Cloud never
	// shows it.
	Password *string `json:"password,omitempty" provider:"secret" pulumi:"password,optional"`
	// Whether the connection uses TLS. Confluent Cloud wants it. TiDB Cloud accepts no self-signed certificates.
	// Default: `false`.
	EnableTLS *bool `json:"enableTls,omitempty" pulumi:"enableTls,optional"`
	// The host name for TLS verification and SNI. For Confluent Cloud Dedicated the host of the bootstrap endpoint; a
	// domain attached to the connection must cover it. Refused where `enableTls` is `false`.
	ServerName *string `json:"serverName,omitempty" pulumi:"serverName,optional"`
}

// KafkaDataFormat is what a message looks like.
type KafkaDataFormat struct {
	// `CANAL_JSON`, `OPEN_PROTOCOL`, `AVRO` or `DEBEZIUM`. Default: `CANAL_JSON`.
	Protocol *string `json:"protocol,omitempty" pulumi:"protocol,optional"`
	// Whether messages have TiDB's own fields, for `CANAL_JSON` and `AVRO` only. Default: TiDB Cloud's.
	EnableTidbExtension *bool `json:"enableTidbExtension,omitempty" pulumi:"enableTidbExtension,optional"`
	// For `AVRO` only, which needs it.
	AvroConfig *AvroConfig `json:"avroConfig,omitempty" pulumi:"avroConfig,optional"`
	// For `DEBEZIUM` only.
	DebeziumConfig *DebeziumConfig `json:"debeziumConfig,omitempty" pulumi:"debeziumConfig,optional"`
}

// AvroConfig is how rows become AVRO: set either `confluentSchemaRegistry` or `awsGlueSchemaRegistry`.
type AvroConfig struct {
	// `PRECISE` or `STRING`. Default: TiDB Cloud's.
	DecimalHandlingMode *string `json:"decimalHandlingMode,omitempty" pulumi:"decimalHandlingMode,optional"`
	// `LONG` or `STRING`. Default: TiDB Cloud's.
	BigintUnsignedHandlingMode *string `json:"bigintUnsignedHandlingMode,omitempty" pulumi:"bigintUnsignedHandlingMode,optional"`
	// A schema registry that speaks Confluent's API.
	ConfluentSchemaRegistry *ConfluentSchemaRegistry `json:"confluentSchemaRegistry,omitempty" pulumi:"confluentSchemaRegistry,optional"`
	// A schema registry of AWS Glue.
	AwsGlueSchemaRegistry *AwsGlueSchemaRegistry `json:"awsGlueSchemaRegistry,omitempty" pulumi:"awsGlueSchemaRegistry,optional"`
}

// ConfluentSchemaRegistry is a schema registry that speaks Confluent's API.
type ConfluentSchemaRegistry struct {
	// The address of the registry, a URL.
	Endpoint string `json:"endpoint" pulumi:"endpoint" required:"the address of the schema registry"`
	// Whether the registry wants a user name and a password. Default: TiDB Cloud's.
	EnableHTTPAuth *bool `json:"enableHttpAuth,omitempty" pulumi:"enableHttpAuth,optional"`
	// The user name; for Confluent Cloud the Schema Registry API key.
	Username *string `json:"username,omitempty" pulumi:"username,optional"`
	// The password. It is kept as a secret.
	Password *string `json:"password,omitempty" provider:"secret" pulumi:"password,optional"`
}

// AwsGlueSchemaRegistry is a schema registry of AWS Glue.
type AwsGlueSchemaRegistry struct {
	// The AWS region of the registry, such as `us-east-1`.
	Region string `json:"region" pulumi:"region" required:"the AWS region of the schema registry"`
	// The name of the registry.
	Name string `json:"name" pulumi:"name" required:"the name of the schema registry"`
	// The AWS access key ID.
	AccessKeyID string `json:"accessKeyId" pulumi:"accessKeyId" required:"the AWS access key ID"`
	// The AWS secret access key. It is kept as a secret.
	SecretAccessKey string `json:"secretAccessKey" provider:"secret" pulumi:"secretAccessKey" required:"the AWS secret access key"`
}

// DebeziumConfig is what Debezium messages leave out.
type DebeziumConfig struct {
	// Whether messages leave the old row out. Default: TiDB Cloud's.
	DisableOutputOldValue *bool `json:"disableOutputOldValue,omitempty" pulumi:"disableOutputOldValue,optional"`
	// Whether messages leave the schema out. Default: TiDB Cloud's.
	DisableSchema *bool `json:"disableSchema,omitempty" pulumi:"disableSchema,optional"`
}

// KafkaTopicPartitionConfig is into which topics and partitions the rows go.
type KafkaTopicPartitionConfig struct {
	// `ONE_TOPIC`, `BY_TABLE` or `BY_DATABASE`. `AVRO` supports only `BY_TABLE`. Default: `ONE_TOPIC`.
	DispatchType *string `json:"dispatchType,omitempty" pulumi:"dispatchType,optional"`
	// The topic of all rows with `ONE_TOPIC`, else of events that belong to no table. Letters, digits, `.`, `_` and
	// `-`, at most 249.
	DefaultTopic string `json:"defaultTopic,omitempty" pulumi:"defaultTopic" required:"the topic of all rows, or of events that belong to no table"`
	// The beginning of the names of the topics of `BY_TABLE` and `BY_DATABASE`.
	TopicPrefix *string `json:"topicPrefix,omitempty" pulumi:"topicPrefix,optional"`
	// The text between database and table in a topic's name.
	Separator *string `json:"separator,omitempty" pulumi:"separator,optional"`
	// The end of the names of the topics of `BY_TABLE` and `BY_DATABASE`.
	TopicSuffix *string `json:"topicSuffix,omitempty" pulumi:"topicSuffix,optional"`
	// How many brokers hold a topic that TiDB Cloud creates, at least 1. Confluent Cloud wants 3. Default: 3.
	ReplicationFactor *int `json:"replicationFactor,omitempty" pulumi:"replicationFactor,optional"`
	// How many partitions a topic has that TiDB Cloud creates, at least 1 and at most ten for each broker. Default: 3.
	PartitionNum *int `json:"partitionNum,omitempty" pulumi:"partitionNum,optional"`
	// Into which partition the rows of some tables go. Default: `TABLE` for every table.
	PartitionDispatchers []KafkaPartitionDispatcher `json:"partitionDispatchers,omitempty" pulumi:"partitionDispatchers,optional"`
}

// KafkaPartitionDispatcher is into which partition the rows of some tables go.
type KafkaPartitionDispatcher struct {
	// What the partition is chosen by: `TABLE`, `INDEX_VALUE`, `TS` or `COLUMNS`.
	PartitionType string `json:"partitionType,omitempty" pulumi:"partitionType" required:"one of TABLE, INDEX_VALUE, TS, COLUMNS"`
	// The tables, as filter rules. Default: every table.
	Matcher []string `json:"matcher,omitempty" pulumi:"matcher,optional"`
	// The index of `INDEX_VALUE`. Default: the primary key.
	IndexName *string `json:"indexName,omitempty" pulumi:"indexName,optional"`
	// The columns of `COLUMNS`.
	Columns []string `json:"columns,omitempty" pulumi:"columns,optional"`
}

// KafkaColumnSelector is which columns of some tables are written.
type KafkaColumnSelector struct {
	// The tables, as filter rules.
	Matcher []string `json:"matcher,omitempty" pulumi:"matcher,optional"`
	// The columns, as patterns.
	Columns []string `json:"columns,omitempty" pulumi:"columns,optional"`
}

// ChangefeedFilter is the tables and events that a changefeed takes.
type ChangefeedFilter struct {
	// Rules in TiDB's table filter syntax, such as `orders.*` or `!orders.audit`; the last one that matches decides.
	// Default: every table.
	FilterRule []string `json:"filterRule,omitempty" pulumi:"filterRule,optional"`
	// What to do with tables that cannot be streamed safely: `IGNORE_NOT_SUPPORT_TABLE` or `FORCE_SYNC`. Default:
	// `IGNORE_NOT_SUPPORT_TABLE`.
	Mode *string `json:"mode,omitempty" pulumi:"mode,optional"`
	// Events that are left out.
	EventFilterRule []EventFilterRule `json:"eventFilterRule,omitempty" pulumi:"eventFilterRule,optional"`
	// Whether the rules tell capital and small letters apart. Default: TiDB Cloud's.
	CaseSensitive *bool `json:"caseSensitive,omitempty" pulumi:"caseSensitive,optional"`
}

// EventFilterRule is events of some tables that are left out.
type EventFilterRule struct {
	// The tables, as filter rules.
	Matcher []string `json:"matcher,omitempty" pulumi:"matcher,optional"`
	// The events, such as `delete` or `all dml`.
	IgnoreEvent []string `json:"ignoreEvent,omitempty" pulumi:"ignoreEvent,optional"`
}
