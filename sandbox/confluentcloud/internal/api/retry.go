package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retry sends the call until it gets an answer that is final: not 429 and no 5xx but 501. A POST is repeated like any
// other call, so a server that acts and then fails ends up with two objects, as with the real provider.
func (c *Client) retry(ctx context.Context, req call, body []byte) (int, http.Header, []byte, error) {
	for try := 0; ; try++ {
		status, header, answer, err := c.attempt(ctx, req, body)
		switch {
		case ctx.Err() != nil:
			return 0, nil, nil, ctx.Err()
		case err == nil && !transient(status):
			return status, header, answer, nil
		case try < c.cfg.Retries:
			if err := sleep(ctx, c.retryWait(try, status, header)); err != nil {
				return 0, nil, nil, err
			}
		case err != nil:
			return 0, nil, nil, err
		default:
			return 0, nil, nil, errors.New(c.exhausted(req, status, try+1))
		}
	}
}

// exhausted is the real provider's error when it stops. What it calls retries are all tries.
func (c *Client) exhausted(req call, status, tries int) string {
	target := c.target(req)
	return fmt.Sprintf("%s %q: received HTTP %d %s: (URL: %s, Method: %s, Retries: %d)",
		req.method[:1]+strings.ToLower(req.method[1:]), target, status, http.StatusText(status), target, req.method,
		tries)
}

func transient(status int) bool {
	return status == http.StatusTooManyRequests ||
		status >= http.StatusInternalServerError && status != http.StatusNotImplemented
}

// retryWait is what the server asks for with 429 and 503, else a wait that doubles with each try.
func (c *Client) retryWait(try, status int, header http.Header) time.Duration {
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		if wait, ok := retryAfter(header.Get("Retry-After"), time.Now()); ok {
			return wait
		}
	}
	return min(c.cfg.RetryWait<<min(try, 10), maxRetryWait)
}

// retryAfter reads either form of the header: seconds, or a date.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
