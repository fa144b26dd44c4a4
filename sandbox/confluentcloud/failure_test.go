package confluentcloud_test

import (
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A network whose creation failed is in the state, or it would never be deleted.
func TestAFailedWaitKeepsTheResource(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	s.sandbox.Inject(sandbox.Fault{Method: "GET", Path: "/networking/v1/networks/*", Status: 400})
	inputs := s.check(networkType, property.Map{}, networkArgs(env))
	created, err := s.Create(p.CreateRequest{Urn: urn(networkType), Properties: inputs})
	require.ErrorContains(t, err, "to provision: 400 Bad Request")
	require.NotNil(t, created.PartialState)
	require.NotEmpty(t, created.ID)
	assert.Equal(t, env, id(created.Properties, "environment"))
	assert.False(t, property.New(created.Properties).HasComputed(), "a state has no unknowns")

	r := res{networkType, created.ID, inputs, created.Properties}
	s.assertUnchanged(r)
	require.Eventually(t, func() bool { return s.phase(r.id) == sandbox.PhaseReady }, 10*time.Second, time.Millisecond)
	updated, err := s.Update(
		p.UpdateRequest{ID: r.id, Urn: urn(networkType), State: r.state, OldInputs: inputs, Inputs: inputs})
	require.NoError(t, err, "the engine's next update has nothing to change and completes the state")
	assert.NotEmpty(t, updated.Properties.Get("dnsDomain").AsString())
	s.delete(r)
}

func (s *stack) phase(network string) (phase string) {
	s.sandbox.Update(func(st *sandbox.State) { phase = st.Networks[network].Phase })
	return phase
}

func TestAFailedNetworkSaysWhy(t *testing.T) {
	t.Parallel()
	s := newStack(t, sandbox.Options{Times: sandbox.Times{NetworkCreate: time.Hour}})
	s.sandbox.Inject(sandbox.Fault{
		Method: "GET", Path: "/networking/v1/networks/*", Match: func(sandbox.Call) bool {
			return true
		}, Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}},
		Body: `{"id":"n-1","spec":{"cloud":"AWS"},` +
			`"status":{"phase":"FAILED","error_message":"no capacity","cloud":{}}}`,
	})
	inputs := s.check(networkType, property.Map{}, networkArgs(s.sandbox.Seed().EnvironmentID))
	created, err := s.Create(p.CreateRequest{Urn: urn(networkType), Properties: inputs})
	assert.ErrorContains(t, err, "no capacity")
	assert.NotNil(t, created.PartialState)
}

func TestARefusedCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	for name, args := range map[string]map[string]any{
		"an unknown connection type": with(networkArgs(env), "connectionTypes", []string{"PIGEON"}),
		"zones on Azure":             with(with(networkArgs(env), "cloud", "AZURE"), "region", "eastus"),
		"an unknown environment":     networkArgs("env-none"),
	} {
		created, err := s.Create(
			p.CreateRequest{Urn: urn(networkType), Properties: s.check(networkType, property.Map{}, args)})
		require.Error(t, err, name)
		assert.Nil(t, created.PartialState, name)
		assert.Empty(t, created.ID, name)
	}
	assert.Empty(t, s.sandbox.Difference())
}

func with(m map[string]any, key string, value any) map[string]any {
	m[key] = value
	return m
}

// Too few CKUs pass a preview with the real provider too.
func TestTooFewCKUsAreRefusedBeforeACall(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	before := s.count()
	inputs := s.check(clusterType, property.Map{}, clusterArgs(env, net.id, 1))
	_, err := s.Create(p.CreateRequest{Urn: urn(clusterType), Properties: inputs})
	require.ErrorContains(t, err, "dedicated.cku: 1 is too few for MULTI_ZONE")
	assert.Equal(t, before, s.count())
}

func TestCustomTimeoutsShortenAWait(t *testing.T) {
	t.Parallel()
	s := newStack(t, sandbox.Options{Times: sandbox.Times{NetworkCreate: time.Hour}})
	inputs := s.check(networkType, property.Map{}, networkArgs(s.sandbox.Seed().EnvironmentID))
	created, err := s.Create(p.CreateRequest{Urn: urn(networkType), Properties: inputs, Timeout: 1})
	require.ErrorContains(t, err, "deadline exceeded")
	assert.NotNil(t, created.PartialState)
}

