package monitor

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// In Go and YAML, an input from a component does not show which output it comes from: see expand.go. An unknown value
// has no ID of a child either. So an update would have dependencies that its preview lacked, and violate a saved plan,
// and a changefeed would not wait for the domains. But inputs have the names of the outputs: kafkaClusterId, and
// networkId for network.id.

// noteOutputs notes on which resources the outputs of a component depend.
func (m *monitor) noteOutputs(component urn.URN, on outputs) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outputs[component] = on
}

// traced adds to inputs from a component the resources on which its output of the same name depends.
func (m *monitor) traced(inputs property.Map) property.Map {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, value := range inputs.AllStable {
		inputs = inputs.Set(name, m.trace(name, value))
	}
	return inputs
}

func (m *monitor) trace(name string, v property.Value) property.Value {
	from := v.Dependencies()
	for _, component := range v.Dependencies() {
		for _, of := range m.outputs[component][name] {
			if !m.skipped[string(of)] && !slices.Contains(from, of) {
				from = append(from, of)
			}
		}
	}
	if v.IsMap() && v.AsMap().Len() > 0 {
		fields := v.AsMap().AsMap()
		for key, field := range fields {
			fields[key] = m.trace(name+strings.ToUpper(key[:min(1, len(key))])+key[min(1, len(key)):], field)
		}
		v = property.WithGoValue(v, fields)
	}
	return v.WithDependencies(from)
}
