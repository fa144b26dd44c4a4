package once

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWaitingForATurnIsInterrupted(t *testing.T) {
	t.Parallel()
	var l Seen
	unlock, err := l.lock(t.Context(), "a")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = l.lock(ctx, "a")
	require.ErrorIs(t, err, context.Canceled)
	other, err := l.lock(t.Context(), "b")
	require.NoError(t, err)
	other()
	unlock()
	again, err := l.lock(t.Context(), "a")
	require.NoError(t, err)
	again()
}
