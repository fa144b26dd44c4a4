package provider_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// chosenName is the display name that a connection gets whose inputs have none.
func chosenName(t *testing.T, logicalName, seed string) string {
	t.Helper()
	resp := checkedName(t, logicalName, seed, nil)
	require.Empty(t, resp.GetFailures())
	return resp.GetInputs().GetFields()["displayName"].GetStringValue()
}

// checkedName checks a connection whose inputs have no name, as the engine does.
func checkedName(t *testing.T, logicalName, seed string,
	naming *rpc.CheckRequest_AutonamingOptions,
) *rpc.CheckResponse {
	t.Helper()
	server, err := provider.NewServer(nil)
	require.NoError(t, err)
	news, err := structpb.NewStruct(map[string]any{
		"clusterId":          "1001",
		"awsEndpointService": map[string]any{"name": serviceName},
	})
	require.NoError(t, err)
	resp, err := server.Check(t.Context(), &rpc.CheckRequest{
		Urn: string(resource.NewURN("test", "test", "", connectionType,
			logicalName)), News: news, RandomSeed: []byte(seed),
		Autonaming: naming,
	})
	require.NoError(t, err)
	return resp
}

// The engine passes the stack's naming on only to providers that announce support for it: by a handshake, or when they
// are configured.
func TestAutonamingIsSupported(t *testing.T) {
	t.Parallel()
	server, err := provider.NewServer(nil)
	require.NoError(t, err)
	shaken, err := server.Handshake(t.Context(), &rpc.ProviderHandshakeRequest{})
	require.NoError(t, err)
	assert.True(t, shaken.GetSupportsAutonamingConfiguration())
	assert.True(t, shaken.GetAcceptSecrets())
	configured, err := server.Configure(t.Context(), &rpc.ConfigureRequest{Args: &structpb.Struct{}})
	require.NoError(t, err)
	assert.True(t, configured.GetSupportsAutonamingConfiguration())
}

func TestAutonamingOfTheStack(t *testing.T) {
	t.Parallel()
	for _, mode := range []rpc.CheckRequest_AutonamingOptions_Mode{
		rpc.CheckRequest_AutonamingOptions_PROPOSE, rpc.CheckRequest_AutonamingOptions_ENFORCE,
	} {
		resp := checkedName(t, "orders", "seed", &rpc.CheckRequest_AutonamingOptions{
			Mode:         mode,
			ProposedName: "acme-orders",
		})
		assert.Empty(t, resp.GetFailures())
		assert.Equal(t, "acme-orders", resp.GetInputs().GetFields()["displayName"].GetStringValue())
	}
	disabled := &rpc.CheckRequest_AutonamingOptions{Mode: rpc.CheckRequest_AutonamingOptions_DISABLE}
	resp := checkedName(t, "orders", "seed", disabled)
	require.Len(t, resp.GetFailures(), 1)
	assert.Equal(t, "displayName", resp.GetFailures()[0].GetProperty())
	assert.Contains(t, resp.GetFailures()[0].GetReason(),
		"pulumi:autonaming of the stack configuration disables automatic names")
}

// An update that follows a saved plan, which the engine gives the seed of the plan, must choose the name of the plan.
func TestNamesAreThoseOfThePlan(t *testing.T) {
	t.Parallel()
	name := chosenName(t, "orders", "plan")
	assert.Regexp(t, `^orders-[0-9a-f]{7}$`, name)
	assert.Equal(t, name, chosenName(t, "orders", "plan"))
	assert.NotEqual(t, name, chosenName(t, "orders", "another plan"))
	random := chosenName(t, "orders", "")
	assert.NotEqual(t, random, chosenName(t, "orders", ""))
}

// Half a letter is not valid UTF-8, and gRPC would refuse it.
func TestLongNamesAreCutBetweenLetters(t *testing.T) {
	t.Parallel()
	for length := range 4 {
		name := chosenName(t, strings.Repeat("a", 53+length)+strings.Repeat("é", 20), "seed")
		assert.True(t, utf8.ValidString(name), "%q", name)
		assert.LessOrEqual(t, len(name), 64, "%q", name)
		assert.GreaterOrEqual(t, len(name), 63, "%q", name)
	}
}
