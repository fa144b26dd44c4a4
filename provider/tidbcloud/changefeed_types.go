package tidbcloud

import (
	"github.com/pulumi/pulumi-go-provider/infer"
)

// ChangefeedArgs are the inputs of a Changefeed. The JSON names are those of TiDB Cloud's API.
type ChangefeedArgs struct {
	ClusterID     string            `json:"-" pulumi:"clusterId"`
	DisplayName   *string           `json:"-" pulumi:"displayName,optional"`
	Kafka         Kafka             `json:"-" pulumi:"kafka"`
	Filter        *ChangefeedFilter `json:"-" pulumi:"filter,optional"`
	StartPosition *StartPosition    `json:"-" pulumi:"startPosition,optional"`
	Paused        *bool             `json:"-" pulumi:"paused,optional"`
}

// ChangefeedState is what Pulumi keeps of it.
type ChangefeedState struct {
	ChangefeedArgs

	ChangefeedID   string `pulumi:"changefeedId"`
	State          string `pulumi:"state"`
	Error          string `pulumi:"error"`
	CreateTime     string `pulumi:"createTime"`
	PredecessorTSO string `pulumi:"predecessorTso"`
	Fingerprint    string `pulumi:"fingerprint"`
}

// Kafka says where the rows go, and how they are written.
type Kafka struct {
	Network              KafkaNetwork              `json:"-"                              pulumi:"network"`
	Broker               *KafkaBroker              `json:"broker,omitempty"               pulumi:"broker,optional"`
	Authentication       *KafkaAuthentication      `json:"authentication,omitempty"       pulumi:"authentication,optional"`
	DataFormat           *KafkaDataFormat          `json:"dataFormat,omitempty"           pulumi:"dataFormat,optional"`
	TopicPartitionConfig KafkaTopicPartitionConfig `json:"topicPartitionConfig"           pulumi:"topicPartitionConfig"`
	ColumnSelectors      []KafkaColumnSelector     `json:"columnSelectors,omitempty"      pulumi:"columnSelectors,optional"`
	OutputRawChangeEvent *bool                     `json:"outputRawChangeEvent,omitempty" pulumi:"outputRawChangeEvent,optional"`
}

// KafkaNetwork says how the brokers are reached.
type KafkaNetwork struct {
	PrivateLink     *KafkaPrivateLink `pulumi:"privateLink,optional"`
	PublicEndpoints []string          `pulumi:"publicEndpoints,optional"`
}

// KafkaPrivateLink reaches the brokers over a private link connection.
type KafkaPrivateLink struct {
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId"`
	Port                    int    `pulumi:"port"`
}

// KafkaBroker says what the brokers understand.
type KafkaBroker struct {
	KafkaVersion *string `json:"kafkaVersion,omitempty" pulumi:"kafkaVersion,optional"`
	Compression  *string `json:"compression,omitempty"  pulumi:"compression,optional"`
}

// KafkaAuthentication says how to sign in to the brokers.
type KafkaAuthentication struct {
	AuthType   *string `json:"authType,omitempty"   pulumi:"authType,optional"`
	Username   *string `json:"username,omitempty"   pulumi:"username,optional"`
	Password   *string `json:"password,omitempty"   provider:"secret"              pulumi:"password,optional"`
	EnableTLS  *bool   `json:"enableTls,omitempty"  pulumi:"enableTls,optional"`
	ServerName *string `json:"serverName,omitempty" pulumi:"serverName,optional"`
}

// KafkaDataFormat says what a message looks like.
type KafkaDataFormat struct {
	Protocol            *string         `json:"protocol,omitempty"            pulumi:"protocol,optional"`
	EnableTidbExtension *bool           `json:"enableTidbExtension,omitempty" pulumi:"enableTidbExtension,optional"`
	AvroConfig          *AvroConfig     `json:"avroConfig,omitempty"          pulumi:"avroConfig,optional"`
	DebeziumConfig      *DebeziumConfig `json:"debeziumConfig,omitempty"      pulumi:"debeziumConfig,optional"`
}

// AvroConfig is about messages in AVRO.
type AvroConfig struct {
	DecimalHandlingMode        *string                  `json:"decimalHandlingMode,omitempty"        pulumi:"decimalHandlingMode,optional"`
	BigintUnsignedHandlingMode *string                  `json:"bigintUnsignedHandlingMode,omitempty" pulumi:"bigintUnsignedHandlingMode,optional"`
	ConfluentSchemaRegistry    *ConfluentSchemaRegistry `json:"confluentSchemaRegistry,omitempty"    pulumi:"confluentSchemaRegistry,optional"`
	AwsGlueSchemaRegistry      *AwsGlueSchemaRegistry   `json:"awsGlueSchemaRegistry,omitempty"      pulumi:"awsGlueSchemaRegistry,optional"`
}

