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

func TestLifecycle(t *testing.T) {
	t.Parallel()
	s := newStack(t, sandbox.Options{NextDNSLabel: "domnprzqrog"})
	env := s.create(environmentType, map[string]any{})
	assert.Regexp(t, `^res-[0-9a-f]{7}$`, env.state.Get("displayName").AsString())

	net := s.create(networkType, networkArgs(env.id))
	assert.Equal(t, "domnprzqrog.us-east-1.aws.confluent.cloud", net.state.Get("dnsDomain").AsString())
	aws := net.state.Get("aws").AsArray()
	require.Equal(t, 1, aws.Len())
	assert.Regexp(t, `^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-`,
		aws.Get(0).AsMap().Get("privateLinkEndpointService").AsString())
	assert.Equal(t, "use1-az6.domnprzqrog.us-east-1.aws.confluent.cloud",
		net.state.Get("zonalSubdomains").AsMap().Get("use1-az6").AsString())
	assert.Equal(t, 1, net.state.Get("gateways").AsArray().Len())

	access := s.create(accessType, accessArgs(env.id, net.id))
	cluster := s.create(clusterType, clusterArgs(env.id, net.id, 2))
	assert.Contains(t, cluster.state.Get("bootstrapEndpoint").AsString(), cluster.id)
	assert.Regexp(t, `/cloud-cluster=`+cluster.id+`$`, cluster.state.Get("rbacCrn").AsString())

	for _, r := range []res{env, net, access, cluster} {
		refreshed := s.refresh(r)
		assert.Equal(t, r, refreshed, "a refresh changes nothing")
	}

	cluster = s.update(cluster, clusterArgs(env.id, net.id, 3))
	assert.InDelta(t, 3, cluster.state.Get("dedicated").AsMap().Get("cku").AsNumber(), 0)
	renamed := networkArgs(env.id)
	renamed["displayName"] = "renamed"
	net = s.update(net, renamed)
	assert.Equal(t, "renamed", s.refresh(net).state.Get("displayName").AsString())
	named := accessArgs(env.id, net.id)
	named["displayName"] = "renamed"
	access = s.update(access, named)
	env = s.update(env, map[string]any{"displayName": "renamed"})

	for _, r := range []res{cluster, access, net, env} {
		s.delete(r)
	}
	assert.Empty(t, s.sandbox.Difference())
}

// The order of calls is the one observed of the real provider.
func TestCallOrder(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	seen := func(f func() res) (res, []string) {
		before := s.count()
		r := f()
		return r, s.calls(before)
	}
	const networks, accesses, clusters = "/networking/v1/networks", "/networking/v1/private-link-accesses",
		"/cmk/v2/clusters"
	in := "?environment=" + env

	net, calls := seen(func() res { return s.create(networkType, networkArgs(env)) })
	assert.Equal(t, []string{"POST " + networks, "GET " + networks + "/" + net.id + in}, calls)
	access, calls := seen(func() res { return s.create(accessType, accessArgs(env, net.id)) })
	assert.Equal(t, []string{"POST " + accesses, "GET " + accesses + "/" + access.id + in}, calls)
	cluster, calls := seen(func() res { return s.create(clusterType, clusterArgs(env, net.id, 2)) })
	assert.Equal(t, []string{
		"POST " + clusters, "GET " + clusters + "/" + cluster.id + in,
		"GET /org/v2/environments/" + env, "GET " + clusters + "/" + cluster.id + in,
	}, calls)

	protected := clusterArgs(env, net.id, 4)
	protected["displayName"], protected["deletionProtection"] = "renamed", true
	cluster, calls = seen(func() res { return s.update(cluster, protected) })
	one := clusters + "/" + cluster.id
	assert.Equal(t, []string{"PATCH " + one, "GET " + one + in, "PATCH " + one, "GET " + one + in}, calls)

	protected["deletionProtection"] = false
	cluster = s.update(cluster, protected)
	_, calls = seen(func() res { s.delete(cluster); return cluster })
	assert.Equal(t, []string{"DELETE " + one + in, "GET " + one + in}, calls)
	_, calls = seen(func() res { s.delete(access); return access })
	assert.Equal(t, []string{"DELETE " + accesses + "/" + access.id + in, "GET " + accesses + "/" + access.id + in},
		calls)
	_, calls = seen(func() res { s.delete(net); return net })
	assert.Equal(t, []string{"DELETE " + networks + "/" + net.id + in}, calls, "no call waits for a network to be gone")
}

