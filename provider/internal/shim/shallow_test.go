package shim

import (
	"errors"
	"runtime"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// link is a component.
type link struct{ pulumi.ResourceState }

// deep calls f from a depth of frames.
func deep(frames int, f func()) {
	if frames > 0 {
		deep(frames-1, f)
		return
	}
	f()
}

func TestComponentIsBuiltOnAShallowStack(t *testing.T) {
	t.Parallel()
	want, failure, frames := &link{}, errors.New("no"), 0
	build := Shallow(func(
		_ *pulumi.Context, name string, args int, opts ...pulumi.ResourceOption,
	) (*link, error) {
		assert.Equal(t, "orders", name)
		assert.Equal(t, 7, args)
		assert.Len(t, opts, 1)
		frames = runtime.Callers(0, make([]uintptr, 256))
		return want, failure
	})
	deep(50, func() {
		built, err := build(nil, "orders", 7, pulumi.Protect(true))
		assert.Same(t, want, built)
		assert.Positive(t, frames)
		assert.Less(t, frames, 10)
		assert.Equal(t, failure, err)
	})
}

func TestPanicOfAComponentReachesTheCaller(t *testing.T) {
	t.Parallel()
	build := Shallow(func(*pulumi.Context, string, int, ...pulumi.ResourceOption) (*link, error) {
		panic("a bug")
	})
	defer func() {
		panicked, ok := recover().(*Panic)
		require.True(t, ok)
		assert.Equal(t, "a bug", panicked.Value)
		assert.Contains(t, panicked.frames, "TestPanicOfAComponentReachesTheCaller")
	}()
	_, _ = build(nil, "orders", 7)
}