// ConfluentSchemaRegistry is a schema registry that speaks Confluent's API.
type ConfluentSchemaRegistry struct {
	Endpoint       string  `json:"endpoint"                 pulumi:"endpoint"`
	EnableHTTPAuth *bool   `json:"enableHttpAuth,omitempty" pulumi:"enableHttpAuth,optional"`
	Username       *string `json:"username,omitempty"       pulumi:"username,optional"`
	Password       *string `json:"password,omitempty"       provider:"secret"                pulumi:"password,optional"`
}

// AwsGlueSchemaRegistry is a schema registry of AWS Glue.
type AwsGlueSchemaRegistry struct {
	Region          string `json:"region"          pulumi:"region"`
	Name            string `json:"name"            pulumi:"name"`
	AccessKeyID     string `json:"accessKeyId"     pulumi:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey" provider:"secret"    pulumi:"secretAccessKey"`
}

// DebeziumConfig is about messages in Debezium's format.
type DebeziumConfig struct {
	DisableOutputOldValue *bool `json:"disableOutputOldValue,omitempty" pulumi:"disableOutputOldValue,optional"`
	DisableSchema         *bool `json:"disableSchema,omitempty"         pulumi:"disableSchema,optional"`
}

// KafkaTopicPartitionConfig says into which topics and partitions the rows go.
type KafkaTopicPartitionConfig struct {
	DispatchType         *string                    `json:"dispatchType,omitempty"         pulumi:"dispatchType,optional"`
	DefaultTopic         string                     `json:"defaultTopic"                   pulumi:"defaultTopic"`
	TopicPrefix          *string                    `json:"topicPrefix,omitempty"          pulumi:"topicPrefix,optional"`
	Separator            *string                    `json:"separator,omitempty"            pulumi:"separator,optional"`
	TopicSuffix          *string                    `json:"topicSuffix,omitempty"          pulumi:"topicSuffix,optional"`
	ReplicationFactor    *int                       `json:"replicationFactor,omitempty"    pulumi:"replicationFactor,optional"`
	PartitionNum         *int                       `json:"partitionNum,omitempty"         pulumi:"partitionNum,optional"`
	PartitionDispatchers []KafkaPartitionDispatcher `json:"partitionDispatchers,omitempty" pulumi:"partitionDispatchers,optional"`
}

// KafkaPartitionDispatcher says into which partition the rows of some tables go.
type KafkaPartitionDispatcher struct {
	PartitionType string   `json:"partitionType"       pulumi:"partitionType"`
	Matcher       []string `json:"matcher,omitempty"   pulumi:"matcher,optional"`
	IndexName     *string  `json:"indexName,omitempty" pulumi:"indexName,optional"`
	Columns       []string `json:"columns,omitempty"   pulumi:"columns,optional"`
}

// KafkaColumnSelector says which columns of some tables are written.
type KafkaColumnSelector struct {
	Matcher []string `json:"matcher,omitempty" pulumi:"matcher,optional"`
	Columns []string `json:"columns,omitempty" pulumi:"columns,optional"`
}

// ChangefeedFilter says which tables and events a changefeed takes.
type ChangefeedFilter struct {
	FilterRule      []string          `json:"filterRule,omitempty"      pulumi:"filterRule,optional"`
	Mode            *string           `json:"mode,omitempty"            pulumi:"mode,optional"`
	EventFilterRule []EventFilterRule `json:"eventFilterRule,omitempty" pulumi:"eventFilterRule,optional"`
	CaseSensitive   *bool             `json:"caseSensitive,omitempty"   pulumi:"caseSensitive,optional"`
}

// EventFilterRule leaves events of some tables out.
type EventFilterRule struct {
	Matcher     []string `json:"matcher,omitempty"     pulumi:"matcher,optional"`
	IgnoreEvent []string `json:"ignoreEvent,omitempty" pulumi:"ignoreEvent,optional"`
}

// StartPosition is the change at which a new changefeed begins.
type StartPosition struct {
	TSO  *string `pulumi:"tso,optional"`
	Time *string `pulumi:"time,optional"`
}

