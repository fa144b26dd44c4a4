package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	assert.Equal(t, http.StatusBadRequest,
		f.confluent("POST", "/org/v2/environments", object{"display_name": ""}).status)
	created := f.confluent("POST", "/org/v2/environments", object{"display_name": "mine"})
	require.Equal(t, http.StatusCreated, created.status)
	assert.Regexp(t, `^env-[0-9a-z]{6}$`, created.text("id"))
	assert.Equal(t, "ESSENTIALS", created.text("stream_governance_config.package"))
	path := "/org/v2/environments/" + created.text("id")
	registries := "/srcm/v3/clusters?environment=" + created.text("id")
	assert.Empty(t, f.confluent("GET", registries, nil).at("data"))

	updated := f.confluent("PATCH", path, object{"stream_governance_config": object{"package": "ADVANCED"}})
	assert.Equal(t, "mine", updated.text("display_name"))
	assert.Equal(t, "ADVANCED", updated.text("stream_governance_config.package"))
	assert.Empty(t, f.confluent("GET", registries, nil).at("data"), "it comes with a Kafka cluster")
	assert.Equal(t, http.StatusBadRequest,
		f.confluent("PATCH", path, object{"stream_governance_config": object{"package": "BEST"}}).status)

	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", path, nil).status)
	gone := f.confluent("GET", path, nil)
	assert.Equal(t, http.StatusNotFound, gone.status)
	assert.Equal(t, "resource_not_found", gone.text("errors.0.code"))
	assert.Empty(t, f.Difference())
}

func TestResize(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	network := f.readyNetwork().text("id")
	id := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network, nil)).text("id")
	path := "/cmk/v2/clusters/" + id
	resize := func(cku int) reply {
		return f.confluent("PATCH", path, object{"spec": object{
			"config": object{"cku": cku, "kind": "Dedicated", "release_priority": "REGULAR"}, "environment": ref(env),
		}})
	}
	assert.Equal(t, http.StatusConflict, resize(3).status, "still being provisioned")
	f.clock.advance(25 * time.Minute)
	got := resize(3)
	require.Equal(t, http.StatusOK, got.status, got.message())
	assert.InDelta(t, 3, got.at("spec.config.cku"), 0)
	assert.InDelta(t, 2, got.at("status.cku"), 0)
	assert.Equal(t, "PROVISIONED", got.at("status.phase"))
	assert.Equal(t, http.StatusConflict, resize(4).status, "one resize at a time")
	f.clock.advance(7 * time.Minute)
	assert.InDelta(t, 3, f.confluent("GET", path+"?environment="+env, nil).at("status.cku"), 0)
	assert.Equal(t, http.StatusOK, resize(2).status)
}

func TestDependentsKeepThingsAlive(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := "?environment=" + f.Seed().EnvironmentID
	network := f.readyNetwork().text("id")
	access := f.readyAccess(network)
	cluster := f.confluent("POST", "/cmk/v2/clusters",
		clusterRequest(f.Seed().EnvironmentID, network, object{"deletion_protection": true})).text("id")
	networkPath := "/networking/v1/networks/" + network + env
	clusterPath := "/cmk/v2/clusters/" + cluster

	refused := f.confluent("DELETE", networkPath, nil)
	assert.Equal(t, http.StatusConflict, refused.status)
	assert.Contains(t, refused.message(), access)
	assert.Contains(t, refused.message(), cluster)
	refused = f.confluent("DELETE", "/org/v2/environments/"+f.Seed().EnvironmentID, nil)
	assert.Equal(t, http.StatusConflict, refused.status)
	assert.Contains(t, refused.message(), network)

	protected := f.confluent("DELETE", clusterPath+env, nil)
	assert.Equal(t, http.StatusConflict, protected.status)
	assert.Contains(t, protected.message(), "deletion protection")
	assert.Equal(t, "deletion_protection_enabled", protected.text("errors.0.code"))
	f.confluent("PATCH", clusterPath,
		object{"spec": object{"deletion_protection": false, "environment": ref(f.Seed().EnvironmentID)}})
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", clusterPath+env, nil).status)
	assert.Equal(t, http.StatusNoContent,
		f.confluent("DELETE", "/networking/v1/private-link-accesses/"+access+env, nil).status)
	assert.Equal(t, http.StatusNoContent,
		f.confluent("DELETE", "/networking/v1/private-link-accesses/"+access+env, nil).status, "once more is fine")
	assert.Equal(t, http.StatusConflict, f.confluent("PATCH", "/networking/v1/private-link-accesses/"+access,
		object{"spec": object{"display_name": "other", "environment": ref(f.Seed().EnvironmentID)}}).status)

	f.clock.advance(5*time.Minute - time.Second)
	assert.Equal(t, "PROVISIONED", f.confluent("GET", clusterPath+env, nil).text("status.phase"),
		"there is no word for it")
	renamed := object{"spec": object{"display_name": "other", "environment": ref(f.Seed().EnvironmentID)}}
	assert.Equal(t, http.StatusConflict, f.confluent("PATCH", clusterPath, renamed).status)
	assert.Equal(t, http.StatusConflict, f.confluent("DELETE", networkPath, nil).status, "the cluster is not gone yet")
	f.clock.advance(time.Second)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", networkPath, nil).status)
	assert.Empty(t, f.Difference(), "no caller has to wait for the network")
	assert.Equal(t, "DEPROVISIONING", f.network(network).text("status.phase"))
	assert.Equal(t, http.StatusConflict,
		f.confluent("PATCH", "/networking/v1/networks/"+network, renamed).status)
	assert.Equal(t, http.StatusNotFound, f.confluent("DELETE", networkPath, nil).status)
	f.clock.advance(3 * time.Minute)
	assert.Equal(t, http.StatusNotFound, f.network(network).status)
	assert.Empty(t, f.Difference())
}

