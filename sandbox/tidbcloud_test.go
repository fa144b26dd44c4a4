package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// linked is a server with a network, an access and a connection.
type linked struct {
	*fixture
	network    string // its id
	access     string // its id
	service    string
	uniqueName string
	connection string // its path
}

func newLinked(t *testing.T, opts ...sandbox.Options) *linked {
	t.Helper()
	f := newFixture(t, opts...)
	network := f.readyNetwork()
	l := &linked{
		fixture: f, network: network.text("id"),
		service:    network.text("status.cloud.private_link_endpoint_service"),
		uniqueName: strings.TrimSuffix(network.text("status.dns_domain"), ".aws.confluent.cloud"),
	}
	l.access = f.readyAccess(l.network)
	l.connection = f.connect(l.service)
	f.clock.advance(4 * time.Minute)
	return l
}

func (l *linked) attach(uniqueName string) reply {
	l.t.Helper()
	return l.tidb("POST", l.connection+":attachDomains",
		object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": uniqueName}, "validateOnly": false})
}

func TestSeededClusters(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed := f.Seed()
	for id, want := range map[string][4]string{
		seed.EssentialUSEast1:  {"ESSENTIAL", "aws-us-east-1", "aws", "ACTIVE"},
		seed.EssentialUSEast1B: {"ESSENTIAL", "aws-us-east-1", "aws", "ACTIVE"},
		seed.EssentialUSWest2:  {"ESSENTIAL", "aws-us-west-2", "aws", "ACTIVE"},
		seed.Starter:           {"STARTER", "aws-us-east-1", "aws", "ACTIVE"},
		seed.AlibabaCloud:      {"ESSENTIAL", "alicloud-ap-southeast-1", "alicloud", "ACTIVE"},
		seed.Paused:            {"ESSENTIAL", "aws-us-east-1", "aws", "PAUSED"},
		seed.TwoZones:          {"ESSENTIAL", "aws-us-east-1", "aws", "ACTIVE"},
	} {
		got := f.tidb("GET", "/v1beta1/clusters/"+id+"?view=FULL", nil)
		assert.Equal(t, want, [4]string{
			got.text("clusterPlan"), got.text("region.regionId"), got.text("region.cloudProvider"), got.text("state"),
		})
		assert.NotContains(t, f.tidb("GET", "/v1beta1/clusters/"+id+"?view=BASIC", nil).body, "endpoints")
	}
	full := f.tidb("GET", "/v1beta1/clusters/"+seed.EssentialUSEast1+"?view=FULL", nil)
	assert.Contains(t, full.body, "endpoints")
	basic := f.tidb("GET", "/v1beta1/clusters/"+seed.EssentialUSEast1, nil)
	assert.NotContains(t, basic.body, "clusterPlan")
	assert.NotContains(t, basic.body, "servicePlan")
	assert.Equal(t, http.StatusBadRequest,
		f.tidb("GET", "/v1beta1/clusters/"+seed.EssentialUSEast1+"?view=full", nil).status)
	missing := f.tidb("GET", "/v1beta1/clusters/1", nil)
	assert.Equal(t, http.StatusNotFound, missing.status)
	assert.InDelta(t, 5, missing.at("code"), 0)
}

func TestAvailabilityZones(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	zones := func(cluster string) reply {
		return f.tidb("GET", connections(cluster)+":getAvailabilityZones", nil)
	}
	first, second := zones(f.Seed().EssentialUSEast1), zones(f.Seed().EssentialUSEast1B)
	assert.Equal(t, object{"accountId": "111122223333", "azIds": []any{"use1-az6", "use1-az1", "use1-az2"}}, first.body)
	assert.Equal(t, first.body, second.body, "one account for each region")
	assert.Equal(t, []any{"use1-az1", "use1-az2"}, zones(f.Seed().TwoZones).at("azIds"))
	assert.NotEqual(t, first.at("accountId"), zones(f.Seed().EssentialUSWest2).at("accountId"))
	starter := zones(f.Seed().Starter)
	assert.Equal(t, http.StatusBadRequest, starter.status)
	assert.Contains(t, starter.message(), "Starter")
}

func TestConnectionIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed := f.Seed()
	const service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	with := func(changes object) object {
		connection := object{
			"awsEndpointService": object{"name": service}, "displayName": "x", "type": "AWS_ENDPOINT_SERVICE",
		}
		for key, value := range changes {
			connection[key] = value
		}
		return object{"privateLinkConnection": connection}
	}
	for name, test := range map[string]struct {
		cluster string
		body    object
		code    int
		message string
	}{
		"starter":         {seed.Starter, with(nil), 9, "Starter"},
		"paused":          {seed.Paused, with(nil), 9, "PAUSED"},
		"on Alibaba":      {seed.AlibabaCloud, with(nil), 9, "alicloud"},
		"unknown cluster": {"1", with(nil), 5, "not found"},
		"empty":           {seed.EssentialUSEast1, object{}, 3, "missing"},
		"other cluster":   {seed.EssentialUSEast1, with(object{"clusterId": "1"}), 3, "clusterId"},
		"no name":         {seed.EssentialUSEast1, with(object{"displayName": " "}), 3, "displayName"},
		"unknown type":    {seed.EssentialUSEast1, with(object{"type": "MSK"}), 3, "MSK"},
		"no service":      {seed.EssentialUSEast1, with(object{"awsEndpointService": nil}), 3, "awsEndpointService"},
		"malformed service": {
			seed.EssentialUSEast1, with(object{"awsEndpointService": object{"name": "vpce-svc-1"}}), 3, "vpce-svc-1",
		},
		"service elsewhere": {seed.EssentialUSWest2, with(nil), 3, "us-east-1"},
		"ill-typed": {
			seed.EssentialUSEast1, object{"privateLinkConnection": "x"}, 3, "must be an object",
		},
		"no cluster": {
			seed.EssentialUSEast1, with(object{"clusterId": nil}), 3, "clusterId",
		},
		"read-only": {
			seed.EssentialUSEast1, with(object{"state": "ACTIVE"}), 3, "state is no field",
		},
		"another case": {
			seed.EssentialUSEast1, with(object{"DisplayName": "x"}), 3, "DisplayName is no field",
		},
		"two clouds": {
			seed.EssentialUSEast1,
			with(object{"alicloudEndpointService": object{"name": "x"}}), 3, "does not go with",
		},
		"an endpoint": {
			seed.EssentialUSEast1,
			with(object{"awsEndpointService": object{"name": service, "endpointId": "vpce-1"}}), 3,
			"endpointId is no field",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if sent, ok := test.body["privateLinkConnection"].(object); ok {
				if _, given := sent["clusterId"]; !given {
					sent["clusterId"] = test.cluster
				}
			}
			got := f.tidb("POST", connections(test.cluster), test.body)
			assert.GreaterOrEqual(t, got.status, 400)
			assert.InDelta(t, test.code, got.at("code"), 0)
			assert.Contains(t, got.message(), test.message)
			assert.Equal(t, []any{}, got.at("details"))
		})
	}
}

