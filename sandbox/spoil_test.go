package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// read asks Confluent's API for the environments, and reads the answer as far as it comes.
func read(t *testing.T, f *fixture, patience time.Duration) (int, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r := newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil).WithContext(ctx)
	r.SetBasicAuth(f.Credentials().CloudAPIKey, f.Credentials().CloudAPISecret)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), errors.Join(err, resp.Body.Close())
}

func TestFaultsOfAnAnswerOnItsWay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const ample = 10 * time.Second
	_, whole, err := read(t, f, ample)
	require.NoError(t, err)

	f.Inject(sandbox.Fault{Drip: time.Microsecond})
	status, body, err := read(t, f, ample)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, status)
	assert.Len(t, body, len(whole), "byte by byte, but all of it")

	f.Inject(sandbox.Fault{Size: 1 << 20})
	_, body, err = read(t, f, ample)
	require.NoError(t, err)
	assert.Len(t, body, 1<<20)
	assert.Equal(t, strings.TrimSpace(whole), strings.TrimSpace(body))

	f.Inject(sandbox.Fault{Cut: true})
	_, body, err = read(t, f, ample)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, body, len(whole)/2)

	f.Inject(sandbox.Fault{Stall: true})
	_, body, err = read(t, f, 50*time.Millisecond)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	f.ClearFaults() // on a busy machine the timeout may have come earlier
	assert.LessOrEqual(t, len(body), len(whole)/2)

	f.Inject(sandbox.Fault{Edit: func(o map[string]any) {
		if _, ok := o["display_name"]; ok {
			o["display_name"] = "edited"
		}
	}})
	_, body, err = read(t, f, ample)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(body, `"edited"`), "each of the objects")

	f.Inject(sandbox.Fault{Status: 201})
	status, body, err = read(t, f, ample)
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, status)
	assert.Empty(t, body, "no error's body where there is no error")
}

func TestFaultsInPlaceOfAnAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Inject(sandbox.Fault{Hang: true})
	_, _, err := read(t, f, 50*time.Millisecond)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	f.ClearFaults() // on a busy machine the timeout may have come earlier

	f.Inject(sandbox.Fault{Stale: true, Service: sandbox.ServiceTiDBCloud})
	stale := f.tidb("GET", "/v1beta1/projects", nil)
	assert.Equal(t, http.StatusUnauthorized, stale.status)
	assert.Contains(t, stale.header.Get("Www-Authenticate"), "stale=true")
	assert.Equal(t, http.StatusOK, f.tidb("GET", "/v1beta1/projects", nil).status)

	f.Inject(sandbox.Fault{Stale: true, Service: "confluent"})
	status, _, err := read(t, f, time.Second)
	require.NoError(t, err)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Len(t, f.confluent("GET", "/org/v2/environments", nil).list("data"), 2)

	before := len(f.Difference())
	f.Inject(sandbox.Fault{Method: "POST", Status: 504, Late: time.Millisecond})
	assert.Equal(t, http.StatusGatewayTimeout,
		f.confluent("POST", "/org/v2/environments", object{"display_name": "late"}).status)
	assert.Eventually(t, func() bool { return len(f.Difference()) == before+1 }, 10*time.Second, time.Millisecond)
}

// A client that has gone counts until its request is done.
func TestConnections(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	before := len(f.Difference())
	arrived, proceed := make(chan struct{}), make(chan struct{})
	f.Inject(sandbox.Fault{Method: "POST", Match: func(sandbox.Call) bool {
		close(arrived)
		<-proceed
		return false
	}})
	r := newRequest(t, "POST", f.ConfluentURL()+"/org/v2/environments", object{"display_name": "late"})
	r.SetBasicAuth(f.Credentials().CloudAPIKey, f.Credentials().CloudAPISecret)
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		resp, err := (&http.Transport{}).RoundTrip(r.WithContext(ctx))
		if err == nil {
			err = resp.Body.Close()
		}
		left <- err
	}()
	<-arrived
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	assert.Equal(t, 1, f.Connections())
	assert.Len(t, f.Difference(), before)
	close(proceed)
	require.Eventually(t, func() bool { return f.Connections() == 0 }, 10*time.Second, time.Millisecond)
	assert.Len(t, f.Difference(), before+1)
}
