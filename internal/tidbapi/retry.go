package tidbapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter caps what a service may ask for, so that a wrong header does not stop a deployment for a day.
const maxRetryAfter = 2 * time.Minute

// Backoff paces retries: the pause after the n-th failure is Initial doubled n-1 times, at most Max, of which a random
// part is left out so that many clients do not come back at once. A pause that the service asks for is kept instead.
type Backoff struct {
	// Initial is the pause after the first failure; zero means one second.
	Initial time.Duration
	// Max is the longest pause; zero means 30 seconds.
	Max time.Duration
	// Tries is how often a request is sent at most; zero means five times, one turns retries off.
	Tries int
}

func (b Backoff) withDefaults() Backoff {
	if b.Initial <= 0 {
		b.Initial = time.Second
	}
	if b.Max <= 0 {
		b.Max = 30 * time.Second
	}
	if b.Tries <= 0 {
		b.Tries = 5
	}
	return b
}

// Backoff returns how the client paces retries, with its defaults.
func (c *Client) Backoff() Backoff { return c.backoff }

// Pause waits after a failed try, counted from one. An interruption is reported together with the failure.
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
	var e *Error
	if errors.As(err, &e) && e.retryAfter > 0 {
		return e.retryAfter + jitter(min(e.retryAfter/10, time.Second))
	}
	if e != nil && e.StatusCode == http.StatusTooManyRequests {
		// The limit counts a minute. Without a hint, the tries together must outlast it.
		d := b.exponential(try + 3)
		return d + jitter(d/4)
	}
	d := b.exponential(try)
	return d/2 + jitter(d/2)
}

func (b Backoff) exponential(try int) time.Duration {
	d := b.Initial
	for range try - 1 {
		if d >= b.Max {
			break
		}
		d *= 2
	}
	return min(d, b.Max)
}

func jitter(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit) //nolint:gosec // spreads retries, hides nothing
}

// statusCanceled is what gateways answer when a call was canceled on its way, which may have been too late for it.
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

// OutcomeOf returns what a call did that ended in an error.
func OutcomeOf(err error) Outcome {
	var (
		lost   *transportError
		broken *answerError
		e      *Error
	)
	switch {
	case errors.As(err, &lost):
		switch {
		case lost.permanent:
			return Refused
		case lost.notSent:
			return Undone
		}
		return Unknown
	case errors.As(err, &broken):
		return Done
	case errors.As(err, &e):
		switch {
		case e.StatusCode == http.StatusTooManyRequests:
			return Undone
		case e.StatusCode == http.StatusRequestTimeout || e.StatusCode == statusCanceled,
			e.StatusCode >= 500 && e.StatusCode != http.StatusNotImplemented:
			return Unknown
		}
	}
	return Refused
}

// do sends a call that may be repeated without harm, until it is answered.
func (c *Client) do(ctx context.Context, k call, out any) error {
	for try := 1; ; try++ {
		err := c.once(ctx, k, out)
		if err == nil || ctx.Err() != nil || !worthRepeating(err) {
			return err
		}
		if try == c.backoff.Tries {
			return GaveUp(err, try)
		}
		if err := c.backoff.Pause(ctx, err, try); err != nil {
			return err
		}
	}
}

func worthRepeating(err error) bool {
	var broken *answerError
	if errors.As(err, &broken) {
		return broken.transient
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

// retryAfter reads how long the service wants to be left alone, in any of the forms in use.
func retryAfter(a *answer) time.Duration {
	if d := parseRetryAfter(a.header.Get("Retry-After"), time.Now()); d > 0 {
		return d
	}
	if a.status != http.StatusTooManyRequests {
		return 0 // the others come with every answer
	}
	for _, name := range []string{"X-Ratelimit-Reset", "X-Ratelimit-Reset-Minute", "Ratelimit-Reset"} {
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

// neverWorks recognizes failures that come from the configuration: a wrong host name or an untrusted certificate.
func neverWorks(err error) bool {
	var (
		dns    *net.DNSError
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
	)
	return errors.As(err, &dns) && dns.IsNotFound ||
		errors.As(err, &cert) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}
