package provider

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// namingServer passes on what the engine says about names, which pulumi-go-provider v1.5.0 drops: the seed, so that the names
// that are chosen for an update are those of the plan that was saved for it, and pulumi:autonaming of the stack configuration.
type namingServer struct{ rpc.ResourceProviderServer }

// Check passes on how to choose a name.
func (s namingServer) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	naming := tidbcloud.Naming{Seed: req.GetRandomSeed()}
	if options := req.GetAutonaming(); options != nil {
		naming.Configured = true
		naming.Disabled = options.GetMode() == rpc.CheckRequest_AutonamingOptions_DISABLE
		naming.Proposed = options.GetProposedName()
	}
	return s.ResourceProviderServer.Check(tidbcloud.WithNaming(ctx, naming), req)
}

// Configure tells an engine that did not shake hands that names are chosen as the stack configuration says.
func (s namingServer) Configure(ctx context.Context, req *rpc.ConfigureRequest) (*rpc.ConfigureResponse, error) {
	resp, err := s.ResourceProviderServer.Configure(ctx, req)
	if err == nil {
		resp.SupportsAutonamingConfiguration = true
	}
	return resp, err
}

// shakeHands tells the engine the same.
func shakeHands(context.Context, p.HandshakeRequest) (p.HandshakeResponse, error) {
	return p.HandshakeResponse{SupportsAutonamingConfiguration: true}, nil
}
