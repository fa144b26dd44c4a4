package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// Everything in this program has a provider of its own, whose configuration is secret as a whole.
const explicitProviders = `
config:
  tidbPublicKey: {type: string, secret: true}
  tidbPrivateKey: {type: string, secret: true}
  tidbEndpoint: {type: string, secret: true}
  confluentKey: {type: string, secret: true}
  confluentSecret: {type: string, secret: true}
  confluentEndpoint: {type: string, secret: true}
resources:
  tidb:
    type: pulumi:providers:tidbconfluent
    properties:
      publicKey: ${tidbPublicKey}
      privateKey: ${tidbPrivateKey}
      serverlessEndpoint: ${tidbEndpoint}
      requestsPerMinute: 10000
    defaultProvider: false
  confluent:
    type: pulumi:providers:confluentcloud
    properties:
      cloudApiKey: ${confluentKey}
      cloudApiSecret: ${confluentSecret}
      endpoint: ${confluentEndpoint}
    defaultProvider: false
`

const explicitLinks = `
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
    options: {providers: ["${tidb}", "${confluent}"]}
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      privateLinkAccess: {id: "${orders.privateLinkAccessId}"}
      kafkaCluster: {id: "${orders.kafkaClusterId}"}
    options: {providers: ["${tidb}", "${confluent}"]}
  domains:
    type: tidbconfluent:tidbcloud:DomainAttachment
    properties:
      clusterId: "{{.EssentialUSEast1}}"
      privateLinkConnectionId: ${orders.privateLinkConnectionId}
      type: TIDBCLOUD_MANAGED
    options: {provider: "${tidb}"}
variables:
  cluster:
    fn::invoke:
      function: tidbconfluent:tidbcloud:getCluster
      arguments: {clusterId: "{{.EssentialUSEast1}}"}
      options: {provider: "${tidb}"}
outputs:
  region: ${cluster.region}
`

// withoutKeys removes the credentials and endpoints from the environment and the stack configuration.
func (s *stack) withoutKeys() {
	s.t.Helper()
	for name := range s.env {
		if strings.HasPrefix(name, "TIDBCLOUD_") || strings.HasPrefix(name, "CONFLUENT_CLOUD_") {
			delete(s.env, name)
		}
	}
	s.pulumi("config", "rm", "confluentcloud:endpoint")
}

// secrets sets secret settings.
func (s *stack) secrets(settings map[string]string) {
	s.t.Helper()
	for name, value := range settings {
		s.setSecret(name, value)
	}
}

// TestExplicitProviders: without default providers, the component uses the explicit ones for everything, its look-ups
// included. Another key or address updates only the providers.
func TestExplicitProviders(t *testing.T) {
	t.Parallel()
	s := newStack(t, explicitProviders+explicitLinks)
	s.withoutKeys()
	s.set("pulumi:disable-default-providers[0]", "*")
	old := s.sandbox.Credentials()
	s.secrets(map[string]string{
		"tidbPublicKey": old.PublicKey, "tidbPrivateKey": old.PrivateKey, "tidbEndpoint": s.sandbox.TiDBCloudURL(),
		"confluentKey": old.CloudAPIKey, "confluentSecret": old.CloudAPISecret,
		"confluentEndpoint": s.sandbox.ConfluentURL(),
	})
	s.pulumi("preview")
	s.up()
	assert.Equal(t, "us-east-1", s.outputs()["region"])
	s.settled()
	assert.NotContains(t, s.pulumi("stack", "export"), "default_", "there is no default provider")

	rotated := sandbox.Credentials{
		PublicKey: "ROTATED1", PrivateKey: "rotated-private-key", CloudAPIKey: "ROTATED2",
		CloudAPISecret: "rotated-api-secret",
	}
	s.sandbox.AddCredentials(rotated)
	s.secrets(map[string]string{
		"tidbPublicKey": rotated.PublicKey, "tidbPrivateKey": rotated.PrivateKey,
		"confluentKey": rotated.CloudAPIKey, "confluentSecret": rotated.CloudAPISecret,
		// The same place under another name.
		"tidbEndpoint": strings.Replace(s.sandbox.TiDBCloudURL(), "127.0.0.1", "localhost", 1),
	})
	want := plan{
		"tidb":      "update privateKey publicKey serverlessEndpoint",
		"confluent": "update",
	}
	assert.Equal(t, want.String(), s.observed("preview").plan.String())
	calls := len(s.sandbox.Calls())
	assert.Equal(t, want.String(), s.observed("up", "--yes", "--skip-preview").plan.String())
	assert.Empty(t, changing(s.sandbox.Calls()[calls:]))
	s.sandbox.RevokeCredentials(old)
	s.settled()
	for _, secret := range []string{
		rotated.PrivateKey, rotated.CloudAPISecret, rotated.PublicKey,
		rotated.CloudAPIKey,
	} {
		assert.NotContains(t, s.transcript.String()+s.pulumi("stack", "export"), secret)
	}

	s.change(explicitProviders + oneLink[len("\nresources:\n"):])
	for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
		assert.Contains(t, s.pulumiFails(command...), "Default provider for 'tidbconfluent' disabled")
	}
	s.change(explicitProviders + explicitLinks)
	s.destroyed()
}

