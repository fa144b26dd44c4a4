package monitor

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	link    = "urn:pulumi:dev::p::t:i:Link::orders"
	network = "urn:pulumi:dev::p::t:i:Link$t:i:Network::orders-network"
	kafka   = "urn:pulumi:dev::p::t:i:Link$t:i:Kafka::orders-kafka"
	domains = "urn:pulumi:dev::p::t:i:Link$t:i:Domains::orders-domains"
)

// engine is a resource monitor that skips some resources and holds a state.
type engine struct {
	rpc.UnimplementedResourceMonitorServer

	skips, held []string
	ids         map[string]string
	// outputs means that the stack has outputs, provider is the provider of each resource.
	outputs    bool
	provider   string
	readError  error
	failures   int              // of reading the state, before it succeeds
	asks       func(urn string) // is called when a resource is asked for
	reading    func()           // is called when the state is read
	registered []*rpc.RegisterResourceRequest
	completed  []string
	header     []string
}

func (e *engine) RegisterResource(
	ctx context.Context, req *rpc.RegisterResourceRequest,
) (*rpc.RegisterResourceResponse, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	e.header = md.Get("x-test")
	if req.GetName() == "refused" {
		return nil, status.Error(codes.InvalidArgument, "refused")
	}
	e.registered = append(e.registered, req)
	of := link
	if req.GetParent() != "" {
		of = string(urnOf(req))
	}
	return &rpc.RegisterResourceResponse{Urn: of, Id: e.ids[of], Unknown: slices.Contains(e.skips, of)}, nil
}

// GetDeploymentInfo answers what the SDK asks before anything else.
func (*engine) GetDeploymentInfo(context.Context, *emptypb.Empty) (*rpc.DeploymentInfo, error) {
	return &rpc.DeploymentInfo{}, nil
}

func (e *engine) RegisterResourceOutputs(
	_ context.Context, req *rpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	e.completed = append(e.completed, req.GetUrn())
	return &emptypb.Empty{}, nil
}

func (e *engine) Invoke(_ context.Context, req *rpc.ResourceInvokeRequest) (*rpc.ResourceInvokeResponse, error) {
	answer := map[string]any{}
	switch req.GetTok() {
	case resourceOf:
		answer["provider"] = e.provider
		if e.asks != nil {
			e.asks(req.GetArgs().GetFields()["urn"].GetStringValue())
		}
	case outputsOf:
		if e.outputs {
			answer["outputs"] = map[string]any{"kafka": "lkc-1"}
		}
	case resourcesOf:
		if e.reading != nil {
			e.reading()
		}
		if e.failures > 0 {
			e.failures--
			return nil, errors.New("failed to load checkpoint: EOF")
		}
		resources := map[string]any{}
		for _, of := range e.held {
			resources[of] = map[string]any{}
		}
		answer["outputs"] = resources
		if len(e.held) == 0 {
			return nil, errors.New("Pulumi crashes here")
		}
	}
	if e.readError != nil {
		return nil, e.readError
	}
	result, err := structpb.NewStruct(answer)
	return &rpc.ResourceInvokeResponse{Return: result}, err
}

// serve starts the engine, and returns its address.
func (e *engine) serve(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	rpc.RegisterResourceMonitorServer(server, e)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// client starts the engine and a monitor in front of it.
func (e *engine) client(t *testing.T, dryRun bool) (rpc.ResourceMonitorClient, func() []string) {
	t.Helper()
	m, err := newMonitor(e.serve(t), "organization", dryRun)
	require.NoError(t, err)
	return m, func() []string { return m.leftOutOf(link) }
}

// child is the registration of a child whose input id comes from another resource.
func child(t *testing.T, of urn.URN, id any, from ...string) *rpc.RegisterResourceRequest {
	t.Helper()
	object, err := structpb.NewStruct(map[string]any{"id": id, "name": "orders"})
	require.NoError(t, err)
	return &rpc.RegisterResourceRequest{
		Type: string(of.Type()), Name: of.Name(), Parent: link, Custom: true, Object: object, Dependencies: from,
		PropertyDependencies: map[string]*rpc.RegisterResourceRequest_PropertyDependencies{
			"id": {Urns: slices.Clone(from)},
		},
	}
}

func register(t *testing.T, client rpc.ResourceMonitorClient,
	req *rpc.RegisterResourceRequest,
) *rpc.RegisterResourceResponse {
	t.Helper()
	resp, err := client.RegisterResource(t.Context(), req)
	require.NoError(t, err)
	return resp
}

func component(from ...string) *rpc.RegisterResourceRequest {
	return &rpc.RegisterResourceRequest{Type: "t:i:Link", Name: "orders", Dependencies: from}
}

var unknownID = map[string]any{"nested": []any{plugin.UnknownStringValue}}

func TestLeavesOutWhatNeedsSkipped(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		dryRun bool
		held   []string
	}{
		"preview of a stack without a state":  {dryRun: true},
		"preview of a stack without the link": {dryRun: true, held: []string{"urn:pulumi:dev::p::a:b:C::c"}},
		"update":                              {held: []string{link}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &engine{skips: []string{network}, held: test.held, outputs: len(test.held) > 0}
			client, leftOut := e.client(t, test.dryRun)
			register(t, client, component())
			assert.True(t, register(t, client, child(t, network, "env-1")).GetUnknown())
			resp := register(t, client, child(t, kafka, unknownID, network))
			assert.True(t, resp.GetUnknown())
			assert.Equal(t, kafka, resp.GetUrn())
			register(t, client, child(t, domains, unknownID, kafka))
			assert.Len(t, e.registered, 2, "the component and the network")
			assert.Equal(t, []string{"orders-domains (needs orders-kafka)", "orders-kafka (needs orders-network)"},
				leftOut())
		})
	}
}

