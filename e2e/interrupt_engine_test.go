//go:build linux

package e2e

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The unexpected behavior of the engine that docs/failures.md describes. When one of these tests fails, the engine has
// improved, and the page can become shorter.

// networkLost is a stack whose CLI was killed when the network was created, and the state does not have it.
func networkLost(t *testing.T) (s *stack, network string) {
	t.Helper()
	s = newStack(t, oneLink)
	all := interruptions[slices.IndexFunc(interruptions, func(i interruption) bool { return i.name == "all killed" })]
	creating := upPoints[slices.IndexFunc(upPoints, func(p point) bool { return p.name == "creating the network" })]
	blow{all, creating, false}.run(s, "up")
	s.served()
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

// TestUpAfterAKillMakesAnotherNetwork: without a check of what exists, the next update creates the network a second
// time. A preview does not report the pending creation, and the update only during its work; so the component warns of
// the network, with the command that takes it over.
func TestUpAfterAKillMakesAnotherNetwork(t *testing.T) {
	t.Parallel()
	s, network := networkLost(t)
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"), "delete the lock file with `pulumi cancel`")
	s.pulumi("cancel", "--yes")
	preview := s.pulumi("preview")
	assert.NotContains(t, preview, "pending operations")
	environment := s.sandbox.Seed().EnvironmentID
	assert.Contains(t, preview,
		fmt.Sprintf(`warning: the network "orders" exists in environment %s already (%s)`, environment, network))

	assert.Contains(t, s.up(), "interrupted while creating")
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.Networks, 2) })
	assert.NotEmpty(t, s.pendingCreates(), "an update leaves it in the state")
}

// TestNameConflictIsTakenOver: the command in the warning takes over the part that a killed run left behind.
func TestNameConflictIsTakenOver(t *testing.T) {
	t.Parallel()
	s, network := networkLost(t)
	s.pulumi("cancel", "--yes")
	warning := regexp.MustCompile(
		`pulumi (import \S+ orders-network \S+) --parent '(\S+)' --protect=false --generate-code=false`)
	command := warning.FindStringSubmatch(s.pulumi("preview"))
	require.NotNil(t, command)
	s.pulumi(
		append(strings.Fields(command[1]), "--parent", command[2], "--protect=false", "--generate-code=false", "--yes",
			"--skip-preview")...)
	s.pulumi("refresh", "--clear-pending-creates", "--yes", "--skip-preview")
	assert.NotContains(t, s.pulumi("preview"), "exists in environment",
		"neither the network, which is ours now, nor the Kafka cluster")
	s.up()
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Len(t, state.Networks, 1)
		assert.Contains(t, state.Networks, network)
	})
	s.settled()
	s.destroyed()
}

// TestImportOfPendingCreatesForgets: the option for pending creations removes them from the state, and imports nothing.
func TestImportOfPendingCreatesForgets(t *testing.T) {
	t.Parallel()
	s, network := networkLost(t)
	s.pulumi("cancel", "--yes")
	s.pulumi("refresh", "--yes", "--skip-preview", "--import-pending-creates", s.pendingCreates()[0],
		"--import-pending-creates", s.sandbox.Seed().EnvironmentID+"/"+network)
	assert.Empty(t, s.pendingCreates())
	assert.NotContains(t, names(s.resources()), typeNetwork+" orders-network")
}

// TestTornSidecar: a file of the backend that a kill left empty stops every command. The state next to it
// is whole.
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
