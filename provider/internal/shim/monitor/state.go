package monitor

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// The engine's own functions that read the state of a stack, and of a resource that is registered.
const (
	resourceOf  = "pulumi:pulumi:getResource"
	outputsOf   = "pulumi:pulumi:readStackOutputs"
	resourcesOf = "pulumi:pulumi:readStackResourceOutputs"
)

const (
	// writing is how long the engine takes, at most, to write a component to the state after it has answered.
	writing = 5 * time.Second
	// reading is how long the state cannot be read, at most, while the engine writes it. In a directory it has a second
	// file, which is empty for a moment.
	reading = time.Second
	// again is the time from one reading to the next.
	again = 50 * time.Millisecond
)

// mayExist reports whether the stack's state has a child, or may have it under an older name.
func (m *monitor) mayExist(ctx context.Context, child, parent urn.URN) bool {
	held := m.state(ctx, child, parent)
	if held == nil || held[child] {
		return true
	}
	suffix := strings.TrimPrefix(child.Name(), parent.Name())
	for other := range held {
		if other.Type() == child.Type() && strings.HasSuffix(other.Name(), suffix) && !held[parentOf(other, suffix)] {
			return true // its component has another name now
		}
	}
	return false
}

// state returns the URNs of what is in the state, as soon as it has the component of a child. Nil means that the state
// cannot be read. Children that wait at the same time share each reading.
func (m *monitor) state(ctx context.Context, child, parent urn.URN) map[urn.URN]bool {
	m.mu.Lock()
	held := m.held
	// An update writes a component to the state before its children, unless it skips the component.
	isWritten := !m.dryRun && !m.skipped[string(parent)]
	m.mu.Unlock()
	for begun := time.Now(); held == nil || isWritten && !held[parent]; {
		result, err, _ := m.readings.Do("", func() (any, error) { return m.read(ctx, child) })
		held, _ = result.(map[urn.URN]bool)
		longest := writing
		if err != nil {
			held, longest = nil, reading
		}
		switch {
		case held != nil && (held[parent] || !isWritten):
		case held == nil && err == nil, time.Since(begun) > longest:
			return nil
		default:
			time.Sleep(again)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = held
	return held
}

// parentOf returns the URN of the component of which a child has the name and a suffix.
func parentOf(child urn.URN, suffix string) urn.URN {
	types := strings.Split(string(child.QualifiedType()), urn.TypeDelimiter)
	above := strings.Join(types[:max(0, len(types)-2)], urn.TypeDelimiter)
	own := tokens.Type(types[max(0, len(types)-2)])
	return urn.New(child.Stack(), child.Project(), tokens.Type(above), own, strings.TrimSuffix(child.Name(), suffix))
}

// read reads the URNs of what is in the state. Pulumi 3.259 crashes on a request for the resources of a stack without
// any state, so a preview first looks for a sign of a state. An update has written to the state by now.
func (m *monitor) read(ctx context.Context, child urn.URN) (map[urn.URN]bool, error) {
	if m.isHidden() {
		return nil, nil
	}
	stack := m.organization + "/" + string(child.Project()) + "/" + string(child.Stack())
	held := map[urn.URN]bool{}
	if m.dryRun && !m.hasOldResource(ctx) {
		outputs, err := m.ask(ctx, outputsOf, "name", stack)
		if err != nil || len(outputs["outputs"].GetStructValue().GetFields()) == 0 {
			return held, err
		}
	}
	resources, err := m.ask(ctx, resourcesOf, "stackName", stack)
	for of := range resources["outputs"].GetStructValue().GetFields() {
		held[urn.URN(of)] = true
	}
	return held, err
}

// hasOldResource reports whether a resource of the run has an ID, or the provider of a skipped one has: both are in the
// state then.
func (m *monitor) hasOldResource(ctx context.Context) bool {
	m.mu.Lock()
	hasState, skipped := m.hasState, slices.Collect(maps.Keys(m.skipped))
	skipped = slices.DeleteFunc(skipped, func(of string) bool { return m.undeclared[of] })
	m.mu.Unlock()
	return hasState || slices.ContainsFunc(skipped, func(of string) bool {
		resource, err := m.ask(ctx, resourceOf, "urn", of)
		provider := resource["provider"].GetStringValue()
		return err == nil && provider != "" && !strings.HasSuffix(provider, providers.UnknownID)
	})
}

// ask calls a function of the engine.
func (m *monitor) ask(ctx context.Context, function, argument, value string) (map[string]*structpb.Value, error) {
	args, err := structpb.NewStruct(map[string]any{argument: value})
	if err != nil {
		return nil, err
	}
	answer, err := m.ResourceMonitorClient.Invoke(ctx, &rpc.ResourceInvokeRequest{Tok: function, Args: args})
	return answer.GetReturn().GetFields(), err
}

// isHidden reports whether an update writes no state before its end.
func (m *monitor) isHidden() bool { return !m.dryRun && os.Getenv("PULUMI_SKIP_CHECKPOINTS") != "" }

func (m *monitor) setWarn(component urn.URN, warn func(string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.warn[component] = warn
}

// warnOfHiddenState warns of a child that may not exist yet. Its provider would report a missing property alone.
func (m *monitor) warnOfHiddenState(req *rpc.RegisterResourceRequest, child, need urn.URN) {
	if !m.isHidden() || need == "" {
		return
	}
	m.mu.Lock()
	components := maps.Clone(m.warn)
	m.mu.Unlock()
	for component, warn := range components {
		if isWithin(urn.URN(req.GetParent()), component) {
			warn(fmt.Sprintf("%s needs %s, which this run skips, and PULUMI_SKIP_CHECKPOINTS hides whether %s exists; "+
				"if the update fails because a property is missing, unset PULUMI_SKIP_CHECKPOINTS and run it again",
				child.Name(), need.Name(), child.Name()))
		}
	}
}
