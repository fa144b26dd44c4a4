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

func TestNetworkIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, test := range map[string]struct {
		changes object
		status  int
		message string
	}{
		"two zones":     {object{"zones": []string{"use1-az1", "use1-az2"}}, 400, "exactly three"},
		"repeated zone": {object{"zones": []string{"use1-az1", "use1-az1", "use1-az2"}}, 400, "exactly three"},
		"four zones": {
			object{"zones": []string{"use1-az1", "use1-az2", "use1-az3", "use1-az4"}},
			400,
			"exactly three",
		},
		"one zone twice of four": {
			object{"zones": []string{"use1-az1", "use1-az2", "use1-az3", "use1-az3"}}, 400, "exactly three",
		},
		"foreign zone":     {object{"zones": []string{"use1-az1", "use1-az2", "usw2-az1"}}, 400, "usw2-az1"},
		"names of zones":   {object{"zones": []string{"us-east-1a", "us-east-1b", "us-east-1c"}}, 400, "us-east-1a"},
		"unknown region":   {object{"region": "mars-1"}, 400, "mars-1"},
		"no region":        {object{"region": nil}, 400, "region"},
		"unknown cloud":    {object{"cloud": "aws"}, 400, `"aws"`},
		"no connection":    {object{"connection_types": []string{}}, 400, "connection_types"},
		"bad connection":   {object{"connection_types": []string{"VPN"}}, 400, "VPN"},
		"a type twice":     {object{"connection_types": []string{"PRIVATELINK", "PRIVATELINK"}}, 400, "once"},
		"a range":          {object{"cidr": "10.1.0.0/16"}, 400, "no spec.cidr"},
		"a reserved range": {object{"reserved_cidr": "10.1.0.0/24"}, 400, "no spec.cidr or spec.reserved_cidr"},
		"ranges of zones": {
			object{"zones": nil, "zones_info": []any{
				object{"zone_id": "use1-az1"}, object{"zone_id": "use1-az2"}, object{"zone_id": "use1-az6"},
			}},
			400, "no spec.zones_info",
		},
		"peering without a range": {
			object{"connection_types": []string{"PEERING"}, "dns_config": nil}, 400, "spec.cidr or spec.zones_info",
		},
		"peering with a resolution": {
			object{"connection_types": []string{"PEERING"}, "cidr": "10.1.0.0/16"}, 400, "spec.dns_config",
		},
		"a small range": {
			object{"connection_types": []string{"PEERING", "PRIVATELINK"}, "cidr": "10.1.0.0/24"}, 400, "a /16",
		},
		"a large reserved range": {
			object{
				"connection_types": []string{"PEERING", "PRIVATELINK"}, "cidr": "10.1.0.0/16",
				"reserved_cidr": "10.1.0.0/16",
			}, 400, "a /24",
		},
		"bad resolution":   {object{"dns_config": object{"resolution": "PUBLIC"}}, 400, "PUBLIC"},
		"no environment":   {object{"environment": nil}, 403, "environment"},
		"unknown env":      {object{"environment": ref("env-000000")}, 403, "env-000000"},
		"ill-typed zones":  {object{"zones": "use1-az1"}, 400, "body"},
		"ill-typed region": {object{"region": 7}, 400, "body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID, test.changes))
			assert.Equal(t, test.status, got.status)
			assert.Contains(t, got.message(), test.message)
		})
	}
	t.Cleanup(func() { assert.Empty(t, f.Difference()) })
}

func TestNetworkDefaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	created := f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID,
		object{"zones": nil, "dns_config": nil, "display_name": nil, "surprise": object{"x": 1}}))
	require.Equal(t, http.StatusAccepted, created.status, created.message())
	assert.Len(t, created.at("spec.zones"), 3, "it picks three")
	assert.Equal(t, "CHASED_PRIVATE", created.text("spec.dns_config.resolution"))
	assert.NotContains(t, created.at("spec"), "display_name")
}

