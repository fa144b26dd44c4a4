package lookup

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asking is a question with a count of how often it was really asked.
type asking struct {
	answers *sharedAnswers
	asked   int
	err     error
	takes   time.Duration
}

func newAsking() *asking {
	return &asking{answers: &sharedAnswers{byQuestion: map[question]*sharedAnswer{}}}
}

func (a *asking) get(ctx context.Context, q question) (any, error) {
	return a.answers.get(ctx, q, func() (any, error) {
		a.asked++
		n, err := a.asked, a.err
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
		a.takes = 2 * factsLast // however long it takes
		for range 100 {
			go func() {
				got, err := a.get(t.Context(), question{run: "1"})
				assert.NoError(t, err)
				assert.Equal(t, 1, got)
			}()
		}
		time.Sleep(a.takes + factsLast)
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
		{run: "1"}, {run: "2"}, {run: "1", provider: "p"}, {run: "1", token: "t"}, {run: "1", wanted: "w"},
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
		time.Sleep(2 * factsLast)
		_, _ = a.get(t.Context(), question{run: "2"})
		assert.Len(t, a.answers.byQuestion, 1)
	})
}

func TestErrorIsSharedButNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsking()
		a.err, a.takes = errors.New("401"), time.Second
		for range 10 {
			go func() {
				_, err := a.get(t.Context(), question{})
				assert.ErrorIs(t, err, a.err)
			}()
		}
		time.Sleep(2 * time.Second)
		assert.Equal(t, 1, a.asked)
		a.err = nil
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
			assert.ErrorIs(t, err, context.Canceled, "who waits is interrupted too")
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
		_, _ = a.answers.get(t.Context(), question{}, func() (any, error) { panic("bug") })
	})
	got, err := a.get(t.Context(), question{})
	require.NoError(t, err)
	assert.Equal(t, 1, got)
}
