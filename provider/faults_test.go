package provider_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestFaultMatrix lets every call to TiDB Cloud go wrong in every way, once and every time, in every operation. Each case
// ends in success or in one clear error; once the fault is over, the plain next step converges; and TiDB Cloud then holds
// exactly what the state says.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	var tally tally
	planned := 0
	t.Run("cases", func(t *testing.T) {
		// The cases wait more than they work, so that more of them run at once than there are processors.
		var running sync.WaitGroup
		defer running.Wait()
		slots := make(chan struct{}, 16)
		for _, op := range operations() {
			for _, f := range kinds() {
				for _, every := range []bool{false, true} {
					planned++
					slots <- struct{}{}
					running.Go(func() {
						defer func() { <-slots }()
						t.Run(fmt.Sprintf("%s/%s/%s", op.name, f.name, tries(every)), func(t *testing.T) {
							tally.count(runFaultCase(t, op, f, every))
						})
					})
				}
			}
		}
	})
	t.Logf("%d cases ran: %d converged at once, %d ended in a clear error after which the next step converged, "+
		"%d believed a service that says what is not so", tally.ran, tally.converged, tally.failed, tally.believed)
	assert.Equal(t, planned, tally.ran, "a case was left out or did not get to its end")
}

func tries(every bool) string {
	if every {
		return "every try"
	}
	return "first try"
}

type outcome int

const (
	outcomeConverged outcome = iota
	outcomeFailed
	outcomeBelieved
)

type tally struct {
	mu                               sync.Mutex
	ran, converged, failed, believed int
}

func (c *tally) count(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ran++
	switch o {
	case outcomeConverged:
		c.converged++
	case outcomeFailed:
		c.failed++
	case outcomeBelieved:
		c.believed++
	}
}

// fault is one way in which an answer goes wrong.
type fault struct {
	name string
	sandbox.Fault
	edit  func(map[string]any) // changes the objects in an answer of success instead
	stale bool                 // answers with a challenge as for an expired nonce
	lies  bool                 // says that something does not exist
}

func kinds() []fault {
	const page = "<!DOCTYPE html><html><body>Something went wrong</body></html>"
	html := http.Header{"Content-Type": {"text/html"}}
	all := []fault{
		{name: "429 with Retry-After", Fault: sandbox.Fault{Status: 429, Header: http.Header{"Retry-After": {"0.01"}}}},
		{name: "404 page", Fault: sandbox.Fault{Status: 404, Header: html, Body: page}},
		{name: "502 page", Fault: sandbox.Fault{Status: 502, Header: html, Body: page}},
		{name: "500 after the change", Fault: sandbox.Fault{Status: 500, Run: true}},
		{name: "504 after the change", Fault: sandbox.Fault{Status: 504, Run: true, Header: html, Body: page}},
		{name: "dropped before the change", Fault: sandbox.Fault{Drop: true}},
		{name: "dropped after the change", Fault: sandbox.Fault{Drop: true, Run: true}},
		{name: "truncated JSON", Fault: sandbox.Fault{Status: 200, Run: true, Body: `{"privateLinkConnectionId": "plc-`}},
		{name: "page with 200", Fault: sandbox.Fault{Status: 200, Header: html, Body: page}},
		{name: "no body", Fault: sandbox.Fault{Status: 200, Run: true, Body: " "}},
		{name: "empty object", Fault: sandbox.Fault{Status: 200, Run: true, Body: "{}"}},
		{name: "null", Fault: sandbox.Fault{Status: 200, Run: true, Body: "null"}},
		{name: "unknown state", edit: func(o map[string]any) {
			if _, ok := o["state"]; ok {
				o["state"] = "HIBERNATING"
			}
		}},
		{name: "unknown fields", edit: func(o map[string]any) { o["novelty"] = map[string]any{"a": []any{1, "b"}} }},
		{name: "expired nonce", stale: true, Fault: sandbox.Fault{Status: 401}},
	}
	for _, status := range []int{400, 401, 403, 404, 409, 429, 500, 502, 503, 504} {
		all = append(all, fault{name: strconv.Itoa(status), Fault: sandbox.Fault{Status: status}, lies: status == 404})
	}
	return all
}

// operation is something that is done while one of its calls goes wrong.
type operation struct {
	name string
	// prepare is done before anything goes wrong.
	prepare func(*stack)
	// hit says which calls go wrong, after the first few.
	hit  func(sandbox.Call) bool
	skip int
	// run is the operation, and next what a user does after its error: the same again, unless given.
	run  func(*stack) error
	next func(*stack) error
	// believes says that the operation takes it for true that something does not exist.
	believes bool
}

