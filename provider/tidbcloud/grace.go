package tidbcloud

import (
	"context"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// A grace is the time in which something that was just created need not be shown: GET may answer 404, and lists may
// lack it. After that it is gone.
type grace struct{ until time.Time }

// newGrace begins a grace, if the thing is young.
func newGrace(ctx context.Context, young bool) grace {
	if !young {
		return grace{}
	}
	// A timeout that comes before it is no proof either.
	return grace{time.Now().Add(timingOf(ctx).Patience)}
}

func (g grace) over() bool { return !time.Now().Before(g.until) }

// notShown is the state of something in its grace.
const notShown = "not shown yet"

// patiently looks for something; a young one is looked for until its grace is over. Nil means that it is not there.
func patiently[T any](
	ctx context.Context, what string, young bool, look func(context.Context) (*T, error),
) (*T, error) {
	found, err := look(ctx)
	if found != nil || err != nil || !young {
		return found, err
	}
	missing := newGrace(ctx, young)
	return wait.Until(ctx, waitFor(ctx, what), func(ctx context.Context) (*T, string, bool, error) {
		found, err := look(ctx)
		return found, notShown, found != nil || missing.over(), err
	})
}
