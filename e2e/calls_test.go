package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestCallCounts: a run looks up a TiDB Cloud cluster and the environment once, however many links there are. A link
// makes no more calls than it must, and the wait for several connections of a cluster costs as much as for one. In
// Confluent Cloud, a link looks for networks with its name, and a run lists the Kafka clusters. `make bench` measures
// the time.
func TestCallCounts(t *testing.T) {
	t.Parallel()
	const links = 6
	for _, clusters := range []int{1, links} {
		t.Run(fmt.Sprint(clusters, " clusters"), func(t *testing.T) {
			t.Parallel()
			s := newStack(t, "", sandbox.Options{MaxRequestsPerMinute: -1, Prepare: func(state *sandbox.State) {
				for i := range clusters {
					state.TiDBClusters[fmt.Sprint(7000+i)] = &sandbox.TiDBCluster{Region: "us-east-1"}
				}
			}})
			s.change(linksOn(links, clusters))
			s.set("tidbconfluent:requestsPerMinute", "100000")

			facts := counts{"cluster": clusters, "zones": clusters, "environment": 1, "networks": links}
			kafkas := lists{"Kafka clusters": {1, 1}}
			s.calledBy(facts, kafkas, "preview")
			s.calledBy(facts.and(counts{
				// Confluent's provider looks at it too, for each Kafka cluster.
				"environment": links,
				// One look at each connection before domains are attached, and one afterwards.
				"create connection": links, "attach": links, "connection": 2 * links,
				// Each network is looked up by its name again after its creation.
				"networks": links,
			}), lists{
				// A listing before each connection is created, and those of the waits.
				"connections": {links + clusters, 2 * links},
				// One before anything is created, and those of the Kafka clusters that were created, which share them.
				"Kafka clusters": {2, 1 + links},
			}, "up", "--yes", "--skip-preview", "--parallel", "100")
			s.calledBy(facts, kafkas, "preview", "--expect-no-changes")
			s.calledBy(counts{"connection": 2 * links}, nil, "refresh", "--yes", "--skip-preview")
			// One look at each connection when its domains are gone, and one when no listing has it any more.
			s.calledBy(counts{"detach": links, "delete connection": links, "connection": 2 * links},
				lists{"connections": {clusters, links}}, "destroy", "--yes", "--skip-preview", "--parallel", "100")
		})
	}
}

// TestCallCountsWithExistingParts: where a preview knows the endpoint service that connections will lead to, it
// compares its region with the cluster's, and asks nothing more for that.
func TestCallCountsWithExistingParts(t *testing.T) {
	t.Parallel()
	const links = 4
	s := newStack(t, "", sandbox.Options{MaxRequestsPerMinute: -1, Prepare: func(state *sandbox.State) {
		partsToBring(state)
		for i := range links {
			state.TiDBClusters[fmt.Sprint(7000+i)] = &sandbox.TiDBCluster{Region: "us-east-1"}
		}
	}})
	s.set("tidbconfluent:requestsPerMinute", "100000")
	for _, clusters := range []int{1, links} {
		s.change(strings.ReplaceAll(linksOn(links, clusters), "environmentId: {{.EnvironmentID}}\n",
			"environmentId: {{.SecondEnvironmentID}}\n"+
				"      network: {id: n-all}\n      privateLinkAccess: {id: pla-all}\n      kafkaCluster: {id: "+
				"lkc-all}\n"))
		s.calledBy(counts{"cluster": clusters, "zones": clusters, "environment": 1}, nil, "preview")
	}
}

// linksOn is a program with links on some of the clusters 7000, 7001 and so on.
func linksOn(links, clusters int) string {
	var program strings.Builder
	program.WriteString("resources:\n")
	for i := range links {
		fmt.Fprintf(&program, "  link%d:\n    type: tidbconfluent:PrivateLink\n    properties:\n"+
			"      tidbClusterId: \"%d\"\n      environmentId: {{.EnvironmentID}}\n", i, 7000+i%clusters)
	}
	return program.String()
}

// lists are the minimum and the maximum number of listings. A wait needs a listing that began after it; how many waits
// share one depends on the clock, and unit tests of the waits check it.
type lists map[string]struct{ least, most int }

// calledBy runs a command and checks which calls to TiDB Cloud it takes, and how many look-ups of environments,
// networks and Kafka clusters.
func (s *stack) calledBy(want counts, lists lists, args ...string) {
	s.t.Helper()
	before := len(s.sandbox.Calls())
	s.pulumi(args...)
	got := counts{}
	for _, call := range s.sandbox.Calls()[before:] {
		if kind := kindOf(call); kind != "" {
			got[kind]++
		}
	}
	for _, kind := range []string{"connections", "Kafka clusters"} {
		assert.GreaterOrEqual(s.t, got[kind], lists[kind].least, "listings of %s by %s", kind, args[0])
		assert.LessOrEqual(s.t, got[kind], lists[kind].most, "listings of %s by %s", kind, args[0])
		delete(got, kind)
	}
	assert.Equal(s.t, want, got, "calls of %s", args[0])
}

// kindOf names the purpose of a call. It is empty for the challenge that each process begins with, and for calls of
// Confluent's provider.
func kindOf(call sandbox.Call) string {
	_, rest, found := strings.Cut(call.Path, "/v1beta1/clusters/")
	switch elements := strings.Split(rest, "/"); {
	case call.Service == sandbox.ServiceConfluent && strings.HasPrefix(call.Path, "/org/v2/environments/"):
		return "environment"
	case call.Method == http.MethodGet && call.Path == "/networking/v1/networks":
		return "networks"
	case call.Method == http.MethodGet && call.Path == "/cmk/v2/clusters":
		return "Kafka clusters"
	case !found || call.Status == http.StatusUnauthorized:
		return ""
	case len(elements) == 1:
		return "cluster"
	case call.Method == http.MethodPost && strings.HasSuffix(rest, ":attachDomains"):
		return "attach"
	case call.Method == http.MethodPost && strings.HasSuffix(rest, ":detachDomains"):
		return "detach"
	case call.Method == http.MethodPost:
		return "create connection"
	case call.Method == http.MethodDelete:
		return "delete connection"
	case strings.HasSuffix(rest, ":getAvailabilityZones"):
		return "zones"
	case len(elements) == 2:
		return "connections"
	}
	return "connection"
}

type counts map[string]int

func (c counts) and(more counts) counts {
	all := counts{}
	for _, m := range []counts{c, more} {
		for kind, n := range m {
			all[kind] += n
		}
	}
	return all
}