func operations() []operation {
	getCluster := callTo(http.MethodGet, func(rest string) bool { return rest == "" })
	list := callTo(http.MethodGet, func(rest string) bool { return rest == "/privateLinkConnections" })
	zones := callTo(http.MethodGet, func(rest string) bool { return rest == "/privateLinkConnections:getAvailabilityZones" })
	post := callTo(http.MethodPost, func(rest string) bool { return rest == "/privateLinkConnections" })
	get := callTo(http.MethodGet, func(rest string) bool { return strings.HasPrefix(rest, "/privateLinkConnections/plc-") })
	remove := callTo(http.MethodDelete, func(string) bool { return true })
	attach := callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":attachDomains") })
	detach := callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":detachDomains") })
	dryRun := func(c sandbox.Call) bool {
		return attach(c) && bytes.Contains(c.RequestBody, []byte(`"validateOnly":true`))
	}
	earnest := func(c sandbox.Call) bool { return attach(c) && !dryRun(c) }

	none := func(*stack) {}
	connected := func(s *stack) { s.must(s.up(s.connection)) }
	attached := func(s *stack) { connected(s); s.must(s.up(s.attachment)) }
	managed := func(s *stack) { connected(s); s.managed = true }
	vanished := func(s *stack) {
		attached(s)
		s.box.Update(func(w *sandbox.State) { clear(w.PrivateLinkConnections) })
	}
	interrupted := func(r func(*stack) *tracked, skip int) func(*stack) {
		return func(s *stack) {
			if r(s) == s.attachment {
				connected(s)
			}
			s.box.Inject(sandbox.Fault{Match: get, Skip: skip, Status: 400})
			require.Error(s.t, s.up(r(s)))
			require.NotEmpty(s.t, r(s).id)
		}
	}
	connection := func(s *stack) *tracked { return s.connection }
	attachment := func(s *stack) *tracked { return s.attachment }
	up := func(r func(*stack) *tracked) func(*stack) error { return func(s *stack) error { return s.up(r(s)) } }
	refresh := func(r func(*stack) *tracked) func(*stack) error {
		return func(s *stack) error { return s.refresh(r(s)) }
	}
	destroy := func(r func(*stack) *tracked) func(*stack) error {
		return func(s *stack) error { return s.destroy(r(s)) }
	}
	destroyBoth := func(s *stack) error { return errors.Join(s.destroy(s.attachment), s.destroy(s.connection)) }
	invoke := func(function string) func(*stack) error { return func(s *stack) error { return s.invoke(function) } }

	return []operation{
		{name: "create connection, list", prepare: none, hit: list, run: up(connection)},
		{name: "create connection, create", prepare: none, hit: post, run: up(connection)},
		{name: "create connection, get", prepare: none, hit: get, run: up(connection)},
		{name: "resume connection, get", prepare: interrupted(connection, 0), hit: get, run: up(connection)},
		{name: "read connection, get", prepare: connected, hit: get, run: refresh(connection), believes: true},
		{name: "read vanished connection, get cluster", prepare: vanished, hit: getCluster, run: refresh(connection), next: destroyBoth},
		{name: "delete connection, delete", prepare: connected, hit: remove, run: destroy(connection)},
		{name: "delete connection, get", prepare: connected, hit: get, run: destroy(connection)},
		{name: "delete vanished connection, get cluster", prepare: vanished, hit: getCluster, run: destroy(connection), next: destroyBoth},
		{name: "create attachment, get", prepare: connected, hit: get, run: up(attachment)},
		{name: "create attachment, attach", prepare: connected, hit: attach, run: up(attachment)},
		{name: "create attachment, get while waiting", prepare: connected, hit: get, skip: 1, run: up(attachment)},
		{name: "create managed attachment, dry run", prepare: managed, hit: dryRun, run: up(attachment)},
		{name: "create managed attachment, attach", prepare: managed, hit: earnest, run: up(attachment)},
		{name: "resume attachment, get", prepare: interrupted(attachment, 1), hit: get, run: up(attachment)},
		{name: "read attachment, get", prepare: attached, hit: get, run: refresh(attachment), believes: true},
		{name: "read vanished attachment, get cluster", prepare: vanished, hit: getCluster, run: refresh(attachment), next: destroyBoth},
		{name: "delete attachment, detach", prepare: attached, hit: detach, run: destroy(attachment)},
		{name: "delete attachment, get", prepare: attached, hit: get, run: destroy(attachment)},
		{name: "delete vanished attachment, get cluster", prepare: vanished, hit: getCluster, run: destroy(attachment), next: destroyBoth},
		{name: "getCluster, get cluster", prepare: none, hit: getCluster, run: invoke("getCluster")},
		{name: "getPrivateLinkZones, zones", prepare: none, hit: zones, run: invoke("getPrivateLinkZones")},
		{name: "getPrivateLinkConnection, get", prepare: connected, hit: get, run: invoke("getPrivateLinkConnection")},
	}
}

// callTo matches the calls of a method by what follows the cluster's id in their path.
func callTo(method string, rest func(string) bool) func(sandbox.Call) bool {
	return func(c sandbox.Call) bool {
		path, found := strings.CutPrefix(c.Path, "/v1beta1/clusters/")
		if !found || c.Method != method {
			return false
		}
		_, behind, slash := strings.Cut(path, "/")
		if slash {
			behind = "/" + behind
		}
		return rest(behind)
	}
}

func runFaultCase(t *testing.T, op operation, f fault, every bool) outcome {
	t.Helper()
	s := newStack(t)
	op.prepare(s)
	hits := s.inject(op, f, every)
	before := len(s.box.Calls())
	err := op.run(s)
	require.Positive(t, hits.Load(), "the operation does not make the call: %v", s.box.Calls()[before:])
	s.calm()

	result := outcomeConverged
	switch {
	case err != nil:
		result = outcomeFailed
		s.assertClear(err)
		next := op.run
		if op.next != nil {
			next = op.next
		}
		require.NoError(t, next(s), "the next step, after: %v", err)
	case op.believes && f.lies:
		// The service itself says that it is gone, and that the cluster is not: there is nothing left to ask.
		return outcomeBelieved
	case op.next != nil:
		require.NoError(t, op.next(s))
	}
	s.assertInStep()
	require.NoError(t, s.destroy(s.attachment))
	require.NoError(t, s.destroy(s.connection))
	s.assertInStep()
	return result
}