func TestBootstrapEndpoints(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Update(func(s *sandbox.State) {
		s.Networks["n-aaaaaa"] = &sandbox.Network{DNSLabel: "domaaaaaaaa"}
		s.Networks["n-bbbbbb"] = &sandbox.Network{DNSLabel: "dombbbbbbbb", DNSResolution: "CHASED_PRIVATE"}
		s.KafkaClusters["lkc-aaaaaa"] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa"}
		s.KafkaClusters["lkc-bbbbbb"] = &sandbox.KafkaCluster{NetworkID: "n-bbbbbb", Availability: "SINGLE_ZONE"}
		s.KafkaClusters["lkc-cccccc"] = &sandbox.KafkaCluster{Type: "Basic"}
		s.KafkaClusters["lkc-dddddd"] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa", Phase: "PROVISIONING"}
	})
	get := func(id string) reply {
		return f.confluent("GET", "/cmk/v2/clusters/"+id+"?environment="+f.Seed().EnvironmentID, nil)
	}
	private, chased, public := get("lkc-aaaaaa"), get("lkc-bbbbbb"), get("lkc-cccccc")
	assert.Equal(t, "lkc-aaaaaa.domaaaaaaaa.us-east-1.aws.confluent.cloud:9092",
		private.at("spec.kafka_bootstrap_endpoint"))
	assert.Equal(t, "https://lkc-aaaaaa.domaaaaaaaa.us-east-1.aws.confluent.cloud:443",
		private.at("spec.http_endpoint"))
	assert.Equal(t, "lkc-bbbbbb-dombbbbbbbb.us-east-1.aws.glb.confluent.cloud:9092",
		chased.at("spec.kafka_bootstrap_endpoint"))
	assert.Equal(t, "SASL_SSL://pkc-cccccc.us-east-1.aws.confluent.cloud:9092",
		public.at("spec.kafka_bootstrap_endpoint"))
	assert.Empty(t, get("lkc-dddddd").at("spec.kafka_bootstrap_endpoint"))
	assert.Len(t, private.at("spec.config.zones"), 3)
	assert.Len(t, chased.at("spec.config.zones"), 1)
	assert.InDelta(t, 1, chased.at("status.cku"), 0)
	assert.Contains(t, private.text("metadata.resource_name"), "/cloud-cluster=lkc-aaaaaa/kafka=lkc-aaaaaa")
}

// A network can be on another cloud, for tests with the wrong one.
func TestOtherClouds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	for cloud, want := range map[string]struct{ network, access, principal string }{
		"AZURE": {"AzureNetwork", "AzurePrivateLinkAccess", "subscription"},
		"GCP":   {"GcpNetwork", "GcpPrivateServiceConnectAccess", "project"},
	} {
		created := f.confluent("POST", "/networking/v1/networks",
			networkRequest(env, object{"cloud": cloud, "region": "somewhere", "zones": nil}))
		require.Equal(t, http.StatusAccepted, created.status, created.message())
		assert.Equal(t, want.network, created.at("status.cloud.kind"))
		f.clock.advance(10 * time.Minute)
		access := f.confluent("POST", "/networking/v1/private-link-accesses", object{"spec": object{
			"cloud":       object{"kind": want.access, want.principal: "mine"},
			"environment": ref(env), "network": ref(created.text("id")),
		}})
		require.Equal(t, http.StatusAccepted, access.status, access.message())
		assert.Equal(t, "mine", access.at("spec.cloud."+want.principal))
	}
}

func TestFailedNetwork(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID, nil)).text("id")
	f.Update(func(s *sandbox.State) { s.Networks[id].Phase, s.Networks[id].ErrorMessage = "FAILED", "no capacity" })
	f.clock.advance(time.Hour)
	got := f.network(id)
	assert.Equal(t, "FAILED", got.at("status.phase"), "what failed does not become READY later")
	assert.Equal(t, "no capacity", got.at("status.error_message"))
}