// Unknown fields are present and empty: the real provider needs the cloud part of an AWS network in every answer.
func TestNetworkWhileProvisioning(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	created := f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID, nil))
	f.clock.advance(10*time.Minute - time.Nanosecond)
	for _, got := range []reply{created, f.network(created.text("id"))} {
		assert.Equal(t, "PROVISIONING", got.text("status.phase"))
		assert.Equal(t,
			object{"kind": "AwsNetwork", "vpc": "", "account": "999999999999", "private_link_endpoint_service": ""},
			got.at("status.cloud"))
		assert.Empty(t, got.at("status.dns_domain"))
		assert.Equal(t, ".", got.at("status.endpoint_suffix"))
		assert.Equal(t, object{}, got.at("status.zonal_subdomains"))
	}
	f.clock.advance(time.Nanosecond)
	ready := f.network(created.text("id"))
	assert.Equal(t, "READY", ready.text("status.phase"))
	domain := ready.text("status.dns_domain")
	assert.Regexp(t, `^dom[a-z]{8}\.us-east-1\.aws\.confluent\.cloud$`, domain)
	assert.Equal(t, "use1-az6."+domain, ready.at("status.zonal_subdomains.use1-az6"))
	assert.Equal(t, "2026-01-01T12:10:00Z", ready.at("metadata.updated_at"))
}

func TestAccessIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	network := f.readyNetwork().text("id")
	f.readyAccess(network)
	young := f.confluent("POST", "/networking/v1/networks", networkRequest(env, nil)).text("id")
	f.Update(func(s *sandbox.State) {
		s.Networks["n-peerin"] = &sandbox.Network{ConnectionTypes: []string{"PEERING"}}
		s.Networks["n-azure0"] = &sandbox.Network{Cloud: "AZURE", Region: "eastus"}
	})
	for name, test := range map[string]struct {
		body    object
		status  int
		message string
	}{
		"second for the account": {accessRequest(env, network, "111122223333"), 409, "already has"},
		"short account":          {accessRequest(env, network, "123"), 400, "12 digits"},
		"unknown network":        {accessRequest(env, "n-000000", "444455556666"), 400, "n-000000"},
		"network elsewhere":      {accessRequest(f.Seed().SecondEnvironmentID, network, "444455556666"), 400, network},
		"network not ready":      {accessRequest(env, young, "444455556666"), 400, "PROVISIONING"},
		"network without":        {accessRequest(env, "n-peerin", "444455556666"), 400, "PRIVATELINK"},
		"network on other cloud": {accessRequest(env, "n-azure0", "444455556666"), 400, "AZURE"},
		"unknown environment":    {accessRequest("env-000000", network, "444455556666"), 403, "env-000000"},
		"nothing but environment": {
			object{"spec": object{"environment": ref(env), "network": ref(network)}},
			400,
			"cloud",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent("POST", "/networking/v1/private-link-accesses", test.body)
			assert.Equal(t, test.status, got.status)
			assert.Contains(t, got.message(), test.message)
		})
	}
}

func TestClusterIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	network := f.readyNetwork().text("id")
	young := f.confluent("POST", "/networking/v1/networks", networkRequest(env, nil)).text("id")
	dedicated := func(cku int) object { return object{"kind": "Dedicated", "cku": cku} }
	for name, test := range map[string]struct {
		network string
		changes object
		message string
	}{
		"too small for several zones": {network, object{"config": dedicated(1)}, "at least 2"},
		"too small for HIGH":          {network, object{"availability": "HIGH", "config": dedicated(1)}, "at least 2"},
		"no CKU": {
			network,
			object{"availability": "SINGLE_ZONE", "config": dedicated(0)},
			"at least 1",
		},
		"unknown availability":    {network, object{"availability": "TWO_ZONES"}, "TWO_ZONES"},
		"no type":                 {network, object{"config": nil}, "config"},
		"unknown type":            {network, object{"config": object{"kind": "Huge"}}, "Huge"},
		"no name":                 {network, object{"display_name": ""}, "display_name"},
		"other region":            {network, object{"region": "us-west-2"}, "us-east-1"},
		"other cloud":             {network, object{"cloud": "GCP"}, "GCP"},
		"network not ready":       {young, nil, "PROVISIONING"},
		"unknown network":         {"n-000000", nil, "n-000000"},
		"basic in a network":      {network, object{"config": object{"kind": "Basic"}}, "Dedicated"},
		"unknown region":          {"", object{"region": "us-moon-1", "network": nil}, "us-moon-1"},
		"unknown region of Azure": {"", object{"cloud": "AZURE", "region": "us-east-1", "network": nil}, "us-east-1"},
		"unknown key":             {network, object{"byok": ref("cck-00000")}, "cck-00000"},
		"key of another cloud": {
			"", object{"cloud": "GCP", "region": "us-east1", "network": nil, "byok": ref(f.Seed().BYOKKey)}, "GCP",
		},
		"protected Basic": {
			"", object{"config": object{"kind": "Basic"}, "network": nil, "deletion_protection": true}, "Basic",
		},
		"protected Standard": {
			"", object{"config": object{"kind": "Standard"}, "network": nil, "deletion_protection": true}, "Standard",
		},
		"one zone for several": {
			network,
			object{"config": object{"kind": "Dedicated", "cku": 2, "zones": []string{"use1-az1"}}},
			"3 different zones",
		},
		"a zone twice": {
			network, object{"config": object{
				"kind": "Dedicated", "cku": 2, "zones": []string{"use1-az1", "use1-az1", "use1-az2"},
			}}, "3 different zones",
		},
		"several zones for one": {
			network, object{"availability": "SINGLE_ZONE", "config": object{
				"kind": "Dedicated", "cku": 1, "zones": []string{"use1-az1", "use1-az2"},
			}}, "1 different zones",
		},
		"unknown priority": {
			network, object{"config": object{"kind": "Dedicated", "cku": 2, "release_priority": "LAST"}}, "LAST",
		},
		"zone outside the network": {
			network, object{"config": object{"kind": "Dedicated", "cku": 2, "zones": []string{"use1-az4"}}}, "use1-az4",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, test.network, test.changes))
			assert.Equal(t, http.StatusUnprocessableEntity, got.status)
			assert.Equal(t, "invalid_configuration", got.text("errors.0.code"))
			assert.Contains(t, got.message(), test.message)
		})
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{Quotas: sandbox.Quotas{
		EnvironmentsPerOrganization: 2, NetworksPerEnvironment: 1, AccountsPerNetwork: 1, ClustersPerEnvironment: 1,
		ConnectionsPerCluster: 1,
	}})
	env := f.Seed().EnvironmentID
	network := f.readyNetwork()
	f.readyAccess(network.text("id"))
	first := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network.text("id"), nil))
	require.Equal(t, http.StatusAccepted, first.status)
	service := network.text("status.cloud.private_link_endpoint_service")
	f.connect(service)
	for quota, got := range map[string]reply{
		"environments_per_org": f.confluent("POST", "/org/v2/environments", object{"display_name": "e"}),
		"dedicated_networks_per_environment": f.confluent("POST", "/networking/v1/networks",
			networkRequest(env, nil)),
		"private_link_accounts_per_network": f.confluent("POST", "/networking/v1/private-link-accesses",
			accessRequest(env, network.text("id"), "444455556666")),
		"kafka_clusters_per_environment": f.confluent("POST", "/cmk/v2/clusters",
			clusterRequest(env, network.text("id"), nil)),
	} {
		assert.Equal(t, http.StatusPaymentRequired, got.status, quota)
		assert.Equal(t, "quota_exceeded", got.text("errors.0.code"))
		assert.Contains(t, got.message(), quota)
	}
	cluster := f.Seed().EssentialUSEast1
	second := f.tidb("POST", connections(cluster), connectionRequest(cluster, service))
	assert.Equal(t, http.StatusBadRequest, second.status)
	assert.Contains(t, second.message(), "limit")
}

