package confluentcloud_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
)

const (
	accountType = "confluentcloud:index/serviceAccount:ServiceAccount"
	keyType     = "confluentcloud:index/apiKey:ApiKey"
	bindingType = "confluentcloud:index/roleBinding:RoleBinding"

	testCluster = "lkc-orders"
)

// newIdentityStack is a stack with a Kafka cluster and a service account.
func newIdentityStack(t *testing.T) (*stack, res) {
	t.Helper()
	s := newStack(t, sandbox.Options{Prepare: func(s *sandbox.State) {
		s.KafkaClusters[testCluster] = &sandbox.KafkaCluster{}
	}})
	return s, s.create(accountType, map[string]any{"description": "writes"})
}

func keyArgs(s *stack, account string) map[string]any {
	return map[string]any{
		"owner": map[string]any{"id": account, "kind": "ServiceAccount", "apiVersion": "iam/v2"},
		"managedResource": map[string]any{
			"id": testCluster, "kind": "Cluster", "apiVersion": "cmk/v2",
			"environment": ref(s.sandbox.Seed().EnvironmentID),
		},
		"disableWaitForReady": true,
	}
}

func (s *stack) organization() string {
	s.t.Helper()
	found, err := s.invoke("getOrganization", map[string]any{})
	require.NoError(s.t, err)
	return found.Get("resourceName").AsString()
}

func bindingArgs(s *stack, account string) map[string]any {
	return map[string]any{
		"principal": "User:" + account, "roleName": "CloudClusterAdmin", "disableWaitForReady": true,
		"crnPattern": s.organization() + "/environment=" + s.sandbox.Seed().EnvironmentID + "/cloud-cluster=" +
			testCluster,
	}
}

func TestIdentityLifecycle(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	assert.Regexp(t, `^res-[0-9a-f]{7}$`, account.state.Get("displayName").AsString())
	assert.Equal(t, "iam/v2", account.state.Get("apiVersion").AsString())
	assert.Equal(t, "ServiceAccount", account.state.Get("kind").AsString())
	key := s.create(keyType, keyArgs(s, account.id))
	binding := s.create(bindingType, bindingArgs(s, account.id))

	keys := s.sandbox.APIKeys()
	require.Len(t, keys, 1)
	secret := key.state.Get("secret")
	assert.Equal(t, keys[0].Secret, secret.AsString())
	assert.True(t, secret.Secret())
	for _, r := range []res{account, key, binding} {
		assert.Equal(t, r, s.refresh(r), "a refresh changes nothing, and keeps the secret")
	}

	account = s.update(account, map[string]any{"displayName": "writer"})
	assert.Equal(t, "writes", account.state.Get("description").AsString(), "the service keeps a description that is "+
		"left out")
	args := keyArgs(s, account.id)
	args["description"] = "text"
	key = s.update(key, args)
	assert.Equal(t, secret, key.state.Get("secret"), "an update keeps the secret")
	delete(args, "description")
	key = s.update(key, args)
	assert.Empty(t, key.state.Get("description").AsString())
	delete(args, "disableWaitForReady")
	before := s.count()
	key = s.update(key, args)
	assert.False(t, key.state.Get("disableWaitForReady").AsBool())
	assert.NotContains(t, strings.Join(s.calls(before), " "), "PATCH", "the service does not know of the wait")
	wait := bindingArgs(s, account.id)
	wait["disableWaitForReady"] = false
	binding = s.update(binding, wait)

	for _, r := range []res{binding, key, account} {
		s.delete(r)
	}
	assert.Empty(t, s.sandbox.Difference())
}

// The preview of a secret is secret too.
func TestSecretOutputsAreSecret(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	checked := s.check(keyType, property.Map{}, keyArgs(s, account.id))
	preview, err := s.Create(p.CreateRequest{Urn: urn(keyType), Properties: checked, DryRun: true})
	require.NoError(t, err)
	planned := preview.Properties.Get("secret")
	assert.True(t, planned.IsComputed() && planned.Secret())
}

