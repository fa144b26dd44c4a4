package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestClusterIDsThatAreNumbers(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	number := object(map[string]any{"clusterId": 1.048293057184629e+19, "privateLinkConnectionId": "plc-1"})
	want := []p.CheckFailure{{Property: "clusterId", Reason: rules.ErrNumericClusterID.Error()}}
	for _, token := range []tokens.Type{connectionType, attachmentType} {
		resp, err := server.Check(p.CheckRequest{Urn: urn(token), Inputs: number})
		require.NoError(t, err)
		assert.Equal(t, want, resp.Failures, token)
	}
	for _, token := range []tokens.Type{
		"tidbconfluent:tidbcloud:getCluster", "tidbconfluent:tidbcloud:getPrivateLinkZones", "tidbconfluent:tidbcloud:getPrivateLinkConnection",
	} {
		resp, err := server.Invoke(p.InvokeRequest{Token: token, Args: number})
		require.NoError(t, err)
		assert.Equal(t, want, resp.Failures, token)
	}
}

func TestComponentsCheckTypes(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	for _, token := range []tokens.Type{component.Type, component.VpcAccessType} {
		_, err := server.Construct(p.ConstructRequest{Urn: urn(token), Inputs: object(map[string]any{"novelty": "x"})})
		require.ErrorContains(t, err, "novelty: there is no such input")
	}
}
