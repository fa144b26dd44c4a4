package changefeed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// changefeed is step 3. It waits for the role, which none of its inputs names.
func (b *builder) changefeed(kafka kafkaCluster, key key, role []pulumi.Resource) (*tidbcloud.Changefeed, error) {
	given := &tidbcloud.ChangefeedArgs{
		ClusterId: b.In.Text("tidbClusterId").Output(),
		Kafka: tidbcloud.KafkaArgs{
			Network: tidbcloud.KafkaNetworkArgs{PrivateLink: tidbcloud.KafkaPrivateLinkArgs{
				PrivateLinkConnectionId: b.In.Text("privateLinkConnectionId").Output(), Port: kafka.port,
			}},
			Authentication: tidbcloud.KafkaAuthenticationArgs{
				AuthType: pulumi.String(saslPlain), Username: key.id, Password: key.secret,
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
	quota, err := preflight.BeforeCreation(&b.Maker, "quota", b.checkQuota)
	if err != nil {
		return nil, err
	}
	opts := append(quota, pulumi.DependsOn(role))
	return tidbcloud.NewChangefeed(b.Ctx, b.Name+"-changefeed", given, b.Options(opts...)...)
}

// checkQuota checks, when the engine is about to create the changefeed, whether the cluster can have another one. A
// replacement is created at the limit too: the resource then deletes the old changefeed first.
func (b *builder) checkQuota() error {
	id := b.In.Text("tidbClusterId")
	if !id.Known {
		return nil
	}
	found, err := lookup.Ask(b.Ctx, b.self, getFeeds, func() (*tidbcloud.GetChangefeedsResult, error) {
		return tidbcloud.GetChangefeeds(b.Ctx, &tidbcloud.GetChangefeedsArgs{ClusterId: id.Plain}, pulumi.Parent(b.self))
	}, id.Plain)
	if err != nil || len(found.Changefeeds) < rules.MaxChangefeeds || slices.ContainsFunc(found.Changefeeds, b.isOwn) {
		return nil //nolint:nilerr // TiDB Cloud itself decides, when the changefeed is created
	}
	return b.In.Redact(fmt.Errorf("tidbClusterId: TiDB Cloud cluster %s has %d changefeeds, but at most %d are possible; "+
		"delete one that is no longer needed, then run pulumi again", id.Plain, len(found.Changefeeds), rules.MaxChangefeeds))
}

// isOwn reports whether a changefeed has the name of this component's, so that a creation can only be a replacement.
func (b *builder) isOwn(f tidbcloud.ListedChangefeed) bool {
	if name := b.In.Text("displayName"); name.Given {
		return name.Known && rules.IsSameName(name.Plain, f.DisplayName)
	}
	return strings.HasPrefix(f.DisplayName, b.Name+"-changefeed-")
}

const saslPlain = "SASL_PLAIN"

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
			Endpoint: r.Text("endpoint").Output(), Username: r.Text("username").Input(), Password: r.Text("password").Input(),
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
