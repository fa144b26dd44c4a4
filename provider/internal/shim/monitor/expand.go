package monitor

import (
	"slices"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// A program in YAML depends on a component where another language depends on its children. So the engine, which deletes
// a Kafka cluster before its replacement, does not see that an API key must go first; afterwards the key cannot be
// deleted any more. Seen with Pulumi 3.259.

// noteChild notes what is within a component.
func (m *monitor) noteChild(parent, child string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if parent != "" {
		m.children[parent] = append(m.children[parent], child)
	}
}

// expand adds the children of the components that a resource depends on.
func (m *monitor) expand(req *rpc.RegisterResourceRequest) {
	if !req.GetCustom() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	req.Dependencies = m.withChildren(req.GetDependencies())
	for _, property := range req.GetPropertyDependencies() {
		property.Urns = m.withChildren(property.GetUrns())
	}
}

func (m *monitor) withChildren(all []string) []string {
	for i := 0; i < len(all); i++ { // also the children of a component within a component
		for _, child := range m.children[all[i]] {
			if !slices.Contains(all, child) && !m.skipped[child] {
				all = append(all, child)
			}
		}
	}
	return all
}