// Annotate describes the resource.
func (r *Changefeed) Annotate(a infer.Annotator) {
	a.Describe(r, "A changefeed streams the rows of a TiDB Cloud Essential cluster into Kafka.\n\n"+
		"TiDB Cloud enables changefeeds of Essential clusters on request, allows 10 for each cluster, and has them in "+
		"some regions only.\n\n"+
		"Creation waits until the changefeed is `RUNNING`, or `PAUSED` where `paused` is set. A change of "+
		"`displayName`, `kafka` (but its network) or `filter` pauses the changefeed, edits it and resumes it; it "+
		"resumes too when the edit fails. A change of `clusterId`, `kafka.network` or `startPosition` replaces it. "+
		"**A replacement loses no rows**: the old changefeed stops first, and the new one starts at its checkpoint, "+
		"unless `startPosition` is set. Rows around the checkpoint may arrive twice.\n\n"+
		"After a refresh, the next `pulumi up` resumes a changefeed that is `RUNNING_FAILED` or was paused by hand, "+
		"and replaces one that is `CREATE_FAILED`. The function `getChangefeed` reports the checkpoint, which moves "+
		"all the time and is not in the state.\n\n"+
		"Import it with the id `<clusterId>/<changefeedId>`. TiDB Cloud never shows a password, so the first `pulumi "+
		"up` after an import edits the changefeed to set it.")
}

// Annotate describes the inputs.
func (r *ChangefeedArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.ClusterID, "The ID of the TiDB Cloud cluster, a number of up to 20 digits. It must be an Essential "+
		"cluster. A change replaces.")
	a.Describe(&r.DisplayName, "The name of the changefeed in TiDB Cloud. An empty one is refused. A change is an "+
		"update in place. Default: the resource's name and seven random hexadecimal digits, chosen once and then kept.")
	a.Describe(&r.Kafka, "The Kafka cluster that the rows go to, and how they are written.")
	a.Describe(&r.Filter, "The tables and events that the changefeed takes. Default: every table, every event.")
	a.Describe(&r.StartPosition, "Where a new changefeed starts. A change replaces. Default: now; of a replacement, "+
		"the checkpoint of the changefeed that it replaces.")
	a.Describe(&r.Paused, "Whether the changefeed is paused. A change stops or starts it. Default: `false`.")
}

// Annotate describes the outputs.
func (s *ChangefeedState) Annotate(a infer.Annotator) {
	a.Describe(&s.ChangefeedID, "The ID of the changefeed.")
	a.Describe(&s.State, "The state of the changefeed as TiDB Cloud reports it: `CREATING`, `RUNNING`, `WARNING`, "+
		"`PAUSED`, `RUNNING_FAILED` or `CREATE_FAILED`.")
	a.Describe(&s.Error, "Why the changefeed does not write; empty while it does.")
	a.Describe(&s.CreateTime, "When the changefeed was created, in the form of RFC 3339.")
	a.Describe(&s.PredecessorTSO, "The TSO of the checkpoint of the changefeed that this one replaced, at which it "+
		"started; empty where it replaced none.")
	a.Describe(&s.Fingerprint, "A hash of what TiDB Cloud reports for the inputs, without passwords. It tells "+
		"whether the changefeed was edited by hand.")
}

// Annotate describes the sink.
func (k *Kafka) Annotate(a infer.Annotator) {
	a.Describe(k, "A Kafka cluster, and how rows are written to it; property names are those of TiDB Cloud's "+
		"changefeed API.")
	a.Describe(&k.Network, "How TiDB Cloud reaches the brokers. A change replaces the changefeed.")
	a.Describe(&k.Broker, "What the brokers understand. Default: `VERSION_3XX` without compression.")
	a.Describe(&k.Authentication, "How TiDB Cloud signs in. Default: it does not.")
	a.Describe(&k.DataFormat, "What a message looks like. Default: `CANAL_JSON`.")
	a.Describe(&k.TopicPartitionConfig, "Into which topics and partitions the rows go.")
	a.Describe(&k.ColumnSelectors, "Which columns of some tables are written. Default: all of them.")
	a.Describe(&k.OutputRawChangeEvent, "Whether an update of a key is written as it is, not as a deletion and an "+
		"insertion. Default: TiDB Cloud's.")
}

// Annotate describes the network.
func (k *KafkaNetwork) Annotate(a infer.Annotator) {
	a.Describe(k, "How TiDB Cloud reaches the brokers: set either `privateLink` or `publicEndpoints`.")
	a.Describe(&k.PrivateLink, "Over a private link connection of the cluster.")
	a.Describe(&k.PublicEndpoints, "Over the internet: the bootstrap servers, each `<host>:<port>`.")
}

