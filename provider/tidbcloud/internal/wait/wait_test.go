package wait

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// becoming is a poll that returns CREATING until the n-th time.
func becoming(n int) func(context.Context) (int, string, bool, error) {
	polls := 0
	return func(context.Context) (int, string, bool, error) {
		polls++
		if polls == n {
			return polls, "ACTIVE", true, nil
		}
		return polls, "CREATING", false, nil
	}
}

func TestWaitPollsEverMoreSlowly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		var states []string
		got, err := Until(t.Context(), Options{
			What: "it", Initial: 500 * time.Millisecond, Max: 5 * time.Second,
			OnPoll: func(state string, elapsed time.Duration) {
				at, states = append(at, elapsed),
					append(states, state)
			},
		}, becoming(6))
		require.NoError(t, err)
		assert.Equal(t, 6, got)
		assert.Equal(t, []time.Duration{
			0, 500 * time.Millisecond, 1250 * time.Millisecond, 2375 * time.Millisecond, 4062500 * time.Microsecond,
			6062500 * time.Microsecond,
		}, at)
		assert.Equal(t, []string{"CREATING", "CREATING", "CREATING", "CREATING", "CREATING", "ACTIVE"}, states)
	})
}

func TestWaitDefaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		_, err := Until(t.Context(), Options{
			OnPoll: func(_ string, elapsed time.Duration) { at = append(at, elapsed) },
		}, becoming(120))
		require.NoError(t, err)
		assert.Equal(t, 2*time.Second, at[1])
		assert.Equal(t, 30*time.Second, at[119]-at[118])
		for i := 1; i < len(at); i++ {
			assert.LessOrEqual(t, at[i]-at[i-1], max(2*time.Second, at[i]/20), "the lag of poll %d", i)
		}
	})
}

func TestWaitThatIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	got, err := Until(t.Context(), Options{What: "it", Timeout: time.Hour}, becoming(1))
	require.NoError(t, err)
	assert.Equal(t, 1, got)
}

func TestWaitTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got, err := Until(t.Context(), Options{
			What: "private link connection plc-1", Initial: time.Minute, Max: time.Minute,
			Timeout: 30*time.Minute + time.Second,
		}, becoming(1000))
		require.EqualError(t, err, "private link connection plc-1 is still CREATING after 30m1s: it timed out; run "+
			"pulumi up again to keep waiting")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var we *Error
		require.ErrorAs(t, err, &we)
		assert.Equal(t, "CREATING", we.State)
		assert.Equal(t, 30*time.Minute+time.Second, we.Elapsed)
		assert.Equal(t, 31, got, "the last value comes with the error")
	})
}

func TestWaitIsCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		_, err := Until(ctx, Options{
			What: "it", Timeout: time.Hour,
			Advice: func(state string) string { return "do this when " + state },
		}, becoming(1000))
		require.EqualError(t, err, "it is still CREATING after 3s: waiting was canceled; do this when CREATING")
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestWaitCanceledInsideAPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := Until(t.Context(), Options{What: "it", Timeout: time.Second},
			func(ctx context.Context) (int, string, bool, error) {
				<-ctx.Done()
				return 0, "", false, errors.New("whatever that leads to")
			})
		require.ErrorContains(t, err, "it is still not ready after 1s: it timed out; ")
	})
}

func TestWaitWithEndedContextDoesNotPoll(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Until(ctx, Options{What: "it"}, func(context.Context) (int, string, bool, error) {
		t.Error("polled")
		return 0, "", true, nil
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestWaitEndsWithAnError(t *testing.T) {
	t.Parallel()
	polls := 0
	_, err := Until(t.Context(), Options{What: "it"}, func(context.Context) (int, string, bool, error) {
		polls++
		return 0, "", false, &tidbapi.Error{StatusCode: 404, Code: 5, Message: "gone"}
	})
	require.ErrorContains(t, err, "waiting for it: ")
	assert.True(t, tidbapi.IsNotFound(err))
	assert.Equal(t, 1, polls)
}

func TestWaitOutlastsAnOutage(t *testing.T) {
	t.Parallel()
	outage := func(length int) func(context.Context) (int, string, bool, error) {
		polls := 0
		return func(context.Context) (int, string, bool, error) {
			polls++
			if (polls-1)%(length+1) != 0 {
				return 0, "", false, &tidbapi.Error{StatusCode: 503}
			}
			return polls, "CREATING", polls > 12, nil
		}
	}
	synctest.Test(t, func(t *testing.T) {
		got, err := Until(t.Context(), Options{What: "it"}, outage(tolerance))
		require.NoError(t, err)
		assert.Equal(t, 13, got, "three outages with recoveries between them")
		got, err = Until(t.Context(), Options{What: "it"}, outage(tolerance+1))
		require.ErrorContains(t, err, "503")
		assert.Equal(t, 1, got)
	})
}

func TestTransientErrorsAreOutlasted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls, failure := 0, errors.New("there and not there")
		got, err := Until(t.Context(), Options{What: "it"}, func(context.Context) (int, string, bool, error) {
			if polls++; polls <= tolerance {
				return 0, "", false, Transient(failure)
			}
			return polls, "ACTIVE", true, nil
		})
		require.NoError(t, err)
		assert.Equal(t, tolerance+1, got)

		_, err = Until(t.Context(), Options{What: "it"}, func(context.Context) (int, string, bool, error) {
			return 0, "", false, Transient(failure)
		})
		require.ErrorIs(t, err, failure)
	})
}
