package main

import (
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		fresh, err := confluentcloud.NewEnvironment(ctx, "fresh", nil)
		if err != nil {
			return err
		}
		cluster := fresh.ID().ApplyT(func(pulumi.ID) string { return "{{.EssentialUSEast1}}" }).(pulumi.StringOutput)
		zone := fresh.ID().ApplyT(func(pulumi.ID) string { return "use1-az1" }).(pulumi.StringOutput)
		cku := fresh.ID().ApplyT(func(pulumi.ID) *int { one := 1; return &one }).(pulumi.IntPtrOutput)
		protection := fresh.ID().ApplyT(func(pulumi.ID) *bool { return new(bool) }).(pulumi.BoolPtrOutput)
		availability := fresh.ID().ApplyT(func(pulumi.ID) tidbconfluent.Availability {
			return tidbconfluent.AvailabilitySingleZone
		}).(tidbconfluent.AvailabilityOutput)

		network, err := confluentcloud.NewNetwork(ctx, "network", &confluentcloud.NetworkArgs{
			Cloud: pulumi.String("AWS"), Region: pulumi.String("us-east-1"),
			ConnectionTypes: pulumi.ToStringArray([]string{"PRIVATELINK"}),
			Environment:     confluentcloud.NetworkEnvironmentArgs{Id: fresh.ID()},
		})
		if err != nil {
			return err
		}
		access, err := confluentcloud.NewPrivateLinkAccess(ctx, "access", &confluentcloud.PrivateLinkAccessArgs{
			Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: pulumi.String("111122223333")},
			Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: network.ID()},
			Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: fresh.ID()},
		})
		if err != nil {
			return err
		}
		kafka, err := confluentcloud.NewKafkaCluster(ctx, "kafka", &confluentcloud.KafkaClusterArgs{
			Cloud: pulumi.String("AWS"), Region: pulumi.String("us-east-1"), Availability: pulumi.String("SINGLE_ZONE"),
			Dedicated:   confluentcloud.KafkaClusterDedicatedArgs{Cku: pulumi.Int(1)},
			Network:     confluentcloud.KafkaClusterNetworkArgs{Id: network.ID()},
			Environment: confluentcloud.KafkaClusterEnvironmentArgs{Id: fresh.ID()},
		})
		if err != nil {
			return err
		}

		made, err := tidbconfluent.NewPrivateLink(ctx, "made", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId: cluster,
			EnvironmentId: fresh.ID(),
			Network: &tidbconfluent.NetworkArgs{
				DisplayName: pulumi.Sprintf("network of %s", fresh.ID()),
				Zones:       pulumi.StringArray{pulumi.String("use1-az2"), zone, pulumi.String("use1-az3")},
			},
			KafkaCluster: &tidbconfluent.KafkaClusterArgs{
				Cku: cku, Availability: availability.ToAvailabilityPtrOutput(), DeletionProtection: protection,
			},
		})
		if err != nil {
			return err
		}
		existing, err := tidbconfluent.NewPrivateLink(ctx, "existing", &tidbconfluent.PrivateLinkArgs{
			TidbClusterId:     cluster,
			EnvironmentId:     fresh.ID(),
			Network:           &tidbconfluent.NetworkArgs{Id: network.ID()},
			PrivateLinkAccess: &tidbconfluent.PrivateLinkAccessArgs{Id: access.ID()},
			KafkaCluster:      &tidbconfluent.KafkaClusterArgs{Id: kafka.ID()},
		})
		if err != nil {
			return err
		}
		ctx.Export("made", made.BootstrapEndpoint)
		ctx.Export("existing", existing.BootstrapEndpoint)
		return nil
	})
}
