package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The Schema Registry cluster of an environment is not there at first, then comes by itself.
func TestSchemaRegistryComesWithTheFirstKafkaCluster(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.confluent("POST", "/org/v2/environments", object{"display_name": "mine"}).text("id")
	registry := func() reply { return f.confluent("GET", "/srcm/v3/clusters?environment="+env, nil) }
	created := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, "", object{"network": nil}))
	require.Equal(t, http.StatusAccepted, created.status, created.message())
	f.clock.advance(25*time.Minute + time.Minute - time.Second)
	assert.Equal(t, []any{}, registry().at("data"))
	f.clock.advance(time.Second)
	assert.Equal(t, "PROVISIONING", registry().text("data.0.status.phase"))
	f.clock.advance(time.Minute)
	assert.Equal(t, "PROVISIONED", registry().text("data.0.status.phase"))
	assert.Equal(t, "ESSENTIALS", registry().text("data.0.spec.package"))
	first := registry().text("data.0.id")
	f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, "", object{"network": nil}))
	f.clock.advance(time.Hour)
	assert.Equal(t, first, registry().text("data.0.id"), "there is one for all")
	assert.Len(t, registry().at("data"), 1)

	// An environment that gets a package later has Kafka clusters already.
	old := f.Seed().EnvironmentID
	f.confluent("POST", "/cmk/v2/clusters", clusterRequest(old, "", object{"network": nil}))
	f.clock.advance(time.Hour)
	before := "/srcm/v3/clusters?environment=" + old
	assert.Equal(t, []any{}, f.confluent("GET", before, nil).at("data"))
	f.confluent("PATCH", "/org/v2/environments/"+old, object{"stream_governance_config": object{"package": "ADVANCED"}})
	f.clock.advance(2 * time.Minute)
	assert.Equal(t, "PROVISIONED", f.confluent("GET", before, nil).text("data.0.status.phase"))
}

func TestTransitGatewayNeedsAnAddressRange(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	gateway := object{"connection_types": []string{"TRANSITGATEWAY"}, "dns_config": nil}
	got := f.confluent("POST", "/networking/v1/networks", networkRequest(env, gateway))
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Contains(t, got.message(), "spec.cidr or spec.zones_info")
	gateway["cidr"] = "10.1.0.0/16"
	assert.Equal(t, http.StatusAccepted,
		f.confluent("POST", "/networking/v1/networks", networkRequest(env, gateway)).status)
}

func TestZonesInfo(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	infos := []any{
		object{"zone_id": "use1-az2", "cidr": "10.2.16.0/27"},
		object{"zone_id": "use1-az5", "cidr": "10.2.16.32/27"},
		object{"zone_id": "use1-az6", "cidr": "10.2.16.64/27"},
	}
	request := object{
		"connection_types": []string{"TRANSITGATEWAY"}, "dns_config": nil, "zones": nil, "zones_info": infos,
	}
	got := f.confluent("POST", "/networking/v1/networks", networkRequest(env, request))
	require.Equal(t, http.StatusAccepted, got.status, got.message())
	assert.Equal(t, infos, got.at("spec.zones_info"))
	assert.Equal(t, []any{"use1-az2", "use1-az5", "use1-az6"}, got.at("spec.zones"))
	request["zones"] = []string{"use1-az1", "use1-az2", "use1-az3"}
	assert.Equal(t, http.StatusBadRequest,
		f.confluent("POST", "/networking/v1/networks", networkRequest(env, request)).status)
	request["zones"], request["zones_info"] = nil, infos[:2]
	assert.Equal(t, http.StatusBadRequest,
		f.confluent("POST", "/networking/v1/networks", networkRequest(env, request)).status)
}