// Annotate describes the private link.
func (k *KafkaPrivateLink) Annotate(a infer.Annotator) {
	a.Describe(k, "A private link connection that leads to the brokers.")
	a.Describe(&k.PrivateLinkConnectionID, "The ID of the private link connection, `plc-…`. It must be a connection "+
		"of the cluster, and `ACTIVE`.")
	a.Describe(&k.Port, "The port of the bootstrap servers, 1 to 65535; for Confluent Cloud 9092.")
}

// Annotate describes the brokers.
func (k *KafkaBroker) Annotate(a infer.Annotator) {
	a.Describe(k, "What the brokers understand.")
	a.Describe(&k.KafkaVersion, "`VERSION_2XX` or `VERSION_3XX`. Default: `VERSION_3XX`.")
	a.Describe(&k.Compression, "`NONE`, `GZIP`, `SNAPPY`, `LZ4` or `ZSTD`. Default: `NONE`.")
}

// Annotate describes the authentication.
func (k *KafkaAuthentication) Annotate(a infer.Annotator) {
	a.Describe(k, "How TiDB Cloud signs in to the brokers.")
	a.Describe(&k.AuthType, "`DISABLE`, `SASL_PLAIN`, `SASL_SCRAM_SHA_256` or `SASL_SCRAM_SHA_512`. Confluent Cloud "+
		"wants `SASL_PLAIN`. Default: `DISABLE`.")
	a.Describe(&k.Username, "The user name; for Confluent Cloud the Kafka API key. Refused without `authType`, or "+
		"with `DISABLE`.")
	a.Describe(&k.Password, "The password; for Confluent Cloud the secret of the Kafka API key. It is kept as a "+
		"secret, and TiDB Cloud never shows it.")
	a.Describe(&k.EnableTLS, "Whether the connection uses TLS. Confluent Cloud wants it. TiDB Cloud accepts no "+
		"self-signed certificates. Default: `false`.")
	a.Describe(&k.ServerName, "The host name for TLS verification and SNI. For Confluent Cloud Dedicated the host of "+
		"the bootstrap endpoint; "+
		"a domain attached to the connection must cover it. Refused where `enableTls` is `false`.")
}

// Annotate describes the data format.
func (k *KafkaDataFormat) Annotate(a infer.Annotator) {
	a.Describe(k, "What a message looks like.")
	a.Describe(&k.Protocol, "`CANAL_JSON`, `OPEN_PROTOCOL`, `AVRO` or `DEBEZIUM`. Default: `CANAL_JSON`.")
	a.Describe(&k.EnableTidbExtension, "Whether messages have TiDB's own fields, for `CANAL_JSON` and `AVRO` only. "+
		"Default: TiDB Cloud's.")
	a.Describe(&k.AvroConfig, "For `AVRO` only, which needs it.")
	a.Describe(&k.DebeziumConfig, "For `DEBEZIUM` only.")
}

// Annotate describes AVRO.
func (k *AvroConfig) Annotate(a infer.Annotator) {
	a.Describe(k, "How rows become AVRO: set either `confluentSchemaRegistry` or `awsGlueSchemaRegistry`.")
	a.Describe(&k.DecimalHandlingMode, "`PRECISE` or `STRING`. Default: TiDB Cloud's.")
	a.Describe(&k.BigintUnsignedHandlingMode, "`LONG` or `STRING`. Default: TiDB Cloud's.")
	a.Describe(&k.ConfluentSchemaRegistry, "A schema registry that speaks Confluent's API.")
	a.Describe(&k.AwsGlueSchemaRegistry, "A schema registry of AWS Glue.")
}

// Annotate describes the registry.
func (k *ConfluentSchemaRegistry) Annotate(a infer.Annotator) {
	a.Describe(k, "A schema registry that speaks Confluent's API.")
	a.Describe(&k.Endpoint, "The address of the registry, a URL.")
	a.Describe(&k.EnableHTTPAuth, "Whether the registry wants a user name and a password. Default: TiDB Cloud's.")
	a.Describe(&k.Username, "The user name; for Confluent Cloud the Schema Registry API key.")
	a.Describe(&k.Password, "The password. It is kept as a secret.")
}

// Annotate describes the registry.
func (k *AwsGlueSchemaRegistry) Annotate(a infer.Annotator) {
	a.Describe(k, "A schema registry of AWS Glue.")
	a.Describe(&k.Region, "The AWS region of the registry, such as `us-east-1`.")
	a.Describe(&k.Name, "The name of the registry.")
	a.Describe(&k.AccessKeyID, "The AWS access key ID.")
	a.Describe(&k.SecretAccessKey, "The AWS secret access key. It is kept as a secret.")
}

