package provider

import (
	"context"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// seedServer makes the names that are chosen for an update those of the plan that was saved for it: the engine sends the
// same seed, and pulumi-go-provider v1.5.0 drops it.
type seedServer struct{ rpc.ResourceProviderServer }

// Check passes the seed on.
func (s seedServer) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	return s.ResourceProviderServer.Check(tidbcloud.WithSeed(ctx, req.GetRandomSeed()), req)
}
