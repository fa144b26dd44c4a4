package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		var vpc struct {
			ID        string   `json:"id"`
			SubnetIDs []string `json:"subnetIds"`
		}
		settings.RequireObject("vpc", &vpc)

		consumers, err := tidbconfluent.NewVpcAccess(ctx, "consumers", &tidbconfluent.VpcAccessArgs{
			EnvironmentId:     pulumi.String(settings.Require("environmentId")),
			NetworkId:         pulumi.String(settings.Require("networkId")),
			VpcId:             pulumi.String(vpc.ID),
			SubnetIds:         pulumi.ToStringArray(vpc.SubnetIDs),
			AllowedCidrBlocks: pulumi.ToStringArray([]string{"10.0.0.0/16"}),
		})
		if err != nil {
			return err
		}

		ctx.Export("endpointId", consumers.EndpointId)
		ctx.Export("zones", consumers.Zones)
		ctx.Export("bootstrapNames", consumers.BootstrapNames)
		return nil
	})
}
