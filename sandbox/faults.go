package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is a failure of requests. It applies to requests that carry valid credentials, so it never spoils a digest
// challenge.
type Fault struct {
	// Match specifies which calls are hit; their Status and Duration are not known
	// yet. Nil means all that fit Service, Method and Path.
	Match func(Call) bool
	// Service and Method are compared as they are; empty means any.
	Service string
	Method  string
	// Path is a pattern: * stands for anything but a slash, ** for anything.
	// Empty means any path.
	Path string

	// Skip lets that many matching calls pass first.
	Skip int
	// Times is how many calls are hit. Zero means one, a negative number all.
	Times int

	// Delay holds the call up. With none of the next four it is then answered
	// as usual.
	Delay time.Duration
	// Status answers the call with this status, Header and Body. An empty Body
	// means an error in the service's own form, or none when the status is not
	// one of an error.
	Status int
	Header http.Header
	Body   string
	// Stale means that the nonce of the call's signature has expired, as TiDB
	// Cloud's API does with a fresh challenge. Confluent's has no nonces.
	Stale bool
	// Drop closes the connection without an answer.
	Drop bool
	// Hang never answers: it ends when the client stops waiting.
	Hang bool

	// Run carries the call out before it fails in one of these ways, and Late so much later, like a service behind an
	// impatient gateway.
	Run  bool
	Late time.Duration

	// The rest is about an answer on its way, be it the usual one or that of
	// Status.

	// Edit changes each of the JSON objects in it, the inner ones first.
	Edit func(object map[string]any)
	// Size is how many bytes it has at least: the rest is white space.
	Size int
	// Drip is the pause after each of its bytes.
	Drip time.Duration
	// Stall stops in the middle of it, and Cut closes the connection there.
	Stall, Cut bool
}

// fails reports whether the fault takes the place of the usual answer.
func (f *Fault) fails() bool { return f.Status != 0 || f.Stale || f.Drop || f.Hang }

// injected is an active fault.
type injected struct {
	Fault
	path *regexp.Regexp
}

type faults struct {
	mu     sync.Mutex
	active []*injected
}

// Inject adds a fault. Of several that match a call, the first added hits.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = append(s.faults.active, &injected{Fault: f, path: pathPattern(f.Path)})
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = nil
}

// take returns the fault of the call, or nil.
func (f *faults) take(c Call) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.active {
		if !fault.matches(c) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.Times--; fault.Times == 0 {
			f.active = slices.Delete(f.active, i, i+1)
		}
		return &fault.Fault
	}
	return nil
}

func (f *injected) matches(c Call) bool {
	return (f.Service == "" || f.Service == c.Service) &&
		(f.Method == "" || f.Method == c.Method) &&
		f.path.MatchString(c.Path) &&
		(f.Match == nil || f.Match(c))
}

// pathPattern turns a pattern of [Fault.Path] into a regular expression.
func pathPattern(pattern string) *regexp.Regexp {
	if pattern == "" {
		pattern = "**"
	}
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*\*`, `.*`)
	expression = strings.ReplaceAll(expression, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + expression + "$")
}
