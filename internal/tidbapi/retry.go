package tidbapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter caps what a service may ask for, so that a wrong header does not stop a deployment for a day.
const maxRetryAfter = 2 * time.Minute

// Backoff spaces retries: the pause after the n-th failure is Initial doubled n-1 times, at most Max, minus a random
// part, so that many clients do not come back at the same time. A pause that the service asks for replaces it.
type Backoff struct {
	// Initial is the pause after the first failure; zero means one second.
	Initial time.Duration
	// Max is the longest pause; zero means 30 seconds.
	Max time.Duration
	// Tries is how often a request is sent at most; zero means five times, one turns retries off.
	Tries int
}

func (b Backoff) withDefaults() Backoff {
	return Backoff{
		Initial: cmp.Or(max(b.Initial, 0), time.Second),
		Max:     cmp.Or(max(b.Max, 0), 30*time.Second),
		Tries:   cmp.Or(max(b.Tries, 0), 5),
	}
}

// Backoff returns how the client spaces retries, with its defaults.
func (c *Client) Backoff() Backoff { return c.backoff }

// Pause waits after a failed try, counted from one. It reports an interruption together with the failure.
func (b Backoff) Pause(ctx context.Context, failure error, try int) error {
	if err := sleep(ctx, b.delay(failure, try)); err != nil {
		return fmt.Errorf("%w while waiting to repeat a failed call: %w", err, failure)
	}
	return nil
}

// GaveUp is the error of the last try.
func GaveUp(err error, tries int) error {
	if tries == 1 {
		return err
	}
	return fmt.Errorf("gave up after %d tries: %w", tries, err)
}

// delay is the pause after a failed try, counted from one.
func (b Backoff) delay(err error, try int) time.Duration {
	e, ok := errors.AsType[*Error](err)
	if ok && e.retryAfter > 0 {
		return e.retryAfter + jitter(min(e.retryAfter/10, time.Second))
	}
	if ok && e.StatusCode == http.StatusTooManyRequests {
		// The rate limit counts for a minute. Without a hint, all tries together must take longer.
		d := b.exponential(try + 3)
		return d + jitter(d/4)
	}
	d := b.exponential(try)
	return d/2 + jitter(d/2)
}

func (b Backoff) exponential(try int) time.Duration {
	return time.Duration(min(float64(b.Initial)*math.Pow(2, float64(try-1)), float64(b.Max)))
}

// jitter is a random part of a duration.
func jitter(most time.Duration) time.Duration {
	return rand.N(most + 1) //nolint:gosec // spreads retries, hides nothing
}

// statusCanceled is the answer of gateways when a call was canceled in between. The call may still have had its effect.
// Older ones answer http.StatusRequestTimeout.
const statusCanceled = 499

// Outcome is what a failed call did.
type Outcome int

const (
	// Refused calls did nothing, and would do nothing the next time.
	Refused Outcome = iota
	// Undone calls did nothing: they were not sent, or turned away for now.
	Undone
	// Unknown calls may have had their effect.
	Unknown
	// Done calls had their effect; only the answer is lost.
	Done
)

// OutcomeOf returns the outcome of a call that ended in an error.
func OutcomeOf(err error) Outcome {
	if e, ok := errors.AsType[*callError](err); ok {
		return e.outcome
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok || e.StatusCode == http.StatusNotImplemented:
		return Refused
	case e.StatusCode == http.StatusTooManyRequests:
		return Undone
	case e.StatusCode == http.StatusRequestTimeout, e.StatusCode == statusCanceled, e.StatusCode >= 500:
		return Unknown
	}
	return Refused
}

func worthRepeating(err error) bool {
	if e, ok := errors.AsType[*callError](err); ok {
		return e.transient
	}
	return OutcomeOf(err) != Refused
}

// sleep waits, or returns the context's error as soon as there is one.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter reads how long the service asks to wait, in any of the forms in use.
func retryAfter(a *answer) time.Duration {
	names := []string{"Retry-After"}
	if a.status == http.StatusTooManyRequests {
		// These come with every answer.
		names = append(names, "X-Ratelimit-Reset", "X-Ratelimit-Reset-Minute", "Ratelimit-Reset")
	}
	for _, name := range names {
		if d := parseRetryAfter(a.header.Get(name), time.Now()); d > 0 {
			return d
		}
	}
	return 0
}

// parseRetryAfter understands seconds from now, seconds since 1970, and an HTTP date.
func parseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	var d time.Duration
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		const year2001 = 1e9 // larger numbers can only be times
		if seconds > year2001 {
			seconds -= float64(now.UnixMilli()) / 1000
		}
		d = time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return max(0, min(d, maxRetryAfter))
}
