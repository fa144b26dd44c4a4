package confluentcloud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

const (
	environmentType = "confluentcloud:index/environment:Environment"
	networkType     = "confluentcloud:index/network:Network"
	accessType      = "confluentcloud:index/privateLinkAccess:PrivateLinkAccess"
	clusterType     = "confluentcloud:index/kafkaCluster:KafkaCluster"
)

// stack is a configured provider in front of a sandbox, used the way the engine does.
type stack struct {
	integration.Server
	t       *testing.T
	sandbox *sandbox.Server
}

func newStack(t *testing.T, opts ...sandbox.Options) *stack {
	t.Helper()
	s := &stack{t: t, sandbox: sandboxtest.New(t, opts...)}
	s.Server = newServer(t)
	s.configure()
	return s
}

func (s *stack) configure() {
	s.t.Helper()
	credentials := s.sandbox.Credentials()
	require.NoError(s.t, s.Configure(p.ConfigureRequest{Args: properties(map[string]any{
		"endpoint": s.sandbox.ConfluentURL(), "cloudApiKey": credentials.CloudAPIKey,
		"cloudApiSecret": credentials.CloudAPISecret,
	})}))
}

func newServer(t *testing.T, change ...func(*confluentcloud.Options)) integration.Server {
	t.Helper()
	opts := confluentcloud.Options{
		PollInterval: time.Millisecond, RetryWait: time.Millisecond, Getenv: func(string) string { return "" },
	}
	for _, c := range change {
		c(&opts)
	}
	server, err := integration.NewServer(t.Context(), confluentcloud.Name, semver.MustParse(confluentcloud.Version()),
		integration.WithProvider(confluentcloud.New(opts)))
	require.NoError(t, err)
	return server
}

// properties turns plain Go values into a property map.
func properties(m map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(m))
}

func urn(token string) resource.URN {
	return resource.NewURN("dev", "test", "", tokens.Type(token), "res")
}

// res is a resource as the engine remembers it.
type res struct {
	token, id     string
	inputs, state property.Map
}

// create checks, previews and creates, and compares the steps.
func (s *stack) create(token string, inputs map[string]any) res {
	s.t.Helper()
	checked := s.check(token, property.Map{}, inputs)
	preview, err := s.Create(p.CreateRequest{Urn: urn(token), Properties: checked, DryRun: true})
	require.NoError(s.t, err)
	created, err := s.Create(p.CreateRequest{Urn: urn(token), Properties: checked})
	require.NoError(s.t, err)
	require.NotEmpty(s.t, created.ID)
	s.assertPreviewed(preview.Properties, created.Properties)
	r := res{token, created.ID, checked, created.Properties}
	s.assertUnchanged(r)
	return r
}

func (s *stack) check(token string, old property.Map, inputs map[string]any) property.Map {
	s.t.Helper()
	checked, err := s.Check(p.CheckRequest{Urn: urn(token), State: old, Inputs: properties(inputs)})
	require.NoError(s.t, err)
	require.Empty(s.t, checked.Failures)
	return checked.Inputs
}

// assertPreviewed checks that the update did what the preview showed.
func (s *stack) assertPreviewed(preview, got property.Map) {
	s.t.Helper()
	for key, want := range preview.All {
		assert.True(s.t, want.Equals(got.Get(key), property.EqualRelaxComputed),
			"%s: previewed %#v, got %#v", key, want, got.Get(key))
	}
}

func (s *stack) diff(r res, inputs property.Map) p.DiffResponse {
	s.t.Helper()
	diff, err := s.Diff(p.DiffRequest{ID: r.id, Urn: urn(r.token), State: r.state, OldInputs: r.inputs, Inputs: inputs})
	require.NoError(s.t, err)
	return diff
}

func (s *stack) assertUnchanged(r res) {
	s.t.Helper()
	assert.Empty(s.t, s.diff(r, r.inputs).DetailedDiff)
}

// update checks, diffs, previews and updates.
func (s *stack) update(r res, inputs map[string]any) res {
	s.t.Helper()
	checked := s.check(r.token, r.inputs, inputs)
	require.True(s.t, s.diff(r, checked).HasChanges)
	req := p.UpdateRequest{ID: r.id, Urn: urn(r.token), State: r.state, OldInputs: r.inputs, Inputs: checked}
	req.DryRun = true
	preview, err := s.Update(req)
	require.NoError(s.t, err)
	req.DryRun = false
	updated, err := s.Update(req)
	require.NoError(s.t, err)
	s.assertPreviewed(preview.Properties, updated.Properties)
	assert.False(s.t, property.New(preview.Properties).HasComputed(), "an update in place leaves nothing unknown")
	r.inputs, r.state = checked, updated.Properties
	s.assertUnchanged(r)
	return r
}

func (s *stack) refresh(r res) res {
	s.t.Helper()
	read, err := s.Read(p.ReadRequest{ID: r.id, Urn: urn(r.token), Properties: r.state, Inputs: r.inputs})
	require.NoError(s.t, err)
	r.id, r.state, r.inputs = read.ID, read.Properties, read.Inputs
	return r
}

func (s *stack) delete(r res) {
	s.t.Helper()
	require.NoError(s.t,
		s.Delete(p.DeleteRequest{ID: r.id, Urn: urn(r.token), Properties: r.state, OldInputs: r.inputs}))
}

// calls are the requests since an earlier number of them, as "METHOD path?query".
func (s *stack) calls(since int) []string {
	var calls []string
	for _, c := range s.sandbox.Calls()[since:] {
		call := fmt.Sprintf("%s %s", c.Method, c.Path)
		if c.Query != "" {
			call += "?" + c.Query
		}
		// Polls count once, however many there were.
		if len(calls) == 0 || calls[len(calls)-1] != call {
			calls = append(calls, call)
		}
	}
	return calls
}

func (s *stack) count() int { return len(s.sandbox.Calls()) }

func id(m property.Map, name string) string { return m.Get(name).AsMap().Get("id").AsString() }

func ref(id string) map[string]any { return map[string]any{"id": id} }

func networkArgs(environment string) map[string]any {
	return map[string]any{
		"displayName": "net", "cloud": "AWS", "region": "us-east-1", "connectionTypes": []string{"PRIVATELINK"},
		"zones": []string{"use1-az1", "use1-az2", "use1-az6"}, "dnsConfig": map[string]any{"resolution": "PRIVATE"},
		"environment": ref(environment),
	}
}

func accessArgs(environment, network string) map[string]any {
	return map[string]any{
		"aws": map[string]any{"account": "123456789012"}, "displayName": "pla",
		"network": ref(network), "environment": ref(environment),
	}
}

func clusterArgs(environment, network string, cku int) map[string]any {
	return map[string]any{
		"displayName": "kafka", "availability": "MULTI_ZONE", "cloud": "AWS", "region": "us-east-1",
		"dedicated": map[string]any{"cku": cku}, "network": ref(network), "environment": ref(environment),
	}
}
