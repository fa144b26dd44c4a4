package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
)

const project = "fleet"

// program declares a stack's links. The owner creates the parts that all of them share.
func (s stack) program(ctx *pulumi.Context) error {
	owner, err := tidbconfluent.NewPrivateLink(ctx, s.Owner, &tidbconfluent.PrivateLinkArgs{
		TidbClusterId: pulumi.String(s.Links[s.Owner]),
		EnvironmentId: pulumi.String(s.EnvironmentID),
	})
	if err != nil {
		return err
	}
	connections := pulumi.StringMap{s.Owner: owner.PrivateLinkConnectionId}
	for _, name := range slices.Sorted(maps.Keys(s.Links)) {
		if name == s.Owner {
			continue
		}
		link, err := tidbconfluent.NewPrivateLink(ctx, name, &tidbconfluent.PrivateLinkArgs{
			TidbClusterId:     pulumi.String(s.Links[name]),
			EnvironmentId:     pulumi.String(s.EnvironmentID),
			Network:           &tidbconfluent.NetworkArgs{Id: owner.NetworkId},
			PrivateLinkAccess: &tidbconfluent.PrivateLinkAccessArgs{Id: owner.PrivateLinkAccessId},
			KafkaCluster:      &tidbconfluent.KafkaClusterArgs{Id: owner.KafkaClusterId},
		})
		if err != nil {
			return err
		}
		connections[name] = link.PrivateLinkConnectionId
	}
	ctx.Export("bootstrapEndpoint", owner.BootstrapEndpoint)
	ctx.Export("privateLinkConnectionIds", connections)
	return nil
}

// run applies the command to the stack. It keeps the CLI's output in case of a failure.
func (s stack) run(ctx context.Context, command string, requestsPerMinute int, seen chan<- events.EngineEvent) error {
	selected, err := auto.UpsertStackInlineSource(ctx, s.Name, project, s.program)
	if err != nil {
		return err
	}
	if err := selected.SetAllConfig(ctx, settings(requestsPerMinute)); err != nil {
		return err
	}
	switch command {
	case "up":
		_, err = selected.Up(ctx, optup.EventStreams(seen), optup.ProgressStreams(io.Discard))
	case "destroy":
		_, err = selected.Destroy(ctx, optdestroy.EventStreams(seen), optdestroy.ProgressStreams(io.Discard))
	default:
		_, err = selected.Preview(ctx, optpreview.EventStreams(seen), optpreview.ProgressStreams(io.Discard))
	}
	return err
}

// settings are the settings of the providers. The keys come from the environment.
func settings(requestsPerMinute int) auto.ConfigMap {
	all := auto.ConfigMap{"tidbconfluent:requestsPerMinute": {Value: fmt.Sprint(requestsPerMinute)}}
	// Confluent's provider does not read its address from the environment. In the sandbox it must be set.
	if endpoint := os.Getenv("CONFLUENT_CLOUD_ENDPOINT"); endpoint != "" {
		all["confluentcloud:endpoint"] = auto.ConfigValue{Value: endpoint}
	}
	return all
}