func TestIdentityRequests(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	key := s.create(keyType, keyArgs(s, account.id))
	args := bindingArgs(s, account.id)
	s.create(bindingType, args)
	bodies := map[string]string{}
	for _, c := range s.sandbox.Calls() {
		if len(c.RequestBody) > 0 {
			bodies[c.Method+" "+c.Path] = string(c.RequestBody)
		}
	}
	name := func(r res) string { return r.state.Get("displayName").AsString() }
	assert.JSONEq(t, `{"display_name":"`+name(account)+`","description":"writes"}`,
		bodies["POST /iam/v2/service-accounts"])
	assert.JSONEq(t, `{"spec":{"display_name":"`+name(key)+`","description":"",
		"owner":{"id":"`+account.id+`","kind":"ServiceAccount","related":"","resource_name":""},
		"resource":{"id":"lkc-orders","kind":"Cluster","related":"","resource_name":""}}}`,
		bodies["POST /iam/v2/api-keys"])
	pattern, err := json.Marshal(args["crnPattern"])
	require.NoError(t, err)
	assert.JSONEq(t,
		`{"principal":"User:`+account.id+`","role_name":"CloudClusterAdmin","crn_pattern":`+string(pattern)+`}`,
		bodies["POST /iam/v2/role-bindings"])
}

// The service reports in three ways that something is gone.
func TestIdentitiesThatAreGone(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	all := []res{account, s.create(keyType, keyArgs(s, account.id)), s.create(bindingType, bindingArgs(s, account.id))}
	s.sandbox.Update(func(s *sandbox.State) {
		clear(s.ServiceAccounts)
		clear(s.APIKeys)
		clear(s.RoleBindings)
	})
	for _, r := range all {
		assert.Empty(t, s.refresh(r).id, r.token)
		assert.Error(t, s.Delete(p.DeleteRequest{ID: r.id, Urn: urn(r.token), Properties: r.state}),
			"%s: the real provider does not take a deletion of what is gone for one", r.token)
	}
}

func TestImportIdentities(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	key := s.create(keyType, keyArgs(s, account.id))
	binding := s.create(bindingType, bindingArgs(s, account.id))
	for _, r := range []res{account, binding} {
		got, err := s.Read(p.ReadRequest{ID: r.id, Urn: urn(r.token)})
		require.NoError(t, err)
		assert.Equal(t, r.id, got.ID)
		assert.Empty(t, s.diff(res{r.token, r.id, got.Inputs, got.Properties}, got.Inputs).DetailedDiff)
	}
	importID := s.sandbox.Seed().EnvironmentID + "/" + key.id
	for _, bad := range []string{importID, "a/b/c"} {
		_, err := s.Read(p.ReadRequest{ID: bad, Urn: urn(keyType)})
		assert.EqualError(t, err, "resource '"+bad+"' does not exist", "it does not say that API_KEY_SECRET is missing")
	}

	s.Server = newServer(t, func(o *confluentcloud.Options) {
		o.Getenv = func(name string) string { return map[string]string{"API_KEY_SECRET": "from the environment"}[name] }
	})
	s.configure()
	got, err := s.Read(p.ReadRequest{ID: importID, Urn: urn(keyType)})
	require.NoError(t, err)
	assert.Equal(t, key.id, got.ID)
	assert.Equal(t, property.New("from the environment").WithSecret(true), got.Properties.Get("secret"))
	assert.Equal(t, s.sandbox.Seed().EnvironmentID, id(got.Properties.Get("managedResource").AsMap(), "environment"))
	assert.True(t, got.Inputs.Get("secret").IsNull())
	assert.Empty(t,
		s.diff(res{keyType, got.ID, got.Inputs, got.Properties}, key.inputs.Delete("disableWaitForReady")).DetailedDiff)
}

// waitingArgs are those of a key that is waited for.
func waitingArgs(s *stack, account string) map[string]any {
	args := keyArgs(s, account)
	delete(args, "disableWaitForReady")
	return args
}

// Without disableWaitForReady a key of a private cluster is created, and lost.
func TestAKeyOfAPrivateClusterIsLost(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	checked := s.check(keyType, property.Map{}, waitingArgs(s, account.id))
	created, err := s.Create(p.CreateRequest{Urn: urn(keyType), Properties: checked})
	require.ErrorContains(t, err, "disableWaitForReady")
	assert.Empty(t, created.ID)
	require.Len(t, s.sandbox.APIKeys(), 1, "it is there all the same")
	assert.NotContains(t, err.Error(), s.sandbox.APIKeys()[0].Secret)
}