// TestUnsupportedTimeoutsAreIgnored: the real provider ignores a limit for what has none of its own, and warns of it.
func TestUnsupportedTimeoutsAreIgnored(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	inputs := s.check(accountType, property.Map{}, map[string]any{"displayName": "writer"})
	created, err := s.Create(p.CreateRequest{Urn: urn(accountType), Properties: inputs, Timeout: 1e-6})
	require.NoError(t, err)
	assert.Nil(t, created.PartialState)
}

// TestCancelEndsNothing: as with the real provider, Ctrl-C waits for operations in progress.
func TestCancelEndsNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, sandbox.Options{Times: sandbox.Times{NetworkCreate: -1}})
	inputs := s.check(networkType, property.Map{}, networkArgs(s.sandbox.Seed().EnvironmentID))
	done := make(chan error, 1)
	go func() {
		_, err := s.Create(p.CreateRequest{Urn: urn(networkType), Properties: inputs})
		done <- err
	}()
	require.Eventually(t, func() bool { return s.count() > 2 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.Cancel())
	s.sandbox.Update(func(state *sandbox.State) {
		for _, network := range state.Networks {
			network.Phase = sandbox.PhaseReady
		}
	})
	require.NoError(t, <-done)
}

func TestDeletionErrors(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	args := clusterArgs(env, net.id, 2)
	args["deletionProtection"] = true
	cluster := s.create(clusterType, args)
	remove := func(r res) error {
		return s.Delete(p.DeleteRequest{ID: r.id, Urn: urn(r.token), Properties: r.state, OldInputs: r.inputs})
	}
	require.ErrorContains(t, remove(net), "409 Conflict; could not parse error details",
		"the API does not declare 409 for the deletion of a network")
	require.ErrorContains(t, remove(cluster), "409 Conflict: ")
	args["deletionProtection"] = false
	s.delete(s.update(cluster, args))
	s.delete(net)
	assert.Error(t, remove(net), "the real provider fails for what is gone already; a refresh drops it")
}

// An update that fails half way stores the true state.
func TestAnUpdateThatStopsHalfWay(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	cluster := s.create(clusterType, clusterArgs(env, net.id, 2))
	args := clusterArgs(env, net.id, 3)
	args["displayName"] = "renamed"
	inputs := s.check(clusterType, cluster.inputs, args)
	req := p.UpdateRequest{
		ID: cluster.id, Urn: urn(clusterType), State: cluster.state, OldInputs: cluster.inputs,
		Inputs: inputs,
	}

	s.sandbox.Inject(sandbox.Fault{Method: "PATCH", Path: "/cmk/v2/clusters/*", Skip: 1, Status: 400})
	got, err := s.Update(req)
	require.ErrorContains(t, err, "error updating Kafka Cluster")
	require.NotNil(t, got.PartialState)
	assert.Equal(t, "renamed", got.Properties.Get("displayName").AsString())
	assert.InDelta(t, 2, got.Properties.Get("dedicated").AsMap().Get("cku").AsNumber(), 0)

	s.sandbox.Inject(sandbox.Fault{Method: "PATCH", Path: "/cmk/v2/clusters/*", Status: 400})
	req.State = got.Properties
	got, err = s.Update(req)
	require.ErrorContains(t, err, "error updating Kafka Cluster")
	assert.Nil(t, got.PartialState, "nothing was done")
}

// Credentials reach no error.
func TestRefusedCredentials(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	require.NoError(t, s.Configure(p.ConfigureRequest{Args: properties(map[string]any{
		"endpoint": s.sandbox.ConfluentURL(), "cloudApiKey": "WRONGKEY", "cloudApiSecret": "wrong-secret",
	})}))
	_, err := s.Create(
		p.CreateRequest{Urn: urn(environmentType), Properties: properties(map[string]any{"displayName": "x"})})
	require.ErrorContains(t, err, "401")
	assert.NotContains(t, err.Error(), "wrong-secret")
	assert.NotContains(t, err.Error(), "WRONGKEY")
}