// TestPreviewOfExisting: a preview knows that a stack without outputs has a state by the ID of a provider.
func TestPreviewOfExisting(t *testing.T) {
	t.Parallel()
	for provider, want := range map[string]int{
		"urn:pulumi:dev::p::pulumi:providers:t::default::0b6c":                   3,
		"urn:pulumi:dev::p::pulumi:providers:t::default::" + providers.UnknownID: 2, "": 2,
	} {
		e := &engine{skips: []string{network}, held: []string{link, kafka}, provider: provider}
		client, _ := e.client(t, true)
		register(t, client, component())
		register(t, client, child(t, network, "env-1"))
		register(t, client, child(t, kafka, unknownID, network))
		assert.Len(t, e.registered, want, provider)
	}
}

// TestAnswersForWhatIsLeftOut: another component learns that the resource of its input is skipped.
func TestAnswersForWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	e := &engine{skips: []string{network}, held: []string{link}, provider: "of the engine"}
	client, _ := e.client(t, false)
	register(t, client, component())
	register(t, client, child(t, network, "env-1"))
	register(t, client, child(t, kafka, unknownID, network))
	for of, want := range map[string]string{
		network: "left out", kafka: "left out", link: "left out", "urn:pulumi:dev::p::a:b:C::c": "of the engine",
	} {
		args, err := structpb.NewStruct(map[string]any{"urn": of})
		require.NoError(t, err)
		answer, err := client.Invoke(t.Context(), &rpc.ResourceInvokeRequest{Tok: resourceOf, Args: args})
		require.NoError(t, err)
		assert.Equal(t, want, answer.GetReturn().GetFields()["provider"].GetStringValue())
	}
}

// TestLeavesOutWhatIsUnknown: at an update only a skipped resource leaves an input unknown, in whichever way it was
// registered.
func TestLeavesOutWhatIsUnknown(t *testing.T) {
	t.Parallel()
	for dryRun, want := range map[bool]int{true: 2, false: 1} {
		e := &engine{held: []string{link}, outputs: true}
		client, _ := e.client(t, dryRun)
		register(t, client, component())
		register(t, client, child(t, kafka, unknownID, "urn:pulumi:dev::p::a:b:C::c"))
		assert.Len(t, e.registered, want, "preview: %v", dryRun)
	}
}

func TestLeavesOutComponents(t *testing.T) {
	t.Parallel()
	const inner = "urn:pulumi:dev::p::t:i:Link$t:i:Vpc::orders-clients"
	e := &engine{skips: []string{link}, held: []string{"urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"}}
	client, leftOut := e.client(t, false)
	register(t, client, component())
	vpc := &rpc.RegisterResourceRequest{Type: "t:i:Vpc", Name: "orders-clients", Parent: link}
	assert.Equal(t, inner, register(t, client, vpc).GetUrn())
	for _, of := range []string{link, inner} {
		_, err := client.RegisterResourceOutputs(t.Context(), &rpc.RegisterResourceOutputsRequest{Urn: of})
		require.NoError(t, err)
	}
	assert.Equal(t, []string{link}, e.completed)
	assert.Empty(t, leftOut(), "the user has left the component out")
}

