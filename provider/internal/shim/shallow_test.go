package provider

import (
	"errors"
	"runtime"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

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
	want, failure, frames := &component.PrivateLink{}, errors.New("no"), 0
	build := shallow(func(_ *pulumi.Context, name string, args int, opts ...pulumi.ResourceOption) (*component.PrivateLink, error) {
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
	build := shallow(func(*pulumi.Context, string, int, ...pulumi.ResourceOption) (*component.PrivateLink, error) {
		panic("a bug")
	})
	assert.PanicsWithValue(t, "a bug", func() { _, _ = build(nil, "orders", 7) })
}