func TestImmutableFields(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	env := f.Seed().EnvironmentID
	network := f.readyNetwork().text("id")
	access := f.readyAccess(network)
	cluster := f.confluent("POST", "/cmk/v2/clusters", clusterRequest(env, network, nil)).text("id")
	otherZones := []string{"use1-az1", "use1-az2", "use1-az3"}
	otherAccount := object{"kind": "AwsPrivateLinkAccess", "account": "444455556666"}
	for name, test := range map[string]struct {
		path string
		spec object
	}{
		"network's region": {"/networking/v1/networks/" + network, object{"region": "us-west-2"}},
		"network's cloud":  {"/networking/v1/networks/" + network, object{"cloud": "GCP"}},
		"network's zones":  {"/networking/v1/networks/" + network, object{"zones": otherZones}},
		"network's types":  {"/networking/v1/networks/" + network, object{"connection_types": []string{"PEERING"}}},
		"network's DNS": {
			"/networking/v1/networks/" + network,
			object{"dns_config": object{"resolution": "CHASED_PRIVATE"}},
		},
		"access's network":   {"/networking/v1/private-link-accesses/" + access, object{"network": ref("n-000000")}},
		"access's account":   {"/networking/v1/private-link-accesses/" + access, object{"cloud": otherAccount}},
		"cluster's region":   {"/cmk/v2/clusters/" + cluster, object{"region": "us-west-2"}},
		"cluster's network":  {"/cmk/v2/clusters/" + cluster, object{"network": ref("n-000000")}},
		"cluster's zones":    {"/cmk/v2/clusters/" + cluster, object{"availability": "SINGLE_ZONE"}},
		"cluster's type":     {"/cmk/v2/clusters/" + cluster, object{"config": object{"kind": "Basic"}}},
		"cluster's key":      {"/cmk/v2/clusters/" + cluster, object{"byok": ref("cck-00000")}},
		"cluster's min size": {"/cmk/v2/clusters/" + cluster, object{"config": object{"kind": "Dedicated", "cku": 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.spec["environment"] = ref(env)
			got := f.confluent("PATCH", test.path, object{"spec": test.spec})
			want := http.StatusBadRequest
			if strings.HasPrefix(test.path, "/cmk/") {
				want = http.StatusUnprocessableEntity
			}
			assert.Equal(t, want, got.status, got.message())
		})
	}
	t.Run("unchanged values are no change", func(t *testing.T) {
		t.Parallel()
		got := f.confluent("PATCH", "/networking/v1/networks/"+network, networkRequest(env,
			object{"display_name": "renamed", "zones": []string{"use1-az6", "use1-az2", "use1-az1"}}))
		assert.Equal(t, http.StatusOK, got.status, got.message())
		assert.Equal(t, "renamed", got.text("spec.display_name"))
	})
}

func TestUpdateNeedsTheRightEnvironment(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	network := f.readyNetwork().text("id")
	body := object{"spec": object{"display_name": "x", "environment": ref(f.Seed().SecondEnvironmentID)}}
	assert.Equal(t, http.StatusNotFound, f.confluent("PATCH", "/networking/v1/networks/"+network, body).status)
	missing := object{"spec": object{"display_name": "x"}}
	assert.Equal(t, http.StatusBadRequest, f.confluent("PATCH", "/networking/v1/networks/"+network, missing).status)
	elsewhere := "?environment=" + f.Seed().SecondEnvironmentID
	assert.Equal(t, http.StatusNotFound, f.confluent("GET", "/networking/v1/networks/"+network+elsewhere, nil).status)
	assert.Equal(t, http.StatusBadRequest, f.confluent("GET", "/networking/v1/networks/"+network, nil).status)
}
