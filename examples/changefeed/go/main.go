package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		var tidb struct {
			ClusterID string `json:"clusterId"`
		}
		settings.RequireObject("tidb", &tidb)
		environment := pulumi.String(settings.Require("environmentId"))

		orders, err := tidbconfluent.NewPrivateLink(ctx, "orders", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId: pulumi.String(tidb.ClusterID),
			EnvironmentId: environment,
		})
		if err != nil {
			return err
		}

		rows, err := tidbconfluent.NewKafkaChangefeed(ctx, "rows", &tidbconfluent.KafkaChangefeedArgs{
			TidbClusterId:           pulumi.String(tidb.ClusterID),
			EnvironmentId:           environment,
			KafkaClusterId:          orders.KafkaClusterId,
			PrivateLinkConnectionId: orders.PrivateLinkConnectionId,
			Tables:                  pulumi.StringArray{pulumi.String("shop.*")},
			Topics: &tidbconfluent.KafkaTopicsArgs{
				Name: pulumi.String("shop"),
			},
		})
		if err != nil {
			return err
		}

		// What a client of Kafka needs.
		ctx.Export("bootstrapEndpoint", orders.BootstrapEndpoint)
		ctx.Export("topics", rows.Topics)
		ctx.Export("changefeedId", rows.ChangefeedId)
		return nil
	})
}
