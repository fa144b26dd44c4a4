package shim

import (
	"context"
	"errors"
	"testing"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

// reader is a provider with the same answer to every read.
type reader struct {
	rpc.UnimplementedResourceProviderServer
	resp *rpc.ReadResponse
	err  error
}

func (r reader) Read(context.Context, *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	return r.resp, r.err
}

func TestWhatIsGoneIsReadWithoutProperties(t *testing.T) {
	t.Parallel()
	properties, err := structpb.NewStruct(map[string]any{"clusterId": ""})
	require.NoError(t, err)

	gone, err := Gone(reader{resp: &rpc.ReadResponse{Properties: properties, Inputs: properties}}).
		Read(t.Context(), &rpc.ReadRequest{Id: "1001/plc-1"})
	require.NoError(t, err)
	assert.Empty(t, gone.GetId())
	assert.Nil(t, gone.GetProperties(), "the engine would import it")
	assert.Nil(t, gone.GetInputs())

	there := &rpc.ReadResponse{Id: "1001/plc-1", Properties: properties, Inputs: properties}
	got, err := Gone(reader{resp: there}).Read(t.Context(), &rpc.ReadRequest{Id: "1001/plc-1"})
	require.NoError(t, err)
	assert.Same(t, there, got)

	_, err = Gone(reader{err: errors.New("401")}).Read(t.Context(), &rpc.ReadRequest{})
	assert.EqualError(t, err, "401")
}
