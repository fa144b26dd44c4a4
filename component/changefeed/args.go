package changefeed

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// KafkaChangefeedArgs are the inputs of a KafkaChangefeed.
type KafkaChangefeedArgs struct {
	TidbClusterId           pulumi.StringInput      `pulumi:"tidbClusterId" required:"the id of the TiDB Cloud cluster"`
	EnvironmentId           pulumi.StringInput      `pulumi:"environmentId" required:"the id of the Confluent environment"`
	KafkaClusterId          pulumi.StringInput      `pulumi:"kafkaClusterId" required:"the id of the Kafka cluster"`
	PrivateLinkConnectionId pulumi.StringInput      `pulumi:"privateLinkConnectionId" required:"the id of the private link connection"`
	Tables                  pulumi.StringArrayInput `pulumi:"tables,optional"`
	Topics                  *KafkaTopics            `pulumi:"topics,optional"`
	Format                  pulumi.StringPtrInput   `pulumi:"format,optional"`
	AvroConfig              *KafkaAvroConfig        `pulumi:"avroConfig,optional"`
	Credentials             *KafkaCredentials       `pulumi:"credentials,optional"`
	ServiceAccountId        pulumi.StringPtrInput   `pulumi:"serviceAccountId,optional"`
	Role                    pulumi.StringPtrInput   `pulumi:"role,optional"`
	StartPosition           *KafkaStartPosition     `pulumi:"startPosition,optional"`
	Paused                  pulumi.BoolPtrInput     `pulumi:"paused,optional"`
	DisplayName             pulumi.StringPtrInput   `pulumi:"displayName,optional"`
}

// KafkaTopics says into which topics the rows go.
type KafkaTopics struct {
	Name              pulumi.StringPtrInput `pulumi:"name,optional"`
	Prefix            pulumi.StringPtrInput `pulumi:"prefix,optional"`
	Separator         pulumi.StringPtrInput `pulumi:"separator,optional"`
	Suffix            pulumi.StringPtrInput `pulumi:"suffix,optional"`
	Dispatch          pulumi.StringPtrInput `pulumi:"dispatch,optional"`
	Partitions        pulumi.IntPtrInput    `pulumi:"partitions,optional"`
	ReplicationFactor pulumi.IntPtrInput    `pulumi:"replicationFactor,optional"`
}

// KafkaCredentials are an existing Kafka API key.
type KafkaCredentials struct {
	ApiKey    pulumi.StringInput `pulumi:"apiKey" required:"the Kafka API key"`
	ApiSecret pulumi.StringInput `pulumi:"apiSecret" required:"the secret of the Kafka API key" provider:"secret"`
}

// KafkaStartPosition says where a new changefeed starts.
type KafkaStartPosition struct {
	Tso  pulumi.StringPtrInput `pulumi:"tso,optional"`
	Time pulumi.StringPtrInput `pulumi:"time,optional"`
}

// KafkaAvroConfig says how messages in AVRO are written, and where their schemas are.
type KafkaAvroConfig struct {
	DecimalHandlingMode        pulumi.StringPtrInput `pulumi:"decimalHandlingMode,optional"`
	BigintUnsignedHandlingMode pulumi.StringPtrInput `pulumi:"bigintUnsignedHandlingMode,optional"`
	ConfluentSchemaRegistry    *KafkaSchemaRegistry  `pulumi:"confluentSchemaRegistry,optional"`
	AwsGlueSchemaRegistry      *KafkaGlueRegistry    `pulumi:"awsGlueSchemaRegistry,optional"`
}

// KafkaSchemaRegistry is a Confluent Schema Registry.
type KafkaSchemaRegistry struct {
	Endpoint pulumi.StringInput    `pulumi:"endpoint" required:"the address of the Schema Registry"`
	Username pulumi.StringPtrInput `pulumi:"username,optional"`
	Password pulumi.StringPtrInput `pulumi:"password,optional" provider:"secret"`
}

// KafkaGlueRegistry is a schema registry of AWS Glue.
type KafkaGlueRegistry struct {
	Region          pulumi.StringInput `pulumi:"region" required:"the AWS region of the registry"`
	Name            pulumi.StringInput `pulumi:"name" required:"the name of the registry"`
	AccessKeyId     pulumi.StringInput `pulumi:"accessKeyId" required:"the AWS access key ID"`
	SecretAccessKey pulumi.StringInput `pulumi:"secretAccessKey" required:"the AWS secret access key" provider:"secret"`
}

