package tidbapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var strayed atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
			t.Cleanup(other.Close)
			fake := newFake(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+"/secret-path", status)
			})
			c := fake.start(t)
			_, err := c.GetCluster(t.Context(), "1")
			require.ErrorContains(t, err,
				"it points to "+other.URL+"; redirects are not followed; check serverlessEndpoint")
			assert.NotContains(t, err.Error(), "secret-path")
			err = c.DetachDomains(t.Context(), "1", "plc-1", "ad-1")
			require.ErrorContains(t, err, "redirects are not followed")
			assert.Zero(t, strayed.Load())
			assert.Len(t, fake.calls(), 2, "a redirect is not repeated")
		})
	}
}

func TestAnswerSizeIsBounded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		size int
		err  string
	}{
		{"just fits", maxAnswerSize, ""},
		{"one too many", maxAnswerSize + 1, "it is larger than 1 MiB"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			const frame = len(`{"clusterId":""}`)
			fake := newFake(always(http.StatusOK, `{"clusterId":"`+strings.Repeat("a", tc.size-frame)+`"}`))
			_, err := fake.start(t).GetCluster(t.Context(), "1")
			if tc.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.err)
			assert.Less(t, len(err.Error()), 200)
			assert.Len(t, fake.calls(), 1, "asking again would not make it smaller")
		})
	}
}

func TestLargeErrorAnswerIsCut(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusBadRequest, strings.Repeat("x", maxAnswerSize+1)))
	_, err := fake.start(t).GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, "400 Bad Request")
	assert.Less(t, len(err.Error()), 600)
}

func TestAnswerThatIsNotJSON(t *testing.T) {
	t.Parallel()
	fake := newFake(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<html>\x1b[31m\n sign in   here, " + canaryPrivateKey + "</html>"))
	})
	_, err := fake.start(t).GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, `"<html> [31m sign in here, [redacted]</html>" (text/html) is not the JSON expected`)
	require.ErrorContains(t, err, "check that serverlessEndpoint")
	assert.Len(t, fake.calls(), 1)
}

func TestBrokenConnectionIsRepeated(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	fake := newFake(func(w http.ResponseWriter, _ *http.Request) {
		switch calls.Add(1) {
		case 1: // nothing at all
			panic(http.ErrAbortHandler)
		case 2: // half an answer
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"clusterId":`))
			assert.NoError(t, http.NewResponseController(w).Flush())
			panic(http.ErrAbortHandler)
		default:
			reply(w, http.StatusOK, `{"clusterId":"1"}`)
		}
	})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	opts := fake.options(server.URL)
	opts.Transport = &http.Transport{DisableKeepAlives: true} // or net/http itself repeats the request
	cluster, err := newClient(t, opts).GetCluster(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, "1", cluster.ClusterID)
	assert.EqualValues(t, 3, calls.Load())
}

func TestHangingRequestIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(always(http.StatusOK, `{"clusterId":"1"}`))
		hung := 0
		c, _ := fake.inMemory(t, func(o *Options) {
			inner := o.Transport
			o.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				if hung++; hung == 1 {
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return inner.RoundTrip(r)
			})
		})
		start := time.Now()
		_, err := c.GetCluster(t.Context(), "1")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(start), defaultAttemptTimeout)

		hung = 0
		c.backoff.Tries = 1
		_, err = c.GetCluster(t.Context(), "1")
		require.ErrorContains(t, err,
			"no answer from TiDB Cloud to GET /v1beta1/clusters/1: nothing more came within 1m0s")
		require.NotErrorIs(t, err, context.DeadlineExceeded, "it was not the caller's deadline")
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestCancellationInterruptsARequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	fake := newFake(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := fake.start(t).GetCluster(ctx, "1")
	require.ErrorIs(t, err, context.Canceled)
	assert.NotContains(t, err.Error(), "repeat")
}

func TestUntrustedCertificateIsNotRepeated(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(newFake(nil))
	server.Config.ErrorLog = discardLog()
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newClient(t, Options{PublicKey: newKey(), PrivateKey: canaryPrivateKey, Endpoint: server.URL})
	_, err := c.GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, "certificate")
	assert.NotContains(t, err.Error(), "gave up")
	assert.False(t, IsTemporary(err))
}