// TestRotatedDefaultKey: a new key in the environment updates the default provider and nothing else.
func TestRotatedDefaultKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	old := s.sandbox.Credentials()
	rotated := sandbox.Credentials{
		PublicKey: "ROTATED1", PrivateKey: "rotated-private-key", CloudAPIKey: "ROTATED2",
		CloudAPISecret: "rotated-api-secret",
	}
	s.sandbox.AddCredentials(rotated)
	s.env["TIDBCLOUD_PUBLIC_KEY"], s.env["TIDBCLOUD_PRIVATE_KEY"] = rotated.PublicKey, rotated.PrivateKey
	s.env["CONFLUENT_CLOUD_API_KEY"], s.env["CONFLUENT_CLOUD_API_SECRET"] = rotated.CloudAPIKey, rotated.CloudAPISecret
	s.sandbox.RevokeCredentials(old)

	for name, action := range s.observed("preview").plan {
		assert.True(t, strings.HasPrefix(name, "default") && strings.HasPrefix(action, "update "), "%s: %s", name,
			action)
	}
	calls := len(s.sandbox.Calls())
	s.up()
	assert.Empty(t, changing(s.sandbox.Calls()[calls:]))
	s.settled()
	s.destroyed()
}

// TestTwoOrganizations: links of two TiDB Cloud organizations in one program, to one Kafka cluster. Each of the two
// sandboxes knows its own keys alone, so nothing can go through the other's provider.
func TestTwoOrganizations(t *testing.T) {
	t.Parallel()
	const account = "222233334444"
	other := sandboxtest.New(t, sandbox.Options{Prepare: func(state *sandbox.State) {
		for _, cluster := range state.TiDBClusters {
			cluster.AccountID = account
		}
	}})
	const second = `
  tidb:
    type: pulumi:providers:tidbconfluent
    properties: {publicKey: "${otherPublicKey}", privateKey: "${otherPrivateKey}",
      serverlessEndpoint: "${otherEndpoint}"}
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      kafkaCluster: {id: "${orders.kafkaClusterId}"}
    options: {providers: ["${tidb}"]}
config:
  otherPublicKey: {type: string}
  otherPrivateKey: {type: string, secret: true}
  otherEndpoint: {type: string}
outputs:
  accounts: ["${orders.tidbAwsAccountId}", "${payments.tidbAwsAccountId}"]
`
	s := newStack(t, oneLink)
	s.up()
	// TiDB Cloud sees the same of Confluent Cloud's endpoint services for both organizations.
	var network sandbox.Network
	id := partsOf(s.resources(), "orders").network
	s.sandbox.Update(func(state *sandbox.State) { network = *state.Networks[id] })
	other.Update(func(state *sandbox.State) {
		state.Networks[network.ID] = &network
		state.PrivateLinkAccesses["pla-same"] = &sandbox.PrivateLinkAccess{NetworkID: network.ID, Account: account}
	})
	s.change(oneLink + second)
	s.set("otherPublicKey", other.Credentials().PublicKey)
	s.set("otherEndpoint", other.TiDBCloudURL())
	s.secrets(map[string]string{"otherPrivateKey": other.Credentials().PrivateKey})

	calls := len(s.sandbox.Calls())
	s.up()
	assert.Equal(t, []any{"111122223333", account}, s.outputs()["accounts"])
	for _, call := range changing(s.sandbox.Calls()[calls:]) {
		assert.Equal(t, "create access", kindOfCall(call), "%s of the second organization is not in the first",
			call.Path)
	}
	var made []string
	for _, call := range changing(other.Calls()) {
		made = append(made, kindOfCall(call))
	}
	assert.Equal(t, []string{"create connection", "create domains"}, made)
	s.settled()
	require.NotContains(t, s.transcript.String()+s.pulumi("stack", "export"), other.Credentials().PrivateKey)
	s.destroyed()
	other.Update(func(state *sandbox.State) { assert.Empty(t, state.PrivateLinkConnections) })
}
