package main

import (
	"context"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

func transform(child, property string) pulumi.ResourceTransform {
	return func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if args.Type == child {
			args.Props[property] = pulumi.String("transformed")
		}
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	}
}

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	const account, key = "confluentcloud:index/serviceAccount:ServiceAccount", "confluentcloud:index/apiKey:ApiKey"
	if err := ctx.RegisterResourceTransform(transform(account, "description")); err != nil {
		return err
	}
	fresh, err := confluentcloud.NewEnvironment(ctx, "fresh", nil,
		pulumi.Transforms([]pulumi.ResourceTransform{transform(key, "description")}))
	if err != nil {
		return err
	}
	options := []pulumi.ResourceOption{
		pulumi.Parent(fresh), pulumi.Transforms([]pulumi.ResourceTransform{transform(key, "displayName")}),
	}
	later := func(value string) pulumi.StringOutput {
		return fresh.ID().ApplyT(func(pulumi.ID) string { return value }).(pulumi.StringOutput)
	}
	rows, err := tidbconfluent.NewKafkaChangefeed(ctx, "rows", &tidbconfluent.KafkaChangefeedArgs{
		TidbClusterId:           pulumi.String("{{.EssentialUSEast1}}"),
		EnvironmentId:           pulumi.String("{{.EnvironmentID}}"),
		KafkaClusterId:          pulumi.String("lkc-9mz5yq"),
		PrivateLinkConnectionId: pulumi.String("plc-a7bq2mxw"),
		Tables:                  pulumi.StringArray{pulumi.String("shop.orders"), later("test.*")},
		Topics: &tidbconfluent.KafkaTopicsArgs{
			Prefix: pulumi.Sprintf("%s.", fresh.ID()), Separator: pulumi.String("-"), Partitions: pulumi.Int(6),
		},
		DisplayName: settings.RequireSecret("displayName"),
	}, options...)
	if err != nil {
		return err
	}
	if _, err := tidbconfluent.NewKafkaChangefeed(ctx, "others", &tidbconfluent.KafkaChangefeedArgs{
		TidbClusterId:           pulumi.String("{{.EssentialUSEast1}}"),
		EnvironmentId:           pulumi.String("{{.EnvironmentID}}"),
		KafkaClusterId:          later("lkc-9mz5yq"),
		PrivateLinkConnectionId: pulumi.String("plc-a7bq2mxw"),
		Credentials: &tidbconfluent.KafkaCredentialsArgs{
			ApiKey: pulumi.String("EXISTINGKEY00001"), ApiSecret: settings.RequireSecret("kafkaSecret"),
		},
		Paused: fresh.ID().ApplyT(func(pulumi.ID) bool { return true }).(pulumi.BoolOutput),
	}, options...); err != nil {
		return err
	}
	ctx.Export("topics", rows.Topics)
	return nil
}
