package e2e

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

var (
	soakTime = flag.Duration("soak.time", 20*time.Second, "how long TestSoak goes on")
	soakSeed = flag.Uint64("soak.seed", 0, "what TestSoak makes its choices from; 0 means another one each time")
)

// TestSoak applies random changes of users and random faults to several links, with one plugin for all. After each
// step, however it ended, the next plain update succeeds; the services then have exactly what the state has; and the
// plugin holds no more than at first.
func TestSoak(t *testing.T) {
	t.Parallel()
	seed := *soakSeed
	if seed == 0 {
		seed = 1 + rand.Uint64N(1_000_000)
	}
	soak := startSoak(t, seed)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to do it again: go test ./e2e -run TestSoak -soak.seed=%d -soak.time=%s\nsteps:\n%s",
				seed, *soakTime, strings.Join(soak.done, "\n"))
		}
	})
	for end := time.Now().Add(*soakTime); time.Now().Before(end); {
		soak.step()
	}
	soak.stack.destroyed()
	require.NoError(t, soak.agree())
	require.NoError(t, soak.plugin.level(soak.first))
	testkit.Report(t,
		"seed %d: %d steps, of which %d ended in an error that the next update made good; %d faults hit",
		seed, len(soak.done), soak.failed, soak.hits)
}

// soak is a run.
type soak struct {
	stack  *stack
	plugin *soakPlugin
	model  *soakModel
	first  soakLevels
	runs   map[string]soakRun
	// vanished are the changefeeds that were deleted without Pulumi, by ID.
	vanished map[string]bool
	done     []string
	failed   int
	hits     int
}

func startSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	// Other tests cover limits; here they would only slow the run down.
	s := newStack(t, "resources: {}\n", sandbox.Options{MaxRequestsPerMinute: -1})
	s.set("tidbconfluent:requestsPerMinute", "60000")
	run := &soak{stack: s, plugin: startSoakPlugin(s), model: newSoakModel(seed), vanished: map[string]bool{}}
	// A link first, so that everything has had its first use.
	run.model.change()
	s.change(run.model.program())
	s.up()
	run.first = run.plugin.levels()
	return run
}

// step runs one step, and checks all that must hold after it.
func (r *soak) step() {
	s := r.stack
	s.t.Helper()
	step := r.model.next()
	r.done = append(r.done, step.String())
	s.change(step.program)
	r.insert()
	r.happen(step)
	hits := r.inject(step.faults)
	command := []string{"up", "--yes", "--skip-preview"}
	if step.refresh {
		command = append(command, "--refresh")
	}
	for _, one := range s.resources() {
		if slices.Contains(step.replace, one.name()) {
			command = append(command, "--replace", one.URN)
		}
	}
	out, err := s.run(command...)
	s.sandbox.ClearFaults()
	r.hits += hits()
	if err != nil {
		r.failed++
		require.Contains(s.t, out, "error: ", "an error without a word:\n%s", out)
		s.pulumi(command...)
	}
	require.NoError(s.t, r.agree())
	if len(step.behind) > 0 && r.failedFeeds() > 0 {
		// They failed after Pulumi had read them, for a cause that it then repaired.
		s.pulumi("up", "--yes", "--skip-preview", "--refresh")
	}
	r.insert()
	require.NoError(s.t, r.flows())
	if len(r.done)%4 == 0 {
		s.settled()
	}
	require.NoError(s.t, r.plugin.level(r.first))
}

// happen applies a step's changes without Pulumi.
func (r *soak) happen(step soakStep) {
	r.stack.sandbox.Update(func(s *sandbox.State) {
		before := slices.Collect(maps.Keys(s.Changefeeds))
		for _, happen := range step.behind {
			happen(s)
		}
		for _, id := range before {
			if s.Changefeeds[id] == nil {
				r.vanished[id] = true
			}
		}
	})
}

// inject injects faults, and returns a count of the calls that they hit.
func (r *soak) inject(faults []soakFault) func() int {
	matched := make([]atomic.Int64, len(faults))
	for i, f := range faults {
		f.Match = func(sandbox.Call) bool {
			matched[i].Add(1)
			return true
		}
		r.stack.sandbox.Inject(f.Fault)
	}
	return func() int {
		hits := 0
		for i, f := range faults {
			hits += max(0, min(f.Times, int(matched[i].Load())-f.Skip))
		}
		return hits
	}
}

