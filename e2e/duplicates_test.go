package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// answerLost are the ways to lose the answer to a creation that had its effect. Confluent's provider then asks again.
var answerLost = map[string]sandbox.Fault{
	"500":              {Run: true, Status: http.StatusInternalServerError},
	"503":              {Run: true, Status: http.StatusServiceUnavailable},
	"connection cut":   {Run: true, Drop: true},
	"answer cut short": {Cut: true},
}

// loseAnswers loses the answers to the creations of links, each in another way, and returns the program and how.
func loseAnswers(t *testing.T, path string) (s *stack, links map[string]string) {
	t.Helper()
	program, links := "resources:\n", map[string]string{}
	for how := range answerLost {
		link := "lost" + strings.ReplaceAll(how, " ", "")
		links[link] = how
		program += privateLink(link, "")
	}
	s = newLargeStack(t, program, nil)
	for link, how := range links {
		fault := answerLost[how]
		fault.Service, fault.Method, fault.Path = sandbox.ServiceConfluent, http.MethodPost, path
		fault.Match = func(call sandbox.Call) bool {
			return strings.Contains(string(call.RequestBody), fmt.Sprintf("%q", link))
		}
		s.sandbox.Inject(fault)
	}
	return s, links
}

// duplicates are the warnings of a command about duplicate parts of links. The command shows each of them more than
// once.
func duplicates(out string) []string {
	var found []string
	for line := range strings.SplitSeq(out, "\n") {
		_, warning, ok := strings.Cut(line, "warning: environment ")
		if ok && strings.Contains(warning, " has more than one ") && !slices.Contains(found, warning) {
			found = append(found, warning)
		}
	}
	return found
}

// duplicatesOf are the warnings among them that are about a link.
func duplicatesOf(link string, warnings []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(warning string) bool {
		return !strings.Contains(warning, fmt.Sprintf("%q", link))
	})
}

// TestNetworkMadeTwice: a creation that Confluent's provider repeats leaves two networks. The update reports it, and
// each preview, until the one that is not in the state is gone.
func TestNetworkMadeTwice(t *testing.T) {
	t.Parallel()
	s, links := loseAnswers(t, "/networking/v1/networks")
	reported, environment := duplicates(s.up()), s.sandbox.Seed().EnvironmentID
	previewed := duplicates(s.pulumi("preview", "--expect-no-changes"))
	ours := map[string]bool{}
	for link, how := range links {
		of := s.resourceCalled(link + "-network").ID
		ours[of] = true
		for _, all := range [][]string{reported, previewed} {
			said := duplicatesOf(link, all)
			require.Len(t, said, 1, how)
			assert.Contains(t, said[0],
				fmt.Sprintf(`%s has more than one network "%s": %s, which is the link's`, environment, link, of), how)
			assert.Contains(t, said[0], "confluent network list --environment "+environment)
			assert.Contains(t, said[0], "a network counts against the quota of its environment")
			assert.Contains(t, said[0], "confluent network delete ID --environment "+environment)
		}
	}
	s.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")

	s.sandbox.Update(func(state *sandbox.State) {
		assert.Len(t, state.Networks, 2*len(links))
		maps.DeleteFunc(state.Networks, func(id string, _ *sandbox.Network) bool { return !ours[id] })
	})
	assert.Empty(t, duplicates(s.pulumi("preview", "--expect-no-changes")))
	s.destroyed()
}

