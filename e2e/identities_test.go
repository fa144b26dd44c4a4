package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// identitiesProgram has what a Kafka writer needs that is outside the private network: all of it through Confluent's
// API.
const identitiesProgram = `
resources:
  writer:
    type: confluentcloud:ServiceAccount
    properties: {description: Writes rows.}
  writer-key:
    type: confluentcloud:ApiKey
    properties:
      owner: {id: "${writer.id}", kind: "${writer.kind}", apiVersion: "${writer.apiVersion}"}
      managedResource:
        id: lkc-orders
        kind: Cluster
        apiVersion: cmk/v2
        environment: {id: {{.EnvironmentID}}}
      disableWaitForReady: true
  writer-topics:
    type: confluentcloud:RoleBinding
    properties:
      principal: User:${writer.id}
      roleName: ResourceOwner
      crnPattern: ${kafka.rbacCrn}/kafka=lkc-orders/topic=orders*
  writer-cluster:
    type: confluentcloud:RoleBinding
    properties:
      principal: User:${writer.id}
      roleName: CloudClusterAdmin
      crnPattern: ${organization.resourceName}/environment={{.EnvironmentID}}/cloud-cluster=lkc-orders
      disableWaitForReady: true
variables:
  organization: {fn::invoke: {function: confluentcloud:getOrganization}}
  kafka:
    fn::invoke:
      function: confluentcloud:getKafkaCluster
      arguments: {id: lkc-orders, environment: {id: {{.EnvironmentID}}}}
  found:
    fn::invoke:
      function: confluentcloud:getServiceAccount
      arguments: {id: "${writer.id}"}
outputs:
  key: ${writer-key.id}
  secret: ${writer-key.secret}
  name: ${found.displayName}
`

// newIdentitiesStack is a stack with a program, and a Kafka cluster that nothing in it creates.
func newIdentitiesStack(t *testing.T, program string) *stack {
	t.Helper()
	return newStack(t, program, sandbox.Options{Prepare: func(state *sandbox.State) {
		state.KafkaClusters["lkc-orders"] = &sandbox.KafkaCluster{}
	}})
}

// resource is a resource of the stack.
func (s *stack) resource(name string) resource {
	s.t.Helper()
	for _, r := range s.resources() {
		if r.name() == name {
			return r
		}
	}
	require.Failf(s.t, "no such resource", "%s is not among %v", name, names(s.resources()))
	return resource{}
}

// TestIdentities compares the stand-in, or the real provider, with the sandbox's service accounts, API keys and role
// bindings.
func TestIdentities(t *testing.T) {
	t.Parallel()
	s := newIdentitiesStack(t, identitiesProgram)
	s.up()
	keys := s.sandbox.APIKeys()
	require.Len(t, keys, 1)
	s.hidden = append(s.hidden, newSecret("the secret of the API key", keys[0].Secret))
	s.settled()
	assert.Regexp(t, `^writer-[0-9a-f]{7}$`, s.outputs()["name"])
	assert.Equal(t, keys[0].ID, s.outputs()["key"])
	assert.Equal(t, "[secret]", s.outputs()["secret"])
	assert.Len(t, s.sandbox.RoleBindings(keys[0].Principal()), 2)

	s.change(strings.Replace(identitiesProgram, "Writes rows.", "Writes all rows.", 1))
	s.up()
	s.settled()
	assert.Equal(t, keys, s.sandbox.APIKeys(), "nothing but the description changed")

	// A key with a name from Pulumi is replaced before it is deleted: a writer always has a valid key.
	s.pulumi("up", "--yes", "--skip-preview", "--replace", s.resource("writer-key").URN)
	rotated := s.sandbox.APIKeys()
	require.Len(t, rotated, 1)
	assert.NotEqual(t, keys[0].ID, rotated[0].ID)
	s.hidden = append(s.hidden, newSecret("the secret of the new API key", rotated[0].Secret))
	var order []string
	for _, event := range s.sandbox.Events() {
		if event.Kind == "ApiKey" && (event.ID == keys[0].ID) == (event.State == sandbox.StateDeleted) {
			order = append(order, event.ID)
		}
	}
	assert.Equal(t, []string{rotated[0].ID, rotated[0].ID, keys[0].ID}, order,
		"the new key is there before the old one goes")
	s.settled()

	// What was deleted by other means is created anew.
	s.sandbox.Update(func(state *sandbox.State) {
		clear(state.APIKeys)
		clear(state.RoleBindings)
	})
	s.pulumi("refresh", "--yes", "--skip-preview")
	s.up()
	assert.Len(t, s.sandbox.APIKeys(), 1)
	assert.Len(t, s.sandbox.RoleBindings(keys[0].Principal()), 2)
	s.hidden = append(s.hidden, newSecret("the secret of the third API key", s.sandbox.APIKeys()[0].Secret))
	s.settled()
	s.destroyed()
}

// TestImportedIdentities imports each of the three. The secret of a key comes from an environment variable.
func TestImportedIdentities(t *testing.T) {
	t.Parallel()
	const secret = "R15hoiDIq8Nxu/lY4mPO3DwAVIfU5W7OI+efsB607mLgHTnVW5XJGVqX2ysDx987"
	s := newIdentitiesStack(t, "resources: {}\n")
	s.hidden = append(s.hidden, newSecret("the secret of the imported API key", secret))
	environment := s.sandbox.Seed().EnvironmentID
	s.sandbox.Update(func(state *sandbox.State) {
		state.ServiceAccounts["sa-000001"] = &sandbox.ServiceAccount{DisplayName: "writer"}
		state.APIKeys["KEYKEYKEYKEYKEYK"] = &sandbox.APIKey{
			OwnerID: "sa-000001", ClusterID: "lkc-orders",
			DisplayName: "key",
		}
		state.RoleBindings["rb-00001"] = &sandbox.RoleBinding{
			Principal: "User:sa-000001", RoleName: "CloudClusterAdmin",
			CRNPattern: "crn://confluent.cloud/organization=5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21/environment=" +
				environment + "/cloud-cluster=lkc-orders",
		}
	})
	imported := func(token, name, id string) (string, error) {
		return s.run("import", "confluentcloud:index/"+token, name, id, "--yes", "--skip-preview", "--protect=false",
			"--generate-code=false")
	}
	keyID := environment + "/KEYKEYKEYKEYKEYK"
	out, err := imported("apiKey:ApiKey", "writer-key", keyID)
	require.Error(t, err)
	assert.Contains(t, out, "does not exist", "it says no more than that")
	s.env["API_KEY_SECRET"] = secret
	for _, r := range [][3]string{
		{"serviceAccount:ServiceAccount", "writer", "sa-000001"},
		{"apiKey:ApiKey", "writer-key", keyID},
		{"roleBinding:RoleBinding", "writer-role", "rb-00001"},
	} {
		out, err := imported(r[0], r[1], r[2])
		require.NoError(t, err, out)
	}
	assert.Equal(t, "KEYKEYKEYKEYKEYK", s.resource("writer-key").ID)
	assert.Contains(t, s.resource("writer-key").Outputs, "secret")
	delete(s.env, "API_KEY_SECRET")
	s.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
	// An import records no dependencies, and the deletion of an account deletes its keys and roles.
	s.pulumi("destroy", "--yes", "--skip-preview", "--target", s.resource("writer-key").URN, "--target",
		s.resource("writer-role").URN)
	s.destroyed()
}
