package confluentcloud

import (
	"context"
	"fmt"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func (s *session) wait(ctx context.Context, w standin.Wait) error {
	return w.Until(ctx, s.opts.PollInterval)
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
