package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// rowsProgram is a link and a changefeed over it: nothing is typed twice.
const rowsProgram = `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
  rows:
    type: tidbconfluent:KafkaChangefeed
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      kafkaClusterId: ${orders.kafkaClusterId}
      privateLinkConnectionId: ${orders.privateLinkConnectionId}
      tables: [shop.orders]
      topics: {name: shop}
outputs:
  serviceAccountId: ${rows.serviceAccountId}
  apiKeyId: ${rows.apiKeyId}
  topics: ${rows.topics}
  changefeedId: ${rows.changefeedId}
`

// TestKafkaChangefeed goes from a TiDB Cloud cluster to rows in one program, rotates the key, and destroys all of it.
func TestKafkaChangefeed(t *testing.T) {
	t.Parallel()
	s := newStack(t, rowsProgram)
	s.pulumi("preview")
	s.up()
	s.hideKeys()
	s.settled()
	s.insert(5)
	s.allArrive("shop")
	feed, key := s.resource("rows-changefeed"), s.resource("rows-key")
	outputs := s.outputs()
	for output, child := range map[string]string{"serviceAccountId": "rows-account", "apiKeyId": "rows-key"} {
		assert.Equal(t, s.resource(child).ID, outputs[output], output)
	}
	assert.Equal(t, []any{"shop"}, outputs["topics"])
	assert.Equal(t, feed.Outputs["changefeedId"], outputs["changefeedId"])

	// A new key, the changefeed edited in place, the old key gone.
	s.pulumi("up", "--yes", "--skip-preview", "--replace", key.URN)
	s.hideKeys()
	assert.Equal(t, feed.ID, s.resource("rows-changefeed").ID)
	require.Len(t, s.sandbox.APIKeys(), 1)
	assert.Equal(t, s.sandbox.APIKeys()[0].ID, s.resource("rows-key").ID)
	assert.NotEqual(t, key.ID, s.resource("rows-key").ID)
	var order []string
	for _, event := range s.sandbox.Events() {
		if event.Kind == "ApiKey" && (event.State == sandbox.StateDeleted || event.State == sandbox.PhaseProvisioning) {
			order = append(order, event.State)
		}
	}
	assert.Equal(t, []string{sandbox.PhaseProvisioning, sandbox.PhaseProvisioning, sandbox.StateDeleted}, order)
	s.settled()
	s.insert(5)
	s.allArrive("shop")

	// Another topic is an edit in place, and another role.
	s.change(strings.Replace(rowsProgram, "{name: shop}", "{prefix: shop.}", 1))
	s.up()
	s.settled()
	assert.Equal(t, feed.ID, s.resource("rows-changefeed").ID)
	s.arrive(s.insert(3), "shop.shop_orders")
	s.destroyed()
	s.changefeedFirst()
}

// prepareRows has a cluster, a network and a connection that exist, so that a preview knows everything.
func prepareRows(state *sandbox.State) {
	madeByHand(state)
	state.PrivateLinkConnections["plc-a7bq2mxw"].Domains[0].Names = []string{
		"*.domnprzqrog.us-east-1.aws.confluent.cloud",
	}
	state.Networks["n-6kq2zr"].DNSResolution = "PRIVATE"
	state.ServiceAccounts["sa-000001"] = &sandbox.ServiceAccount{DisplayName: "writer"}
	state.APIKeys["EXISTINGKEY00001"] = &sandbox.APIKey{
		OwnerID: "sa-000001", ClusterID: "lkc-9mz5yq", Secret: "existing/secret+of-the-key",
	}
	state.RoleBindings["rb-00001"] = &sandbox.RoleBinding{
		Principal: "User:sa-000001", RoleName: "CloudClusterAdmin",
		CRNPattern: "crn://confluent.cloud/organization=5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21" +
			"/environment=env-7x3k9q/cloud-cluster=lkc-9mz5yq",
	}
}

// rowsAlone is a changefeed over what exists, with more inputs.
func rowsAlone(more string) string {
	return `
resources:
  rows:
    type: tidbconfluent:KafkaChangefeed
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      kafkaClusterId: lkc-9mz5yq
      privateLinkConnectionId: plc-a7bq2mxw
` + more
}

// TestKafkaChangefeedWithAKey writes with an existing key, whose secret the program sets in clear, and edits it in
// place.
func TestKafkaChangefeedWithAKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, rowsAlone("      credentials: {apiKey: EXISTINGKEY00001, apiSecret: \"${kafkaSecret}\"}\n"+
		"config:\n  kafkaSecret: {type: string}\n"),
		sandbox.Options{Prepare: prepareRows})
	s.setSecret("kafkaSecret", "existing/secret+of-the-key")
	s.hideKeys()
	s.up()
	s.settled()
	assert.Equal(t, []string{
		"tidbconfluent:index:KafkaChangefeed rows", "tidbconfluent:tidbcloud:Changefeed rows-changefeed",
	}, names(s.resources()))
	s.destroyed()
}

// madeChanges are the calls that changed something: a look at tables is a POST that changes nothing.
func (s *stack) madeChanges() []string {
	return slices.DeleteFunc(s.changes(),
		func(call string) bool { return strings.HasSuffix(call, ":describeSchemaTable") })
}

// TestKafkaChangefeedWarnsOfTablesWithoutAKey: a preview warns, and the update still creates the changefeed.
func TestKafkaChangefeedWarnsOfTablesWithoutAKey(t *testing.T) {
	t.Parallel()
	s := newStack(t, rowsAlone("      tables: [shop.*]\n"), sandbox.Options{Prepare: prepareRows})
	out := s.pulumi("preview")
	assert.Contains(t, out, "tables: shop.visits have neither a primary key nor a unique key without NULL")
	s.change(rowsAlone("      tables: [shop.*, \"!shop.visits\"]\n"))
	assert.NotContains(t, s.pulumi("preview"), "primary key")
}
