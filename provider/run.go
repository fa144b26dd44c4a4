package provider

import (
	"context"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// runServer tells components to which run they belong: each preview and each update has a resource monitor of its own.
type runServer struct{ rpc.ResourceProviderServer }

// Construct builds a component.
func (s runServer) Construct(ctx context.Context, req *rpc.ConstructRequest) (*rpc.ConstructResponse, error) {
	return s.ResourceProviderServer.Construct(lookup.WithRun(ctx, req.GetMonitorEndpoint()), req)
}
