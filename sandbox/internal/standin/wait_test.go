package standin

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWaitLooksUntilDone(t *testing.T) {
	t.Parallel()
	looks := 0
	err := Wait{
		What: "x", First: time.Hour, Every: time.Hour, Limit: time.Hour,
		Look: func(context.Context) (string, bool, error) {
			looks++
			return "PROVISIONING", looks == 3, nil
		},
	}.Until(t.Context(), time.Millisecond)
	require.NoError(t, err)
	assert.Equal(t, 3, looks)
}

func TestWaitEndsWithAnError(t *testing.T) {
	t.Parallel()
	oops := errors.New("oops")
	looks := 0
	err := Wait{What: "x", Limit: time.Hour, Look: func(context.Context) (string, bool, error) {
		looks++
		return "", false, oops
	}}.Until(t.Context(), time.Millisecond)
	assert.ErrorIs(t, err, oops)
	assert.Equal(t, 1, looks, "one failed look ends the wait")
}

func TestWaitHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	err := Wait{
		What: "the thing", Limit: 20 * time.Millisecond,
		Look: func(context.Context) (string, bool, error) { return "PROVISIONING", false, nil },
	}.Until(t.Context(), time.Millisecond)
	assert.ErrorContains(t, err, "timeout of 20ms while waiting for the thing")
	assert.ErrorContains(t, err, "last in state PROVISIONING")
}

func TestWaitWithoutAPaceKeepsThatOfTheRealProvider(t *testing.T) {
	t.Parallel()
	looks := 0
	ctx, cancel := context.WithCancel(t.Context())
	err := Wait{
		What: "x", First: time.Millisecond, Every: time.Hour, Limit: time.Hour,
		Look: func(context.Context) (string, bool, error) {
			looks++
			time.AfterFunc(10*time.Millisecond, cancel)
			return "PROVISIONING", false, nil
		},
	}.Until(ctx, 0)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, looks)
}
