package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestSideBySide proves without a clock that the Kafka cluster and the chain access, connection, domains do not wait
// for each other: here the access becomes READY only after the request for the Kafka cluster, and the Kafka cluster is
// PROVISIONED only when the domains are attached.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	const never = -1
	s := newStack(t, oneLink, sandbox.Options{Times: sandbox.Times{
		PrivateLinkAccessCreate: never,
		KafkaClusterCreate:      never,
	}})

	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		if !eventually(done, func() bool { return called(s, "POST", "/cmk/v2/clusters") }) {
			return
		}
		s.sandbox.Update(func(state *sandbox.State) {
			for _, cluster := range state.KafkaClusters {
				assert.Equal(t, sandbox.PhaseProvisioning, cluster.Phase)
			}
		})
		if !eventually(done, func() bool { return called(s, "POST", "/networking/v1/private-link-accesses") }) {
			return
		}
		s.sandbox.Update(func(state *sandbox.State) {
			for _, access := range state.PrivateLinkAccesses {
				access.Phase = sandbox.PhaseReady
			}
		})
		if !eventually(done, func() bool { return happened(s, "AttachDomain", sandbox.StateActive) }) {
			return
		}
		s.sandbox.Update(func(state *sandbox.State) {
			for _, cluster := range state.KafkaClusters {
				cluster.Phase, cluster.StatusCKU = sandbox.PhaseProvisioned, cluster.CKU
			}
		})
	})
	out, err := s.run("up", "--yes", "--skip-preview")
	close(done)
	watching.Wait()
	require.NoError(t, err, "something waits for what it does not need\n%s", out)
}

// TestOrder: each resource comes after those that it depends on.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()

	network := s.moment("Network", sandbox.PhaseReady)
	access := s.moment("PrivateLinkAccess", sandbox.PhaseReady)
	connection := s.moment("PrivateLinkConnection", sandbox.StateActive)
	assert.True(t, s.call("/networking/v1/private-link-accesses").After(network), "the access follows the network")
	assert.True(t, s.call("/cmk/v2/clusters").After(network), "the Kafka cluster follows the network")
	assert.True(t, s.call("/privateLinkConnections").After(access), "the connection follows the access")
	assert.True(t, s.call(":attachDomains").After(connection), "the domains follow the connection")

	s.destroyed()
	var deleted []string
	for _, event := range s.sandbox.Events() {
		if event.State == sandbox.StateDeleted {
			deleted = append(deleted, event.Kind)
		}
	}
	require.ElementsMatch(t,
		[]string{"Network", "PrivateLinkAccess", "KafkaCluster", "PrivateLinkConnection", "AttachDomain"}, deleted)
	chain := slices.DeleteFunc(deleted, func(kind string) bool { return kind == "KafkaCluster" })
	assert.Equal(t, []string{"AttachDomain", "PrivateLinkConnection", "PrivateLinkAccess", "Network"}, chain)
	for _, call := range s.sandbox.Calls() {
		assert.NotEqual(t, 409, call.Status, "%s %s came too early", call.Method, call.Path)
	}
}

// moment is when a resource of the kind reached the state, which must have happened once.
func (s *stack) moment(kind, state string) time.Time {
	s.t.Helper()
	var moments []time.Time
	for _, event := range s.sandbox.Events() {
		if event.Kind == kind && event.State == state {
			moments = append(moments, event.Time)
		}
	}
	require.Len(s.t, moments, 1, "%s %s", kind, state)
	return moments[0]
}

// call is when the one successful POST to a path with that end was sent.
func (s *stack) call(path string) time.Time {
	s.t.Helper()
	var calls []time.Time
	for _, call := range s.sandbox.Calls() {
		if call.Method == "POST" && strings.HasSuffix(call.Path, path) && call.Status < 300 {
			calls = append(calls, call.Time)
		}
	}
	require.Len(s.t, calls, 1, "POST %s", path)
	return calls[0]
}

func called(s *stack, method, path string) bool {
	return slices.ContainsFunc(s.sandbox.Calls(), func(call sandbox.Call) bool {
		return call.Method == method && call.Path == path && call.Status < 300
	})
}

func happened(s *stack, kind, state string) bool {
	return slices.ContainsFunc(s.sandbox.Events(), func(event sandbox.Event) bool {
		return event.Kind == kind && event.State == state
	})
}

// eventually waits for a condition, or for done, and reports whether it holds.
func eventually(done <-chan struct{}, condition func() bool) bool {
	for !condition() {
		select {
		case <-done:
			return condition()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return true
}
