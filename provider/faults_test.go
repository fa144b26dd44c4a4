package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestFaultMatrix makes every call to TiDB Cloud fail in every way, once and every time, in every operation. Each case
// ends in success or in one clear error. After the fault, the next command succeeds, and TiDB Cloud then has exactly
// what the state has.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	var tally tally
	planned := 0
	t.Run("cases", func(t *testing.T) {
		// The cases mostly wait, so more of them run in parallel than there are processors.
		var running sync.WaitGroup
		defer running.Wait()
		slots := make(chan struct{}, 96)
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
	testkit.Report(t, "%d cases ran: %d converged at once, %d ended in a clear error after which the next step "+
		"converged, %d believed a list without anything in it",
		tally.ran, tally.converged, tally.failed, tally.believed)
	assert.Equal(t, planned, tally.ran, "a case was left out or did not get to its end")
}

// TestEachFunctionIsInTheFaultMatrix by its name.
func TestEachFunctionIsInTheFaultMatrix(t *testing.T) {
	t.Parallel()
	all := operations()
	for token := range packageSchema(t).Functions {
		name := token[strings.LastIndex(token, ":")+1:]
		isIts := func(op operation) bool { return strings.HasPrefix(op.name, name+", ") }
		assert.True(t, slices.ContainsFunc(all, isIts), "%s: add its calls to operations, next to getCluster", name)
	}
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

// fault is one way in which a call fails.
type fault struct {
	name string
	sandbox.Fault
	wire    func(*stack) string // where the request goes instead
	hurry   bool                // the client gives up on a request soon
	timeout float64             // as customTimeouts, in seconds
	astray  bool                // the answer points to another host
	nothing bool                // where a list is expected, it is a valid empty list
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
		{name: "504 long before the change", Fault: sandbox.Fault{Status: 504, Late: 10 * time.Millisecond}},
		{name: "dropped before the change", Fault: sandbox.Fault{Drop: true}},
		{name: "dropped after the change", Fault: sandbox.Fault{Drop: true, Run: true}},
		{name: "no answer before the change", hurry: true, Fault: sandbox.Fault{Hang: true}},
		{name: "no answer after the change", hurry: true, Fault: sandbox.Fault{Hang: true, Run: true}},
		{name: "byte by byte", Fault: sandbox.Fault{Drip: 10 * time.Microsecond}},
		{name: "byte by byte for ever", hurry: true, Fault: sandbox.Fault{Drip: 20 * time.Millisecond}},
		{name: "stalled", hurry: true, Fault: sandbox.Fault{Stall: true}},
		{name: "cut off", Fault: sandbox.Fault{Cut: true}},
		{name: "truncated JSON", Fault: sandbox.Fault{
			Status: 200, Run: true,
			Body: `{"privateLinkConnectionId": "plc-`,
		}},
		{name: "page with 200", Fault: sandbox.Fault{Status: 200, Header: html, Body: page}},
		{name: "page with 200 after the change", Fault: sandbox.Fault{
			Status: 200, Run: true, Header: html,
			Body: page,
		}},
		{name: "no body", Fault: sandbox.Fault{Status: 200, Run: true}},
		{name: "blank body", Fault: sandbox.Fault{Status: 200, Run: true, Body: " "}},
		{name: "empty object", nothing: true, Fault: sandbox.Fault{Status: 200, Run: true, Body: "{}"}},
		{name: "null", Fault: sandbox.Fault{Status: 200, Run: true, Body: "null"}},
		{name: "enormous body", Fault: sandbox.Fault{Size: 3 << 20}},
		// The provider would wait long in an unknown state.
		{name: "unknown state", timeout: 5, Fault: sandbox.Fault{Edit: func(o map[string]any) {
			if _, ok := o["state"]; ok {
				o["state"] = "HIBERNATING"
			}
		}}},
		{name: "unknown fields", Fault: sandbox.Fault{Edit: func(o map[string]any) {
			o["novelty"] = map[string]any{"a": []any{1, "b"}}
		}}},
		{name: "ids that shape a path", Fault: sandbox.Fault{Edit: func(o map[string]any) {
			_, refers := o["port"] // another id, which is in no path
			for _, key := range []string{"privateLinkConnectionId", "attachDomainId", "changefeedId"} {
				if _, ok := o[key]; ok && !refers {
					o[key] = "../../plc-x?y\x00\n"
				}
			}
		}}},
		{name: "expired nonce", Fault: sandbox.Fault{Stale: true}},
		{name: "redirect", astray: true, Fault: sandbox.Fault{Status: 307}},
		{name: "certificate that is not trusted", wire: untrusted},
		{name: "TLS handshake closed", wire: closing},
		{name: "connection refused", wire: refusing},
	}
	for _, status := range []int{400, 401, 403, 404, 409, 429, 500, 502, 503, 504} {
		all = append(all, fault{name: strconv.Itoa(status), Fault: sandbox.Fault{Status: status}})
	}
	return all
}

func runFaultCase(t *testing.T, op operation, f fault, every bool) outcome {
	t.Helper()
	patience := 40 * time.Millisecond
	if f.Late > 0 {
		patience = 500 * time.Millisecond // with many cases at once, late can be much later
	}
	o := feedOptions(sandbox.Options{})
	o.Changefeeds.KeepDeleted = op.continues // for checks of how far they had come
	for ; ; f.timeout *= 4 {
		s := newStackWith(t, patience, o)
		s.connectFeeds()
		result, err := s.faultCase(op, f, every)
		if errors.Is(err, errNotCalled) && 0 < f.timeout && f.timeout < 60 {
			continue // a busy machine used up the time before the call
		}
		require.NoError(t, err)
		return result
	}
}

var errNotCalled = errors.New("the operation does not make the call")

// faultCase makes an operation fail, and reports each promise that is broken.
func (s *stack) faultCase(op operation, f fault, every bool) (outcome, error) {
	op.prepare(s)
	hits := s.inject(op, f, every)
	before := len(s.box.Calls())
	err := op.run(s)
	if hits.Load() == 0 {
		return 0, fmt.Errorf("%w: %v", errNotCalled, s.box.Calls()[before:])
	}
	s.calm()
	if n := s.astray.Load(); n > 0 {
		return 0, fmt.Errorf("%d requests went to another host", n)
	}

	result := outcomeConverged
	switch {
	case op.believes && f.nothing && every:
		// The service reports that there are no connections, and there is no other way to look for one with an unknown
		// id.
		return outcomeBelieved, nil
	case err != nil:
		result = outcomeFailed
		if unclear := s.unclear(err); unclear != nil {
			return 0, unclear
		}
		next := op.run
		if op.next != nil {
			next = op.next
		}
		if nextErr := next(s); nextErr != nil {
			return 0, fmt.Errorf("the next step fails: %w; after: %w", nextErr, err)
		}
	case op.next != nil:
		if err := op.next(s); err != nil {
			return 0, fmt.Errorf("the next step fails: %w", err)
		}
	}
	if err := errors.Join(s.outOfStep(), s.idle()); err != nil {
		return 0, err
	}
	if op.continues {
		if err := s.lostRows(); err != nil {
			return 0, err
		}
	}
	if err := errors.Join(s.retire(nil), s.destroy(s.feed), s.destroy(s.attachment),
		s.destroy(s.connection)); err != nil {
		return 0, fmt.Errorf("the destruction fails: %w", err)
	}
	return result, s.outOfStep()
}
