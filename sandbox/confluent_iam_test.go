package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const (
	accountsPath = "/iam/v2/service-accounts"
	keysPath     = "/iam/v2/api-keys"
	bindingsPath = "/iam/v2/role-bindings"

	organizationCRN = "crn://confluent.cloud/organization=5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21"
	testCluster     = "lkc-orders"
)

// iam is a fixture with a Kafka cluster and a service account.
type iam struct {
	*fixture
	account string
}

func newIAM(t *testing.T, opts ...sandbox.Options) *iam {
	t.Helper()
	options := append(opts, sandbox.Options{})[0]
	options.Prepare = func(s *sandbox.State) { s.KafkaClusters[testCluster] = &sandbox.KafkaCluster{} }
	f := newFixture(t, options)
	created := f.confluent("POST", accountsPath, object{"display_name": "writer"})
	require.Equal(t, http.StatusCreated, created.status, created.message())
	return &iam{f, created.text("id")}
}

func (f *iam) clusterCRN() string {
	return organizationCRN + "/environment=" + f.Seed().EnvironmentID + "/cloud-cluster=" + testCluster
}

// keyRequest is the request for a key; without a cluster, for a Cloud API key.
func keyRequest(account, cluster string) object {
	spec := object{
		"display_name": "key", "description": "", "owner": object{
			"id": account, "kind": "ServiceAccount", "related": "", "resource_name": "",
		},
	}
	if cluster != "" {
		spec["resource"] = object{"id": cluster, "kind": "Cluster", "related": "", "resource_name": ""}
	}
	return object{"spec": spec}
}

func bindingRequest(account, role, pattern string) object {
	return object{"principal": "User:" + account, "role_name": role, "crn_pattern": pattern}
}

func TestServiceAccountLifecycle(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	one := accountsPath + "/" + f.account
	got := f.confluent("GET", one, nil)
	assert.Regexp(t, `^sa-[0-9a-z]{6}$`, got.text("id"))
	assert.Equal(t, []string{"iam/v2", "ServiceAccount", "writer", ""},
		[]string{got.text("api_version"), got.text("kind"), got.text("display_name"), got.text("description")})
	assert.Equal(t, "crn://confluent.cloud/service-account="+f.account, got.text("metadata.resource_name"))

	got = f.confluent("PATCH", one, object{"description": "writes"})
	assert.Equal(t, []string{"writer", "writes"}, []string{got.text("display_name"), got.text("description")})
	got = f.confluent("PATCH", one, object{"display_name": "scribe"})
	assert.Equal(t, []string{"scribe", "writes"}, []string{got.text("display_name"), got.text("description")})

	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", one, nil).status)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		gone := f.confluent(method, one, object{})
		assert.Equal(t, http.StatusNotFound, gone.status)
		assert.Equal(t, "service_account_not_found", gone.text("errors.0.code"))
	}
	assert.Equal(t, []string{}, append([]string{}, f.Difference()...))
}

func TestServiceAccountIsRefused(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	other := f.confluent("POST", accountsPath, object{"display_name": "other"}).text("id")
	for name, test := range map[string]struct {
		method, path string
		body         any
		status       int
		message      string
	}{
		"no name":       {"POST", accountsPath, object{"description": "x"}, 400, "display_name"},
		"an empty name": {"POST", accountsPath, object{"display_name": ""}, 400, "display_name"},
		"a name in use": {
			"POST", accountsPath,
			object{"display_name": "writer"},
			409,
			"Service name is already in use",
		},
		"a long name": {
			"POST", accountsPath,
			object{"display_name": strings.Repeat("n", 65)},
			400,
			"65 characters",
		},
		"a long text": {
			"POST", accountsPath,
			object{"display_name": "n", "description": strings.Repeat("d", 129)},
			400, "129",
		},
		"a rename onto a name": {
			"PATCH", accountsPath + "/" + other,
			object{"display_name": "writer"},
			409,
			"already in use",
		},
		"a name taken away": {"PATCH", accountsPath + "/" + other, object{"display_name": ""}, 400, "display_name"},
		"an ill-typed name": {"POST", accountsPath, object{"display_name": 7}, 400, "body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent(test.method, test.path, test.body)
			assert.Equal(t, test.status, got.status)
			assert.Contains(t, got.message(), test.message)
		})
	}
	assert.Equal(t, http.StatusOK, f.confluent("PATCH", accountsPath+"/"+other, object{"display_name": "other"}).status)
	assert.Equal(t, http.StatusCreated,
		f.confluent("POST", accountsPath, object{"display_name": strings.Repeat("n", 64)}).status)
}

