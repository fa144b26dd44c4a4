// Package monitor is between the components of this plugin and the engine's resource monitor.
//
// A run with --exclude or --target skips resources. The engine reports that the outputs of a skipped resource are
// unknown. But at an update it drops unknown inputs of the next resource, whose provider then reports a missing
// property. And it creates a resource that only depends on a skipped one, and writes a state that Pulumi cannot read
// any more. Seen with Pulumi 3.259. So a child that needs a skipped resource is not declared.
package monitor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/sync/singleflight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// LeaveOut puts a resource monitor before the components of a run. The monitor leaves out what cannot be created, and
// reports it. It waits until the engine looks for skipped dependencies with --exclude too, where it returns here:
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/step_generator.go#L477
func LeaveOut(
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	monitors := &monitors{runs: map[string]*monitor{}}
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		m, err := monitors.of(req)
		if err != nil {
			return p.ConstructResponse{}, fmt.Errorf("connecting to the resource monitor: %w", err)
		}
		m.setWarn(req.Urn, p.GetLogger(ctx).Warning)
		req.Inputs = m.traced(req.Inputs)
		on := outputs{}
		resp, err := construct(context.WithValue(context.WithValue(ctx, monitorKey{}, m), outputsKey{}, on), req)
		resp.State = m.dependent(resp.State, on)
		m.noteOutputs(req.Urn, on)
		if names := m.leftOutOf(req.Urn); len(names) > 0 {
			p.GetLogger(ctx).Info("left out, because this run skips what they need: " + strings.Join(names, ", ") +
				"; run pulumi up without --exclude and --target to create them")
		}
		return resp, err
	}
}

// monitors are the resource monitors of the runs that the plugin takes part in, by their endpoints. They are kept until
// the plugin ends.
type monitors struct {
	mu   sync.Mutex
	runs map[string]*monitor
}

// of returns the monitor of a component's run.
func (m *monitors) of(req p.ConstructRequest) (of *monitor, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of, ok := m.runs[req.MonitorEndpoint]
	if !ok {
		if of, err = newMonitor(req.MonitorEndpoint, req.Organization, req.DryRun); err == nil {
			m.runs[req.MonitorEndpoint] = of
		}
	}
	return of, err
}

// leftOutOf returns which of the resources within a component are left out, and why.
func (m *monitor) leftOutOf(component urn.URN) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for parent, of := range m.leftOut {
		if isWithin(urn.URN(parent), component) {
			names = append(names, of...)
		}
	}
	slices.Sort(names)
	return names
}

// isWithin reports whether a component is another one, or a component in it, which has its name and more.
func isWithin(inner, outer urn.URN) bool {
	within := strings.HasPrefix(string(inner.QualifiedType()), string(outer.QualifiedType())+urn.TypeDelimiter) &&
		strings.HasPrefix(inner.Name(), outer.Name())
	return inner == outer || within
}

// monitor is the resource monitor of a run.
type monitor struct {
	// The engine's own, over one connection for all components of the run.
	rpc.ResourceMonitorClient

	organization string
	dryRun       bool

	// readings are of the state.
	readings singleflight.Group

	mu sync.Mutex
	// skipped are the resources that the run skips, or that are left out.
	skipped map[string]bool
	// undeclared are those of them that the engine does not know.
	undeclared map[string]bool
	// leftOut is what is left out, and why, by the URN of the parent.
	leftOut map[string][]string
	// hasState reports whether the stack had a state before the run, as far as is known.
	hasState bool
	// children are the resources within a component, by its URN.
	children map[string][]resource
	// outputs are the resources on which the outputs of a component depend, by its URN.
	outputs map[urn.URN]outputs
	// warn has the functions that warn of a component, by its URN.
	warn map[urn.URN]func(string)
	// held are the resources in the state; nil before the first question.
	held map[urn.URN]bool
}

// newMonitor connects to the engine as the SDK does.
func newMonitor(endpoint, organization string, dryRun bool) (*monitor, error) {
	engine, err := grpc.NewClient(endpoint, append(rpcutil.TracingInterceptorDialOptions(),
		grpc.WithTransportCredentials(insecure.NewCredentials()), rpcutil.GrpcChannelOptions())...)
	return &monitor{
		ResourceMonitorClient: rpc.NewResourceMonitorClient(engine), organization: organization, dryRun: dryRun,
		skipped: map[string]bool{}, undeclared: map[string]bool{}, leftOut: map[string][]string{},
		children: map[string][]resource{}, outputs: map[urn.URN]outputs{},
		warn: map[urn.URN]func(string){},
	}, err
}

// RegisterResource registers a resource, unless it needs one that is skipped and does not exist yet. What exists is
// registered in any case: the engine deletes what a program does not declare.
func (m *monitor) RegisterResource(
	ctx context.Context, req *rpc.RegisterResourceRequest, opts ...grpc.CallOption,
) (*rpc.RegisterResourceResponse, error) {
	req = proto.CloneOf(req) // what is in it may be the SDK's
	if need, needed := m.skippedNeed(req); needed {
		of := urnOf(req)
		if !m.mayExist(ctx, of, urn.URN(req.GetParent())) {
			m.leaveOut(req, of, need)
			return &rpc.RegisterResourceResponse{Urn: string(of), Object: &structpb.Struct{}, Unknown: true}, nil
		}
		m.warnOfHiddenState(req, of, need)
		m.keep(req)
	}
	m.dropSkipped(req)
	m.expand(req)
	registered, err := m.ResourceMonitorClient.RegisterResource(ctx, req, opts...)
	if err == nil {
		m.note(registered)
		m.noteChild(req.GetParent(), registered)
	}
	return registered, err
}

