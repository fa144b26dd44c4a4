//go:build linux

package e2e

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// checkpoint is the part of a state that matters here.
type checkpoint struct {
	Resources         []struct{ URN, ID string }
	PendingOperations []struct {
		Resource struct{ URN string }
		Type     string
	} `json:"pending_operations"`
}

// checkpoint reads the state where the backend keeps it.
func (s *stack) checkpoint() checkpoint {
	s.t.Helper()
	var latest checkpoint
	s.latest(&latest)
	return latest
}

// strays are the parts of the link that Confluent Cloud has and the state does not: for each the words of the import
// that takes it over, as soon as it is ready for use.
func (s *stack) strays() [][]string {
	s.t.Helper()
	done := make(chan struct{})
	time.AfterFunc(10*time.Second, func() { close(done) })
	require.True(s.t, eventually(done, s.atRest))
	known := map[string]bool{}
	var parent string
	for _, r := range s.checkpoint().Resources {
		known[r.ID[strings.LastIndex(r.ID, "/")+1:]] = true
		if strings.HasSuffix(r.URN, typePrivateLink+"::orders") {
			parent = "orders=" + r.URN
		}
	}
	var strays [][]string
	add := func(kind, suffix, within, id string) {
		if !known[id] {
			strays = append(strays, []string{kind, "orders-" + suffix, within + "/" + id, "--parent", parent})
		}
	}
	environment := s.sandbox.Seed().EnvironmentID
	s.sandbox.Update(func(state *sandbox.State) {
		for id := range state.Networks {
			add(typeNetwork, "network", environment, id)
		}
		for id := range state.PrivateLinkAccesses {
			add(typeAccess, "access", environment, id)
		}
		for id := range state.KafkaClusters {
			add(typeKafka, "kafka", environment, id)
		}
	})
	return strays
}

// atRest means that nothing is being created or deleted.
func (s *stack) atRest() bool {
	rest := true
	s.sandbox.Update(func(state *sandbox.State) {
		for _, n := range state.Networks {
			rest = rest && n.Phase == sandbox.PhaseReady
		}
		for _, a := range state.PrivateLinkAccesses {
			rest = rest && a.Phase == sandbox.PhaseReady
		}
		for _, k := range state.KafkaClusters {
			rest = rest && k.Phase == sandbox.PhaseProvisioned
		}
		for _, c := range state.PrivateLinkConnections {
			rest = rest && c.State == "ACTIVE"
			for _, d := range c.Domains {
				rest = rest && d.State == "ACTIVE"
			}
		}
	})
	return rest
}
