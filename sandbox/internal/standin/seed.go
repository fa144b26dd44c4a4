package standin

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Run serves a stand-in until the engine is done with it. It passes on the seed of names, which pulumi-go-provider
// v1.5.0 drops. See https://github.com/pulumi/pulumi-go-provider/issues/305.
func Run(ctx context.Context, provider p.Provider, name, version string) error {
	return comProvider.MainContext(ctx, name, func(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
		server, err := p.RawServer(name, version, provider)(host)
		return seeded{server}, err
	})
}

type seedKey struct{}

// seedOf returns the seed of the names of the resource that is being checked.
func seedOf(ctx context.Context) []byte {
	seed, _ := ctx.Value(seedKey{}).([]byte)
	return seed
}

type seeded struct{ rpc.ResourceProviderServer }

// Check passes the seed on.
func (s seeded) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	return s.ResourceProviderServer.Check(context.WithValue(ctx, seedKey{}, req.GetRandomSeed()), req)
}
