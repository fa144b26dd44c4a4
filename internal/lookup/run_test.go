package lookup

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asking is a question with a count of its calls.
type asking struct {
	runs  *runs
	takes time.Duration

	mutex sync.Mutex
	asked int
	err   error
}

// answer counts a call, and returns its number and its error.
func (a *asking) answer() (int, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.asked++
	return a.asked, a.err
}

// fail makes calls fail from now on, and returns how many there were.
func (a *asking) fail(err error) int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.err = err
	return a.asked
}

func newAsking() *asking {
	return &asking{runs: &runs{byKey: map[any]*Run{}}}
}

type question struct{ run, wanted string }

func (a *asking) get(ctx context.Context, q question) (any, error) {
	return a.runs.of(q.run).ask(ctx, q.wanted, func() (any, error) {
		n, err := a.answer()
		select {
		case <-time.After(a.takes):
		case <-ctx.Done():
			err = ctx.Err()
		}
		return n, err
	})
}

func TestWhoAsksTheSameSharesTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsking()
		a.takes = 2 * answersLast // however long it takes
		for range 100 {
			go func() {
				got, err := a.get(t.Context(), question{run: "1"})
				assert.NoError(t, err)
				assert.Equal(t, 1, got)
			}()
		}
		time.Sleep(a.takes + answersLast)
		got, err := a.get(t.Context(), question{run: "1"})
		require.NoError(t, err)
		assert.Equal(t, 1, got)
		time.Sleep(time.Second)
		got, err = a.get(t.Context(), question{run: "1"})
		require.NoError(t, err)
		assert.Equal(t, 2, got, "an answer grows old")
	})
}

func TestOtherQuestionsHaveOtherAnswers(t *testing.T) {
	t.Parallel()
	a := newAsking()
	for i, q := range []question{
		{run: "1"}, {run: "2"}, {run: "1", wanted: "w"},
	} {
		got, err := a.get(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, i+1, got, "%v", q)
	}
}

func TestAnswersOfEarlierRunsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsking()
		_, _ = a.get(t.Context(), question{run: "1"})
		time.Sleep(2 * runsLast)
		_, _ = a.get(t.Context(), question{run: "2"})
		assert.Len(t, a.runs.byKey, 1)
	})
}

func TestErrorIsSharedButNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsking()
		refused := errors.New("401")
		a.takes = time.Second
		assert.Zero(t, a.fail(refused))
		for range 10 {
			go func() {
				_, err := a.get(t.Context(), question{})
				assert.ErrorIs(t, err, refused)
			}()
		}
		time.Sleep(2 * time.Second)
		assert.Equal(t, 1, a.fail(nil))
		_, err := a.get(t.Context(), question{})
		require.NoError(t, err)
	})
}

func TestInterruptionIsNobodyElses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsking()
		a.takes = time.Minute
		first, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := a.get(first, question{})
			assert.ErrorIs(t, err, context.Canceled)
		}()
		synctest.Wait()
		go func() {
			_, err := a.get(first, question{})
			assert.ErrorIs(t, err, context.Canceled, "a component that waits is interrupted too")
		}()
		other := make(chan any)
		go func() {
			got, err := a.get(t.Context(), question{})
			assert.NoError(t, err)
			other <- got
		}()
		synctest.Wait()
		cancel()
		assert.Equal(t, 2, <-other)
	})
}

func TestPanicLetsNobodyWait(t *testing.T) {
	t.Parallel()
	a := newAsking()
	assert.Panics(t, func() {
		_, _ = a.runs.of("").ask(t.Context(), "", func() (any, error) { panic("bug") })
	})
	got, err := a.get(t.Context(), question{})
	require.NoError(t, err)
	assert.Equal(t, 1, got)
}

// The first component of a run counts, however long ago it came. Those of other runs do not.
func TestFirstOfARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := &runs{byKey: map[any]*Run{}}
		assert.Equal(t, "orders", all.of("preview").First("n-1", "orders"))
		assert.Equal(t, "orders", all.of("preview").First("n-1", "payments"))
		assert.Equal(t, "payments", all.of("preview").First("n-2", "payments"))
		assert.Equal(t, "payments", all.of("update").First("n-1", "payments"), "another run")
		for range 10 {
			time.Sleep(runsLast / 2)
			assert.Equal(t, "payments", all.of("update").First("n-1", "orders"), "a run may take days")
		}
		assert.Len(t, all.byKey, 1, "runs that ended are forgotten")
	})
}

func TestCountsOfARun(t *testing.T) {
	t.Parallel()
	all := &runs{byKey: map[any]*Run{}}
	for want := range 3 {
		assert.Equal(t, want+1, all.of("a").Count("env-1"))
	}
	assert.Equal(t, 1, all.of("a").Count("env-2"))
	assert.Equal(t, 1, all.of("b").Count("env-1"))
}

// Links whose Kafka clusters are ready at the same time share a list, which begins after all of them asked.
func TestLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run, lists := (&runs{byKey: map[any]*Run{}}).of("a"), 0
		var asked atomic.Int32
		list := func() (any, error) {
			lists++
			assert.Equal(t, int32(20), asked.Load(), "no question comes after it has begun")
			time.Sleep(time.Second)
			return lists, nil
		}
		for range 20 {
			go func() {
				asked.Add(1)
				got, err := run.Later("env-1", time.Minute, list)
				assert.NoError(t, err)
				assert.Equal(t, 1, got)
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute + time.Millisecond)
		got, err := run.Later("env-1", time.Minute, list)
		require.NoError(t, err)
		assert.Equal(t, 2, got, "a later question has a later answer")
	})
}

// TestLaterAsksLessOftenWhatTakesLong: calls take a third of the time at most, however many components ask.
func TestLaterAsksLessOftenWhatTakesLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run := (&runs{byKey: map[any]*Run{}}).of("a")
		var lists atomic.Int32
		list := func() (any, error) {
			time.Sleep(time.Second)
			return lists.Add(1), nil
		}
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				_, err := run.Later("env-1", 200*time.Millisecond, list)
				assert.NoError(t, err)
			})
			time.Sleep(100 * time.Millisecond)
		}
		all.Wait()
		assert.LessOrEqual(t, lists.Load(), int32(12), "in ten seconds, four before the first answer")
	})
}
