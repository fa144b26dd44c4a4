package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// refuseCreation lets problems stop the creation of a resource, at preview and at an update, and nothing else. What was
// right when a link was made may change by itself: TiDB Cloud reports other AZs, or its cluster is being modified. That must
// not stop anybody from working on the stack. The component cannot know what exists already, but the engine does.
func (m *maker) refuseCreation(what string, p problems) ([]pulumi.ResourceOption, error) {
	refusal := m.redact(p.err())
	if refusal == nil {
		return nil, nil
	}
	return m.checkBeforeCreation(what, func() error { return refusal })
}

// checkBeforeCreation lets the engine call a check before it creates a resource, at preview and at an update.
func (m *maker) checkBeforeCreation(what string, check func() error) ([]pulumi.ResourceOption, error) {
	return preflight.BeforeCreation(m.ctx, m.self, what, check)
}