func TestServiceAccountsByName(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	f.clock.advance(time.Second)
	f.confluent("POST", accountsPath, object{"display_name": "reader"})
	for query, want := range map[string]int{
		"": 2, "?display_name=writer": 1, "?display_name=writ": 0, "?display_name=writer&display_name=reader": 2,
	} {
		got := f.confluent("GET", accountsPath+query, nil)
		assert.Len(t, got.list("data"), want, query)
		assert.NotContains(t, got.at("metadata"), "next")
	}
	page := f.confluent("GET", accountsPath+"?page_size=1", nil)
	assert.Len(t, page.list("data"), 1)
	next, err := url.Parse(page.text("metadata.next"))
	require.NoError(t, err)
	assert.Equal(t, "reader", f.confluent("GET", next.RequestURI(), nil).text("data.0.display_name"))
}

// The secret is in the answer to the creation and nowhere else.
func TestAPIKeySecret(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	created := f.confluent("POST", keysPath, keyRequest(f.account, testCluster))
	require.Equal(t, http.StatusAccepted, created.status, created.message())
	secret, id := created.text("spec.secret"), created.text("id")
	assert.Regexp(t, `^[A-Z0-9]{16}$`, id)
	assert.Len(t, secret, 64)
	assert.Equal(t, []string{"iam/v2", "cmk/v2"},
		[]string{created.text("spec.owner.api_version"), created.text("spec.resource.api_version")})

	one := keysPath + "/" + id
	got := f.confluent("PATCH", one, object{"spec": object{"display_name": "renamed", "description": "text"}})
	assert.Equal(t, []string{"renamed", "text"}, []string{got.text("spec.display_name"), got.text("spec.description")})
	for _, answer := range []reply{got, f.confluent("GET", one, nil), f.confluent("GET", keysPath, nil)} {
		encoded, err := json.Marshal(answer.body)
		require.NoError(t, err)
		assert.NotContains(t, string(encoded), secret)
	}
	for name, shown := range map[string]any{"calls": f.Calls(), "events": f.Events(), "difference": f.Difference()} {
		encoded, err := json.Marshal(shown)
		require.NoError(t, err)
		assert.NotContains(t, string(encoded), secret, name)
	}
	keys := f.APIKeys()
	require.Len(t, keys, 1)
	assert.Equal(t, []string{id, secret, f.account, testCluster, "User:" + f.account},
		[]string{keys[0].ID, keys[0].Secret, keys[0].OwnerID, keys[0].ClusterID, keys[0].Principal()})

	assert.Equal(t, http.StatusNoContent, f.confluent("DELETE", one, nil).status)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		gone := f.confluent(method, one, object{})
		assert.Equal(t, http.StatusForbidden, gone.status)
		assert.Equal(t, "forbidden_access", gone.text("errors.0.code"))
		assert.NotContains(t, gone.message(), "invalid API key", "to the provider that would not be a key that is gone")
	}
}

func TestAPIKeyIsRefused(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	key := f.confluent("POST", keysPath, keyRequest(f.account, testCluster)).text("id")
	owner := func(id, kind string) object {
		return object{"spec": object{"owner": object{"id": id, "kind": kind}}}
	}
	resource := func(id, kind string) object {
		return object{"spec": object{"owner": object{"id": f.account}, "resource": object{"id": id, "kind": kind}}}
	}
	for name, test := range map[string]struct {
		method, path string
		body         object
		status       int
		message      string
	}{
		"no spec":            {"POST", keysPath, object{}, 400, "spec"},
		"no owner":           {"POST", keysPath, object{"spec": object{}}, 400, "spec.owner"},
		"an unknown owner":   {"POST", keysPath, owner("sa-000000", "ServiceAccount"), 403, "sa-000000"},
		"another kind":       {"POST", keysPath, owner(f.account, "User"), 400, "User"},
		"an unknown cluster": {"POST", keysPath, keyRequest(f.account, "lkc-000000"), 403, "lkc-000000"},
		"another resource":   {"POST", keysPath, resource("lsrc-1", "Cluster"), 400, "lsrc-1"},
		"another kind of it": {"POST", keysPath, resource(testCluster, "Region"), 400, "Region"},
		"a new owner": {
			"PATCH", keysPath + "/" + key, object{"spec": object{"owner": object{"id": "sa-1"}}}, 400, "immutable",
		},
		"a new cluster": {
			"PATCH", keysPath + "/" + key, object{"spec": object{"resource": object{"id": "lkc-1"}}}, 400, "immutable",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent(test.method, test.path, test.body)
			assert.Equal(t, test.status, got.status)
			assert.Contains(t, got.message(), test.message)
		})
	}
}

