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
// cannot be deleted any more. An input that has the ID of a child shows it. It also needs what is within that child,
// such as the domains of a connection, which TiDB Cloud may keep while a changefeed uses them. See outputs.go for the
// other languages.

// A resource is a child of a component.
type resource struct{ urn, id string }

// name is the last part of the ID: what other resources call it. It is empty where there is no ID yet.
func (r resource) name() string {
	if r.id == "" {
		return ""
	}
	return path.Base(r.id)
}

// isWithin reports whether a resource is part of another one, whose ID its own begins with.
func (r resource) isWithin(other resource) bool { return strings.HasPrefix(r.id, other.id+"/") }

// noteChild notes what is within a component.
func (m *monitor) noteChild(parent string, registered *rpc.RegisterResourceResponse) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if parent != "" {
		child := resource{registered.GetUrn(), registered.GetId()}
		m.children[parent] = append(m.children[parent], child)
	}
}

// expand adds the children whose IDs are in an input that depends on their component, and what is within them.
func (m *monitor) expand(req *rpc.RegisterResourceRequest) {
	if !req.GetCustom() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, property := range req.GetPropertyDependencies() {
		value, all := req.GetObject().GetFields()[name], m.within(property.GetUrns())
		named := slices.DeleteFunc(slices.Clone(all), func(child resource) bool {
			isIn := func(text string) bool { return strings.Contains(text, child.name()) }
			return child.id == "" || !anyText(value, isIn)
		})
		for _, child := range all {
			if !m.skipped[child.urn] && (slices.Contains(named, child) || slices.ContainsFunc(named, child.isWithin)) {
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
