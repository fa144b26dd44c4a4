package wait

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// spectacle counts the looks at it.
type spectacle struct {
	looks int
	at    []time.Time
	err   error
}

func (s *spectacle) look(context.Context) (int, error) {
	s.looks++
	s.at = append(s.at, time.Now())
	return s.looks, s.err
}

// until is done with the n-th look.
func until(n int) func(context.Context, int, error) (string, bool, error) {
	return func(_ context.Context, seen int, err error) (string, bool, error) {
		return "CREATING", seen >= n, err
	}
}

// watchingClient returns the watches of a client of its own.
func watchingClient(tb testing.TB, perMinute int) *Watches {
	tb.Helper()
	c, err := tidbapi.New(tidbapi.Options{PublicKey: tb.Name(), PrivateKey: "canary", RequestsPerMinute: perMinute})
	require.NoError(tb, err)
	return &Watches{Spacing: c.Spacing}
}

var halfSecond = Options{What: "it", Initial: 500 * time.Millisecond}

func TestManyWaitForTheCallsOfOne(t *testing.T) {
	t.Parallel()
	looks := func(waiting int) int {
		var s spectacle
		synctest.Test(t, func(t *testing.T) {
			c := watchingClient(t, 60_000_000)
			for range waiting {
				go func() { assert.NoError(t, Shared(t.Context(), c, halfSecond, "it", s.look, until(10))) }()
			}
			synctest.Wait()
			time.Sleep(time.Hour)
			synctest.Wait()
			assert.Empty(t, c.byKey, "nothing is watched when no call waits")
		})
		return s.looks
	}
	assert.Equal(t, 10, looks(1))
	assert.Equal(t, 10, looks(100))
}

func TestOtherKeysAreOtherLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		var s spectacle
		for i := range 5 {
			require.NoError(t, Shared(t.Context(), c, halfSecond, fmt.Sprint(i), s.look, until(i)))
		}
		assert.Equal(t, 5, s.looks)
	})
}

// A later wait does not get earlier results, and its interval counts.
func TestLatecomerGetsALookOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		s := &spectacle{}
		first, cancel := context.WithCancel(t.Context())
		over := make(chan error)
		go func() {
			over <- Shared(first, c, Options{What: "it", Max: time.Hour}, "it", s.look, until(1_000_000))
		}()
		time.Sleep(20*time.Minute + time.Second)
		synctest.Wait()
		before, began := s.looks, time.Now()
		require.NoError(t, Shared(t.Context(), c, halfSecond, "it", s.look, until(1)))
		synctest.Wait()
		assert.Equal(t, before+1, s.looks)
		assert.Equal(t, 500*time.Millisecond, time.Since(began))
		cancel()
		require.ErrorContains(t, <-over, "it is still CREATING after 20m2s: waiting was canceled")
	})
}

// The result of a look may be older than a wait that begins during the look.
func TestLookUnderWayIsTooOldForWhoComesNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		var s spectacle
		slow := func(ctx context.Context) (int, error) {
			n, err := s.look(ctx)
			time.Sleep(10 * time.Second)
			return n, err
		}
		go func() { assert.NoError(t, Shared(t.Context(), c, halfSecond, "it", slow, until(1))) }()
		time.Sleep(5 * time.Second)
		require.NoError(t, Shared(t.Context(), c, halfSecond, "it", slow, until(1)))
		assert.Equal(t, 2, s.looks)
	})
}

func TestSharedWaitHasTheToleranceOfWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		s := &spectacle{err: &tidbapi.Error{StatusCode: 503}}
		err := Shared(t.Context(), c, halfSecond, "it", s.look, until(1))
		require.ErrorContains(t, err, "waiting for it: ")
		assert.Equal(t, tolerance+1, s.looks)

		s = &spectacle{err: &tidbapi.Error{StatusCode: http.StatusForbidden, Code: 7}}
		require.ErrorContains(t, Shared(t.Context(), c, halfSecond, "it", s.look, until(1)), "403")
		assert.Equal(t, 1, s.looks)
	})
}

// A wait ignores a few failures in a row, however many there are in total.
func TestSharedWaitForgivesFailuresInARow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s spectacle
		require.NoError(t, Shared(t.Context(), watchingClient(t, 60_000_000), halfSecond, "it",
			func(ctx context.Context) (int, error) {
				n, _ := s.look(ctx)
				if n%tolerance != 0 {
					return 0, &tidbapi.Error{StatusCode: 503}
				}
				return n, nil
			},
			func(_ context.Context, seen int, err error) (string, bool, error) {
				return "", seen >= 4*tolerance, err
			}))
	})
}

// A slow judge gets the latest result.
func TestSlowJudgeSeesTheLatest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		require.NoError(t, Shared(t.Context(), watchingClient(t, 60_000_000), halfSecond, "it",
			func(context.Context) (time.Time, error) { return time.Now(), nil },
			func(_ context.Context, seen time.Time, err error) (string, bool, error) {
				assert.LessOrEqual(t, time.Since(seen), defaultMax)
				time.Sleep(time.Minute)
				return "", time.Since(began) > 10*time.Minute, err
			}))
	})
}

func TestSharedWaitTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		s := &spectacle{}
		err := Shared(t.Context(), c, Options{What: "it", Timeout: time.Minute}, "it", s.look, until(1_000_000))
		require.EqualError(t, err, "it is still CREATING after 1m0s: it timed out; run pulumi up again to keep waiting")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// A look that hangs ends with its last wait, not before and not after.
func TestSharedLookIsInterruptedByTheLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		ended := make(chan struct{})
		hang := func(ctx context.Context) (int, error) {
			<-ctx.Done()
			close(ended)
			return 0, ctx.Err()
		}
		for i := range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Minute)
			defer cancel()
			go func() {
				assert.ErrorIs(t, Shared(ctx, c, halfSecond, "it", hang, until(1)), context.DeadlineExceeded)
			}()
		}
		began := time.Now()
		<-ended
		assert.Equal(t, 2*time.Minute, time.Since(began))
	})
}

func TestPanicOfALookIsTheWaiters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		defer func() {
			panicked, ok := recover().(*shim.Panic)
			require.True(t, ok)
			assert.Equal(t, "bug", panicked.Value)
		}()
		_ = Shared(t.Context(), c, halfSecond, "it",
			func(context.Context) (int, error) { panic("bug") }, until(1))
	})
}

// However much is watched, the looks together stay within the limit.
func TestLooksKeepToTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const limit, things = 60, 100
		c := watchingClient(t, limit)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		all := make([]spectacle, things)
		for i := range all {
			go func() {
				err := Shared(ctx, c, halfSecond, fmt.Sprint(i), all[i].look, until(1_000_000))
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			}()
		}
		<-ctx.Done()
		synctest.Wait()
		looks := 0
		for i := range all {
			looks += all[i].looks
			assert.GreaterOrEqual(t, all[i].looks, 6, "everything gets its share")
		}
		assert.LessOrEqual(t, looks, 10*limit+things)
	})
}

func TestErrorsOfWaitsDoNotMix(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := watchingClient(t, 60_000_000)
		var s spectacle
		failed := errors.New("FAILED")
		go func() {
			assert.ErrorIs(t, Shared(t.Context(), c, halfSecond, "it", s.look,
				func(context.Context, int, error) (string, bool, error) { return "", false, failed }), failed)
		}()
		require.NoError(t, Shared(t.Context(), c, halfSecond, "it", s.look, until(3)))
	})
}
