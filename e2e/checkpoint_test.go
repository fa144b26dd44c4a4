package e2e

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/require"
)

// outputs are the stack's outputs, as `pulumi stack output --json` shows them.
func (s *stack) outputs() map[string]any {
	s.t.Helper()
	var latest struct {
		Resources []struct {
			Type    string
			Outputs map[string]any
		}
	}
	s.latest(&latest)
	for _, r := range latest.Resources {
		if r.Type == "pulumi:pulumi:Stack" {
			outputs, ok := shown(s.t, r.Outputs).(map[string]any)
			require.True(s.t, ok)
			return outputs
		}
	}
	return map[string]any{}
}

// latest reads the state where the backend keeps it. `pulumi stack export` shows the same, and takes a third of a
// second of a processor.
func (s *stack) latest(state any) {
	s.t.Helper()
	file := struct{ Checkpoint struct{ Latest any } }{}
	file.Checkpoint.Latest = state
	require.NoError(s.t, json.Unmarshal([]byte(readFile(s.t, s.stateFile())), &file))
}

// editState edits the resources of the state, as `pulumi stack export`, an editor and `pulumi stack import` do.
func (s *stack) editState(edit func(resources []any) []any) {
	s.t.Helper()
	var state map[string]any
	s.latest(&state)
	resources, ok := state["resources"].([]any)
	require.True(s.t, ok)
	state["resources"] = edit(resources)
	edited, err := json.Marshal(map[string]any{"version": 3, "deployment": state})
	require.NoError(s.t, err)
	s.stdin = string(edited)
	s.pulumi("stack", "import")
	s.stdin = ""
}

// stateFile is where the backend keeps the state.
func (s *stack) stateFile() string {
	s.t.Helper()
	return filepath.Join(filepath.Dir(s.dir), "state", ".pulumi", "stacks", s.project(), "dev.json")
}

// shown is an output with its secrets replaced.
func shown(t *testing.T, value any) any {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		if kind, special := v[signatureKey]; special {
			require.Equal(t, sig.Secret, kind, "an output that is neither plain nor a secret")
			return "[secret]"
		}
		for key := range v {
			v[key] = shown(t, v[key])
		}
	case []any:
		for i := range v {
			v[i] = shown(t, v[i])
		}
	}
	return value
}

// resource is a resource in the stack's state.
type resource struct {
	URN     string
	Type    string
	ID      string
	Parent  string
	Inputs  map[string]any
	Outputs map[string]any
	Protect bool

	Dependencies []string
}

func (r resource) name() string { return urn.URN(r.URN).Name() }

// resources are the resources in the stack's state, without providers and the stack itself.
func (s *stack) resources() []resource {
	s.t.Helper()
	var latest struct{ Resources []resource }
	s.latest(&latest)
	return slices.DeleteFunc(latest.Resources, func(r resource) bool {
		return strings.HasPrefix(r.Type, "pulumi:")
	})
}

// names are "type name" of the resources, sorted.
func names(resources []resource) []string {
	var names []string
	for _, r := range resources {
		names = append(names, r.Type+" "+r.name())
	}
	slices.Sort(names)
	return names
}