func TestFurtherFilters(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Update(func(s *sandbox.State) {
		s.Networks["n-aaaaaa"] = &sandbox.Network{}
		s.Networks["n-bbbbbb"] = &sandbox.Network{
			ConnectionTypes: []string{"PEERING", "TRANSITGATEWAY"},
			CIDR:            "10.1.0.0/16",
		}
		s.KafkaClusters["lkc-aaaaaa"] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa", DeletionProtection: true}
		s.KafkaClusters["lkc-bbbbbb"] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa"}
	})
	const networks, clusters = "/networking/v1/networks?", "/cmk/v2/clusters?"
	for query, want := range map[string]int{
		networks + "spec.connection_types=PRIVATELINK":                               1,
		networks + "spec.connection_types=TRANSITGATEWAY":                            1,
		networks + "spec.connection_types=TRANSITGATEWAY&spec.connection_types=x":    1,
		networks + "spec.connection_types=PRIVATELINK&spec.connection_types=PEERING": 2,
		networks + "spec.cidr=10.1.0.0/16":                                           1,
		networks + "spec.cidr=10.2.0.0/16":                                           0,
		networks + "page_size=1000":                                                  2,
		clusters + "spec.deletion_protection=true":                                   1,
		clusters + "spec.deletion_protection=false":                                  1,
		clusters + "spec.deletion_protection=false&spec.network=n-bbbbbb":            0,
	} {
		got := f.confluent("GET", query+"&environment="+f.Seed().EnvironmentID, nil)
		require.Equal(t, http.StatusOK, got.status, query)
		assert.Len(t, got.at("data"), want, query)
	}
}

func TestLargePagesOfNetworks(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{Prepare: func(s *sandbox.State) {
		for i := range 101 {
			s.Networks["n-"+strings.Repeat("a", i+1)] = &sandbox.Network{}
		}
	}})
	env := f.Seed().EnvironmentID
	path := "/networking/v1/networks?page_size=1000&environment=" + env
	assert.Len(t, f.confluent("GET", path, nil).at("data"), 101)
	for path, want := range map[string]int{
		"/networking/v1/networks?page_size=1001&environment=" + env: http.StatusBadRequest,
		"/cmk/v2/clusters?page_size=100&environment=" + env:         http.StatusOK,
		"/cmk/v2/clusters?page_size=101&environment=" + env:         http.StatusBadRequest,
		"/org/v2/environments?page_size=101":                        http.StatusBadRequest,
		"/iam/v2/service-accounts?page_size=101":                    http.StatusBadRequest,
	} {
		assert.Equal(t, want, f.confluent("GET", path, nil).status, path)
	}
	// A token is valid only for its own list.
	token := f.confluent("GET", "/networking/v1/networks?page_size=3&environment="+env, nil).text("metadata.next")
	require.NotEmpty(t, token)
	token = token[strings.Index(token, "page_token="):]
	assert.Equal(t, http.StatusOK, f.confluent("GET", path+"&"+token[:strings.Index(token+"&", "&")], nil).status)
	assert.Equal(t, http.StatusBadRequest,
		f.confluent("GET", path+"&spec.cloud=GCP&"+token[:strings.Index(token+"&", "&")], nil).status)
}

// A network and a Kafka cluster that are being created show their present properties, not the requested ones.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	network := f.confluent("POST", "/networking/v1/networks", networkRequest(env, nil))
	assert.Equal(t, []any{}, network.at("status.active_connection_types"))
	assert.Equal(t, []any{"PRIVATELINK"}, network.at("status.supported_connection_types"))
	f.clock.advance(10 * time.Minute)
	network = f.network(network.text("id"))
	assert.Equal(t, []any{"PRIVATELINK"}, network.at("status.active_connection_types"))

	config := object{"cku": 4, "kind": "Dedicated"}
	cluster := f.confluent("POST", "/cmk/v2/clusters",
		clusterRequest(env, network.text("id"), object{"config": config}))
	require.Equal(t, http.StatusAccepted, cluster.status)
	spec, _ := cluster.at("spec").(object)
	assert.Contains(t, spec, "kafka_bootstrap_endpoint")
	assert.Contains(t, spec, "http_endpoint")
	assert.Empty(t, spec["kafka_bootstrap_endpoint"])
	assert.Empty(t, spec["http_endpoint"])
	assert.InDelta(t, 4, cluster.at("spec.config.cku"), 0)
	assert.InDelta(t, 1, cluster.at("status.cku"), 0)
	f.clock.advance(25 * time.Minute)
	path := "/cmk/v2/clusters/" + cluster.text("id") + "?environment=" + env
	cluster = f.confluent("GET", path, nil)
	assert.InDelta(t, 4, cluster.at("status.cku"), 0)
	endpoint := cluster.at("spec.endpoints.PRIVATE_LINK")
	assert.Equal(t, object{
		"kafka_bootstrap_endpoint": cluster.text("spec.kafka_bootstrap_endpoint"),
		"http_endpoint":            cluster.text("spec.http_endpoint"), "connection_type": "PRIVATE_LINK",
	}, endpoint)
}

func TestBYOKKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env, path := f.Seed().EnvironmentID, "/byok/v1/keys/"+f.Seed().BYOKKey
	key := f.confluent("GET", path, nil)
	assert.Equal(t, "AVAILABLE", key.text("state"))
	assert.Equal(t, "VALID", key.text("validation.phase"))
	assert.Equal(t, "AwsKey", key.text("key.kind"))
	assert.Equal(t, http.StatusNotFound, f.confluent("GET", "/byok/v1/keys/cck-none", nil).status)
	assert.Len(t, f.confluent("GET", "/byok/v1/keys?provider=AWS", nil).at("data"), 2)
	assert.Empty(t, f.confluent("GET", "/byok/v1/keys?provider=GCP", nil).at("data"))
	cluster := f.confluent("POST", "/cmk/v2/clusters",
		clusterRequest(env, "", object{"network": nil, "byok": ref(f.Seed().BYOKKey)}))
	require.Equal(t, http.StatusAccepted, cluster.status, cluster.message())
	assert.Equal(t, "IN_USE", f.confluent("GET", path, nil).text("state"))
	f.Update(func(s *sandbox.State) {
		s.BYOKKeys["cck-bad"] = &sandbox.BYOKKey{Validation: "INVALID", Message: "denied"}
	})
	assert.Equal(t, "denied", f.confluent("GET", "/byok/v1/keys/cck-bad", nil).text("validation.message"))
	refused := f.confluent("POST", "/cmk/v2/clusters",
		clusterRequest(env, "", object{"network": nil, "byok": ref("cck-bad")}))
	assert.Equal(t, http.StatusUnprocessableEntity, refused.status)
}

// A creation fails by itself, after its usual time, and the resource stays until it is deleted.
func TestFailures(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	fail := func(failing sandbox.Failing) { f.Update(func(s *sandbox.State) { s.Failing = failing }) }
	fail(sandbox.Failing{Networks: 1})
	network := f.confluent("POST", "/networking/v1/networks", networkRequest(env, nil)).text("id")
	assert.Equal(t, "PROVISIONING", f.network(network).text("status.phase"))
	f.clock.advance(10 * time.Minute)
	failed := f.network(network)
	assert.Equal(t, "FAILED", failed.text("status.phase"))
	assert.Equal(t, "insufficient_capacity", failed.text("status.error_code"))
	assert.NotEmpty(t, failed.text("status.error_message"))
	assert.Empty(t, failed.text("status.dns_domain"))
	assert.Empty(t, failed.text("status.cloud.private_link_endpoint_service"))
	assert.Equal(t, http.StatusNoContent,
		f.confluent("DELETE", "/networking/v1/networks/"+network+"?environment="+env, nil).status)

	network = f.readyNetwork().text("id")
	fail(sandbox.Failing{PrivateLinkAccesses: 1, KafkaClusters: 1})
	access := f.readyAccess(network)
	failed = f.confluent("GET", "/networking/v1/private-link-accesses/"+access+"?environment="+env, nil)
	assert.Equal(t, "FAILED", failed.text("status.phase"))
	assert.NotEmpty(t, failed.text("status.error_message"))
	cluster := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network, nil)).text("id")
	f.clock.advance(25 * time.Minute)
	failed = f.confluent("GET", "/cmk/v2/clusters/"+cluster+"?environment="+env, nil)
	assert.Equal(t, "FAILED", failed.text("status.phase"))
	assert.Empty(t, failed.text("spec.kafka_bootstrap_endpoint"))
	assert.InDelta(t, 1, failed.at("status.cku"), 0)
	for range 2 {
		cluster = f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network, nil)).text("id")
	}
	f.clock.advance(25 * time.Minute)
	assert.Equal(t, "PROVISIONED",
		f.confluent("GET", "/cmk/v2/clusters/"+cluster+"?environment="+env, nil).text("status.phase"),
		"only one was to fail")
}

