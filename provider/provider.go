// Package provider is the plumbing between Pulumi's engine and what this package is about:
// the component in package component and the native resources in package tidbcloud.
package provider

import (
	"context"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// Name is the name of the Pulumi package.
const Name = "tidbconfluent"

// New makes the provider. Each call makes one with a configuration of its own.
func New() (p.Provider, error) {
	turns := newTurns(atOnce, patience)
	provider, err := describe(infer.NewProviderBuilder()).
		WithComponents(
			inferred(component.NewPrivateLink, turns),
			inferred(component.NewVpcAccess, turns),
			inferred(changefeed.NewKafkaChangefeed, turns),
		).
		WithResources(
			infer.Resource(tidbcloud.PrivateLinkConnection{}),
			infer.Resource(tidbcloud.DomainAttachment{}),
			infer.Resource(tidbcloud.Changefeed{}),
		).
		WithFunctions(
			infer.Function(tidbcloud.GetCluster{}),
			infer.Function(tidbcloud.GetPrivateLinkZones{}),
			infer.Function(tidbcloud.GetPrivateLinkConnection{}),
			infer.Function(tidbcloud.GetChangefeed{}),
			infer.Function(tidbcloud.GetChangefeedTables{}),
			infer.Function(tidbcloud.GetChangefeeds{}),
		).
		WithConfig(infer.Config(&tidbcloud.Config{})).
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"component": "index", "changefeed": "index"}).
		Build()
	if err != nil {
		return p.Provider{}, err
	}
	provider = withPlainRefusals(provider)
	provider.Handshake = shakeHands
	provider.GetSchema = truthfulSchema(provider.GetSchema)
	provider.CheckConfig = tidbcloud.CheckConfig(provider.CheckConfig)
	provider.DiffConfig = diffConfig
	provider.Diff = tidbcloud.WithNewInputs(provider.Diff)
	provider.Read = withoutComponents(provider.Read)
	provider.Construct = withTypes(provider.Construct)
	return withoutPanics(withOneError(tidbcloud.WithMemory(provider))), nil
}

// NewServer makes the provider's gRPC server.
func NewServer(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
	provider, err := New()
	if err != nil {
		return nil, err
	}
	server, err := p.RawServer(Name, Version, provider)(host)
	if err != nil {
		return nil, err
	}
	return goneServer{namingServer{runServer{aliasServer{server}}}}, nil
}

// Serve runs the provider until the engine is done with it, or gone.
func Serve(ctx context.Context) error {
	ctx = withParent(ctx, os.Getppid, parentInterval)
	return comProvider.MainContext(ctx, Name, func(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
		logging.Verbose = min(logging.Verbose, mostVerbose)
		return NewServer(host)
	})
}

// mostVerbose is the highest level at which the SDK's log holds no credentials: from the next one on it has every property
// in clear.
const mostVerbose = 8
