//go:build linux

package e2e

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// What docs/interruptions.md says of the engine, where it is not what one would expect. When one of these fails, the engine
// has learned something, and the page can become shorter.

// networkLost is a stack whose command line was killed when the network was made, and the state does not have it.
func networkLost(t *testing.T) (s *stack, network string) {
	t.Helper()
	s = newStack(t, oneLink)
	all := interruptions[slices.IndexFunc(interruptions, func(i interruption) bool { return i.name == "all killed" })]
	creating := upPoints[slices.IndexFunc(upPoints, func(p point) bool { return p.name == "creating the network" })]
	blow{all, creating, false}.run(s, "up")
	done := make(chan struct{})
	require.True(t, eventually(done, s.atRest))
	if torn := s.tornSidecar(); torn != "" {
		require.NoError(t, os.Remove(torn))
	}
	s.sandbox.Update(func(state *sandbox.State) {
		require.Len(t, state.Networks, 1)
		for id := range state.Networks {
			network = id
		}
	})
	require.Len(t, s.pendingCreates(), 1)
	return s, network
}

// TestUpAfterAKillMakesAnotherNetwork: without a look at what is there, the next update makes the network a second time. A
// preview does not warn, and the update only beside its work.
func TestUpAfterAKillMakesAnotherNetwork(t *testing.T) {
	t.Parallel()
	s, _ := networkLost(t)
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"), "delete the lock file with `pulumi cancel`")
	s.pulumi("cancel", "--yes")
	assert.NotContains(t, s.pulumi("preview"), "pending operations")
	assert.Contains(t, s.up(), "interrupted while creating")
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.Networks, 2) })
	assert.NotEmpty(t, s.pendingCreates(), "an update leaves it in the state")
}

// TestImportOfPendingCreatesForgets: the option that is meant for it takes the pending creation out of the state, and imports
// nothing.
func TestImportOfPendingCreatesForgets(t *testing.T) {
	t.Parallel()
	s, network := networkLost(t)
	s.pulumi("cancel", "--yes")
	s.pulumi("refresh", "--yes", "--skip-preview", "--import-pending-creates", s.pendingCreates()[0],
		"--import-pending-creates", s.sandbox.Seed().EnvironmentID+"/"+network)
	assert.Empty(t, s.pendingCreates())
	assert.NotContains(t, names(s.resources()), typeNetwork+" orders-network")
}

// TestTornSidecar: a file of the backend that a kill left empty keeps every command from working. The state beside it is whole.
func TestTornSidecar(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.pulumi("up", "--yes", "--skip-preview")
	require.NoError(t, os.Truncate(s.stateFile()+".attrs", 0))
	assert.Contains(t, s.pulumiFails("preview"), "error: failed to load checkpoint: EOF")
	require.NoError(t, os.Remove(s.stateFile()+".attrs"))
	s.pulumi("preview", "--expect-no-changes")
	s.destroyed()
}
