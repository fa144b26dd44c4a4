package changefeed

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// changefeed is step 3. It waits for the role, which none of its inputs names.
func (b *builder) changefeed(kafka kafkaCluster, key key, role []pulumi.Resource) (*tidbcloud.Changefeed, error) {
	given := &tidbcloud.ChangefeedArgs{
		ClusterId: b.args.TidbClusterId,
		Kafka: tidbcloud.KafkaArgs{
			Network: tidbcloud.KafkaNetworkArgs{PrivateLink: tidbcloud.KafkaPrivateLinkArgs{
				PrivateLinkConnectionId: b.args.PrivateLinkConnectionId, Port: kafka.port,
			}},
			Authentication: tidbcloud.KafkaAuthenticationArgs{
				AuthType: pulumi.String(saslPlain), Username: key.id, Password: key.secret,
				EnableTls: pulumi.Bool(true), ServerName: kafka.host,
			},
			DataFormat:           b.dataFormat(),
			TopicPartitionConfig: b.topicConfig(),
		},
		Paused: b.args.Paused, DisplayName: b.args.DisplayName,
	}
	if b.args.Tables != nil {
		given.Filter = tidbcloud.ChangefeedFilterArgs{FilterRule: b.args.Tables}
	}
	if s := b.args.StartPosition; s != nil {
		given.StartPosition = tidbcloud.StartPositionArgs{Tso: s.Tso, Time: s.Time}
	}
	quota, err := preflight.BeforeCreation(b.ctx, b.self, "quota", b.checkQuota)
	if err != nil {
		return nil, err
	}
	opts := append(quota, pulumi.DependsOn(role))
	return tidbcloud.NewChangefeed(b.ctx, b.name+"-changefeed", given, b.child(opts...)...)
}

// checkQuota checks, when the engine is about to create the changefeed, whether the cluster can have another one. A
// replacement counts too: the old changefeed is deleted after the new one is created.
func (b *builder) checkQuota() error {
	id := args.Get[string](b.in, "tidbClusterId")
	if !id.Known {
		return nil
	}
	found, err := lookup.Ask(b.ctx, b.self, getFeeds, func() (*tidbcloud.GetChangefeedsResult, error) {
		return tidbcloud.GetChangefeeds(b.ctx, &tidbcloud.GetChangefeedsArgs{ClusterId: id.Value}, pulumi.Parent(b.self))
	}, id.Value)
	if err != nil || len(found.Changefeeds) < rules.MaxChangefeeds {
		return nil //nolint:nilerr // TiDB Cloud itself decides, when the changefeed is created
	}
	return redact(b.in, fmt.Errorf("tidbClusterId: TiDB Cloud cluster %s has %d changefeeds, but at most %d are possible; "+
		"delete one that is no longer needed, then run pulumi again", id.Value, len(found.Changefeeds), rules.MaxChangefeeds))
}

const saslPlain = "SASL_PLAIN"

func (b *builder) dataFormat() tidbcloud.KafkaDataFormatArgs {
	format := tidbcloud.KafkaDataFormatArgs{Protocol: pulumi.String(rules.ProtocolCanalJSON)}
	if isGiven(b.in, "format") {
		format.Protocol = b.args.Format.ToStringPtrOutput().Elem()
	}
	avro := b.args.AvroConfig
	if avro == nil {
		return format
	}
	config := tidbcloud.AvroConfigArgs{
		DecimalHandlingMode: avro.DecimalHandlingMode, BigintUnsignedHandlingMode: avro.BigintUnsignedHandlingMode,
	}
	if r := avro.ConfluentSchemaRegistry; r != nil {
		config.ConfluentSchemaRegistry = tidbcloud.ConfluentSchemaRegistryArgs{
			Endpoint: r.Endpoint, Username: r.Username, Password: r.Password,
			EnableHttpAuth: pulumi.Bool(isGiven(b.in, "avroConfig.confluentSchemaRegistry.username")),
		}
	}
	if r := avro.AwsGlueSchemaRegistry; r != nil {
		config.AwsGlueSchemaRegistry = tidbcloud.AwsGlueSchemaRegistryArgs{
			Region: r.Region, Name: r.Name, AccessKeyId: r.AccessKeyId, SecretAccessKey: r.SecretAccessKey,
		}
	}
	format.AvroConfig = config
	return format
}
