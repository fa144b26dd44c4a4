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
		var vpc struct {
			ID        string   `json:"id"`
			SubnetIDs []string `json:"subnetIds"`
			Clients   []string `json:"clients"`
		}
		settings.RequireObject("vpc", &vpc)

		orders, err := tidbconfluent.NewPrivateLink(ctx, "orders", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId: pulumi.String(tidb.ClusterID),
			EnvironmentId: pulumi.String(settings.Require("environmentId")),
			VpcAccess: []tidbconfluent.VpcAccessEntryArgs{
				{
					Name:              pulumi.StringRef("consumers"),
					VpcId:             pulumi.String(vpc.ID),
					SubnetIds:         pulumi.ToStringArray(vpc.SubnetIDs),
					AllowedCidrBlocks: pulumi.ToStringArray(vpc.Clients),
					Tags:              pulumi.StringMap{"team": pulumi.String("orders")},
				},
			},
		})
		if err != nil {
			return err
		}

		// What a client of Kafka needs, in the VPC as in TiDB Cloud.
		ctx.Export("bootstrapEndpoint", orders.BootstrapEndpoint)
		ctx.Export("privateLinkConnectionId", orders.PrivateLinkConnectionId)
		// What leads there from the VPC.
		consumers := orders.VpcAccess.Index(pulumi.Int(0))
		ctx.Export("endpointId", consumers.EndpointId())
		ctx.Export("hostedZoneId", consumers.HostedZoneId())
		ctx.Export("securityGroupId", consumers.SecurityGroupId())
		ctx.Export("zones", consumers.Zones())
		ctx.Export("bootstrapNames", consumers.BootstrapNames())
		return nil
	})
}
