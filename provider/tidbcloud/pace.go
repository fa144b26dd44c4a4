package tidbcloud

import (
	"context"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// Pace is how fast the resources of this package ask again. What is left zero is right for the real service.
type Pace struct {
	// Backoff paces the retries of failed requests.
	Backoff tidbapi.Backoff
	// FirstPause and LongestPause pace the polls of a wait.
	FirstPause, LongestPause time.Duration
}

type paceKey struct{}

// WithPace sets the pace of all that is done in a context. It is no configuration, since no user has a reason to press
// the service harder: it lets tests that inject many faults end in seconds.
func WithPace(ctx context.Context, pace Pace) context.Context {
	return context.WithValue(ctx, paceKey{}, pace)
}

func paceOf(ctx context.Context) Pace {
	pace, _ := ctx.Value(paceKey{}).(Pace)
	if pace.FirstPause <= 0 {
		pace.FirstPause = firstPause
	}
	return pace
}