func TestConnectionNeedsAccess(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	network := f.readyNetwork()
	service := network.text("status.cloud.private_link_endpoint_service")
	tooEarly := f.connect(service)
	nowhere := f.connect("com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000000")
	access := f.confluent("POST", "/networking/v1/private-link-accesses",
		accessRequest(f.Seed().EnvironmentID, network.text("id"), "111122223333"))
	require.Equal(t, http.StatusAccepted, access.status, access.message())
	notReady := f.connect(service)
	f.clock.advance(time.Hour)
	for _, path := range []string{tooEarly, nowhere, notReady} {
		got := f.tidb("GET", path, nil)
		assert.Equal(t, "FAILED", got.text("state"))
		assert.Contains(t, got.message(), "does not exist or does not let the account 111122223333 in")
	}
	intime := f.connect(service)
	f.clock.advance(3 * time.Minute)
	assert.Equal(t, "PENDING_ACCEPTANCE", f.tidb("GET", intime, nil).text("state"))
	f.clock.advance(time.Minute)
	assert.Equal(t, "ACTIVE", f.tidb("GET", intime, nil).text("state"))
}

// An access authorizes an account in its own network only.
func TestAccessIsForOneNetwork(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	open := f.readyNetwork()
	closed := f.readyNetwork().text("status.cloud.private_link_endpoint_service")
	f.readyAccess(open.text("id"))
	refused, admitted := f.connect(closed), f.connect(open.text("status.cloud.private_link_endpoint_service"))
	f.clock.advance(time.Hour)
	assert.Equal(t, "FAILED", f.tidb("GET", refused, nil).text("state"))
	assert.Equal(t, "ACTIVE", f.tidb("GET", admitted, nil).text("state"))
}