// The API knows a key and a role at once, the brokers only later.
func TestKeysAndRolesReachTheBrokersLater(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	key := f.confluent("POST", keysPath, keyRequest(f.account, testCluster)).text("id")
	f.confluent("POST", bindingsPath, bindingRequest(f.account, "CloudClusterAdmin", f.clusterCRN()))
	seen := func() (known bool, roles int) {
		f.Update(func(s *sandbox.State) {
			known, roles = s.KafkaKey(testCluster, key) != nil, len(s.RolesOf("User:"+f.account))
			assert.Nil(t, s.KafkaKey("lkc-other", key), "a key is for one cluster")
			assert.Nil(t, s.KafkaKey("", key))
		})
		return known, roles
	}
	known, roles := seen()
	assert.False(t, known)
	assert.Zero(t, roles)
	f.clock.advance(time.Minute)
	known, roles = seen()
	assert.False(t, known)
	assert.Equal(t, 1, roles)
	f.clock.advance(time.Minute)
	known, _ = seen()
	assert.True(t, known)
}

func TestRoleBindingLifecycle(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	pattern := f.clusterCRN() + "/kafka=" + testCluster + "/topic=orders*"
	created := f.confluent("POST", bindingsPath, bindingRequest(f.account, "ResourceOwner", pattern))
	require.Equal(t, http.StatusCreated, created.status, created.message())
	assert.Regexp(t, `^rb-[A-Z0-9]{5}$`, created.text("id"))
	one := bindingsPath + "/" + created.text("id")
	got := f.confluent("GET", one, nil)
	assert.Equal(t, []string{"User:" + f.account, "ResourceOwner", pattern},
		[]string{got.text("principal"), got.text("role_name"), got.text("crn_pattern")})

	bindings := f.RoleBindings("User:" + f.account)
	require.Len(t, bindings, 1)
	assert.Equal(t, sandbox.CRNPattern{
		EnvironmentID: f.Seed().EnvironmentID, ClusterID: testCluster, Kind: "topic", Name: "orders", Prefix: true,
	}, bindings[0].Pattern())
	assert.Empty(t, f.RoleBindings("User:sa-other"))

	assert.Equal(t, http.StatusMethodNotAllowed, f.confluent("PATCH", one, object{}).status)
	deleted := f.confluent("DELETE", one, nil)
	assert.Equal(t, http.StatusOK, deleted.status)
	assert.Equal(t, pattern, deleted.text("crn_pattern"))
	for _, method := range []string{"GET", "DELETE"} {
		gone := f.confluent(method, one, nil)
		assert.Equal(t, http.StatusForbidden, gone.status)
		assert.InDelta(t, 40301, gone.at("error_code"), 0)
		assert.NotContains(t, gone.body, "errors", "this service has a form of its own")
	}
}

func TestRoleBindingsAreListedByPattern(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	topic := func(name string) string { return f.clusterCRN() + "/kafka=" + testCluster + "/topic=" + name }
	for _, pattern := range []string{topic("a"), topic("b")} {
		require.Equal(t, http.StatusCreated,
			f.confluent("POST", bindingsPath, bindingRequest(f.account, "DeveloperWrite", pattern)).status)
	}
	require.Equal(t, http.StatusCreated,
		f.confluent("POST", bindingsPath, bindingRequest(f.account, "CloudClusterAdmin", f.clusterCRN())).status)
	for query, want := range map[string]int{
		"?crn_pattern=" + escape(f.clusterCRN()):                                  3,
		"?crn_pattern=" + escape(topic("a")):                                      1,
		"?crn_pattern=" + escape(organizationCRN) + "&role_name=DeveloperWrite":   2,
		"?crn_pattern=" + escape(organizationCRN) + "&principal=User%3Asa-000000": 0,
	} {
		assert.Len(t, f.confluent("GET", bindingsPath+query, nil).list("data"), want, query)
	}
	assert.Equal(t, http.StatusBadRequest, f.confluent("GET", bindingsPath, nil).status)
}