// TestKeepsWhatExists: existing resources stay as they are, and depend on nothing that the state lacks.
func TestKeepsWhatExists(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		held []string
		err  error
	}{
		"under its name": {held: []string{link, kafka}},
		"under an older name": {held: []string{
			link, "urn:pulumi:dev::p::t:i:Link$t:i:Kafka::sales-kafka",
		}},
		"component not written yet":     {held: []string{"urn:pulumi:dev::p::a:b:C::c"}},
		"a state that cannot be read":   {err: errors.New("no")},
		"another link's, and its own":   {held: []string{link, kafka, "urn:pulumi:dev::p::t:i:Link::sales"}},
		"a state that says nothing yet": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &engine{skips: []string{network}, held: test.held, readError: test.err}
			client, leftOut := e.client(t, false)
			register(t, client, component())
			register(t, client, child(t, network, "env-1"))
			register(t, client, child(t, kafka, unknownID, network, link))
			require.Len(t, e.registered, 3)
			kept := e.registered[2]
			assert.Equal(t, []string{"id"}, kept.GetIgnoreChanges())
			assert.Equal(t, []string{link}, kept.GetDependencies())
			assert.Equal(t, []string{link}, kept.GetPropertyDependencies()["id"].GetUrns())
			assert.Empty(t, leftOut())
		})
	}
}

// TestStateThatIsBeingWritten: while the engine writes the state, it cannot always be read.
func TestStateThatIsBeingWritten(t *testing.T) {
	t.Parallel()
	e := &engine{skips: []string{network}, held: []string{link}, failures: 3}
	client, leftOut := e.client(t, false)
	register(t, client, component())
	register(t, client, child(t, network, "env-1"))
	register(t, client, child(t, kafka, unknownID, network))
	assert.Len(t, e.registered, 2)
	assert.Equal(t, []string{"orders-kafka (needs orders-network)"}, leftOut())
}

// TestNothingWaitsForTheState: while a child waits for the state, other resources are registered, and other children
// share the reading.
func TestNothingWaitsForTheState(t *testing.T) {
	t.Parallel()
	begun, goOn, readings := make(chan struct{}), make(chan struct{}), 0
	e := &engine{skips: []string{network}, held: []string{link}}
	e.reading = func() {
		readings++
		close(begun)
		<-goOn
	}
	client, _ := e.client(t, false)
	register(t, client, component())
	register(t, client, child(t, network, "env-1"))
	var children errgroup.Group
	for _, of := range []urn.URN{kafka, domains} {
		req := child(t, of, unknownID, network)
		children.Go(func() error {
			_, err := client.RegisterResource(t.Context(), req)
			return err
		})
	}
	<-begun
	register(t, client, child(t, "urn:pulumi:dev::p::t:i:Link$t:i:Access::orders-access", "n-1"))
	time.Sleep(100 * time.Millisecond) // both are waiting by then
	close(goOn)
	require.NoError(t, children.Wait())
	assert.Equal(t, 1, readings)
}

// TestDependentComponent: a component that depends on a skipped resource is declared, and its other children are.
func TestDependentComponent(t *testing.T) {
	t.Parallel()
	e := &engine{skips: []string{network}, held: []string{link}}
	client, _ := e.client(t, false)
	register(t, client, child(t, network, "env-1"))
	register(t, client, component(network, kafka))
	require.Len(t, e.registered, 2)
	assert.Equal(t, []string{kafka}, e.registered[1].GetDependencies())
}

// TestOtherLinks: the children of another link are not taken for those of a link under an older name.
func TestOtherLinks(t *testing.T) {
	t.Parallel()
	e := &engine{skips: []string{network}, held: []string{
		link, "urn:pulumi:dev::p::t:i:Link::sales", "urn:pulumi:dev::p::t:i:Link$t:i:Kafka::sales-kafka",
	}}
	client, _ := e.client(t, false)
	register(t, client, component())
	register(t, client, child(t, network, "env-1"))
	assert.True(t, register(t, client, child(t, kafka, unknownID, network)).GetUnknown())
}

// TestPassesCallsOn: other calls, errors and headers go through as they are.
func TestPassesCallsOn(t *testing.T) {
	t.Parallel()
	e := &engine{}
	client, _ := e.client(t, false)
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x-test", "yes")
	_, err := client.RegisterResource(ctx, child(t, kafka, "n-1"))
	require.NoError(t, err)
	assert.Equal(t, []string{"yes"}, e.header)
	_, err = client.RegisterResource(t.Context(), child(t, "urn:pulumi:dev::p::t:i:Link$t:i:Kafka::refused", "n-1"))
	assert.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = client.SupportsFeature(t.Context(), &rpc.SupportsFeatureRequest{})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
}
