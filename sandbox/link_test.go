package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The whole private link, from the network to the domains and back.
func TestPrivateLink(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{NextDNSLabel: "domnprzqrog"})
	env := f.Seed().EnvironmentID

	network := f.readyNetwork()
	id := network.text("id")
	assert.Equal(t, "READY", network.text("status.phase"))
	assert.Equal(t, "domnprzqrog.us-east-1.aws.confluent.cloud", network.text("status.dns_domain"))
	service := network.text("status.cloud.private_link_endpoint_service")
	assert.Regexp(t, `^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-[0-9a-f]{17}$`, service)

	cluster := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, id, nil))
	require.Equal(t, http.StatusAccepted, cluster.status, cluster.message())
	clusterPath := "/cmk/v2/clusters/" + cluster.text("id") + "?environment=" + env
	access := f.readyAccess(id)
	accessPath := "/networking/v1/private-link-accesses/" + access + "?environment=" + env

	connection := f.connect(service)
	assert.Equal(t, "CREATING", f.tidb("GET", connection, nil).text("state"))
	f.clock.advance(4 * time.Minute)
	active := f.tidb("GET", connection, nil)
	assert.Equal(t, "ACTIVE", active.text("state"))
	assert.Equal(t, []any{"use1-az1", "use1-az2", "use1-az6"}, active.at("awsEndpointService.availabilityZoneIds"))

	domains := f.tidb("POST", connection+":attachDomains",
		object{
			"attachDomain": object{"type": "CONFLUENT", "uniqueName": "domnprzqrog.us-east-1"},
			"validateOnly": false,
		})
	require.Equal(t, http.StatusOK, domains.status, domains.message())
	assert.Equal(t, "*.domnprzqrog.us-east-1.aws.confluent.cloud", domains.text("domains.0.name"))
	assert.Equal(t, "*.use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud", domains.text("domains.1.name"))
	f.clock.advance(time.Minute)
	assert.Equal(t, "ACTIVE", f.tidb("GET", connection, nil).text("attachedDomains.0.domains.0.state"))

	f.clock.advance(25 * time.Minute)
	ready := f.confluent("GET", clusterPath, nil)
	assert.Equal(t, "PROVISIONED", ready.text("status.phase"))
	assert.Equal(t, cluster.text("id")+".domnprzqrog.us-east-1.aws.confluent.cloud:9092",
		ready.text("spec.kafka_bootstrap_endpoint"))

	// And back, in the order the services demand.
	detached := f.tidb("POST", connection+":detachDomains", object{"attachDomainId": domains.text("attachDomainId")})
	assert.Equal(t, http.StatusOK, detached.status)
	f.clock.advance(time.Minute)
	assert.Equal(t, http.StatusOK, f.tidb("DELETE", connection, nil).status)
	assert.Equal(t, "DELETING", f.tidb("GET", connection, nil).text("state"))
	f.clock.advance(4 * time.Minute)
	assert.Equal(t, http.StatusNotFound, f.tidb("GET", connection, nil).status)

	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", accessPath, nil).status)
	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", clusterPath, nil).status)
	assert.Equal(t, "DEPROVISIONING", f.confluent("GET", accessPath, nil).text("status.phase"))
	f.clock.advance(5 * time.Minute)
	assert.Equal(t, http.StatusNotFound, f.confluent("GET", accessPath, nil).status)
	gone := f.confluent("GET", clusterPath, nil)
	assert.Equal(t, http.StatusForbidden, gone.status)
	assert.Equal(t, "forbidden_access", gone.text("errors.0.code"))
	assert.NotEmpty(t, f.Difference())
	assert.Equal(t, http.StatusNoContent,
		f.confluent("DELETE", "/networking/v1/networks/"+id+"?environment="+env, nil).status)
	assert.Empty(t, f.Difference())
}
