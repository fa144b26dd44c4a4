package tidbcloud

import (
	"context"
	"net/http"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// defaultPatience is how long a creation that was not answered may still be under way. Gateways give up after about a
// minute, and what they gave up on is done by then or never.
const defaultPatience = time.Minute

// Pace is how fast the resources of this package ask again. What is left zero is right for the real service.
type Pace struct {
	// Backoff paces the retries of failed requests.
	Backoff tidbapi.Backoff
	// AttemptTimeout ends a single request.
	AttemptTimeout time.Duration
	// FirstPause and LongestPause pace the polls of a wait.
	FirstPause, LongestPause time.Duration
	// Patience is how long something is looked for whose creation was not answered.
	Patience time.Duration
}

type (
	paceKey      struct{}
	transportKey struct{}
)

// WithPace sets the pace of all that is done in a context. It is no configuration, since no user has a reason to press
// the service harder: it lets tests that inject many faults end in seconds.
func WithPace(ctx context.Context, pace Pace) context.Context {
	return context.WithValue(ctx, paceKey{}, pace)
}

// WithTransport sets what sends the requests of a provider that is configured in a context. It lets tests break
// connections in ways that no server can.
func WithTransport(ctx context.Context, transport http.RoundTripper) context.Context {
	return context.WithValue(ctx, transportKey{}, transport)
}

func transportOf(ctx context.Context) http.RoundTripper {
	transport, _ := ctx.Value(transportKey{}).(http.RoundTripper)
	return transport
}

func paceOf(ctx context.Context) Pace {
	pace, _ := ctx.Value(paceKey{}).(Pace)
	if pace.FirstPause <= 0 {
		pace.FirstPause = firstPause
	}
	if pace.Patience <= 0 {
		pace.Patience = defaultPatience
	}
	return pace
}