func TestRequestBodies(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	access := s.create(accessType, accessArgs(env, net.id))
	cluster := s.create(clusterType, clusterArgs(env, net.id, 2))
	s.update(cluster, clusterArgs(env, net.id, 3))

	bodies := map[string]string{}
	for _, c := range s.sandbox.Calls() {
		if len(c.RequestBody) > 0 {
			bodies[c.Method+" "+c.Path] = string(c.RequestBody)
		}
	}
	ref := func(id string) string { return `{"id":"` + id + `","related":"","resource_name":""}` }
	assert.JSONEq(t, `{"spec":{"cloud":"AWS","connection_types":["PRIVATELINK"],"display_name":"net",
		"dns_config":{"resolution":"PRIVATE"},"environment":`+ref(env)+`,"region":"us-east-1",
		"zones":["use1-az1","use1-az2","use1-az6"]}}`, bodies["POST /networking/v1/networks"])
	assert.JSONEq(t, `{"spec":{"cloud":{"account":"123456789012","kind":"AwsPrivateLinkAccess"},"display_name":"pla",
		"environment":`+ref(env)+`,"network":`+ref(net.id)+`}}`, bodies["POST /networking/v1/private-link-accesses"])
	assert.JSONEq(t, `{"spec":{"availability":"MULTI_ZONE","cloud":"AWS","config":{"cku":2,"kind":"Dedicated",
		"release_priority":"REGULAR"},"display_name":"kafka","environment":`+ref(env)+`,"network":`+ref(net.id)+`,
		"region":"us-east-1"}}`, bodies["POST /cmk/v2/clusters"])
	assert.JSONEq(t, `{"spec":{"config":{"cku":3,"kind":"Dedicated","release_priority":"REGULAR"},
		"environment":`+ref(env)+`}}`, bodies["PATCH /cmk/v2/clusters/"+cluster.id])
	assert.NotEmpty(t, access.id)
}

func TestDriftShowsAfterARefresh(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	cluster := s.create(clusterType, clusterArgs(env, net.id, 2))
	s.sandbox.Update(func(st *sandbox.State) {
		st.KafkaClusters[cluster.id].CKU, st.KafkaClusters[cluster.id].StatusCKU = 5, 5
		st.Networks[net.id].DisplayName = "changed by hand"
	})
	program := cluster.inputs
	cluster = s.refresh(cluster)
	assert.Equal(t, map[string]p.PropertyDiff{"dedicated.cku": {Kind: p.Update}}, s.diff(cluster, program).DetailedDiff)
	cluster = s.update(cluster, clusterArgs(env, net.id, 2))
	assert.InDelta(t, 2, cluster.state.Get("dedicated").AsMap().Get("cku").AsNumber(), 0)

	program = net.inputs
	assert.Equal(t, map[string]p.PropertyDiff{"displayName": {Kind: p.Update}},
		s.diff(s.refresh(net), program).DetailedDiff)
}

