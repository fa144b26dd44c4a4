package tidbapi

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// times runs n requests through a limiter, as fast as it allows, and returns when each was sent.
func times(t *testing.T, l *limiter, n int) []time.Duration {
	t.Helper()
	start := time.Now()
	var at []time.Duration
	for range n {
		require.NoError(t, l.wait(t.Context()))
		at = append(at, time.Since(start))
	}
	return at
}

func newLimiter(perMinute int) *limiter {
	l := &limiter{}
	l.limitTo(perMinute)
	return l
}

func TestNoMinuteSeesMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	for _, perMinute := range []int{1, 2, 3, 7, 10, 60, 100, 1000} {
		synctest.Test(t, func(t *testing.T) {
			at := times(t, newLimiter(perMinute), 3*perMinute+1)
			for i := range at {
				if i+perMinute < len(at) {
					assert.GreaterOrEqual(t, at[i+perMinute]-at[i], time.Minute, "limit %d, from request %d", perMinute,
						i)
				}
			}
			if perMinute >= 60 {
				assert.Less(t, at[len(at)-1], 3*time.Minute*110/100, "limit %d is used", perMinute)
			}
		})
	}
}

func TestRequestsGoInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(60)
		times(t, l, 6)
		var order []int
		var mu sync.Mutex
		for i := range 5 {
			go func() {
				assert.NoError(t, l.wait(t.Context()))
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
	})
}

// A request is sent when it is due, whether or not the previous one is answered.
func TestRequestsDoNotWaitForAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, began := newLimiter(60), time.Now()
		times(t, l, 6)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { assert.NoError(t, l.wait(t.Context())) })
		}
		all.Wait()
		assert.InDelta(t, 5*l.spacing(), time.Since(began), float64(time.Millisecond))
	})
}

func TestBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(100)
		at := times(t, l, 12)
		assert.Zero(t, at[9], "a tenth of the limit goes at once")
		assert.InDelta(t, l.spacing(), at[11]-at[10], float64(time.Millisecond), "the rest in even steps")
		time.Sleep(time.Hour)
		at = times(t, l, 11)
		assert.Zero(t, at[9], "an idle hour fills the bucket, and no more than that")
		assert.Positive(t, at[10])
	})
}

func TestLimiterIsSharedByKey(t *testing.T) {
	t.Parallel()
	key := newKey()
	first := sharedLimiter("https://a", key, 100)
	assert.Same(t, first, sharedLimiter("https://a", key, 100))
	assert.NotSame(t, first, sharedLimiter("https://b", key, 100))
	assert.NotSame(t, first, sharedLimiter("https://a", newKey(), 100))
	sharedLimiter("https://a", key, 10)
	sharedLimiter("https://a", key, 50)
	assert.Equal(t, 10, first.perMinute, "the lowest limit holds")
}

func TestClientsShareTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(always(http.StatusOK, `{}`))
		slow := func(o *Options) { o.RequestsPerMinute = 20 }
		a, _ := fake.inMemory(t, slow)
		b, _ := fake.inMemory(t, slow)
		start := time.Now()
		_, err := a.GetCluster(t.Context(), "1") // two requests: the challenge counts, and the burst is used
		require.NoError(t, err)
		assert.Zero(t, time.Since(start))
		_, err = b.GetCluster(t.Context(), "1") // two more
		require.NoError(t, err)
		spacing := countedFor / 19
		assert.InDelta(t, 2*spacing, time.Since(start), float64(time.Millisecond))
	})
}

func TestCanceledWaitGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1)
		times(t, l, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 5 {
			require.ErrorIs(t, l.wait(ctx), context.DeadlineExceeded)
		}
		assert.InDelta(t, countedFor-time.Second, times(t, l, 1)[0], float64(time.Millisecond))
	})
}

func TestCancellationInterruptsTheLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake(always(http.StatusOK, `{}`))
		c, _ := fake.inMemory(t, func(o *Options) { o.RequestsPerMinute = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.GetCluster(ctx, "1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "waiting for the rate limit before GET /v1beta1/clusters/1")
	})
}

func TestPauseHoldsAllRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(100)
		times(t, l, 10)
		waited := make(chan time.Duration)
		start := time.Now()
		go func() {
			assert.NoError(t, l.wait(t.Context()))
			waited <- time.Since(start)
		}()
		synctest.Wait() // it has a place in the schedule already
		l.pause(10 * time.Second)
		l.pause(5 * time.Second) // does not shorten the longer one
		assert.InDelta(t, 10*time.Second+l.spacing(), <-waited, float64(time.Second))
		assert.Positive(t, times(t, l, 1)[0], "no burst after a pause")
	})
}
