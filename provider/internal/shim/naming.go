package shim

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// NamingOptions are what the engine sends about the name of a resource that has none.
type NamingOptions struct {
	// Seed determines the random parts of a name. A saved plan and the update that follows it have the same seed, so
	// that their names agree. Without a seed the parts are random.
	Seed []byte
	// Configured reports whether the stack configuration sets pulumi:autonaming.
	Configured bool
	// Disabled forbids to choose a name.
	Disabled bool
	// Proposed is the name that pulumi:autonaming chooses for the resource.
	Proposed string
}

type namingKey struct{}

// WithNaming sets the options for the resource that is being checked.
func WithNaming(ctx context.Context, naming NamingOptions) context.Context {
	return context.WithValue(ctx, namingKey{}, naming)
}

// NamingOf returns the options for the resource that is being checked.
func NamingOf(ctx context.Context) NamingOptions {
	naming, _ := ctx.Value(namingKey{}).(NamingOptions)
	return naming
}

// Naming passes the engine's naming options on, which pulumi-go-provider v1.5.0 drops: see [NamingOf].
//
// It waits for https://github.com/pulumi/pulumi-go-provider/issues/305.
func Naming(server rpc.ResourceProviderServer) rpc.ResourceProviderServer {
	return namingServer{server}
}

type namingServer struct{ rpc.ResourceProviderServer }

// Check passes the options on.
func (s namingServer) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	naming := NamingOptions{Seed: req.GetRandomSeed()}
	if options := req.GetAutonaming(); options != nil {
		naming.Configured = true
		naming.Disabled = options.GetMode() == rpc.CheckRequest_AutonamingOptions_DISABLE
		naming.Proposed = options.GetProposedName()
	}
	return s.ResourceProviderServer.Check(WithNaming(ctx, naming), req)
}

// Configure reports to an engine without a handshake that this provider follows pulumi:autonaming.
func (s namingServer) Configure(ctx context.Context, req *rpc.ConfigureRequest) (*rpc.ConfigureResponse, error) {
	resp, err := s.ResourceProviderServer.Configure(ctx, req)
	if err == nil {
		resp.SupportsAutonamingConfiguration = true
	}
	return resp, err
}

// Handshake reports to the engine that this provider follows pulumi:autonaming.
func Handshake(context.Context, p.HandshakeRequest) (p.HandshakeResponse, error) {
	return p.HandshakeResponse{SupportsAutonamingConfiguration: true}, nil
}
