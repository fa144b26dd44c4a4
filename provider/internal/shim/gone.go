package provider

import (
	"context"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// goneServer makes an import of what does not exist fail. A resource that is gone is read without an id. The engine
// wants its properties left out as well: it imports what has some, and pulumi-go-provider v1.5.0 always sends some.
type goneServer struct{ rpc.ResourceProviderServer }

// Read leaves everything out that is said of a resource that is gone.
func (s goneServer) Read(ctx context.Context, req *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	resp, err := s.ResourceProviderServer.Read(ctx, req)
	if err == nil && resp.GetId() == "" {
		return &rpc.ReadResponse{}, nil
	}
	return resp, err
}
