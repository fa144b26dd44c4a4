// Package provider connects Pulumi's engine with the component in package component and the native resources in package
// tidbcloud.
package provider

import (
	"context"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim/monitor"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// Name is the name of the Pulumi package.
const Name = "tidbconfluent"

// New builds the provider. Each call builds one with a configuration of its own.
func New() (p.Provider, error) {
	natives, err := newNatives()
	if err != nil {
		return p.Provider{}, err
	}
	provider, err := registryFacts(infer.NewProviderBuilder()).
		WithComponents(
			infer.ComponentF(monitor.Outputs(shim.Shallow(component.NewPrivateLink))),
			infer.ComponentF(monitor.Outputs(shim.Shallow(vpcaccess.NewVpcAccess))),
			infer.ComponentF(monitor.Outputs(shim.Shallow(changefeed.NewKafkaChangefeed))),
		).
		WithResources(natives.resources...).
		WithFunctions(natives.functions...).
		WithConfig(infer.Config(&tidbcloud.Config{})).
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{
			"component": "index", "vpcaccess": "index", "changefeed": "index", "access": "index",
			"feed": "tidbcloud",
		}).
		Build()
	if err != nil {
		return p.Provider{}, err
	}
	provider = explainRefusals(shim.Marks(provider), natives.argsOf)
	provider.Handshake = shim.Handshake
	provider.GetSchema = truthfulSchema(provider.GetSchema)
	provider.CheckConfig = tidbcloud.CheckConfig(provider.CheckConfig)
	provider.DiffConfig = shim.DiffConfig
	provider.Read = shim.RejectComponents(provider.Read, repository, component.Type, vpcaccess.Type, changefeed.Type)
	provider.Construct = checkInputs(withRun(monitor.LeaveOut(provider.Construct)))
	provider = tidbcloud.WithSeenResources(provider)
	return shim.Panics(shim.ConstructErrors(provider, outputNames), Name+" provider "+Version, repository), nil
}

// withRun tells components which run they belong to: each preview and each update has a resource monitor of its own.
func withRun(
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		return construct(lookup.WithRun(ctx, req.MonitorEndpoint), req)
	}
}

// NewServer builds the provider's gRPC server.
func NewServer(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
	provider, err := New()
	if err != nil {
		return nil, err
	}
	server, err := p.RawServer(Name, Version, provider)(host)
	if err != nil {
		return nil, err
	}
	return shim.Gone(shim.Naming(shim.Aliases(server))), nil
}

// Serve runs the provider until the engine stops it or ends.
func Serve(ctx context.Context) error {
	ctx = shim.WithParent(ctx, os.Getppid, shim.ParentInterval)
	return comProvider.MainContext(ctx, Name, func(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
		shim.LimitVerbosity()
		return NewServer(host)
	})
}
