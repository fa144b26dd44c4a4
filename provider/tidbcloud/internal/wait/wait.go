// Package wait polls TiDB Cloud until something is as it should be.
package wait

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

const (
	defaultInitial = 2 * time.Second
	defaultMax     = 30 * time.Second
	factor         = 1.5

	// A wait notices the end within this time, or within this part of the whole wait.
	longestLag     = 2 * time.Second
	longestLagPart = 20

	// tolerance is how many polls in a row may fail for a transient reason. The client has retried each of them, so
	// that a wait of half an hour outlasts a restart of the service.
	tolerance = 3

	defaultAdvice = "run pulumi up again to keep waiting"
)

// Options describe a wait: its subject, and how long it lasts.
type Options struct {
	// What names the thing in errors, as in "private link connection plc-1".
	What string
	// Initial is the pause after the first poll, zero meaning two seconds. Each further pause is half as long again, up
	// to two seconds or, later on, a twentieth of the wait so far, and up to Max, zero meaning 30 seconds.
	Initial, Max time.Duration
	// Timeout ends the wait; zero leaves that to the context.
	Timeout time.Duration
	// OnPoll is called after each poll with the state, and with how long the wait has lasted; it may be nil.
	OnPoll func(state string, elapsed time.Duration)
	// Advice returns what to do when the wait ends too early in a state; nil means to run pulumi up again.
	Advice func(state string) string
}

// Error is a wait that was cut short, by its timeout or by its context.
type Error struct {
	// What names the thing that was waited for.
	What string
	// State is the last one that was seen; it may be empty.
	State string
	// Elapsed is how long the wait lasted.
	Elapsed time.Duration
	// Err is the context's error: context.DeadlineExceeded or context.Canceled.
	Err error
	// Advice is what to do next.
	Advice string
}

// Error reports the state, how long it took, and what to do next.
func (e *Error) Error() string {
	state, why := e.State, "it timed out"
	if state == "" {
		state = "not ready"
	}
	if errors.Is(e.Err, context.Canceled) {
		why = "waiting was canceled"
	}
	return fmt.Sprintf("%s is still %s after %s: %s; %s", e.What, state, e.Elapsed.Round(time.Second), why, e.Advice)
}

// Unwrap returns the context's error.
func (e *Error) Unwrap() error { return e.Err }

// Until polls at once and then ever more slowly, until poll reports that it is done or returns an error. It returns the
// last value of poll, also with an error. It ignores a transient error a few times in a row; see
// [tidbapi.IsTemporary] and [Transient]. A wait that is cut short ends in an *[Error].
func Until[T any](
	ctx context.Context, opts Options, poll func(context.Context) (value T, state string, done bool, err error),
) (last T, err error) {
	err = newWaiter(opts).poll(ctx, time.Now(), func(ctx context.Context, due time.Time) (string, bool, error) {
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return "", false, ctx.Err()
		}
		value, state, done, err := poll(ctx)
		if err == nil {
			last = value
		}
		return state, done, err
	})
	return last, err
}

// waiter is the state of a wait from poll to poll.
type waiter struct {
	Options
	started  time.Time
	interval time.Duration
	state    string
	failures int
}

func newWaiter(opts Options) *waiter {
	if opts.Initial <= 0 {
		opts.Initial = defaultInitial
	}
	if opts.Max <= 0 {
		opts.Max = defaultMax
	}
	return &waiter{Options: opts, started: time.Now(), interval: min(opts.Initial, opts.Max)}
}

// poll polls whenever that is due, until it is done or fails.
func (w *waiter) poll(
	ctx context.Context, due time.Time,
	whenDue func(ctx context.Context, due time.Time) (state string, done bool, err error),
) error {
	if w.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.Timeout)
		defer cancel()
	}
	for ctx.Err() == nil {
		state, done, err := whenDue(ctx, due)
		if err != nil {
			if err := w.failed(ctx, err); err != nil {
				return err
			}
		} else {
			w.state, w.failures = state, 0
			if w.OnPoll != nil {
				w.OnPoll(state, time.Since(w.started))
			}
			if done {
				return nil
			}
		}
		due = time.Now().Add(w.pause())
	}
	return w.cutShort(ctx)
}

// failed returns the error that ends the wait after a failed poll, if it does.
func (w *waiter) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return w.cutShort(ctx)
	}
	w.failures++
	if isTransient(err) && w.failures <= tolerance {
		return nil
	}
	return fmt.Errorf("waiting for %s: %w", w.What, err)
}

// pause is how long to wait now; the next one is longer.
func (w *waiter) pause() time.Duration {
	lag := max(longestLag, w.Initial, time.Since(w.started)/longestLagPart)
	d := min(w.interval, lag, w.Max)
	w.interval = min(time.Duration(float64(w.interval)*factor), w.Max)
	return d
}

func (w *waiter) cutShort(ctx context.Context) error {
	advice := defaultAdvice
	if w.Advice != nil {
		advice = w.Advice(w.state)
	}
	return &Error{What: w.What, State: w.state, Elapsed: time.Since(w.started), Err: ctx.Err(), Advice: advice}
}

type transientError struct{ error }

// Unwrap returns the error itself.
func (e transientError) Unwrap() error { return e.error }

// Transient marks an error that a wait ignores a few times in a row.
func Transient(err error) error { return transientError{err} }

func isTransient(err error) bool {
	var marked transientError
	return errors.As(err, &marked) || tidbapi.IsTemporary(err)
}
