package monitor

import (
	"path"
	"slices"
	"strings"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// In Go and YAML an output of a component depends on the component alone: Pulumi's SDK for Go drops the children that
// the engine reports (https://github.com/pulumi/pulumi/blob/sdk/v3.259.0/sdk/go/pulumi/context.go#L1953). The engine
// deletes a Kafka cluster before its replacement. So it does not see that an API key must go first; afterwards the key
// cannot be deleted any more. An input that has the ID of a child shows it. See outputs.go for the other languages.

// A resource is a child of a component.
type resource struct{ urn, id string }

// noteChild notes what is within a component.
func (m *monitor) noteChild(parent string, registered *rpc.RegisterResourceResponse) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if parent != "" {
		// The last part of an ID is what other resources call it.
		child := resource{registered.GetUrn(), path.Base(registered.GetId())}
		m.children[parent] = append(m.children[parent], child)
	}
}

// expand adds the children whose IDs are in an input that depends on their component.
func (m *monitor) expand(req *rpc.RegisterResourceRequest) {
	if !req.GetCustom() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, property := range req.GetPropertyDependencies() {
		value := req.GetObject().GetFields()[name]
		for _, child := range m.within(property.GetUrns()) {
			isIn := func(text string) bool { return strings.Contains(text, child.id) }
			if !m.skipped[child.urn] && child.id != "." && anyText(value, isIn) {
				property.Urns = with(property.GetUrns(), child.urn)
				req.Dependencies = with(req.GetDependencies(), child.urn)
			}
		}
	}
}

// within are the resources within components, also within a component of theirs.
func (m *monitor) within(components []string) (all []resource) {
	for _, component := range components {
		for _, child := range m.children[component] {
			all = append(append(all, child), m.within([]string{child.urn})...)
		}
	}
	return all
}

func with(all []string, one string) []string {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}
