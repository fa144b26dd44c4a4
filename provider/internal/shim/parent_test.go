package shim

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheParentEnds: the context ends when another process takes the parent's place, and not before.
func TestTheParentEnds(t *testing.T) {
	t.Parallel()
	var parent, looks atomic.Int64
	parent.Store(4711)
	ctx := WithParent(t.Context(), func() int {
		looks.Add(1)
		return int(parent.Load())
	}, time.Millisecond)
	require.Eventually(t, func() bool { return looks.Load() > 3 }, 10*time.Second, time.Millisecond)
	require.NoError(t, ctx.Err())
	parent.Store(1)
	<-ctx.Done()
	require.ErrorIs(t, ctx.Err(), context.Canceled)
}
