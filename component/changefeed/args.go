package changefeed

import (
	"embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Sources have the descriptions of inputs and outputs, in comments.
//
//go:embed args.go changefeed.go
var Sources embed.FS

// KafkaChangefeedArgs are the inputs of a KafkaChangefeed.
type KafkaChangefeedArgs struct {
	// The id of the TiDB Cloud cluster, a number of up to 20 digits. Refused unless it is an Essential cluster on AWS,
	// in a region with changefeeds. A change replaces the changefeed.
	TidbClusterId pulumi.StringInput `pulumi:"tidbClusterId" required:"the ID of the TiDB Cloud cluster"`
	// The id of the Confluent environment of the Kafka cluster, `env-…`.
	EnvironmentId pulumi.StringInput `pulumi:"environmentId" required:"the ID of the Confluent environment"`
	// The id of the Kafka cluster, `lkc-…`: an output of a `PrivateLink`. Refused unless it is Dedicated. A change
	// replaces the key and the role.
	KafkaClusterId pulumi.StringInput `pulumi:"kafkaClusterId" required:"the ID of the Kafka cluster"`
	// The id of the private link connection, `plc-…`: an output of a `PrivateLink`. Refused unless it is the TiDB
	// Cloud cluster's, `ACTIVE`, and has an attached domain that covers the Kafka cluster's bootstrap host. A change
	// replaces the changefeed.
	PrivateLinkConnectionId pulumi.StringInput `pulumi:"privateLinkConnectionId" required:"the ID of the connection"`
	// Rules in TiDB's table filter syntax, such as `shop.*` or `!shop.secret`; the last one that matches a table
	// decides. A change is an update in place. Default: every table.
	Tables pulumi.StringArrayInput `pulumi:"tables,optional"`
	// Into which topics the rows go. A change is an update in place. Default: one topic with the component's name.
	Topics *KafkaTopics `pulumi:"topics,optional"`
	// The format of the messages: `CANAL_JSON`, `OPEN_PROTOCOL`, `AVRO` or `DEBEZIUM`. `AVRO` needs `avroConfig`, and
	// a topic for each table. Default: `CANAL_JSON`.
	Format pulumi.StringPtrInput `pulumi:"format,optional"`
	// How messages in `AVRO` are written, and where their schemas are.
	AvroConfig *KafkaAvroConfig `pulumi:"avroConfig,optional"`
	// An existing Kafka API key. Its account needs the rights to create topics and to write into them. With it no
	// account, role or key is created. Conflicts with `serviceAccountId` and `role`.
	Credentials *KafkaCredentials `pulumi:"credentials,optional"`
	// The id of an existing service account, `sa-…`, that gets the role and the key. Default: a new one.
	ServiceAccountId pulumi.StringPtrInput `pulumi:"serviceAccountId,optional"`
	// The role of the account: `ResourceOwner` on the topics, or `CloudClusterAdmin` on the Kafka cluster. A change
	// replaces the role. Default: `ResourceOwner`.
	Role pulumi.StringPtrInput `pulumi:"role,optional"`
	// Where a new changefeed starts. A change replaces the changefeed. Default: now; for a replacement, the checkpoint
	// of the old one.
	StartPosition *KafkaStartPosition `pulumi:"startPosition,optional"`
	// Whether the changefeed is paused. A change stops or starts it. Default: `false`.
	Paused pulumi.BoolPtrInput `pulumi:"paused,optional"`
	// The name of the changefeed in TiDB Cloud; an empty one is refused. A change is an update in place. Default: the
	// name of the changefeed's resource and seven random hexadecimal digits, chosen once and then kept.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
}

// KafkaTopics are the topics: either one by its `name`, or one for each table or database. TiDB Cloud creates those
// that do not exist.
type KafkaTopics struct {
	// The name of the one topic of all rows: letters, digits, `.`, `_` and `-`, at most 249. Default: the component's
	// name.
	Name pulumi.StringPtrInput `pulumi:"name,optional"`
	// The beginning of the names of several topics. The role covers the topics that begin so. Default: the component's
	// name and `_`.
	Prefix pulumi.StringPtrInput `pulumi:"prefix,optional"`
	// The text between the names of the database and the table. Default: `_`.
	Separator pulumi.StringPtrInput `pulumi:"separator,optional"`
	// The end of the names of several topics. Default: nothing.
	Suffix pulumi.StringPtrInput `pulumi:"suffix,optional"`
	// `BY_TABLE` for one topic for each table, or `BY_DATABASE`. Default: `BY_TABLE` with `prefix`, `separator` or
	// `suffix`, else one topic.
	Dispatch pulumi.StringPtrInput `pulumi:"dispatch,optional"`
	// How many partitions a new topic has, 1 or more. Default: 3.
	Partitions pulumi.IntPtrInput `pulumi:"partitions,optional"`
	// How many brokers hold a partition of a new topic. Confluent Cloud accepts 3 alone. Default: 3.
	ReplicationFactor pulumi.IntPtrInput `pulumi:"replicationFactor,optional"`
}

// KafkaCredentials are an existing Kafka API key of the Kafka cluster.
type KafkaCredentials struct {
	// The key. A change is an update in place of the changefeed.
	ApiKey pulumi.StringInput `pulumi:"apiKey" required:"the Kafka API key"`
	// The secret of the key. It is kept encrypted.
	ApiSecret pulumi.StringInput `pulumi:"apiSecret" required:"the secret of the Kafka API key" provider:"secret"`
}

// KafkaStartPosition is where a new changefeed starts: set either `tso` or `time`.
type KafkaStartPosition struct {
	// A timestamp of TiDB, as a string of digits.
	Tso pulumi.StringPtrInput `pulumi:"tso,optional"`
	// A time in the form of RFC 3339.
	Time pulumi.StringPtrInput `pulumi:"time,optional"`
}

// KafkaAvroConfig is how messages in `AVRO` are written. Set one of the two registries.
type KafkaAvroConfig struct {
	// `PRECISE` or `STRING`. Default: TiDB Cloud's.
	DecimalHandlingMode pulumi.StringPtrInput `pulumi:"decimalHandlingMode,optional"`
	// `LONG` or `STRING`. Default: TiDB Cloud's.
	BigintUnsignedHandlingMode pulumi.StringPtrInput `pulumi:"bigintUnsignedHandlingMode,optional"`
	// A Confluent Schema Registry.
	ConfluentSchemaRegistry *KafkaSchemaRegistry `pulumi:"confluentSchemaRegistry,optional"`
	// A schema registry of AWS Glue.
	AwsGlueSchemaRegistry *KafkaGlueRegistry `pulumi:"awsGlueSchemaRegistry,optional"`
}

// KafkaSchemaRegistry is a Confluent Schema Registry.
type KafkaSchemaRegistry struct {
	// Its address, `https://…`.
	Endpoint pulumi.StringInput `pulumi:"endpoint" required:"the address of the Schema Registry"`
	// The API key of the registry. Default: no authentication.
	Username pulumi.StringPtrInput `pulumi:"username,optional"`
	// The secret of the key. It is kept encrypted.
	Password pulumi.StringPtrInput `pulumi:"password,optional" provider:"secret"`
}

// KafkaGlueRegistry is a schema registry of AWS Glue.
type KafkaGlueRegistry struct {
	// The AWS region of the registry.
	Region pulumi.StringInput `pulumi:"region" required:"the AWS region of the registry"`
	// The name of the registry.
	Name pulumi.StringInput `pulumi:"name" required:"the name of the registry"`
	// The AWS access key ID.
	AccessKeyId pulumi.StringInput `pulumi:"accessKeyId" required:"the AWS access key ID"`
	// The AWS secret access key. It is kept encrypted.
	SecretAccessKey pulumi.StringInput `pulumi:"secretAccessKey" required:"the AWS secret access key" provider:"secret"`
}
