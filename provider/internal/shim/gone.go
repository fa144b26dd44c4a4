package shim

import (
	"context"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Gone fails the import of a resource that does not exist. Its read returns no ID. The engine imports it nevertheless
// where the answer has properties, and pulumi-go-provider v1.5.0 always sends some.
//
// It waits for https://github.com/pulumi/pulumi/pull/24518, which fixes https://github.com/pulumi/pulumi/issues/20820.
func Gone(server rpc.ResourceProviderServer) rpc.ResourceProviderServer { return goneServer{server} }

type goneServer struct{ rpc.ResourceProviderServer }

// Read leaves out the properties of a resource that does not exist.
func (s goneServer) Read(ctx context.Context, req *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	resp, err := s.ResourceProviderServer.Read(ctx, req)
	if err == nil && resp.GetId() == "" {
		return &rpc.ReadResponse{}, nil
	}
	return resp, err
}
