package lookup

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"golang.org/x/sync/singleflight"
)

const (
	// answersLast is how long an answer is shared: long enough for all components of a run to ask.
	answersLast = time.Minute
	// runsLast is how long a run is kept after it was last used. It is longer than any wait for a resource.
	runsLast = 3 * time.Hour
)

// seen are the runs of the process. A plugin builds all components of a run in one process.
var seen = runs{byKey: map[any]*Run{}}

type runs struct {
	mu    sync.Mutex
	byKey map[any]*Run
}

// A Run has what the components of one preview or update share: one answer about a TiDB Cloud cluster serves a hundred
// links of it. The API allows a hundred calls in a minute.
type Run struct {
	used                         time.Time
	calls                        singleflight.Group
	answers, first, counts, took sync.Map
}

type runKey struct{}

// WithRun returns a context that belongs to a run. Without it, as in a Go program that calls NewPrivateLink itself, the
// components of one [pulumi.Context] share a run.
func WithRun(ctx context.Context, run string) context.Context {
	return context.WithValue(ctx, runKey{}, run)
}

// RunOf returns the run that a context belongs to.
func RunOf(ctx *pulumi.Context) *Run {
	if run := ctx.Context().Value(runKey{}); run != nil {
		return seen.of(run)
	}
	return seen.of(ctx)
}

func (r *runs) of(key any) *Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	run, ok := r.byKey[key]
	if !ok {
		run = &Run{}
		r.byKey[key] = run
	}
	run.used = time.Now()
	for other, of := range r.byKey {
		if run.used.Sub(of.used) > runsLast {
			delete(r.byKey, other)
		}
	}
	return run
}

type answer struct {
	value any
	at    time.Time
}

// An outcome is the result of a call. The other components ignore one that ended in an interruption.
type outcome struct {
	value       any
	err         error
	interrupted bool
}

// ask returns the answer to a question, and calls unless another component of the run calls or has just called.
// Components that wait for the same answer share an error, which is not kept.
func (r *Run) ask(ctx context.Context, question string, call func() (any, error)) (any, error) {
	for {
		mine := false
		got, _, _ := r.calls.Do(question, func() (any, error) {
			mine = true
			if kept, ok := r.answers.Load(question); ok {
				if kept, ok := kept.(answer); ok && time.Since(kept.at) <= answersLast {
					return outcome{value: kept.value}, nil
				}
			}
			value, err := call()
			if err == nil {
				r.answers.Store(question, answer{value, time.Now()})
			}
			return outcome{value, err, err != nil && ctx.Err() != nil}, nil
		})
		result, _ := got.(outcome)
		if mine || !result.interrupted {
			return result.value, result.err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// Later returns an answer of a call that begins after the question: components that ask within the delay share it. The
// delay is at least twice the time of the last answer. Otherwise hundreds of components that each ask for a whole list
// would mostly wait for lists.
func (r *Run) Later(question string, delay time.Duration, call func() (any, error)) (any, error) {
	value, err, _ := r.calls.Do("later\n"+question, func() (any, error) {
		took, _ := r.took.Load(question)
		last, _ := took.(time.Duration)
		time.Sleep(max(delay, 2*last))
		r.calls.Forget("later\n" + question)
		begun := time.Now()
		defer func() { r.took.Store(question, time.Since(begun)) }()
		return call()
	})
	return value, err
}

// First returns what the first component of the run has stored under a key: this one where there is no other.
func (r *Run) First(key, this string) string {
	first, _ := r.first.LoadOrStore(key, this)
	text, _ := first.(string)
	return text
}

// Count returns how often the run has been counted under a key, this time included.
func (r *Run) Count(key string) int {
	count, _ := r.counts.LoadOrStore(key, &atomic.Int64{})
	n, _ := count.(*atomic.Int64)
	return int(n.Add(1))
}