// A reachable cluster must accept the key twice in a row.
func TestAKeyIsWaitedFor(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	var calls atomic.Int32
	answers := []int{401, 200, 403, 200, 200}
	kafka := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		keys := s.sandbox.APIKeys()
		assert.Equal(t, []string{keys[0].ID, keys[0].Secret, "/kafka/v3/clusters/lkc-orders/topics"},
			[]string{user, password, r.URL.Path})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answers[min(int(calls.Add(1)), len(answers))-1])
	}))
	t.Cleanup(kafka.Close)
	s.sandbox.Inject(sandbox.Fault{Method: "GET", Path: "/cmk/v2/clusters/*", Times: -1, Edit: func(
		object map[string]any,
	) {
		if object["http_endpoint"] != nil {
			object["http_endpoint"] = kafka.URL
		}
	}})
	key := s.create(keyType, waitingArgs(s, account.id))
	assert.Equal(t, int32(len(answers)), calls.Load())
	assert.False(t, key.state.Get("secret").IsNull())
}

func TestACloudKeyIsWaitedFor(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	args := waitingArgs(s, account.id)
	delete(args, "managedResource")
	before := s.count()
	key := s.create(keyType, args)
	assert.Contains(t, s.calls(before), "GET /org/v2/environments")
	assert.True(t, key.state.Get("managedResource").IsNull())
	assert.Equal(t, key, s.refresh(key))
}

// The secret of a key survives a failure after its creation: nothing answers it again.
func TestAKeyThatCannotBeReadKeepsItsSecret(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	s.sandbox.Inject(sandbox.Fault{Method: "GET", Path: "/iam/v2/api-keys/*", Status: 404})
	checked := s.check(keyType, property.Map{}, keyArgs(s, account.id))
	created, err := s.Create(p.CreateRequest{Urn: urn(keyType), Properties: checked})
	require.Error(t, err)
	require.NotEmpty(t, created.ID)
	assert.Equal(t, property.New(s.sandbox.APIKeys()[0].Secret).WithSecret(true), created.Properties.Get("secret"))
}

// The provider sleeps after it binds a role, unless the program sets another wait.
func TestARoleIsSleptFor(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	s.Server = newServer(t, func(o *confluentcloud.Options) { o.PollInterval = 30 * time.Millisecond })
	s.configure()
	sleeps := func(args map[string]any) bool {
		checked := s.check(bindingType, property.Map{}, args)
		started := time.Now()
		created, err := s.Create(p.CreateRequest{Urn: urn(bindingType), Properties: checked})
		require.NoError(t, err)
		took := time.Since(started)
		s.delete(res{bindingType, created.ID, checked, created.Properties})
		return took >= 30*time.Millisecond
	}
	args := bindingArgs(s, account.id)
	delete(args, "disableWaitForReady")
	assert.True(t, sleeps(args))
}

func TestServiceAccountFunction(t *testing.T) {
	t.Parallel()
	s, account := newIdentityStack(t)
	name := account.state.Get("displayName").AsString()
	byID, err := s.invoke("getServiceAccount", map[string]any{"id": account.id})
	require.NoError(t, err)
	byName, err := s.invoke("getServiceAccount", map[string]any{"displayName": name})
	require.NoError(t, err)
	assert.Equal(t, byID, byName)
	assert.Equal(t, account.id, byName.Get("id").AsString())

	_, err = s.invoke("getServiceAccount", map[string]any{"displayName": "unknown"})
	require.ErrorContains(t, err, "was not found")
	other := s.create(accountType, map[string]any{"displayName": "other"})
	require.NotEmpty(t, other.id)
	_, err = s.invoke("getServiceAccount", map[string]any{"displayName": name + " other"})
	require.ErrorContains(t, err, "there are multiple", "the real provider splits a name at spaces")
	_, err = s.invoke("getServiceAccount", map[string]any{"id": "sa-none"})
	require.ErrorContains(t, err, `error reading service account "sa-none"`)
}

func TestOrganizationFunction(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	found, err := s.invoke("getOrganization", map[string]any{})
	require.NoError(t, err)
	assert.Equal(t, "crn://confluent.cloud/organization="+found.Get("id").AsString(),
		found.Get("resourceName").AsString())
	s.sandbox.Update(func(s *sandbox.State) { clear(s.Environments) })
	_, err = s.invoke("getOrganization", map[string]any{})
	require.ErrorContains(t, err, "no environments were found")
}
