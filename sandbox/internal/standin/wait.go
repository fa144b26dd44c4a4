package standin

import (
	"context"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
)

// Wait describes a wait.
type Wait struct {
	What         string        // such as `Network "n-abc123"`
	First, Every time.Duration // at the intervals of the real provider
	Limit        time.Duration // a longer deadline of the operation does not extend it
	// Target is the state that the real provider waits for, for its messages. Empty for words of our own.
	Target string
	// Look reports the state and whether the wait is over. An error ends the wait.
	Look func(context.Context) (state string, done bool, err error)
}

// Until looks again and again, and shows the state and the time spent while it is the latest message. An interval
// other than zero takes the place of the real provider's.
func (w Wait) Until(ctx context.Context, pace time.Duration) error {
	if pace > 0 {
		w.First, w.Every = pace, pace
	}
	outer := ctx
	ctx, cancel := context.WithTimeoutCause(outer, w.Limit,
		fmt.Errorf("timeout of %s while waiting for %s", w.Limit, w.What))
	defer cancel()
	started := time.Now()
	timer := time.NewTimer(w.First)
	defer timer.Stop()
	for state := ""; ; {
		select {
		case <-ctx.Done():
			return w.stopped(ctx, outer, state)
		case <-timer.C:
		}
		now, done, err := w.Look(ctx)
		switch {
		case ctx.Err() != nil:
			return w.stopped(ctx, outer, state)
		case err != nil || done:
			if state != "" {
				p.GetLogger(ctx).InfoStatus("") // the last message is no longer true
			}
			return err
		}
		state = now
		p.GetLogger(ctx).InfoStatusf("waiting for %s: %s for %s", w.What, state,
			time.Since(started).Round(time.Second))
		timer.Reset(w.Every)
	}
}

// stopped explains an end of the context: a limit, customTimeouts, or Ctrl-C.
func (w Wait) stopped(ctx, outer context.Context, state string) error {
	switch {
	case w.Target != "" && outer.Err() != nil:
		return outer.Err()
	case w.Target != "":
		return fmt.Errorf("timeout while waiting for state to become '%s' (last state: '%s', timeout: %s)", w.Target,
			state, w.Limit)
	case state == "":
		return fmt.Errorf("waiting for %s: %w", w.What, context.Cause(ctx))
	}
	return fmt.Errorf("waiting for %s, last in state %s: %w", w.What, state, context.Cause(ctx))
}
