package tidbapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	defaultWaitInitial = 2 * time.Second
	defaultWaitMax     = 30 * time.Second
	waitFactor         = 1.5

	// What is waited for shall not be there for longer than this, or this part of the whole wait, before it is noticed.
	waitLag     = 2 * time.Second
	waitLagPart = 20

	// waitTolerance is how many polls in a row may fail for a passing reason. Each of them was retried already, so
	// this outlasts a restart of the service, and half an hour of waiting is not lost to it.
	waitTolerance = 3

	defaultWaitAdvice = "run pulumi up again to keep waiting"
)

// WaitOptions say what Wait waits for, and how patiently.
type WaitOptions struct {
	// What names the thing in errors, as in "private link connection plc-1".
	What string
	// Initial is the pause after the first poll, zero meaning two seconds. Each further pause is half as long again, up
	// to two seconds or, later on, a twentieth of the wait so far, and up to Max, zero meaning 30 seconds.
	Initial, Max time.Duration
	// Timeout ends the wait; zero leaves that to the context.
	Timeout time.Duration
	// OnPoll is told the state after each poll, and how long the wait has lasted; nil means nobody is told.
	OnPoll func(state string, elapsed time.Duration)
	// Advice says what to do when the wait is over too early in a state; nil means to run pulumi up again.
	Advice func(state string) string
}

// WaitError is a wait that was cut short, by its timeout or by its context.
type WaitError struct {
	// What names the thing that was waited for.
	What string
	// State is the last one that was seen; it may be empty.
	State string
	// Elapsed is how long the wait lasted.
	Elapsed time.Duration
	// Err is the context's error: context.DeadlineExceeded or context.Canceled.
	Err error
	// Advice says what to do next.
	Advice string
}

// Error says the state, how long it took, and what to do next.
func (e *WaitError) Error() string {
	state, why := e.State, "the time for it is up"
	if state == "" {
		state = "not ready"
	}
	if errors.Is(e.Err, context.Canceled) {
		why = "waiting was canceled"
	}
	return fmt.Sprintf("%s is still %s after %s: %s; %s", e.What, state, e.Elapsed.Round(time.Second), why, e.Advice)
}

// Unwrap returns the context's error.
func (e *WaitError) Unwrap() error { return e.Err }

// Wait polls at once and then ever more slowly, until poll says that it is done or returns an error. It returns the
// last value that poll gave, also beside an error. An error of poll that is temporary (see IsTemporary) is overlooked a
// few times in a row. A wait that is cut short ends in a *WaitError.
func Wait[T any](
	ctx context.Context, opts WaitOptions, poll func(context.Context) (value T, state string, done bool, err error),
) (T, error) {
	w := newWaiter(opts)
	ctx, cancel := w.limited(ctx)
	defer cancel()
	var last T
	for {
		if ctx.Err() != nil {
			return last, w.cutShort(ctx)
		}
		value, state, done, err := poll(ctx)
		if err == nil {
			last, w.state, w.failures = value, state, 0
			w.report()
			if done {
				return last, nil
			}
		} else if err := w.failed(ctx, err); err != nil {
			return last, err
		}
		if sleep(ctx, w.pause()) != nil {
			return last, w.cutShort(ctx)
		}
	}
}

// waiter is what Wait remembers from poll to poll.
type waiter struct {
	WaitOptions
	started  time.Time
	interval time.Duration
	state    string
	failures int
}

func newWaiter(opts WaitOptions) *waiter {
	if opts.Initial <= 0 {
		opts.Initial = defaultWaitInitial
	}
	if opts.Max <= 0 {
		opts.Max = defaultWaitMax
	}
	if opts.Advice == nil {
		opts.Advice = func(string) string { return defaultWaitAdvice }
	}
	return &waiter{WaitOptions: opts, started: time.Now(), interval: min(opts.Initial, opts.Max)}
}

// limited applies the timeout.
func (w *waiter) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.Timeout > 0 {
		return context.WithTimeout(ctx, w.Timeout)
	}
	return ctx, func() {}
}

func (w *waiter) report() {
	if w.OnPoll != nil {
		w.OnPoll(w.state, time.Since(w.started))
	}
}

// failed tells whether a failed poll ends the wait.
func (w *waiter) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return w.cutShort(ctx)
	}
	w.failures++
	if IsTemporary(err) && w.failures <= waitTolerance {
		return nil
	}
	return fmt.Errorf("waiting for %s: %w", w.What, err)
}

// pause is how long to wait now; the next one is longer.
func (w *waiter) pause() time.Duration {
	lag := max(waitLag, w.Initial, time.Since(w.started)/waitLagPart)
	d := min(w.interval, lag, w.Max)
	w.interval = min(time.Duration(float64(w.interval)*waitFactor), w.Max)
	return d
}

func (w *waiter) cutShort(ctx context.Context) error {
	return &WaitError{
		What: w.What, State: w.state, Elapsed: time.Since(w.started), Err: ctx.Err(), Advice: w.Advice(w.state),
	}
}