// agree checks that the state and the services have the same, and that nothing in the state is unfinished.
func (r *soak) agree() error {
	state, problems := r.inState()
	services := r.inServices()
	for _, id := range state {
		if !slices.Contains(services, id) {
			problems = append(problems, id+" is in the state only")
		}
	}
	for _, id := range services {
		if !slices.Contains(state, id) {
			problems = append(problems, id+" is in the services only")
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return nil
}

// inState are the ids in the state of resources that cost money or block others, and its unfinished entries.
func (r *soak) inState() (ids, problems []string) {
	var latest struct {
		Resources []struct {
			resource
			Delete     bool
			InitErrors []string
		}
		PendingOperations []any `json:"pending_operations"`
	}
	r.stack.latest(&latest)
	for _, o := range latest.PendingOperations {
		problems = append(problems, fmt.Sprintf("pending in the state: %v", o))
	}
	for _, e := range latest.Resources {
		if e.ID == "" || strings.HasPrefix(e.Type, "pulumi:") {
			continue
		}
		ids = append(ids, e.ID)
		if e.Delete || len(e.InitErrors) > 0 {
			problems = append(problems, fmt.Sprintf("unfinished in the state: %s %s %v", e.URN, e.ID, e.InitErrors))
		}
	}
	return ids, problems
}

func (r *soak) inServices() []string {
	var ids []string
	r.stack.sandbox.Update(func(s *sandbox.State) {
		for id := range s.Networks {
			ids = append(ids, id)
		}
		for id := range s.PrivateLinkAccesses {
			ids = append(ids, id)
		}
		for id := range s.KafkaClusters {
			ids = append(ids, id)
		}
		ids = slices.AppendSeq(ids, maps.Keys(s.ServiceAccounts))
		ids = slices.AppendSeq(ids, maps.Keys(s.APIKeys))
		ids = slices.AppendSeq(ids, maps.Keys(s.RoleBindings))
		for _, c := range s.Changefeeds {
			if c.State != sandbox.StateDeleted {
				ids = append(ids, c.ClusterID+"/"+c.ID)
			}
		}
		for _, c := range s.PrivateLinkConnections {
			ids = append(ids, c.ClusterID+"/"+c.ID)
			for _, d := range c.Domains {
				ids = append(ids, c.ClusterID+"/"+c.ID+"/"+d.ID)
			}
		}
	})
	return ids
}

// TestSoakChecks: each check of the soak test can fail.
func TestSoakChecks(t *testing.T) {
	t.Parallel()
	r := startSoak(t, 1)
	require.NoError(t, r.agree())
	require.NoError(t, r.plugin.level(r.first))

	var forgotten *sandbox.PrivateLinkConnection
	r.stack.sandbox.Update(func(s *sandbox.State) {
		for id, c := range s.PrivateLinkConnections {
			forgotten = c
			delete(s.PrivateLinkConnections, id)
		}
	})
	assert.ErrorContains(t, r.agree(), forgotten.ID+" is in the state only")
	r.stack.sandbox.Update(func(s *sandbox.State) {
		s.PrivateLinkConnections[forgotten.ID] = forgotten
		s.PrivateLinkConnections["plc-orphan"] = &sandbox.PrivateLinkConnection{ID: "plc-orphan", ClusterID: "1"}
	})
	assert.ErrorContains(t, r.agree(), "1/plc-orphan is in the services only")
	r.stack.sandbox.Update(func(s *sandbox.State) {
		s.Changefeeds["cf-orphan"] = &sandbox.Changefeed{ID: "cf-orphan", ClusterID: "1"}
		s.APIKeys["ORPHAN"] = &sandbox.APIKey{ID: "ORPHAN"}
	})
	assert.ErrorContains(t, r.agree(), "1/cf-orphan is in the services only")
	assert.ErrorContains(t, r.agree(), "ORPHAN is in the services only")

	low := r.first
	low.Goroutines -= 2 * soakMoreGoroutines
	assert.ErrorContains(t, r.plugin.level(low), "the plugin held")
	assert.False(t, soakLevels{Heap: 2 * soakMoreHeap}.within(soakLevels{}))
}
