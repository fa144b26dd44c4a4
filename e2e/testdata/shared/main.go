package main

import (
	"context"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

func unchanged(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

type vpc struct {
	VpcID     string   `json:"vpcId"`
	SubnetIDs []string `json:"subnetIds"`
}

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	transformed := pulumi.Transforms([]pulumi.ResourceTransform{unchanged})
	var above, options []pulumi.ResourceOption
	transforms := settings.GetBool("transforms")
	if transforms {
		if err := ctx.RegisterResourceTransform(unchanged); err != nil {
			return err
		}
		above = append(above, transformed)
		options = append(options, transformed)
	}
	fresh, err := confluentcloud.NewEnvironment(ctx, "fresh", nil, above...)
	if err != nil {
		return err
	}
	if transforms {
		options = append(options, pulumi.Parent(fresh))
	}
	var clients, consumers vpc
	settings.RequireObject("clients", &clients)
	settings.RequireObject("consumers", &consumers)
	entry := tidbconfluent.VpcAccessEntryArgs{
		Name:              pulumi.StringRef("clients"),
		VpcId:             fresh.ID().ApplyT(func(pulumi.ID) string { return clients.VpcID }).(pulumi.StringOutput),
		SubnetIds:         pulumi.ToStringArray(clients.SubnetIDs),
		AllowedCidrBlocks: pulumi.StringArray{pulumi.String("10.0.0.0/16")},
		Tags:              pulumi.StringMap{"environment": fresh.ID()},
	}
	orders, err := tidbconfluent.NewPrivateLink(ctx, "orders", &tidbconfluent.PrivateLinkArgs{
		TidbClusterId: pulumi.String("{{.EssentialUSEast1}}"),
		EnvironmentId: fresh.ID(),
		Network:       &tidbconfluent.NetworkArgs{DisplayName: pulumi.Sprintf("network of %s", fresh.ID())},
		Connection:    &tidbconfluent.ConnectionArgs{DisplayName: settings.RequireSecret("connection")},
		VpcAccess:     []tidbconfluent.VpcAccessEntryArgs{entry},
	}, options...)
	if err != nil {
		return err
	}
	payments, err := tidbconfluent.NewPrivateLink(ctx, "payments", &tidbconfluent.PrivateLinkArgs{
		TidbClusterId:     pulumi.String("{{.EssentialUSEast1B}}"),
		EnvironmentId:     orders.EnvironmentId,
		Network:           &tidbconfluent.NetworkArgs{Id: orders.NetworkId},
		PrivateLinkAccess: &tidbconfluent.PrivateLinkAccessArgs{Id: orders.PrivateLinkAccessId},
		KafkaCluster:      &tidbconfluent.KafkaClusterArgs{Id: orders.KafkaClusterId},
	}, options...)
	if err != nil {
		return err
	}
	if _, err := tidbconfluent.NewVpcAccess(ctx, "reports", &tidbconfluent.VpcAccessArgs{
		EnvironmentId:          orders.EnvironmentId,
		NetworkId:              orders.NetworkId,
		DnsDomain:              orders.DnsDomain,
		ZonalSubdomains:        orders.ZonalSubdomains,
		VpcEndpointServiceName: orders.VpcEndpointServiceName,
		VpcId:                  pulumi.String(consumers.VpcID),
		SubnetIds:              pulumi.ToStringArray(consumers.SubnetIDs),
		PrivateLinkAccess:      &tidbconfluent.PrivateLinkAccessArgs{Id: orders.VpcAccess.Index(pulumi.Int(0)).PrivateLinkAccessId()},
	}, options...); err != nil {
		return err
	}
	ctx.Export("shared", payments.BootstrapEndpoint)
	return nil
}
