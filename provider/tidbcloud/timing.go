package tidbcloud

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// defaultPatience is how long a creation of unknown outcome may still be in progress. Gateways stop waiting after about
// a minute, and an abandoned creation is done by then or never.
const defaultPatience = time.Minute

// Timing sets how the resources of this package send requests, how often, and for how long. Zero fields mean the
// defaults for the real service.
type Timing struct {
	// Backoff spaces the retries of failed requests.
	Backoff tidbapi.Backoff
	// AttemptTimeout ends a single request.
	AttemptTimeout time.Duration
	// FirstPause and LongestPause limit the pauses of a wait.
	FirstPause, LongestPause time.Duration
	// Patience is how long a search for a creation of unknown outcome lasts.
	Patience time.Duration
	// Settle is how long a creation looks for its result after an unknown outcome before it asks again.
	Settle time.Duration
	// Transport sends the requests. Tests replace it to break connections in ways that no server can.
	Transport http.RoundTripper
}

type timingKey struct{}

// WithTiming sets the timing in a context. Only tests use it: those that inject many faults end in seconds with it.
// Users have no reason to change the timing.
func WithTiming(ctx context.Context, timing Timing) context.Context {
	return context.WithValue(ctx, timingKey{}, timing)
}

func timingOf(ctx context.Context) Timing {
	timing, _ := ctx.Value(timingKey{}).(Timing)
	timing.FirstPause = cmp.Or(timing.FirstPause, firstPause)
	timing.Patience = cmp.Or(timing.Patience, defaultPatience)
	timing.Settle = cmp.Or(timing.Settle, defaultPatience)
	return timing
}
