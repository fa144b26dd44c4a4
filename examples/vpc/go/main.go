package main

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
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
		// Three AZ IDs of the region of the TiDB Cloud cluster, for the network as for the subnets.
		var zones []string
		settings.RequireObject("zones", &zones)

		// A private hosted zone needs both of the VPC's DNS settings.
		main, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{
			CidrBlock:          pulumi.String("10.0.0.0/16"),
			EnableDnsSupport:   pulumi.Bool(true),
			EnableDnsHostnames: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		var subnetIDs pulumi.StringArray
		for i, zone := range zones {
			subnet, err := ec2.NewSubnet(ctx, fmt.Sprintf("subnet%d", i+1), &ec2.SubnetArgs{
				VpcId:              main.ID(),
				CidrBlock:          pulumi.String(fmt.Sprintf("10.0.%d.0/24", i+1)),
				AvailabilityZoneId: pulumi.String(zone),
			})
			if err != nil {
				return err
			}
			subnetIDs = append(subnetIDs, subnet.ID())
		}

		orders, err := tidbconfluent.NewPrivateLink(ctx, "orders", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId: pulumi.String(tidb.ClusterID),
			EnvironmentId: pulumi.String(settings.Require("environmentId")),
			Network:       &tidbconfluent.NetworkArgs{Zones: pulumi.ToStringArray(zones)},
			VpcAccess: []tidbconfluent.VpcAccessEntryArgs{
				{
					Name:              pulumi.StringRef("consumers"),
					VpcId:             main.ID(),
					SubnetIds:         subnetIDs,
					AllowedCidrBlocks: pulumi.StringArray{main.CidrBlock},
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
