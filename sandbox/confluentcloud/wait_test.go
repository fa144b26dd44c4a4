package confluentcloud

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
	s, looks := &session{opts: Options{PollInterval: time.Millisecond}}, 0
	err := s.wait(t.Context(), wait{
		what: "x", first: time.Hour, every: time.Hour, limit: time.Hour,
		look: func(context.Context) (string, bool, error) {
			looks++
			return "PROVISIONING", looks == 3, nil
		},
	})
	require.NoError(t, err)
	assert.Equal(t, 3, looks)
}

func TestWaitEndsWithAnError(t *testing.T) {
	t.Parallel()
	s, oops := &session{opts: Options{PollInterval: time.Millisecond}}, errors.New("oops")
	looks := 0
	err := s.wait(t.Context(), wait{what: "x", limit: time.Hour, look: func(context.Context) (string, bool, error) {
		looks++
		return "", false, oops
	}})
	assert.ErrorIs(t, err, oops)
	assert.Equal(t, 1, looks, "one failed look ends the wait")
}

func TestWaitHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	s := &session{opts: Options{PollInterval: time.Millisecond}}
	err := s.wait(t.Context(), wait{
		what: "the thing", limit: 20 * time.Millisecond,
		look: func(context.Context) (string, bool, error) { return "PROVISIONING", false, nil },
	})
	assert.ErrorContains(t, err, "timeout of 20ms while waiting for the thing")
	assert.ErrorContains(t, err, "last in state PROVISIONING")
}

func TestWaitWithoutAPaceKeepsThatOfTheRealProvider(t *testing.T) {
	t.Parallel()
	s, looks := &session{}, 0
	ctx, cancel := context.WithCancel(t.Context())
	err := s.wait(ctx, wait{
		what: "x", first: time.Millisecond, every: time.Hour, limit: time.Hour,
		look: func(context.Context) (string, bool, error) {
			looks++
			time.AfterFunc(10*time.Millisecond, cancel)
			return "PROVISIONING", false, nil
		},
	})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, looks)
}

func TestProvisioned(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string]struct {
		done bool
		err  string
	}{
		"PROVISIONING":   {false, ""},
		"READY":          {true, ""},
		"FAILED":         {false, `provisioning status is "FAILED": no room`},
		"DEPROVISIONING": {false, `unexpected state "DEPROVISIONING"`},
		"PROVISIONED":    {false, `unexpected state "PROVISIONED"`},
		"":               {false, "unexpected state"},
	} {
		_, done, err := provisioned("x", phase, "READY", "no room")
		assert.Equal(t, want.done, done, phase)
		if want.err == "" {
			assert.NoError(t, err, phase)
		} else {
			assert.ErrorContains(t, err, want.err, phase)
		}
	}
}