// note notes what a registration reports about the run: that the resource is skipped, or that the state has something.
func (m *monitor) note(registered *rpc.RegisterResourceResponse) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if registered.GetUnknown() {
		m.skipped[registered.GetUrn()] = true
		return
	}
	m.hasState = m.hasState || registered.GetId() != ""
}

// skippedNeed returns the skipped resource that a child needs. A component in a component needs that one alone. An
// update has unknown inputs only from skipped resources.
func (m *monitor) skippedNeed(req *rpc.RegisterResourceRequest) (need urn.URN, needed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	needs := []string{req.GetParent()}
	if req.GetCustom() {
		needs = append(needs, req.GetDependencies()...)
	}
	for _, of := range needs {
		if m.skipped[of] {
			return urn.URN(of), true
		}
	}
	return "", req.GetCustom() && !m.dryRun && hasUnknown(structpb.NewStructValue(req.GetObject()))
}

func hasUnknown(value *structpb.Value) bool {
	return anyText(value, func(text string) bool { return isUnknown[text] })
}

// anyText reports whether a text somewhere in a value passes a test.
func anyText(value *structpb.Value, test func(string) bool) bool {
	in := func(v *structpb.Value) bool { return anyText(v, test) }
	switch v := value.GetKind().(type) {
	case *structpb.Value_StringValue:
		return test(v.StringValue)
	case *structpb.Value_ListValue:
		return slices.ContainsFunc(v.ListValue.GetValues(), in)
	case *structpb.Value_StructValue:
		return slices.ContainsFunc(slices.Collect(maps.Values(v.StructValue.GetFields())), in)
	}
	return false
}

// isUnknown has the texts that stand for unknown values between an SDK and the engine.
var isUnknown = map[string]bool{
	plugin.UnknownBoolValue: true, plugin.UnknownNumberValue: true, plugin.UnknownStringValue: true,
	plugin.UnknownArrayValue: true, plugin.UnknownObjectValue: true,
	plugin.UnknownAssetValue: true, plugin.UnknownArchiveValue: true,
}

// leaveOut notes that a child is left out, and why, unless its component is skipped too.
func (m *monitor) leaveOut(req *rpc.RegisterResourceRequest, of, need urn.URN) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.skipped[string(of)], m.undeclared[string(of)] = true, true
	said := req.GetName()
	switch {
	case string(need) == req.GetParent():
		return
	case need != "":
		said += " (needs " + need.Name() + ")"
	}
	m.leftOut[req.GetParent()] = append(m.leftOut[req.GetParent()], said)
}

// RegisterResourceOutputs passes the outputs of a component on, unless the engine does not know it.
func (m *monitor) RegisterResourceOutputs(
	ctx context.Context, req *rpc.RegisterResourceOutputsRequest, opts ...grpc.CallOption,
) (*emptypb.Empty, error) {
	m.mu.Lock()
	undeclared := m.undeclared[req.GetUrn()]
	m.mu.Unlock()
	if undeclared {
		return &emptypb.Empty{}, nil
	}
	return m.ResourceMonitorClient.RegisterResourceOutputs(ctx, req, opts...)
}

// Invoke passes a call on. For a resource that is skipped or left out, or a component with such a child, it answers as
// the engine does for a skipped resource: it has a provider and no ID. Another component asks this about an empty
// input.
func (m *monitor) Invoke(
	ctx context.Context, req *rpc.ResourceInvokeRequest, opts ...grpc.CallOption,
) (*rpc.ResourceInvokeResponse, error) {
	of := req.GetArgs().GetFields()["urn"].GetStringValue()
	m.mu.Lock()
	lacks := m.skipped[of]
	for parent := range m.leftOut {
		lacks = lacks || of != "" && isWithin(urn.URN(parent), urn.URN(of))
	}
	m.mu.Unlock()
	if req.GetTok() != resourceOf || !lacks {
		return m.ResourceMonitorClient.Invoke(ctx, req, opts...)
	}
	skipped, err := structpb.NewStruct(map[string]any{
		"urn": of, "id": "", "provider": "left out", "state": map[string]any{},
	})
	return &rpc.ResourceInvokeResponse{Return: skipped}, err
}

// keep leaves an existing resource as it is where it would follow a skipped one.
func (m *monitor) keep(req *rpc.RegisterResourceRequest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for property, value := range req.GetObject().GetFields() {
		needs := req.GetPropertyDependencies()[property].GetUrns()
		if slices.ContainsFunc(needs, m.isSkipped) || !m.dryRun && hasUnknown(value) {
			req.IgnoreChanges = append(req.IgnoreChanges, property)
		}
	}
}

// dropSkipped removes skipped resources from the dependencies, since a state must have all of them.
func (m *monitor) dropSkipped(req *rpc.RegisterResourceRequest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	req.Dependencies = slices.DeleteFunc(req.GetDependencies(), m.isSkipped)
	for _, property := range req.GetPropertyDependencies() {
		property.Urns = slices.DeleteFunc(property.GetUrns(), m.isSkipped)
	}
}

func (m *monitor) isSkipped(of string) bool { return m.skipped[of] }

// urnOf returns the URN that the engine will assign to a child.
func urnOf(req *rpc.RegisterResourceRequest) urn.URN {
	parent := urn.URN(req.GetParent())
	return urn.New(parent.Stack(), parent.Project(), parent.QualifiedType(), tokens.Type(req.GetType()), req.GetName())
}
