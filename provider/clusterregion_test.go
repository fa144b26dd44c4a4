package provider_test

import (
	"strings"
	"sync"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A preview asks for the region of a cluster once for all planned connections, and not at all when a function has
// asked, or there is nothing to compare it with.
func TestClusterRegionIsAskedOnce(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	cluster := box.Seed().EssentialUSEast1
	asked := func() int {
		n := 0
		for _, call := range box.Calls() {
			if strings.HasSuffix(call.Path, "/clusters/"+cluster) && call.Status != 401 {
				n++
			}
		}
		return n
	}
	preview := func(inputs property.Map) {
		resp, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs, DryRun: true})
		assert.NoError(t, err)
		assert.Empty(t, resp.ID)
	}
	inputs := check(t, server, connectionType, connectionInputs(cluster))
	unknown := property.NewMap(map[string]property.Value{"name": property.New(property.Computed)})
	preview(inputs.Set("awsEndpointService", property.New(unknown)))
	preview(inputs.Set("clusterId", property.New(property.Computed)))
	assert.Zero(t, asked(), "nothing to compare")

	var all sync.WaitGroup
	for range 5 {
		all.Go(func() { preview(inputs) })
	}
	all.Wait()
	assert.Equal(t, 1, asked())
	_, _ = create(t, server, connectionType, connectionInputs(cluster))
	assert.Equal(t, 1, asked(), "an update was previewed")

	other := box.Seed().EssentialUSEast1B
	resp, err := server.Invoke(p.InvokeRequest{
		Token: "tidbconfluent:tidbcloud:getCluster", Args: object(map[string]any{"clusterId": other}),
	})
	require.NoError(t, err)
	assert.Empty(t, resp.Failures)
	before := len(box.Calls())
	preview(check(t, server, connectionType, connectionInputs(other)))
	assert.Len(t, box.Calls(), before, "a function has asked")
}

// A failed look-up for a warning does not fail the preview.
func TestClusterRegionThatCannotBeFound(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	cluster := box.Seed().EssentialUSEast1
	inputs := check(t, server, connectionType, connectionInputs(cluster))
	box.Inject(sandbox.Fault{Path: "/v1beta1/clusters/" + cluster, Status: 403, Times: -1})
	_, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs, DryRun: true})
	assert.NoError(t, err)
}