func TestConnectionBreaksWithItsAccess(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	l.confluent("DELETE", "/networking/v1/private-link-accesses/"+l.access+"?environment="+l.Seed().EnvironmentID, nil)
	assert.Equal(t, "ACTIVE", l.tidb("GET", l.connection, nil).text("state"), "until the access is gone")
	l.clock.advance(2 * time.Minute)
	got := l.tidb("GET", l.connection, nil)
	assert.Equal(t, "FAILED", got.text("state"))
	assert.Contains(t, got.message(), "no longer lets the account")
}

func TestConnectionNeedsACommonZone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Update(func(s *sandbox.State) {
		s.Networks["n-aaaaaa"] = &sandbox.Network{
			Zones: []string{"use1-az3", "use1-az4", "use1-az5"}, EndpointService: foreignService,
		}
		s.PrivateLinkAccesses["pla-aaaaaa"] = &sandbox.PrivateLinkAccess{NetworkID: "n-aaaaaa", Account: "111122223333"}
	})
	path := f.connect(foreignService)
	f.clock.advance(time.Hour)
	got := f.tidb("GET", path, nil)
	assert.Equal(t, "FAILED", got.text("state"))
	assert.Contains(t, got.message(), "none in common")
}

const foreignService = "com.amazonaws.vpce.us-east-1.vpce-svc-0aaaaaaaaaaaaaaaa"