func TestRoleBindingIsRefused(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	cluster := f.clusterCRN()
	kafka := cluster + "/kafka=" + testCluster
	require.Equal(t, http.StatusCreated,
		f.confluent("POST", bindingsPath, bindingRequest(f.account, "ResourceOwner", kafka+"/topic=orders")).status)
	for name, test := range map[string]struct {
		account, role, pattern string
		status                 int
		message                string
	}{
		"an unknown principal":       {"sa-000000", "ResourceOwner", kafka + "/topic=x", 400, "sa-000000"},
		"an unknown role":            {f.account, "Owner", kafka + "/topic=x", 400, "Owner"},
		"a topic role for a cluster": {f.account, "DeveloperWrite", cluster, 400, "cloud-cluster"},
		"a cluster role for a topic": {f.account, "CloudClusterAdmin", kafka + "/topic=x", 400, "topic"},
		"a cluster role for /kafka=": {f.account, "CloudClusterAdmin", kafka, 400, "/kafka="},
		"no pattern":                 {f.account, "ResourceOwner", "", 400, "crn_pattern"},
		"another organization": {
			f.account, "ResourceOwner",
			"crn://confluent.cloud/organization=x/environment=e", 400, "begin",
		},
		"no CRN": {f.account, "ResourceOwner", "topic=x", 400, "begin"},
		"segments in another order": {
			f.account, "CloudClusterAdmin",
			organizationCRN + "/cloud-cluster=" + testCluster, 400, "environment=",
		},
		"a segment without a value": {f.account, "ResourceOwner", kafka + "/topic=", 400, "key=value"},
		"another kafka": {
			f.account, "ResourceOwner", cluster + "/kafka=lkc-other/topic=x", 400,
			"lkc-other",
		},
		"an unknown kind":      {f.account, "ResourceOwner", kafka + "/queue=x", 400, "queue"},
		"a star in the middle": {f.account, "ResourceOwner", kafka + "/topic=a*b", 400, "last character"},
		"a star for clusters": {
			f.account, "CloudClusterAdmin",
			organizationCRN + "/environment=" + f.Seed().EnvironmentID + "/cloud-cluster=*", 400, "*",
		},
		"something after the topic": {f.account, "ResourceOwner", kafka + "/topic=x/topic=y", 400, "follows"},
		"an unknown environment": {
			f.account, "EnvironmentAdmin", organizationCRN + "/environment=env-000000",
			403, "Forbidden",
		},
		"an unknown cluster": {
			f.account, "CloudClusterAdmin",
			organizationCRN + "/environment=" + f.Seed().EnvironmentID + "/cloud-cluster=lkc-0", 403, "Forbidden",
		},
		"a cluster of another one": {
			f.account, "CloudClusterAdmin",
			organizationCRN + "/environment=" + f.Seed().SecondEnvironmentID + "/cloud-cluster=" + testCluster, 403,
			"Forbidden",
		},
		"one that exists": {f.account, "ResourceOwner", kafka + "/topic=orders", 409, "exists"},
		"one that exists, but escaped": {
			f.account, "ResourceOwner",
			strings.Replace(kafka, "crn:", "crn%3A", 1) + "/topic=orders", 409, "exists",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.confluent("POST", bindingsPath, bindingRequest(test.account, test.role, test.pattern))
			assert.Equal(t, test.status, got.status, got.message())
			assert.Contains(t, got.message(), test.message)
		})
	}
}

func TestPatternMatches(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	for pattern, want := range map[string]map[string]bool{
		"/topic=orders":  {"orders": true, "orders-2": false, "order": false},
		"/topic=orders*": {"orders": true, "orders-2": true, "order": false},
		"/topic=*":       {"orders": true, "x": true},
		"/group=orders":  {"orders": false},
	} {
		parsed, err := sandbox.ParseCRNPattern(f.clusterCRN() + "/kafka=" + testCluster + pattern)
		require.NoError(t, err)
		for topic, matches := range want {
			assert.Equal(t, matches, parsed.Matches("topic", topic), "%s %s", pattern, topic)
		}
	}
}

