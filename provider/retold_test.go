package provider

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
)

// TestNothingIsRefusedAnew: what was taken is taken, whatever is thought of it here.
func TestNothingIsRefusedAnew(t *testing.T) {
	t.Parallel()
	wrong := property.NewMap(map[string]property.Value{"novelty": property.New(1.0)})
	args := argsOf["tidbconfluent:tidbcloud:getCluster"]
	assert.Empty(t, retold(nil, wrong, args))
	failures := []p.CheckFailure{{Property: "novelty", Reason: "of something else"}}
	assert.Equal(t, failures, retold(failures, wrong, argsOf["tidbconfluent:tidbcloud:none"]))
	assert.Len(t, retold([]p.CheckFailure{{Property: "novelty"}}, wrong, args), 2)
}
