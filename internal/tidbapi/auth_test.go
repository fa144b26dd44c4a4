package tidbapi

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChallengeIsKept(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ algorithm, qop string }{
		{"MD5", "auth"}, {"", "auth"}, {"SHA-256", "auth"}, {"MD5", ""}, {"MD5", "auth-int"},
	} {
		t.Run(tc.algorithm+" "+tc.qop, func(t *testing.T) {
			t.Parallel()
			fake := newFake(always(http.StatusOK, `{"clusterId":"1"}`))
			fake.algorithm, fake.qop = tc.algorithm, tc.qop
			c := fake.start(t)
			for i := range 5 {
				_, err := c.GetCluster(t.Context(), "1")
				require.NoError(t, err)
				assert.Equal(t, i+2, fake.count(), "one request for the challenge and one for each call")
			}
		})
	}
}

func TestSignatureCoversPathAndQueryAsSent(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{"attachDomainId":"ad-1"}`))
	c := fake.start(t)
	_, err := c.GetCluster(t.Context(), "a/b:c d?e")
	require.NoError(t, err)
	require.NoError(t, c.DetachDomains(t.Context(), "1", "plc-1", "ad-1"))
	assert.Equal(t, []string{
		"GET /v1beta1/clusters/a%2Fb%3Ac%20d%3Fe?view=FULL",
		"POST /v1beta1/clusters/1/privateLinkConnections/plc-1:detachDomains",
	}, fake.calls())
}

func TestStaleNonceCostsOneMore(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	fake.nonceUses = 3
	c := fake.start(t)
	for range 9 {
		_, err := c.GetCluster(t.Context(), "1")
		require.NoError(t, err)
	}
	assert.Equal(t, 9+3, fake.count(), "three nonces for nine calls")
	fake.expireNonces()
	_, err := c.GetCluster(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, 9+3+2, fake.count())
}

// A nonce may expire while requests wait for the rate limit. If they were signed before the wait, each of them would be
// challenged, wait again, and in the end be refused.
func TestNonceExpiresWhileRequestsWaitForTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(always(http.StatusOK, `{}`))
		c, _ := fake.inMemory(t, func(o *Options) { o.RequestsPerMinute = 100 })
		const calls, lifetimes, burst = 500, 4, 20
		go func() {
			for range lifetimes {
				time.Sleep(time.Minute)
				fake.expireNonces()
			}
		}()
		inParallel(calls, func(int) {
			_, err := c.GetCluster(t.Context(), "1")
			assert.NoError(t, err)
		})
		assert.LessOrEqual(t, fake.count(), calls+1+lifetimes*burst,
			"only what goes at once can use a nonce that expired")
	})
}

func TestBodyIsSentAgainAfterAChallenge(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c := fake.start(t)
	require.NoError(t, c.DetachDomains(t.Context(), "1", "plc-1", "ad-1"))
	fake.expireNonces()
	require.NoError(t, c.DetachDomains(t.Context(), "1", "plc-1", "ad-2"))
	var bodies []string
	for _, s := range fake.all() {
		bodies = append(bodies, fmt.Sprint(s.challenged, s.body))
	}
	assert.Equal(t, []string{
		`true{"attachDomainId":"ad-1"}`, `false{"attachDomainId":"ad-1"}`,
		`true{"attachDomainId":"ad-2"}`, `false{"attachDomainId":"ad-2"}`,
	}, bodies)
}

func TestConcurrentCallsShareOneChallenge(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c := fake.start(t)
	const calls = 20
	inParallel(calls, func(int) {
		_, err := c.GetCluster(t.Context(), "1")
		assert.NoError(t, err)
	})
	assert.Equal(t, calls+1, fake.count())

	// When the nonce expires under load, each call in flight may be challenged, and all succeed.
	fake.expireNonces()
	inParallel(calls, func(int) {
		_, err := c.GetCluster(t.Context(), "1")
		assert.NoError(t, err)
	})
	assert.LessOrEqual(t, fake.count(), calls+1+2*calls)
}

// If each nonce is good for one request, and no challenge is marked as stale, calls do not use each other's nonces. A
// nonce that another call used is not mistaken for a wrong key.
func TestConcurrentCallsWithNoncesForOne(t *testing.T) {
	t.Parallel()
	for range 20 {
		fake := newFake(always(http.StatusOK, `{}`))
		fake.nonceUses, fake.noStale = 1, true
		c := fake.start(t)
		inParallel(40, func(int) {
			_, err := c.GetCluster(t.Context(), "1")
			assert.NoError(t, err)
		})
	}
}

func inParallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func TestRefusedCredentials(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c := fake.start(t)
	c.auth.privateKey = "wrong-key"
	_, err := c.GetCluster(t.Context(), "1")
	require.Error(t, err)
	require.ErrorContains(t, err, "TiDB Cloud answered 401 ")
	assert.False(t, IsNotFound(err))
	assert.Contains(t, err.Error(), "check publicKey (TIDBCLOUD_PUBLIC_KEY) and privateKey (TIDBCLOUD_PRIVATE_KEY)")
	assert.NotContains(t, err.Error(), "wrong-key")
	assert.Equal(t, 2, fake.count(), "a refusal is not repeated")
}

func TestEndlessStaleChallengesEnd(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	fake.nonceUses = 1
	c := fake.start(t)
	_, err := c.GetCluster(t.Context(), "1")
	require.NoError(t, err)

	fake = newFake(nil)
	fake.handle = always(http.StatusOK, `{}`)
	var requests int
	c, _ = fake.inMemory(t)
	c.auth.exchange = func(*http.Request, signature) (*answer, error) {
		requests++
		h := http.Header{}
		h.Set("WWW-Authenticate", fake.newChallenge(true))
		return &answer{status: http.StatusUnauthorized, header: h}, nil
	}
	_, err = c.GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, "TiDB Cloud answered 401 ")
	assert.Equal(t, maxChallenges, requests)
}

func TestRefusalWithoutChallenge(t *testing.T) {
	t.Parallel()
	c, m := newFake(nil).inMemory(t)
	m.service = always(http.StatusUnauthorized, `{"code":16,"message":"no"}`)
	_, err := c.GetCluster(t.Context(), "1")
	require.ErrorContains(t, err, "TiDB Cloud answered 401 ")
	assert.ErrorContains(t, err, "no")
}

// When the request that fetches the first challenge fails, another must fetch it, or all others wait for ever.
func TestFailedFirstRequestHandsOver(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c, m := fake.inMemory(t, func(o *Options) { o.Backoff = Backoff{Tries: 1} })
	var once sync.Once
	m.before = func(*http.Request) (err error) {
		once.Do(func() { err = fmt.Errorf("broken") })
		return err
	}
	var mu sync.Mutex
	failures := 0
	inParallel(5, func(int) {
		if _, err := c.GetCluster(t.Context(), "1"); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failures++
		}
	})
	assert.Equal(t, 1, failures)
}

// A request that is refused late must not discard the newer challenge that others use.
func TestLateRefusalKeepsTheNewerChallenge(t *testing.T) {
	t.Parallel()
	oldest, newer, late := &challenge{}, &challenge{}, &challenge{}
	a := digestAuth{challenge: oldest}
	a.replace(oldest, newer)
	a.replace(oldest, late)
	assert.Same(t, newer, a.challenge)
}

func TestWaitForTheFirstChallengeIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, m := newFake(always(http.StatusOK, `{}`)).inMemory(t)
		m.before = func(*http.Request) error {
			time.Sleep(time.Minute)
			return nil
		}
		go func() { _, _ = c.GetCluster(t.Context(), "1") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.GetCluster(ctx, "1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Hour) // release the first one
	})
}

// BenchmarkRequestsPerCall counts the requests that a kept challenge saves: requests per call with it, without it, and
// the ratio of the two.
func BenchmarkRequestsPerCall(b *testing.B) {
	fake := newFake(always(http.StatusOK, `{"clusterId":"1"}`))
	c := fake.start(b)
	call := func() {
		if _, err := c.GetCluster(b.Context(), "1"); err != nil {
			b.Fatal(err)
		}
	}
	calls := 0
	for b.Loop() {
		call()
		calls++
	}
	kept := float64(fake.count()) / float64(calls)
	start := fake.count()
	for range calls {
		c.auth.challenge = nil
		call()
	}
	fresh := float64(fake.count()-start) / float64(calls)
	b.ReportMetric(kept, "requests/call")
	b.ReportMetric(fresh, "requests/call-unkept")
	b.ReportMetric(fresh/kept, "ratio")
}
