package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A failed connection is deleted before its replacement, unless a changefeed uses it: the changefeed moves first.
func TestFailedConnectionOfAChangefeedIsReplacedBeforeItGoes(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	inputs, made := create(t, lab.server, connectionType, connectionInputs(lab.cluster))
	id, failed := made.ID, made.Properties.Set("state", property.New("FAILED"))
	deletedFirst := func() bool {
		diff, err := lab.server.Diff(p.DiffRequest{
			ID: id, Urn: urn(connectionType), State: failed, OldInputs: inputs, Inputs: inputs,
		})
		require.NoError(t, err)
		assert.Contains(t, diff.DetailedDiff, "state")
		return diff.DeleteBeforeReplace
	}
	lab.create(lab.inputs()) // over another connection
	assert.True(t, deletedFirst())
	lab.connection = made.Properties.Get("privateLinkConnectionId").AsString()
	lab.create(lab.inputs(named("second")))
	assert.False(t, deletedFirst())
}