func TestRefreshOfWhatIsGone(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	s.sandbox.Inject(sandbox.Fault{Method: "GET", Path: "/networking/v1/networks/*", Status: 401})
	_, err := s.Read(p.ReadRequest{ID: net.id, Urn: urn(networkType), Properties: net.state, Inputs: net.inputs})
	require.ErrorContains(t, err, "401", "bad credentials do not drop a resource from the state")
	s.sandbox.Inject(sandbox.Fault{
		Method: "GET", Path: "/networking/v1/networks/*", Status: 403,
		Header: map[string][]string{"Content-Type": {"application/json"}},
		Body:   `{"errors":[{"detail":"invalid API key"}]}`,
	})
	_, err = s.Read(p.ReadRequest{ID: net.id, Urn: urn(networkType), Properties: net.state, Inputs: net.inputs})
	require.ErrorContains(t, err, "403")
	s.sandbox.Update(func(st *sandbox.State) { delete(st.Networks, net.id) })
	assert.Empty(t, s.refresh(net).id)
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	access := s.create(accessType, accessArgs(env, net.id))
	cluster := s.create(clusterType, clusterArgs(env, net.id, 2))
	for _, r := range []res{net, access, cluster} {
		got, err := s.Read(p.ReadRequest{ID: env + "/" + r.id, Urn: urn(r.token)})
		require.NoError(t, err)
		assert.Equal(t, r.id, got.ID, "the environment is no part of the ID")
		assert.Equal(t, r.state, got.Properties)
		assert.Equal(t, r.inputs, got.Inputs)
	}
	got, err := s.Read(p.ReadRequest{ID: env, Urn: urn(environmentType)})
	require.NoError(t, err)
	assert.Equal(t, env, got.ID)

	for _, bad := range []string{net.id, env + "/" + net.id + "/x", "/" + net.id, env + "/", env + "/n-none"} {
		_, err := s.Read(p.ReadRequest{ID: bad, Urn: urn(networkType)})
		assert.EqualError(t, err, "resource '"+bad+"' does not exist", "it says no more than that")
	}
}

func TestSecretInputsStaySecret(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	inputs := s.check(networkType, property.Map{}, networkArgs(env))
	inputs = inputs.Set("displayName", property.New("hidden").WithSecret(true))
	created, err := s.Create(p.CreateRequest{Urn: urn(networkType), Properties: inputs})
	require.NoError(t, err)
	assert.True(t, created.Properties.Get("displayName").Secret())
	assert.False(t, created.Properties.Get("region").Secret())
	r := s.refresh(res{networkType, created.ID, inputs, created.Properties})
	assert.True(t, r.state.Get("displayName").Secret() && r.inputs.Get("displayName").Secret())
	assert.Empty(t, s.diff(r, inputs).DetailedDiff)
}

func TestUnknownTypes(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	_, err := s.Check(p.CheckRequest{Urn: urn("confluentcloud:index/connector:Connector")})
	require.ErrorContains(t, err, "only the real provider does")
	_, err = s.Invoke(p.InvokeRequest{Token: "confluentcloud:index/getUser:getUser"})
	assert.ErrorContains(t, err, "only the real provider does")
}

func TestAnUnconfiguredProviderCallsNothing(t *testing.T) {
	t.Parallel()
	_, err := newServer(t).Create(
		p.CreateRequest{Urn: urn(environmentType), Properties: properties(map[string]any{"displayName": "x"})})
	assert.ErrorContains(t, err, "not configured")
}

func TestSchemaIsServedAsItIs(t *testing.T) {
	t.Parallel()
	resp, err := newServer(t).GetSchema(p.GetSchemaRequest{})
	require.NoError(t, err)
	assert.Contains(t, resp.Schema, `"moduleFormat": "(.*)(?:/[^/]*)"`)
}

// With Schema Registry in the environment, a cluster is ready only when that is.
func TestClusterWaitsForSchemaRegistry(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.create(environmentType, map[string]any{"streamGovernance": map[string]any{"package": "ESSENTIALS"}})
	net := s.create(networkType, networkArgs(env.id))
	before := s.count()
	s.create(clusterType, clusterArgs(env.id, net.id, 2))
	assert.Contains(t, s.calls(before), "GET /srcm/v3/clusters?environment="+env.id+"&page_size=99")
}

func TestWaitsGoOnForAsLongAsTheServiceTakes(t *testing.T) {
	t.Parallel()
	s := newStack(t, sandbox.Options{Times: sandbox.Times{NetworkCreate: 400 * time.Millisecond}})
	before := s.count()
	s.create(networkType, networkArgs(s.sandbox.Seed().EnvironmentID))
	assert.Greater(t, s.count()-before, 4, "it was polled")
}
