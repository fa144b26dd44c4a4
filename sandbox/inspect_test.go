package sandbox_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// moment is an event without what is random.
type moment struct {
	minute      float64
	kind, state string
}

func moments(f *fixture, start time.Time) []moment {
	var all []moment
	for _, e := range f.Events() {
		all = append(all, moment{e.Time.Sub(start).Minutes(), e.Kind, e.State})
	}
	return all
}

// Transitions are logged with the time they were due at, though no request came.
func TestEventsNeedNobodyToPoll(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start := f.clock.Now()
	env := f.Seed().EnvironmentID
	network := f.readyNetwork()
	require.Equal(t, http.StatusAccepted,
		f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network.text("id"), nil)).status)
	f.readyAccess(network.text("id"))
	f.connect(network.text("status.cloud.private_link_endpoint_service"))
	f.clock.advance(24 * time.Hour)
	assert.Equal(t, []moment{
		{0, "Network", "PROVISIONING"},
		{10, "Network", "READY"},
		{10, "KafkaCluster", "PROVISIONING"},
		{10, "PrivateLinkAccess", "PROVISIONING"},
		{11, "PrivateLinkAccess", "READY"},
		{11, "PrivateLinkConnection", "CREATING"},
		{14, "PrivateLinkConnection", "PENDING_ACCEPTANCE"},
		{15, "PrivateLinkConnection", "ACTIVE"},
		{35, "KafkaCluster", "PROVISIONED"},
	}, moments(f, start))
}

func TestEventsOfResizeAndFailure(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	l.Update(func(s *sandbox.State) {
		s.KafkaClusters["lkc-aaaaaa"] = &sandbox.KafkaCluster{NetworkID: l.network, DisplayName: "k"}
	})
	before := len(l.Events())
	start := l.clock.Now()
	require.Equal(t, http.StatusOK, l.confluent("PATCH", "/cmk/v2/clusters/lkc-aaaaaa", object{"spec": object{
		"config": object{"kind": "Dedicated", "cku": 4}, "environment": ref(l.Seed().EnvironmentID),
	}}).status)
	l.clock.advance(10 * time.Minute)
	l.Update(func(s *sandbox.State) { delete(s.PrivateLinkAccesses, l.access) })
	assert.Equal(t, []moment{
		{0, "KafkaCluster", "RESIZING"},
		{7, "KafkaCluster", "PROVISIONED"},
		{10, "PrivateLinkAccess", "DELETED"},
		{10, "PrivateLinkConnection", "FAILED"},
	}, moments(l.fixture, start)[before:])
}

func TestNothingEndsWithNegativeTimes(t *testing.T) {
	t.Parallel()
	times := minutes()
	times.NetworkCreate = -1
	f := newFixture(t, sandbox.Options{Times: times})
	network := f.readyNetwork()
	f.clock.advance(1000 * time.Hour)
	assert.Equal(t, "PROVISIONING", f.network(network.text("id")).at("status.phase"))
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	timeOf := func(opts sandbox.Options) time.Duration {
		f := &fixture{t: t, clock: &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
		opts.Clock = f.clock.Now
		f.Server = sandboxtest.New(t, opts)
		f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID, nil))
		f.clock.advance(24 * time.Hour)
		events := f.Events()
		require.Len(t, events, 2)
		return events[1].Time.Sub(events[0].Time)
	}
	assert.Equal(t, 40*time.Millisecond, timeOf(sandbox.Options{}))
	assert.Equal(t, 15*time.Second, timeOf(sandbox.Options{Profile: sandbox.Proportional}))
	assert.Equal(t, 10*time.Minute, timeOf(sandbox.Options{Profile: sandbox.Proportional, Scale: 1}))
	assert.Equal(t, time.Second, timeOf(sandbox.Options{
		Profile: sandbox.Proportional, Times: sandbox.Times{NetworkCreate: time.Second},
	}))
}

func TestDifference(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{Prepare: func(s *sandbox.State) {
		s.Networks["n-aaaaaa"] = &sandbox.Network{DisplayName: "existing"}
		s.KafkaClusters["lkc-aaaaaa"] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa"}
	}})
	assert.Empty(t, f.Difference(), "what is prepared counts as seeded")
	assert.Empty(t, f.Events())
	f.confluent("PATCH", "/networking/v1/networks/n-aaaaaa",
		object{"spec": object{"display_name": "renamed", "environment": ref(f.Seed().EnvironmentID)}})
	f.Update(func(s *sandbox.State) {
		delete(s.KafkaClusters, "lkc-aaaaaa")
		s.TiDBClusters[f.Seed().Starter].Plan = "Essential"
		s.Environments["env-aaaaaa"] = &sandbox.Environment{DisplayName: "new"}
	})
	assert.Equal(t, []string{
		"TiDB cluster " + f.Seed().Starter + `: Plan was "Starter" and is "Essential"`,
		"environment env-aaaaaa was added",
		`network n-aaaaaa: DisplayName was "existing" and is "renamed"`,
		"Kafka cluster lkc-aaaaaa is gone",
	}, f.Difference())
	f.confluent("PATCH", "/networking/v1/networks/n-aaaaaa",
		object{"spec": object{"display_name": "existing", "environment": ref(f.Seed().EnvironmentID)}})
	assert.Len(t, f.Difference(), 3, "changed back is as seeded")
}