func TestForeignEndpointService(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Update(func(s *sandbox.State) {
		s.EndpointServices[foreignService] = &sandbox.EndpointService{
			AllowedAccounts: []string{"111122223333"}, AcceptanceRequired: true,
		}
	})
	path := f.connect(foreignService)
	f.clock.advance(24 * time.Hour)
	assert.Equal(t, "PENDING_ACCEPTANCE", f.tidb("GET", path, nil).text("state"))
	f.Update(func(s *sandbox.State) {
		for _, c := range s.PrivateLinkConnections {
			c.State = sandbox.StateActive
		}
	})
	accepted := f.tidb("GET", path, nil)
	assert.Equal(t, "ACTIVE", accepted.text("state"))
	assert.Len(t, accepted.at("awsEndpointService.availabilityZoneIds"), 3)
	dryRun := f.tidb("POST", path+":attachDomains",
		object{"attachDomain": object{"type": "TIDBCLOUD_MANAGED", "uniqueName": ""}, "validateOnly": true})
	require.Equal(t, http.StatusOK, dryRun.status, dryRun.message())
	unique := dryRun.text("uniqueName")
	assert.Equal(t, "*.use1-az1."+unique+".aws.plc.tidbcloud.com", dryRun.text("domains.0.name"))
	assert.NotContains(t, dryRun.body, "attachDomainId")
	assert.Empty(t, f.tidb("GET", path, nil).at("attachedDomains"))
	attached := f.tidb("POST", path+":attachDomains",
		object{"attachDomain": object{"type": "TIDBCLOUD_MANAGED", "uniqueName": unique}})
	assert.Equal(t, http.StatusOK, attached.status, attached.message())
	confluent := f.tidb("POST", path+":attachDomains",
		object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": "domnprzqrog.us-east-1"}})
	assert.Equal(t, http.StatusBadRequest, confluent.status, "there is no Confluent network behind it")
}

func TestAlibabaCloud(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const service = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-abc123"
	cluster := f.Seed().AlibabaCloud
	f.Update(func(s *sandbox.State) {
		s.EndpointServices[service] = &sandbox.EndpointService{AllowedAccounts: []string{"5123456789012345"}}
	})
	created := f.tidb("POST", connections(cluster), object{"privateLinkConnection": object{
		"alicloudEndpointService": object{"name": service}, "clusterId": cluster, "displayName": "x",
		"type": "ALICLOUD_ENDPOINT_SERVICE",
	}})
	require.Equal(t, http.StatusOK, created.status, created.message())
	path := connections(cluster) + "/" + created.text("privateLinkConnectionId")
	f.clock.advance(time.Hour)
	active := f.tidb("GET", path, nil)
	assert.Equal(t, "ACTIVE", active.text("state"))
	assert.Len(t, active.at("alicloudEndpointService.availabilityZoneIds"), 3)
	dryRun := f.tidb("POST", path+":attachDomains",
		object{"attachDomain": object{"type": "TIDBCLOUD_MANAGED"}, "validateOnly": true})
	assert.Equal(t, "*."+dryRun.text("uniqueName")+".alicloud.plc.tidbcloud.com", dryRun.text("domains.0.name"))
	confluent := f.tidb("POST", path+":attachDomains",
		object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": "domnprzqrog.us-east-1"}})
	assert.Equal(t, http.StatusBadRequest, confluent.status)
}

func TestDomains(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	dryRun := l.tidb("POST", l.connection+":attachDomains",
		object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": l.uniqueName}, "validateOnly": true})
	require.Equal(t, http.StatusOK, dryRun.status)
	assert.Len(t, dryRun.at("domains"), 4)
	assert.NotContains(t, dryRun.body, "attachDomainId")

	attached := l.attach(l.uniqueName)
	require.Equal(t, http.StatusOK, attached.status)
	id := attached.text("attachDomainId")
	again := l.attach(l.uniqueName)
	assert.Equal(t, http.StatusConflict, again.status)
	assert.InDelta(t, 6, again.at("code"), 0)
	refused := l.tidb("DELETE", l.connection, nil)
	assert.Equal(t, http.StatusBadRequest, refused.status)
	assert.Contains(t, refused.message(), id)
	second := l.connect(l.service)
	l.clock.advance(4 * time.Minute)
	assert.Equal(t, http.StatusOK, l.tidb("POST", second+":attachDomains",
		object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": l.uniqueName}}).status)

	assert.NotContains(t, l.tidb("GET", connections(l.Seed().EssentialUSEast1), nil).at("privateLinkConnections.0"),
		"attachedDomains", "listings are without")
	unknown := l.tidb("POST", l.connection+":detachDomains", object{"attachDomainId": "ad-1"})
	assert.Equal(t, http.StatusNotFound, unknown.status)
	for _, body := range []object{{}, {"attachDomainID": id}, {"attachDomainId": id, "type": "CONFLUENT"}} {
		assert.Equal(t, http.StatusBadRequest, l.tidb("POST", l.connection+":detachDomains", body).status, "%v", body)
	}

	detached := l.tidb("POST", l.connection+":detachDomains", object{"attachDomainId": id})
	assert.Equal(t, "DELETING", detached.text("domains.0.state"))
	again = l.tidb("POST", l.connection+":detachDomains", object{"attachDomainId": id})
	assert.Equal(t, http.StatusBadRequest, again.status, "once is enough")
	assert.Contains(t, again.message(), "DELETING")
	assert.Equal(t, http.StatusBadRequest, l.tidb("DELETE", l.connection, nil).status, "not gone yet")
	l.clock.advance(time.Minute)
	assert.Equal(t, http.StatusOK, l.attach(l.uniqueName).status, "the name is free again")
}

func TestDomainsAreRefused(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	for name, test := range map[string]struct{ domainType, uniqueName, message string }{
		"empty":            {"CONFLUENT", "", "form"},
		"one label":        {"CONFLUENT", "domnprzqrog", "form"},
		"three labels":     {"CONFLUENT", "use1-az1." + l.uniqueName, "form"},
		"whole domain":     {"CONFLUENT", l.uniqueName + ".aws.confluent.cloud", "form"},
		"other network":    {"CONFLUENT", "domnprzqrog.us-east-1", "not the network behind"},
		"unknown type":     {"MSK", l.uniqueName, "MSK"},
		"managed unnamed":  {"TIDBCLOUD_MANAGED", "", "validateOnly"},
		"managed as other": {"TIDBCLOUD_MANAGED", l.uniqueName, "validateOnly"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := l.tidb("POST", l.connection+":attachDomains",
				object{"attachDomain": object{"type": test.domainType, "uniqueName": test.uniqueName}})
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Contains(t, got.message(), test.message)
		})
	}
	t.Run("before it is active", func(t *testing.T) {
		t.Parallel()
		young := l.connect(l.service)
		got := l.tidb("POST", young+":attachDomains",
			object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": l.uniqueName}})
		assert.Equal(t, http.StatusBadRequest, got.status)
		assert.InDelta(t, 9, got.at("code"), 0)
		assert.Contains(t, got.message(), "CREATING")
	})
}

func TestConnectionsOfAnotherClusterAreUnknown(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	elsewhere := strings.Replace(l.connection, l.Seed().EssentialUSEast1, l.Seed().EssentialUSEast1B, 1)
	for _, method := range []string{"GET", "DELETE"} {
		assert.Equal(t, http.StatusNotFound, l.tidb(method, elsewhere, nil).status)
	}
	assert.Equal(t, http.StatusNotFound, l.tidb("POST", elsewhere+":attachDomains", object{}).status)
}

func TestClusterFilter(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed := f.Seed()
	for filter, want := range map[string]int{
		"":                                       8,
		"projectId=1372813089454625801":          8,
		"projectId=1,1372813089454625801":        8,
		"projectId=1":                            0,
		`state="PAUSED"`:                         1,
		`region.provider="aws" AND state=ACTIVE`: 6,
		`region.name="regions/aws-us-west-2"`:    1,
		"displayName=starter":                    1,
		"clusterId=" + seed.Starter + "," + seed.Paused: 2,
		"labels.tidb.cloud/project=1372813089454625801": 8,
	} {
		got := f.tidb("GET", "/v1beta1/clusters?pageSize=100&filter="+escape(filter), nil)
		assert.Len(t, got.at("clusters"), want, filter)
		assert.InDelta(t, want, got.at("totalSize"), 0, filter)
	}
	for _, filter := range []string{"color=red", "state"} {
		assert.Equal(t, http.StatusBadRequest, f.tidb("GET", "/v1beta1/clusters?filter="+escape(filter), nil).status)
	}
}

func TestConnectionFilter(t *testing.T) {
	t.Parallel()
	l := newLinked(t)
	l.connect(l.service)
	for _, state := range []string{"active", "DELETED"} {
		got := l.tidb("GET", fmt.Sprintf("%s?state=%s", connections(l.Seed().EssentialUSEast1), state), nil)
		assert.Equal(t, http.StatusBadRequest, got.status, state)
	}
	for state, want := range map[string]int{"ACTIVE": 1, "CREATING": 1, "FAILED": 0} {
		got := l.tidb("GET", fmt.Sprintf("%s?state=%s", connections(l.Seed().EssentialUSEast1), state), nil)
		assert.Len(t, got.at("privateLinkConnections"), want, state)
	}
}

func TestRegionsAndProjects(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	regions := f.tidb("GET", "/v1beta1/regions?servicePlan=Essential", nil)
	assert.Equal(t, "aws-ap-northeast-1", regions.text("regions.0.regionId"))
	assert.Empty(t, f.tidb("GET", "/v1beta1/regions?servicePlan=BYOC", nil).at("regions"))
	projects := f.tidb("GET", "/v1beta1/projects?pageSize=100", nil)
	assert.Equal(t, "1372813089454625801", projects.text("projects.0.id"))
	assert.InDelta(t, 8, projects.at("projects.0.cluster_count"), 0)
}