// Annotate describes the inputs.
func (a *KafkaChangefeedArgs) Annotate(d infer.Annotator) {
	d.Describe(&a.TidbClusterId, "The id of the TiDB Cloud cluster, a number of up to 20 digits. Refused unless it is an Essential cluster on AWS, in a "+
		"region with changefeeds. A change replaces the changefeed.")
	d.Describe(&a.EnvironmentId, "The id of the Confluent environment of the Kafka cluster, `env-…`.")
	d.Describe(&a.KafkaClusterId, "The id of the Kafka cluster, `lkc-…`: an output of a `PrivateLink`. Refused unless it is Dedicated. A change replaces the "+
		"key and the role.")
	d.Describe(&a.PrivateLinkConnectionId, "The id of the private link connection, `plc-…`: an output of a `PrivateLink`. Refused unless it is the TiDB Cloud "+
		"cluster's, `ACTIVE`, and has an attached domain that covers the Kafka cluster's bootstrap host. A change replaces the changefeed.")
	d.Describe(&a.Tables, "Rules in TiDB's table filter syntax, such as `shop.*` or `!shop.secret`; the last one that matches a table decides. "+
		"A change is an update in place. Default: every table.")
	d.Describe(&a.Topics, "Into which topics the rows go. A change is an update in place. Default: one topic with the component's name.")
	d.Describe(&a.Format, "The format of the messages: `CANAL_JSON`, `OPEN_PROTOCOL`, `AVRO` or `DEBEZIUM`. `AVRO` needs `avroConfig`, and a topic for each "+
		"table. Default: `CANAL_JSON`.")
	d.Describe(&a.AvroConfig, "How messages in `AVRO` are written, and where their schemas are.")
	d.Describe(&a.Credentials, "An existing Kafka API key. Its account needs the rights to create topics and to write into them. With it no account, role or key is "+
		"created. Refused beside `serviceAccountId` and `role`.")
	d.Describe(&a.ServiceAccountId, "The id of an existing service account, `sa-…`, that gets the role and the key. Default: a new one.")
	d.Describe(&a.Role, "The role of the account: `ResourceOwner` on the topics, or `CloudClusterAdmin` on the Kafka cluster. A change replaces the role. "+
		"Default: `ResourceOwner`.")
	d.Describe(&a.StartPosition, "Where a new changefeed starts. A change replaces the changefeed. Default: now; for a replacement, the checkpoint of the old one.")
	d.Describe(&a.Paused, "Whether the changefeed is paused. A change stops or starts it. Default: `false`.")
	d.Describe(&a.DisplayName, "The name of the changefeed in TiDB Cloud; an empty one is refused. A change is an update in place. "+
		"Default: the name of the changefeed's resource and seven random hexadecimal digits, chosen once and then kept.")
}

// Annotate describes the inputs about topics.
func (t *KafkaTopics) Annotate(d infer.Annotator) {
	d.Describe(t, "The topics: either one by its `name`, or one for each table or database. TiDB Cloud creates those that do not exist.")
	d.Describe(&t.Name, "The name of the one topic of all rows: letters, digits, `.`, `_` and `-`, at most 249. Default: the component's name.")
	d.Describe(&t.Prefix, "What the names of several topics begin with. The role covers the topics that begin so. Default: the component's name and `_`.")
	d.Describe(&t.Separator, "What stands between the names of the database and the table. Default: `_`.")
	d.Describe(&t.Suffix, "What the names of several topics end with. Default: nothing.")
	d.Describe(&t.Dispatch, "`BY_TABLE` for one topic for each table, or `BY_DATABASE`. Default: `BY_TABLE` with `prefix`, `separator` or `suffix`, else one topic.")
	d.Describe(&t.Partitions, "How many partitions a new topic has, 1 or more. Default: 3.")
	d.Describe(&t.ReplicationFactor, "How many brokers hold a partition of a new topic. Confluent Cloud accepts 3 alone. Default: 3.")
}

// Annotate describes the credentials.
func (c *KafkaCredentials) Annotate(d infer.Annotator) {
	d.Describe(c, "An existing Kafka API key of the Kafka cluster.")
	d.Describe(&c.ApiKey, "The key. A change is an update in place of the changefeed.")
	d.Describe(&c.ApiSecret, "The secret of the key. It is kept encrypted.")
}

// Annotate describes the start position.
func (s *KafkaStartPosition) Annotate(d infer.Annotator) {
	d.Describe(s, "Where a new changefeed starts: give either `tso` or `time`.")
	d.Describe(&s.Tso, "A timestamp of TiDB, as a string of digits.")
	d.Describe(&s.Time, "A time in the form of RFC 3339.")
}

// Annotate describes the configuration of AVRO.
func (a *KafkaAvroConfig) Annotate(d infer.Annotator) {
	d.Describe(a, "How messages in `AVRO` are written. Give one of the two registries.")
	d.Describe(&a.DecimalHandlingMode, "`PRECISE` or `STRING`. Default: TiDB Cloud's.")
	d.Describe(&a.BigintUnsignedHandlingMode, "`LONG` or `STRING`. Default: TiDB Cloud's.")
	d.Describe(&a.ConfluentSchemaRegistry, "A Confluent Schema Registry.")
	d.Describe(&a.AwsGlueSchemaRegistry, "A schema registry of AWS Glue.")
}

// Annotate describes the Schema Registry.
func (r *KafkaSchemaRegistry) Annotate(d infer.Annotator) {
	d.Describe(r, "A Confluent Schema Registry.")
	d.Describe(&r.Endpoint, "Its address, `https://…`.")
	d.Describe(&r.Username, "The API key of the registry. Default: no authentication.")
	d.Describe(&r.Password, "The secret of the key. It is kept encrypted.")
}

// Annotate describes the registry of AWS Glue.
func (r *KafkaGlueRegistry) Annotate(d infer.Annotator) {
	d.Describe(r, "A schema registry of AWS Glue.")
	d.Describe(&r.Region, "The AWS region of the registry.")
	d.Describe(&r.Name, "The name of the registry.")
	d.Describe(&r.AccessKeyId, "The AWS access key ID.")
	d.Describe(&r.SecretAccessKey, "The AWS secret access key. It is kept encrypted.")
}
