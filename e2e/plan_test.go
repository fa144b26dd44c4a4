package e2e

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// plan has a command's actions on resources, by their names. An action is "create", "delete", "read", "update
// <properties>" or "replace <properties>", with the properties that cause it. A resource that stays as it is is not in
// the plan.
type plan map[string]string

// planned is a plan with the engine's other reports.
type planned struct {
	plan plan
	// refreshed is what a refresh found: "delete" of what is gone, "update <properties>" of what differs.
	refreshed plan
	// deletedFirst are the replaced resources whose old one goes first.
	deletedFirst map[string]bool
	// unknown are the stack's outputs that are not known yet, wholly or in part.
	unknown []string
}

// engineEvent is what is of interest here in an entry of the engine's event log.
type engineEvent struct {
	ResourcePreEvent *struct{ Metadata stepMetadata }
	ResOutputsEvent  *struct{ Metadata stepMetadata }
}

type stepMetadata struct {
	Op, URN, Type string
	DetailedDiff  map[string]struct{ DiffKind string }
	Old, New      *struct{ Inputs, Outputs map[string]any }
}

// observed runs a command and returns what the engine reports. It shows a preview and an update in the same form,
// unlike the output of the command.
func (s *stack) observed(args ...string) *planned {
	s.t.Helper()
	log := filepath.Join(s.t.TempDir(), "events.json")
	// The flag exists only then.
	s.env["PULUMI_DEBUG_COMMANDS"] = "true"
	s.pulumi(append(args, "--event-log", log)...)
	content, err := os.ReadFile(log)
	require.NoError(s.t, err)
	// The log has secrets that the output hides.
	s.transcript.Write(content)
	decoder := json.NewDecoder(bytes.NewReader(content))
	seen := &planned{plan: plan{}, refreshed: plan{}, deletedFirst: map[string]bool{}}
	for decoder.More() {
		var event engineEvent
		require.NoError(s.t, decoder.Decode(&event))
		if step := event.ResourcePreEvent; step != nil {
			seen.step(step.Metadata)
		}
		if step := event.ResOutputsEvent; step != nil {
			seen.result(step.Metadata)
		}
	}
	return seen
}

// step adds one step of the engine to the plan. A replacement has several.
func (p *planned) step(m stepMetadata) {
	name := resource{URN: m.URN}.name()
	switch {
	case m.Type == "pulumi:pulumi:Stack":
	case strings.HasPrefix(m.Type, "pulumi:providers:") && m.Op != "update":
	case m.Op == "delete-replaced" || m.Op == "discard-replaced":
		p.deletedFirst[name] = p.plan[name] == ""
	case m.Op == "create-replacement" || m.Op == "replace":
		p.plan[name] = strings.TrimSpace("replace " + strings.Join(m.causes("replace"), " "))
	case m.Op == "update":
		p.plan[name] = strings.TrimSpace("update " + strings.Join(m.causes(""), " "))
	case m.Op == "refresh":
		p.refreshed[name] = m.Op
	case m.Op != "same":
		p.plan[name] = m.Op
	}
}

// result adds the end of a step: the findings of a refresh, and the stack's outputs.
func (p *planned) result(m stepMetadata) {
	name := resource{URN: m.URN}.name()
	switch {
	case m.Type == "pulumi:pulumi:Stack" && m.New != nil:
		p.unknown = unknowns(m.New.Outputs)
	case p.refreshed[name] != "refresh":
	case m.Op == "same" || m.Op == "refresh" && m.asItWas():
		delete(p.refreshed, name)
	default:
		// As a part of a preview or an update, a refresh does not report its findings.
		op := strings.Replace(m.Op, "refresh", "update", 1)
		if m.New == nil {
			op = "delete"
		}
		p.refreshed[name] = strings.TrimSpace(op + " " + strings.Join(m.causes(""), " "))
	}
}

// asItWas reports whether a refresh confirmed the state, outputs included.
func (m stepMetadata) asItWas() bool {
	return m.New != nil && len(m.DetailedDiff) == 0 && reflect.DeepEqual(m.Old, m.New)
}

var position = regexp.MustCompile(`\[\d+\]`)

// causes are the properties that differ in this way, without positions in lists.
func (m stepMetadata) causes(kind string) []string {
	found := map[string]bool{}
	for path, diff := range m.DetailedDiff {
		if strings.Contains(diff.DiffKind, kind) {
			found[position.ReplaceAllString(path, "")] = true
		}
	}
	// No provider is asked about a component, so the engine leaves the comparison to the display.
	if len(m.DetailedDiff) == 0 && m.Old != nil && m.New != nil {
		for property, is := range m.New.Inputs {
			if was, had := m.Old.Inputs[property]; !had || !reflect.DeepEqual(was, is) {
				found[property] = true
			}
		}
		for property := range m.Old.Inputs {
			if _, has := m.New.Inputs[property]; !has {
				found[property] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// notKnown is what the engine writes for a value that is not known yet.
const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// unknowns are the names of the outputs that are not known, wholly or in part.
func unknowns(outputs map[string]any) []string {
	var names []string
	for name, value := range outputs {
		if text, err := json.Marshal(value); err != nil || bytes.Contains(text, []byte(notKnown)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// unknownBelow are the unknown outputs whose names begin with that of a component and a dash, without it.
func (p *planned) unknownBelow(component string) []string {
	var names []string
	for _, name := range p.unknown {
		if property, ok := strings.CutPrefix(name, component+"-"); ok {
			names = append(names, property)
		}
	}
	return names
}

// below is the part of a plan about resources whose names begin with that of a component and a dash, without the
// former, and about the component itself, which is called "".
func (p plan) below(component string) plan {
	part := plan{}
	for name, action := range p {
		if suffix, ok := strings.CutPrefix(name, component); ok && (suffix == "" || suffix[0] == '-') {
			part[strings.TrimPrefix(suffix, "-")] = action
		}
	}
	return part
}

func (p plan) String() string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		lines = append(lines, name+": "+p[name]+"\n")
	}
	return strings.Join(lines, "")
}

// output is an output of a resource in the state, a text.
func (r resource) output(name string) string {
	text, _ := r.Outputs[name].(string)
	return text
}
