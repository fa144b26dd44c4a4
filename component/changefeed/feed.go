package changefeed

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// changefeed is step 3. It waits for the role, which none of its inputs names.
func (b *builder) changefeed(kafka kafkaCluster, secret pulumi.StringOutput, role []pulumi.Resource) error {
	given := &tidbcloud.ChangefeedArgs{
		ClusterId: b.In.Text("tidbClusterId").Output(),
		Kafka: tidbcloud.KafkaArgs{
			Network: tidbcloud.KafkaNetworkArgs{PrivateLink: tidbcloud.KafkaPrivateLinkArgs{
				PrivateLinkConnectionId: b.In.Text("privateLinkConnectionId").Output(), Port: kafka.port,
			}},
			Authentication: tidbcloud.KafkaAuthenticationArgs{
				AuthType: pulumi.String("SASL_PLAIN"), Username: b.self.ApiKeyId, Password: secret,
				EnableTls: pulumi.Bool(true), ServerName: kafka.host,
			},
			DataFormat:           b.dataFormat(),
			TopicPartitionConfig: b.topicConfig(),
		},
		Paused: b.In.Bool("paused").Input(), DisplayName: b.In.Text("displayName").Input(),
	}
	if tables := b.In.List("tables"); tables.Given {
		given.Filter = tidbcloud.ChangefeedFilterArgs{FilterRule: tables.Input()}
	}
	if b.In.Given("startPosition") {
		given.StartPosition = tidbcloud.StartPositionArgs{
			Tso: b.In.Text("startPosition.tso").Input(), Time: b.In.Text("startPosition.time").Input(),
		}
	}
	counted, err := preflight.BeforeCreation(&b.Maker, "count", b.countChangefeed)
	if err != nil {
		return err
	}
	opts := append(counted, pulumi.DependsOn(role))
	made, err := tidbcloud.NewChangefeed(b.Ctx, b.Name+"-changefeed", given, b.Options(opts...)...)
	if err == nil {
		b.self.ChangefeedId = made.ChangefeedId
	}
	return err
}

func (b *builder) dataFormat() tidbcloud.KafkaDataFormatArgs {
	format := tidbcloud.KafkaDataFormatArgs{Protocol: b.In.Text("format").Or(rules.ProtocolCanalJSON)}
	if !b.In.Given("avroConfig") {
		return format
	}
	avro := b.In.At("avroConfig")
	config := tidbcloud.AvroConfigArgs{
		DecimalHandlingMode:        avro.Text("decimalHandlingMode").Input(),
		BigintUnsignedHandlingMode: avro.Text("bigintUnsignedHandlingMode").Input(),
	}
	if avro.Given("confluentSchemaRegistry") {
		r := avro.At("confluentSchemaRegistry")
		config.ConfluentSchemaRegistry = tidbcloud.ConfluentSchemaRegistryArgs{
			Endpoint: r.Text("endpoint").Output(), Username: r.Text("username").Input(),
			Password:       r.Text("password").Input(),
			EnableHttpAuth: pulumi.Bool(r.Given("username")),
		}
	}
	if avro.Given("awsGlueSchemaRegistry") {
		r := avro.At("awsGlueSchemaRegistry")
		config.AwsGlueSchemaRegistry = tidbcloud.AwsGlueSchemaRegistryArgs{
			Region: r.Text("region").Output(), Name: r.Text("name").Output(),
			AccessKeyId: r.Text("accessKeyId").Output(), SecretAccessKey: r.Text("secretAccessKey").Output(),
		}
	}
	format.AvroConfig = config
	return format
}