// TestKafkaClusterMadeTwice: the provider lists Kafka clusters, so the warning names both.
func TestKafkaClusterMadeTwice(t *testing.T) {
	t.Parallel()
	s, links := loseAnswers(t, "/cmk/v2/clusters")
	reported, environment := duplicates(s.up()), s.sandbox.Seed().EnvironmentID
	previewed := duplicates(s.pulumi("preview", "--expect-no-changes"))
	for link, how := range links {
		ours, other := s.resourceCalled(link+"-kafka").ID, ""
		s.sandbox.Update(func(state *sandbox.State) {
			for id, cluster := range state.KafkaClusters {
				if id != ours && cluster.DisplayName == link {
					assert.Empty(t, other, how)
					other = id
				}
			}
		})
		for _, all := range [][]string{reported, previewed} {
			said := duplicatesOf(link, all)
			require.Len(t, said, 1, how)
			assert.Contains(t, said[0],
				fmt.Sprintf(`%s has more than one Kafka cluster "%s": %s, which is the link's, and %s;`,
					environment, link, ours, other), how)
			assert.Contains(t, said[0], "costs several US dollars per hour")
			assert.Contains(t, said[0],
				fmt.Sprintf("confluent kafka cluster delete %s --environment %s", other, environment))
		}
		s.sandbox.Update(func(state *sandbox.State) { delete(state.KafkaClusters, other) })
	}
	assert.Empty(t, duplicates(s.pulumi("preview", "--expect-no-changes")))
	s.destroyed()
}

// TestAccessMadeTwice: there is one access for an account and a network. Its repetition is refused, and the update
// fails; the next preview names the one that was created, and the command that takes it over.
func TestAccessMadeTwice(t *testing.T) {
	t.Parallel()
	s, links := loseAnswers(t, "/networking/v1/private-link-accesses")
	refused := errorsIn(s.pulumiFails("up", "--yes", "--skip-preview", "--continue-on-error"))
	assert.Equal(t, len(links), strings.Count(refused, "409 Conflict"), refused)
	made, preview := s.changes(), s.pulumiFails("preview")
	for link, how := range links {
		assert.Contains(t, refused, "("+link+"-access)", how)
		s.imports(preview, link+"-access", `take it over: (pulumi import .*?); if the state has it`)
	}
	s.up()
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.PrivateLinkAccesses, len(links)) })
	for _, call := range s.changes()[len(made):] {
		assert.NotContains(t, call, "private-link-accesses", "nothing is made a second time")
	}
	s.settled()
	s.destroyed()
}

// TestNamesOfSeveral: if several have the name of what a preview would create, it is reported, of each kind, before
// anything is ordered.
func TestNamesOfSeveral(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink, sandbox.Options{Prepare: func(state *sandbox.State) {
		state.Networks = map[string]*sandbox.Network{
			"n-1": {DisplayName: "orders"}, "n-2": {DisplayName: "orders"},
			"n-3": {DisplayName: "billing"},
		}
		state.KafkaClusters = map[string]*sandbox.KafkaCluster{
			"lkc-1": {DisplayName: "orders", NetworkID: "n-1"}, "lkc-2": {DisplayName: "orders", NetworkID: "n-2"},
		}
		state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
			"pla-1": {DisplayName: "orders", NetworkID: "n-1", Account: tidbAccount},
			"pla-2": {DisplayName: "orders", NetworkID: "n-2", Account: tidbAccount},
		}
	}})
	out := s.pulumi("preview")
	environment := s.sandbox.Seed().EnvironmentID
	assert.Contains(t, out, "warning: environment "+environment+` has several networks "orders" already, `)
	assert.Contains(t, out,
		"warning: environment "+environment+` has several Kafka clusters "orders" already (lkc-1, lkc-2), `)
	assert.Contains(t, out, "warning: environment "+environment+` has several PrivateLink Accesses "orders"; `)

	// On an existing network, Confluent Cloud would refuse a second access while a Kafka cluster is being created.
	inNetwork := func(more string) string {
		return "resources:\n" + privateLink("orders", "network: {id: n-3}"+more)
	}
	s.change(inNetwork(""))
	const refusal = `has several PrivateLink Accesses "orders", and Confluent's provider does not list them`
	assert.Contains(t, s.pulumiFails("preview"), refusal)
	assert.Contains(t, s.pulumiFails("up", "--yes"), refusal)
	assert.Empty(t, s.changes(), "nothing is ordered")
	s.change(inNetwork(", privateLinkAccess: {displayName: orders-3}"))
	assert.NotContains(t, s.pulumi("preview"), "PrivateLink Access")
	s.up()
	s.settled()
	s.destroyed()
}