func TestNextDNSLabel(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{NextDNSLabel: "domnprzqrog"})
	assert.Equal(t, "domnprzqrog.us-east-1.aws.confluent.cloud", f.readyNetwork().at("status.dns_domain"))
	assert.NotEqual(t, "domnprzqrog.us-east-1.aws.confluent.cloud", f.readyNetwork().at("status.dns_domain"))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const path = "/org/v2/environments"
	get := func() int { return f.confluent("GET", path, nil).status }

	f.Inject(sandbox.Fault{Service: "confluent", Method: "GET", Path: "/org/**", Status: 503, Skip: 1, Times: 2})
	assert.Equal(t, []int{200, 503, 503, 200}, []int{get(), get(), get(), get()})

	f.Inject(sandbox.Fault{Path: "/org/*", Status: 500})
	assert.Equal(t, http.StatusOK, get(), "one star is one segment")
	f.ClearFaults()

	f.Inject(sandbox.Fault{
		Match:  func(c sandbox.Call) bool { return bytes.Contains(c.RequestBody, []byte("unlucky")) },
		Status: 418, Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}, "Retry-After": {"7"}},
		Times: -1,
	})
	assert.Equal(t, http.StatusCreated, f.confluent("POST", path, object{"display_name": "lucky"}).status)
	resp := post(t, f, object{"display_name": "unlucky"})
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, errors.Join(err, resp.Body.Close()))
	assert.Equal(t, "<html>", string(content))
	assert.Equal(t, []string{"text/html", "7"},
		[]string{resp.Header.Get("Content-Type"), resp.Header.Get("Retry-After")})
	f.ClearFaults()

	before := len(f.Difference())
	f.Inject(sandbox.Fault{Method: "POST", Status: 500, Run: true})
	assert.Equal(t, http.StatusInternalServerError, f.confluent("POST", path, object{"display_name": "x"}).status)
	assert.Len(t, f.Difference(), before+1, "it was created all the same")

	f.Inject(sandbox.Fault{Service: "tidbcloud", Status: 409})
	conflict := f.tidb("GET", "/v1beta1/projects", nil)
	assert.Equal(t, http.StatusConflict, conflict.status, "the challenge is not hit")
	assert.InDelta(t, 6, conflict.at("code"), 0)

	f.Inject(sandbox.Fault{Delay: time.Millisecond})
	assert.Equal(t, http.StatusOK, get(), "only late")
	assert.GreaterOrEqual(t, f.Calls()[len(f.Calls())-1].Duration, time.Millisecond)
}

func post(t *testing.T, f *fixture, body any) *http.Response {
	t.Helper()
	r := newRequest(t, "POST", f.ConfluentURL()+"/org/v2/environments", body)
	r.SetBasicAuth(f.Credentials().CloudAPIKey, f.Credentials().CloudAPISecret)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	return resp
}

func TestDroppedConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Inject(sandbox.Fault{Method: "POST", Drop: true, Run: true})
	r := newRequest(t, "POST", f.ConfluentURL()+"/org/v2/environments", object{"display_name": "x"})
	r.SetBasicAuth(f.Credentials().CloudAPIKey, f.Credentials().CloudAPISecret)
	_, err := http.DefaultClient.Do(r) //nolint:bodyclose // there is no answer
	require.Error(t, err)
	assert.Len(t, f.Difference(), 1)
	assert.Equal(t, 0, f.Calls()[0].Status)
}

func TestControlEndpoints(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for path, want := range map[string]string{
		sandbox.EventsPath: "[]", sandbox.CallsPath: "[]", sandbox.DifferencePath: "[]",
	} {
		resp, err := http.DefaultClient.Do(newRequest(t, "GET", f.TiDBCloudURL()+path, nil))
		require.NoError(t, err)
		content, err := io.ReadAll(resp.Body)
		require.NoError(t, errors.Join(err, resp.Body.Close()))
		assert.JSONEq(t, want, string(content), path)
	}
	seed := send(t, newRequest(t, "GET", f.ConfluentURL()+sandbox.SeedPath, nil))
	assert.Equal(t, f.Seed().EssentialUSEast1, seed.text("essentialUsEast1"))
	resp, err := http.DefaultClient.Do(newRequest(t, "POST", f.ConfluentURL()+sandbox.EventsPath, nil))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	assert.Empty(t, f.Calls(), "looking is no call")
}

func TestSeedIsTheSameInEveryServer(t *testing.T) {
	t.Parallel()
	one, other := sandboxtest.New(t), sandboxtest.New(t)
	assert.Equal(t, one.Seed(), other.Seed())
}
