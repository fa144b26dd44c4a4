package confluentcloud

import (
	"context"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
)

// wait describes what is waited for.
type wait struct {
	what         string        // such as `Network "n-abc123"`
	first, every time.Duration // in the pace of the real provider
	limit        time.Duration // a longer deadline of the operation does not extend it
	// look reports the state and whether the wait is over. An error ends the wait.
	look func(context.Context) (state string, done bool, err error)
}

// wait looks again and again, and shows the state and the time spent while it is the latest there is to say.
func (s *session) wait(ctx context.Context, w wait) error {
	if s.opts.PollInterval > 0 {
		w.first, w.every = s.opts.PollInterval, s.opts.PollInterval
	}
	ctx, cancel := context.WithTimeoutCause(ctx, w.limit,
		fmt.Errorf("timeout of %s while waiting for %s", w.limit, w.what))
	defer cancel()
	started := time.Now()
	timer := time.NewTimer(w.first)
	defer timer.Stop()
	for state := ""; ; {
		select {
		case <-ctx.Done():
			return stopped(ctx, w.what, state)
		case <-timer.C:
		}
		now, done, err := w.look(ctx)
		switch {
		case ctx.Err() != nil:
			return stopped(ctx, w.what, state)
		case err != nil || done:
			if state != "" {
				p.GetLogger(ctx).InfoStatus("") // what was shown is no longer true
			}
			return err
		}
		state = now
		p.GetLogger(ctx).InfoStatusf("waiting for %s: %s for %s", w.what, state,
			time.Since(started).Round(time.Second))
		timer.Reset(w.every)
	}
}

// stopped explains an end of the context: a limit, customTimeouts, or Ctrl-C.
func stopped(ctx context.Context, what, state string) error {
	if state == "" {
		return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
	}
	return fmt.Errorf("waiting for %s, last in state %s: %w", what, state, context.Cause(ctx))
}

// provisioned reads a phase while an object is being made: one phase to wait in, one to arrive at, and the rest fails.
func provisioned(what, phase, target, message string) (string, bool, error) {
	const provisioning, failed = "PROVISIONING", "FAILED"
	switch phase {
	case provisioning, target:
		return phase, phase == target, nil
	case failed:
		return phase, false, fmt.Errorf("%s provisioning status is %q: %s", what, failed, message)
	}
	return phase, false, fmt.Errorf("%s is in an unexpected state %q: %s", what, phase, message)
}
