package tidbapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failing answers with the status a number of times before it succeeds.
func failing(times, status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if times--; times >= 0 {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			replyError(w, status, 13, "not now")
			return
		}
		reply(w, http.StatusOK, `{}`)
	}
}

func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	for status, repeated := range map[int]bool{
		400: false, 403: false, 404: false, 405: false, 409: false, 412: false, 422: false,
		429: true, 500: true, 501: false, 502: true, 503: true, 504: true,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			fake := newFake(failing(1, status))
			c := fake.start(t)
			err := c.DetachDomains(t.Context(), "1", "plc-1", "ad-1")
			if repeated {
				require.NoError(t, err)
				assert.Len(t, fake.calls(), 2)
			} else {
				require.Error(t, err)
				assert.Len(t, fake.calls(), 1)
			}
		})
	}
}

func TestTriesAreBounded(t *testing.T) {
	t.Parallel()
	fake := newFake(failing(1000, 503))
	_, err := fake.start(t).GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, "gave up after 5 tries: TiDB Cloud answered 503")
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Len(t, fake.calls(), 5)

	fake = newFake(failing(1000, 503))
	c, _ := fake.inMemory(t, func(o *Options) { o.Backoff.Tries = 1 })
	_, err = c.GetCluster(t.Context(), "1")
	require.ErrorAs(t, err, &e)
	assert.NotContains(t, err.Error(), "gave up")
}

func TestPauses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		handle   http.HandlerFunc
		min, max time.Duration
	}{
		{"one failure", failing(1, 500), 500 * time.Millisecond, time.Second},
		{"four failures", failing(4, 500), 7500 * time.Millisecond, 15 * time.Second},
		{"retry after seconds", failing(1, 503, "Retry-After", "7"), 7 * time.Second, 8 * time.Second},
		{"retry after in the past", failing(1, 503, "Retry-After", "-7"), 500 * time.Millisecond, time.Second},
		{"retry after nonsense", failing(1, 503, "Retry-After", "soon"), 500 * time.Millisecond, time.Second},
		// Virtual time begins in the year 2000.
		{
			"retry after date", failing(1, 429, "Retry-After", "Sat, 01 Jan 2000 00:00:20 GMT"),
			20 * time.Second, 22 * time.Second,
		},
		{"retry after is capped", failing(1, 503, "Retry-After", "86400"), 2 * time.Minute, 121 * time.Second},
		{"reset in seconds", failing(1, 429, "X-Ratelimit-Reset", "33"), 33 * time.Second, 35 * time.Second},
		{"reset by minute", failing(1, 429, "X-RateLimit-Reset-Minute", "33"), 33 * time.Second, 35 * time.Second},
		{
			"reset matters only when the limit is reached", failing(1, 500, "X-Ratelimit-Reset", "33"),
			500 * time.Millisecond, time.Second,
		},
		{"too many without a hint, outlasts the minute", failing(4, 429), time.Minute, 2 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := newFake(tc.handle).inMemory(t)
				start := time.Now()
				_, err := c.GetCluster(t.Context(), "1")
				require.NoError(t, err)
				assert.GreaterOrEqual(t, time.Since(start), tc.min)
				assert.LessOrEqual(t, time.Since(start), tc.max)
			})
		})
	}
}

func TestRetryAfterForms(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "1.5": 1500 * time.Millisecond, " 3 ": 3 * time.Second, "-1": 0, "NaN": 0, "1e30": maxRetryAfter,
		fmt.Sprint(now.Add(9 * time.Second).Unix()): 9 * time.Second,
		now.Add(-time.Hour).Format(http.TimeFormat): 0,
		now.Add(time.Hour).Format(http.TimeFormat):  maxRetryAfter,
	} {
		assert.Equal(t, want, parseRetryAfter(value, now), "%q", value)
	}
}

func TestPausesAreSpread(t *testing.T) {
	t.Parallel()
	b := Backoff{}.withDefaults()
	distinct := map[time.Duration]bool{}
	for range 20 {
		distinct[b.delay(errors.New("x"), 3)] = true
	}
	assert.Greater(t, len(distinct), 1)
	assert.LessOrEqual(t, b.delay(errors.New("x"), 1000), b.Max)
}

func TestTooManyHoldsOtherCallsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(failing(1, 429, "Retry-After", "30"))
		a, _ := fake.inMemory(t, func(o *Options) { o.Backoff.Tries = 1 })
		b, _ := fake.inMemory(t)
		start := time.Now()
		_, err := a.GetCluster(t.Context(), "1")
		require.Error(t, err)
		_, err = b.GetCluster(t.Context(), "1")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(start), 30*time.Second)
		assert.Len(t, fake.calls(), 2, "the second client did not ask in vain")
	})
}

func TestCancellationInterruptsARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(failing(1000, 503, "Retry-After", "100")).inMemory(t)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.GetCluster(ctx, "1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "not now", "the failure behind the wait is told")
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for _, tc := range []struct {
		name string
		err  error
		want Outcome
	}{
		{"connection refused", noAnswer(t, refused), Undone},
		{"proxy not reached", noAnswer(t, &net.OpError{Op: "proxyconnect", Err: refused}), Undone},
		{"connection reset", noAnswer(t, reset), Unknown},
		{"host name unknown", noAnswer(t, &net.DNSError{IsNotFound: true}), Refused},
		{"certificate", noAnswer(t, &tls.CertificateVerificationError{Err: io.EOF}), Refused},
		{"no TLS at all", noAnswer(t, tls.RecordHeaderError{Msg: "x"}), Refused},
		{"http where https was asked for", noAnswer(t, http.ErrSchemeMismatch), Refused},
		{"name server silent", noAnswer(t, &net.DNSError{IsTimeout: true}), Undone},
		{"unreadable answer", unreadable("GET", "/", io.EOF, false), Done},
		{"too many", &Error{StatusCode: 429}, Undone},
		{"server error", &Error{StatusCode: 500}, Unknown},
		{"not implemented", &Error{StatusCode: 501}, Refused},
		{"bad request", &Error{StatusCode: 400}, Refused},
		{"other", errors.New("x"), Refused},
	} {
		assert.Equal(t, tc.want, OutcomeOf(tc.err), tc.name)
	}
}
