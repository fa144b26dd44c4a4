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

		orders, err := tidbconfluent.NewPrivateLink(ctx, "orders", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId: pulumi.String(tidb.ClusterID),
			EnvironmentId: pulumi.String(settings.Require("environmentId")),
			KafkaCluster: &tidbconfluent.KafkaClusterArgs{
				Cku: pulumi.Int(2),
			},
		})
		if err != nil {
			return err
		}

		// What a client of Kafka needs.
		ctx.Export("bootstrapEndpoint", orders.BootstrapEndpoint)
		ctx.Export("restEndpoint", orders.RestEndpoint)
		ctx.Export("kafkaClusterId", orders.KafkaClusterId)
		// What a changefeed or an import of TiDB Cloud asks for.
		ctx.Export("privateLinkConnectionId", orders.PrivateLinkConnectionId)
		ctx.Export("attachedDomains", orders.AttachedDomains)
		// What the two sides agreed on.
		ctx.Export("region", orders.Region)
		ctx.Export("tidbAwsAccountId", orders.TidbAwsAccountId)
		ctx.Export("tidbAvailabilityZoneIds", orders.TidbAvailabilityZoneIds)
		ctx.Export("zones", orders.Zones)
		ctx.Export("networkId", orders.NetworkId)
		ctx.Export("dnsDomain", orders.DnsDomain)
		ctx.Export("dnsUniqueName", orders.DnsUniqueName)
		ctx.Export("vpcEndpointServiceName", orders.VpcEndpointServiceName)
		ctx.Export("privateLinkAccessId", orders.PrivateLinkAccessId)
		return nil
	})
}
