package confluentcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func (s *session) wait(ctx context.Context, w standin.Wait) error {
	return w.Until(ctx, s.opts.PollInterval)
}

// beginning is the context of a call that begins an operation: the messages of the wait show its answer.
func (s *session) beginning(ctx context.Context) context.Context {
	return api.Recording(ctx, &s.answer)
}

// waitAfter waits for what a call has begun.
func (s *session) waitAfter(ctx context.Context, w standin.Wait) error {
	if err := s.wait(ctx, w); err != nil {
		return api.WithBody(err, s.answer)
	}
	return nil
}

// waitUntilGone waits for the end of a deletion, once a minute.
func (s *session) waitUntilGone(ctx context.Context, w standin.Wait) error {
	w.Target, w.First, w.Every = "DONE", time.Minute, time.Minute
	if err := s.waitAfter(ctx, w); err != nil {
		return standin.Verbatim(fmt.Errorf("error waiting for %s: %w", w.What, err))
	}
	return nil
}

// provisioned reads a phase while an object is being created: one phase to wait in, one to arrive at, and the rest
// fails. Some kinds of objects have a message.
func provisioned(what, phase, target string, messages ...string) (string, bool, error) {
	const provisioning, failed = "PROVISIONING", "FAILED"
	what = strings.ToLower(what[:1]) + what[1:]
	why := ""
	for _, message := range messages {
		why += ": " + message
	}
	switch phase {
	case provisioning, target:
		return phase, phase == target, nil
	case failed:
		return phase, false, fmt.Errorf("%s provisioning status is %q%s", what, failed, why)
	}
	return phase, false, fmt.Errorf("%s is an unexpected state %q%s", what, phase, why)
}