// Annotate describes Debezium.
func (k *DebeziumConfig) Annotate(a infer.Annotator) {
	a.Describe(k, "What Debezium messages leave out.")
	a.Describe(&k.DisableOutputOldValue, "Whether messages leave the old row out. Default: TiDB Cloud's.")
	a.Describe(&k.DisableSchema, "Whether messages leave the schema out. Default: TiDB Cloud's.")
}

// Annotate describes the topics.
func (k *KafkaTopicPartitionConfig) Annotate(a infer.Annotator) {
	a.Describe(k, "Into which topics and partitions the rows go.")
	a.Describe(&k.DispatchType, "`ONE_TOPIC`, `BY_TABLE` or `BY_DATABASE`. `AVRO` goes with `BY_TABLE` only. "+
		"Default: `ONE_TOPIC`.")
	a.Describe(&k.DefaultTopic, "The topic of all rows with `ONE_TOPIC`, else of events that belong to no table. "+
		"Letters, digits, `.`, `_` and `-`, at most 249.")
	a.Describe(&k.TopicPrefix, "What the topics of `BY_TABLE` and `BY_DATABASE` begin with.")
	a.Describe(&k.Separator, "What stands between database and table in a topic's name.")
	a.Describe(&k.TopicSuffix, "What the topics of `BY_TABLE` and `BY_DATABASE` end with.")
	a.Describe(&k.ReplicationFactor, "How many brokers hold a topic that TiDB Cloud creates, at least 1. Confluent "+
		"Cloud wants 3. Default: 3.")
	a.Describe(&k.PartitionNum, "How many partitions a topic has that TiDB Cloud creates, at least 1 and at most ten "+
		"for each broker. Default: 3.")
	a.Describe(&k.PartitionDispatchers, "Into which partition the rows of some tables go. Default: TiDB Cloud's.")
}

// Annotate describes a dispatcher.
func (k *KafkaPartitionDispatcher) Annotate(a infer.Annotator) {
	a.Describe(k, "Into which partition the rows of some tables go.")
	a.Describe(&k.PartitionType, "By what the partition is chosen: `TABLE`, `INDEX_VALUE`, `TS` or `COLUMNS`.")
	a.Describe(&k.Matcher, "The tables, as filter rules.")
	a.Describe(&k.IndexName, "The index of `INDEX_VALUE`. Default: the primary key.")
	a.Describe(&k.Columns, "The columns of `COLUMNS`.")
}

// Annotate describes a selector.
func (k *KafkaColumnSelector) Annotate(a infer.Annotator) {
	a.Describe(k, "Which columns of some tables are written.")
	a.Describe(&k.Matcher, "The tables, as filter rules.")
	a.Describe(&k.Columns, "The columns, as patterns.")
}

// Annotate describes the filter.
func (f *ChangefeedFilter) Annotate(a infer.Annotator) {
	a.Describe(f, "The tables and events that a changefeed takes.")
	a.Describe(&f.FilterRule, "Rules in TiDB's table filter syntax, such as `orders.*` or `!orders.audit`; the last "+
		"one that matches decides. Default: every table.")
	a.Describe(&f.Mode, "What to do with tables that cannot be streamed safely: `IGNORE_NOT_SUPPORT_TABLE` or "+
		"`FORCE_SYNC`. Default: `IGNORE_NOT_SUPPORT_TABLE`.")
	a.Describe(&f.EventFilterRule, "Events that are left out.")
	a.Describe(&f.CaseSensitive, "Whether the rules tell capital and small letters apart. Default: TiDB Cloud's.")
}

// Annotate describes a rule.
func (f *EventFilterRule) Annotate(a infer.Annotator) {
	a.Describe(f, "Events of some tables that are left out.")
	a.Describe(&f.Matcher, "The tables, as filter rules.")
	a.Describe(&f.IgnoreEvent, "The events, such as `delete` or `all dml`.")
}

// Annotate describes the start position.
func (s *StartPosition) Annotate(a infer.Annotator) {
	a.Describe(s, "Where a new changefeed starts: set either `tso` or `time`.")
	a.Describe(&s.TSO, "A TSO of the cluster, a number of up to 20 digits. TiDB Cloud refuses one that is older than "+
		"the cluster keeps changes.")
	a.Describe(&s.Time, "A time in the form of RFC 3339, such as `2026-01-31T12:00:00Z`.")
}
