package provider

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTurns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		// the first gives its turn back after that long, if ever
		gives time.Duration
		want  time.Duration
	}{
		"is given back":               {gives: time.Second, want: time.Second},
		"is given back late":          {gives: time.Hour, want: 10 * time.Second},
		"ends with the patience":      {gives: -1, want: 10 * time.Second},
		"is given back with patience": {gives: 10 * time.Second, want: 10 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				turns, began := newTurns(1, 10*time.Second), time.Now()
				giveBack, err := turns.take(t.Context())
				require.NoError(t, err)
				if tt.gives >= 0 {
					time.AfterFunc(tt.gives, giveBack)
				}
				turns.patience = 3 * time.Hour
				next, err := turns.take(t.Context())
				require.NoError(t, err)
				assert.Equal(t, tt.want, time.Since(began))
				time.Sleep(2 * time.Hour)
				assert.Len(t, turns.places, 1, "nobody gives back another's turn")
				next()
				assert.Empty(t, turns.places)
			})
		})
	}
}

func TestWhoWaitsForATurnCanBeInterrupted(t *testing.T) {
	t.Parallel()
	turns := newTurns(1, time.Hour)
	_, err := turns.take(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = turns.take(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
