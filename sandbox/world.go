package sandbox

import (
	"slices"
	"sync"
	"time"
)

// world is the state with what moves it: the clock, the transitions that are
// due later and the log of those that happened. Both services share one.
//
// Nothing runs in the background. Each request first applies every transition that is due, with the time it was due at,
// so the event log is right even without a request for a while.
type world struct {
	mu     sync.Mutex
	clock  func() time.Time
	times  Times
	quotas Quotas
	// changefeeds configures how changefeeds behave.
	changefeeds ChangefeedOptions
	state       *State
	forms       ConfluentForms
	seed        inventory
	speech      *speech

	pending []transition
	events  []Event
	known   map[subject]observation
}

// transition is a change of the state that happens at a time.
type transition struct {
	at    time.Time
	apply func(at time.Time)
}

func newWorld(opts Options, speech *speech) *world {
	w := &world{
		speech: speech,
		clock:  opts.Clock, times: opts.times(), quotas: opts.Quotas, changefeeds: opts.Changefeeds,
		forms: opts.ConfluentForms,
		state: seededState(opts.Clock()), known: map[subject]observation{},
	}
	speech.world = w
	w.state.NextDNSLabel = opts.NextDNSLabel
	if opts.Prepare != nil {
		opts.Prepare(w.state)
	}
	w.state.complete(w.clock())
	// The seeded state causes no events.
	w.observe(w.clock())
	w.events = nil
	w.seed = takeInventory(w.state)
	// Its consequences do.
	w.settle(w.clock())
	return w
}

// do runs f with the world locked, at the present time.
func (w *world) do(f func(now time.Time)) {
	w.look(func(now time.Time) {
		f(now)
		w.settle(now)
	})
}

// look runs f, which changes nothing, as do does. It skips the search for consequences, which reads the whole state.
func (w *world) look(f func(now time.Time)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock()
	w.advance(now)
	f(now)
}

// after schedules apply for d after start. A negative duration never ends.
func (w *world) after(start time.Time, d time.Duration, apply func(at time.Time)) {
	if d < 0 {
		return
	}
	w.pending = append(w.pending, transition{at: start.Add(d), apply: apply})
	slices.SortStableFunc(w.pending, func(a, b transition) int { return a.at.Compare(b.at) })
}

// advance applies all transitions that are due.
func (w *world) advance(now time.Time) {
	for len(w.pending) > 0 && !w.pending[0].at.After(now) {
		next := w.pending[0]
		w.pending = w.pending[1:]
		next.apply(next.at)
		w.settle(next.at)
	}
}

// settle applies the consequences of a change, and logs both.
func (w *world) settle(at time.Time) {
	w.observe(at)
	if w.breakConnections(at) {
		w.observe(at)
	}
}