// Where the sources disagree, an option selects each form.
func TestConfluentForms(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{ConfluentForms: sandbox.ConfluentForms{
		WithoutGovernance: true, EnvironmentsWaitForNetworks: true, RepeatableDeletion: true, DNSLabelFromID: true,
		GlobalDNSDomains: true,
		PrivateProtocol:  true, PlainConnectionTypes: true, LongKinds: true,
	}})
	env := f.confluent("POST", "/org/v2/environments", object{"display_name": "mine"})
	assert.NotContains(t, env.body, "stream_governance_config")
	network := f.confluent("POST", "/networking/v1/networks", networkRequest(env.text("id"), nil))
	f.clock.advance(10 * time.Minute)
	path := "/networking/v1/networks/" + network.text("id") + "?environment=" + env.text("id")
	network = f.confluent("GET", path, nil)
	label := strings.TrimPrefix(network.text("id"), "n-")
	assert.Equal(t, label+".us-east-1.aws.glb.confluent.cloud", network.text("status.dns_domain"))
	assert.Equal(t, "use1-az1."+label+".us-east-1.aws.confluent.cloud",
		network.text("status.zonal_subdomains.use1-az1"))
	assert.Equal(t, "networking.v1.AwsNetwork", network.text("status.cloud.kind"))
	cluster := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env.text("id"), network.text("id"), nil))
	f.clock.advance(25 * time.Minute)
	clusterPath := "/cmk/v2/clusters/" + cluster.text("id") + "?environment=" + env.text("id")
	cluster = f.confluent("GET", clusterPath, nil)
	assert.Equal(t, "SASL_SSL://"+cluster.text("id")+"."+label+".us-east-1.aws.confluent.cloud:9092",
		cluster.text("spec.kafka_bootstrap_endpoint"))
	assert.Equal(t, "PRIVATELINK", cluster.text("spec.endpoints.PRIVATELINK.connection_type"))

	f.confluent("DELETE", clusterPath, nil)
	f.clock.advance(time.Hour)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", path, nil).status)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", path, nil).status)
	waits := f.confluent("DELETE", "/org/v2/environments/"+env.text("id"), nil)
	assert.Equal(t, http.StatusConflict, waits.status)
	assert.Contains(t, waits.message(), network.text("id"))
	f.clock.advance(time.Hour)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", "/org/v2/environments/"+env.text("id"), nil).status)
}

// The deletion of an environment includes a network that is being deleted.
func TestEnvironmentTakesNetworksAlong(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.confluent("POST", "/org/v2/environments", object{"display_name": "mine"}).text("id")
	network := f.confluent("POST", "/networking/v1/networks", networkRequest(env, nil)).text("id")
	path := "/org/v2/environments/" + env
	assert.Equal(t, http.StatusConflict, f.confluent("DELETE", path, nil).status)
	f.confluent("DELETE", "/networking/v1/networks/"+network+"?environment="+env, nil)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", path, nil).status)
	f.clock.advance(time.Hour)
	assert.Empty(t, f.Difference())
}

func TestEndpointsMayBeLeftOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{ConfluentForms: sandbox.ConfluentForms{WithoutEndpoints: true}})
	f.Update(func(s *sandbox.State) { s.KafkaClusters["lkc-aaaaaa"] = &sandbox.KafkaCluster{} })
	got := f.confluent("GET", "/cmk/v2/clusters/lkc-aaaaaa?environment="+f.Seed().EnvironmentID, nil)
	assert.NotEmpty(t, got.text("spec.kafka_bootstrap_endpoint"))
	assert.Nil(t, got.at("spec.endpoints"))
}

// A key that is refused with 403 differs from an object that is gone by a phrase in the body alone, in whatever form
// that is.
func TestForbiddenKeys(t *testing.T) {
	t.Parallel()
	for form, at := range map[sandbox.ErrorForm]string{
		sandbox.ErrorFormList: "errors.0.detail", sandbox.ErrorFormCode: "message", sandbox.ErrorFormMessage: "message",
	} {
		f := newFixture(t, sandbox.Options{ConfluentForms: sandbox.ConfluentForms{ForbiddenKeys: true, Errors: form}})
		r := newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil)
		r.SetBasicAuth("WRONG", "key")
		got := send(t, r)
		assert.Equal(t, http.StatusForbidden, got.status)
		assert.Contains(t, got.text(at), "invalid API key")
		none := send(t, newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil))
		assert.Equal(t, http.StatusUnauthorized, none.status)
		gone := f.confluent("GET", "/cmk/v2/clusters/lkc-none?environment="+f.Seed().EnvironmentID, nil)
		assert.Equal(t, http.StatusForbidden, gone.status)
		assert.NotContains(t, gone.text(at), "invalid API key")
	}
	f := newFixture(t, sandbox.Options{ConfluentForms: sandbox.ConfluentForms{Errors: sandbox.ErrorFormCode}})
	got := f.confluent("GET", "/org/v2/environments/env-none", nil)
	assert.InDelta(t, 40401, got.at("error_code"), 0)
	assert.Nil(t, got.at("errors"))
}
