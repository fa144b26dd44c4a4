package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent/tidbcloud"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		var tidb struct {
			ClusterID string `json:"clusterId"`
		}
		settings.RequireObject("tidb", &tidb)

		rows, err := tidbcloud.NewChangefeed(ctx, "rows", &tidbcloud.ChangefeedArgs{
			ClusterId: pulumi.String(tidb.ClusterID),
			Kafka: tidbcloud.KafkaArgs{
				Network: tidbcloud.KafkaNetworkArgs{
					PrivateLink: tidbcloud.KafkaPrivateLinkArgs{
						PrivateLinkConnectionId: pulumi.String(settings.Require("privateLinkConnectionId")),
						Port:                    pulumi.Int(9092),
					},
				},
				Authentication: tidbcloud.KafkaAuthenticationArgs{
					AuthType:   pulumi.String("SASL_PLAIN"),
					Username:   pulumi.String(settings.Require("kafkaKey")),
					Password:   settings.RequireSecret("kafkaSecret"),
					EnableTls:  pulumi.Bool(true),
					ServerName: pulumi.String(settings.Require("kafkaHost")),
				},
				TopicPartitionConfig: tidbcloud.KafkaTopicPartitionConfigArgs{
					DefaultTopic: pulumi.String("shop"),
				},
			},
			Filter: tidbcloud.ChangefeedFilterArgs{
				FilterRule: pulumi.StringArray{pulumi.String("shop.*")},
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("changefeedId", rows.ChangefeedId)
		ctx.Export("state", rows.State)
		return nil
	})
}
