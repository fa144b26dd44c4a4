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

		tidbCloud := tidbcloud.GetPrivateLinkZonesOutput(ctx, tidbcloud.GetPrivateLinkZonesOutputArgs{
			ClusterId: pulumi.String(tidb.ClusterID),
		})

		queue, err := tidbcloud.NewPrivateLinkConnection(ctx, "queue", &tidbcloud.PrivateLinkConnectionArgs{
			ClusterId: pulumi.String(tidb.ClusterID),
			AwsEndpointService: &tidbcloud.AwsEndpointServiceArgs{
				Name: pulumi.String(settings.Require("endpointServiceName")),
			},
		})
		if err != nil {
			return err
		}

		queueDomains, err := tidbcloud.NewDomainAttachment(ctx, "queueDomains", &tidbcloud.DomainAttachmentArgs{
			ClusterId:               pulumi.String(tidb.ClusterID),
			PrivateLinkConnectionId: queue.PrivateLinkConnectionId,
			Type:                    tidbcloud.DomainTypeTidbcloudManaged,
		})
		if err != nil {
			return err
		}

		// What a changefeed of TiDB Cloud asks for.
		ctx.Export("privateLinkConnectionId", queue.PrivateLinkConnectionId)
		// The names by which the cluster reaches the endpoint service.
		ctx.Export("domains", queueDomains.Domains)
		// The account that the endpoint service must authorize, and its AZs.
		ctx.Export("tidbAwsAccountId", tidbCloud.AccountId())
		ctx.Export("tidbAvailabilityZoneIds", tidbCloud.AvailabilityZoneIds())
		return nil
	})
}
