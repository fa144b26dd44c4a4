package provider

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNothingIsRefusedAnew: inputs that infer accepts are accepted, whatever this package finds.
func TestNothingIsRefusedAnew(t *testing.T) {
	t.Parallel()
	wrong := property.NewMap(map[string]property.Value{"novelty": property.New(1.0)})
	natives, err := newNatives()
	require.NoError(t, err)
	of := natives.argsOf["tidbconfluent:tidbcloud:getCluster"]
	assert.Empty(t, explained(nil, wrong, of))
	failures := []p.CheckFailure{{Property: "novelty", Reason: "of something else"}}
	assert.Equal(t, failures, explained(failures, wrong, natives.argsOf["tidbconfluent:tidbcloud:none"]))
	assert.Len(t, explained([]p.CheckFailure{{Property: "novelty"}}, wrong, of), 2)
}