// What belongs to an account or a cluster goes with it.
func TestDeletionTakesKeysAndRolesAlong(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	other := f.confluent("POST", accountsPath, object{"display_name": "other"}).text("id")
	for _, account := range []string{f.account, other} {
		f.confluent("POST", keysPath, keyRequest(account, testCluster))
		f.confluent("POST", bindingsPath, bindingRequest(account, "CloudClusterAdmin", f.clusterCRN()))
	}
	require.Equal(t, http.StatusNoContent, f.confluent("DELETE", accountsPath+"/"+f.account, nil).status)
	require.Len(t, f.APIKeys(), 1)
	assert.Equal(t, other, f.APIKeys()[0].OwnerID)
	assert.Empty(t, f.RoleBindings("User:"+f.account))
	assert.Len(t, f.RoleBindings("User:"+other), 1)

	deleted := f.confluent("DELETE", "/cmk/v2/clusters/"+testCluster+"?environment="+f.Seed().EnvironmentID, nil)
	require.Equal(t, http.StatusNoContent, deleted.status, deleted.message())
	f.clock.advance(5 * time.Minute)
	assert.Empty(t, f.APIKeys())
}

// A Cloud API key opens the API itself once it has arrived there, until it is deleted.
func TestCloudAPIKey(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	created := f.confluent("POST", keysPath, keyRequest(f.account, ""))
	require.Equal(t, http.StatusAccepted, created.status, created.message())
	assert.Equal(t, "Cloud", created.text("spec.resource.kind"))
	kafka := f.confluent("POST", keysPath, keyRequest(f.account, testCluster))
	status := func(key reply, secret string) int {
		r := newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil)
		r.SetBasicAuth(key.text("id"), secret)
		return send(t, r).status
	}
	assert.Equal(t, http.StatusUnauthorized, status(created, created.text("spec.secret")))
	f.clock.advance(2 * time.Minute)
	assert.Equal(t, http.StatusOK, status(created, created.text("spec.secret")))
	assert.Equal(t, http.StatusUnauthorized, status(created, "wrong"))
	assert.Equal(t, http.StatusUnauthorized, status(kafka, kafka.text("spec.secret")), "a Kafka key is none")
	f.confluent("DELETE", keysPath+"/"+created.text("id"), nil)
	assert.Equal(t, http.StatusUnauthorized, status(created, created.text("spec.secret")))
}

func TestIdentityQuotas(t *testing.T) {
	t.Parallel()
	f := newIAM(t,
		sandbox.Options{Quotas: sandbox.Quotas{ServiceAccountsPerOrganization: 1, APIKeysPerOrganization: 1}})
	require.Equal(t, http.StatusAccepted, f.confluent("POST", keysPath, keyRequest(f.account, testCluster)).status)
	for quota, got := range map[string]reply{
		"service_accounts_per_org": f.confluent("POST", accountsPath, object{"display_name": "more"}),
		"apikeys_per_org":          f.confluent("POST", keysPath, keyRequest(f.account, testCluster)),
	} {
		assert.Equal(t, http.StatusPaymentRequired, got.status, quota)
		assert.Contains(t, got.message(), quota)
	}
}

func TestEventsOfIdentities(t *testing.T) {
	t.Parallel()
	f := newIAM(t)
	start := f.clock.Now()
	f.confluent("POST", keysPath, keyRequest(f.account, testCluster))
	f.confluent("POST", bindingsPath, bindingRequest(f.account, "CloudClusterAdmin", f.clusterCRN()))
	f.clock.advance(time.Hour)
	assert.Equal(t, []moment{
		{0, "ServiceAccount", "READY"},
		{0, "ApiKey", "PROVISIONING"},
		{0, "RoleBinding", "PROVISIONING"},
		{1, "RoleBinding", "READY"},
		{2, "ApiKey", "READY"},
	}, moments(f.fixture, start))
}

// A test prepares only the resources that it is about.
func TestPreparedIdentities(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{Prepare: func(s *sandbox.State) {
		s.ServiceAccounts["sa-000001"] = &sandbox.ServiceAccount{}
		s.APIKeys["KEY"] = &sandbox.APIKey{OwnerID: "sa-000001", ClusterID: testCluster}
		s.RoleBindings["rb-1"] = &sandbox.RoleBinding{Principal: "User:sa-000001", RoleName: "CloudClusterAdmin"}
	}})
	f.Update(func(s *sandbox.State) {
		assert.NotEmpty(t, s.KafkaKey(testCluster, "KEY").Secret)
		assert.Len(t, s.RolesOf("User:sa-000001"), 1)
	})
	assert.Empty(t, f.Difference())
}
