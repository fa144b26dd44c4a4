package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The types of the children of a new PrivateLink.
const (
	typePrivateLink = "tidbconfluent:index:PrivateLink"
	typeNetwork     = "confluentcloud:index/network:Network"
	typeAccess      = "confluentcloud:index/privateLinkAccess:PrivateLinkAccess"
	typeKafka       = "confluentcloud:index/kafkaCluster:KafkaCluster"
	typeConnection  = "tidbconfluent:tidbcloud:PrivateLinkConnection"
	typeDomains     = "tidbconfluent:tidbcloud:DomainAttachment"
)

// TestExample takes the example through its whole life.
func TestExample(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	s := newStack(t, string(program), sandbox.Options{NextDNSLabel: "domnprzqrog"})
	seed := s.sandbox.Seed()
	s.pulumi("config", "set", "--path", "--type", "string", "tidb.clusterId", seed.EssentialUSEast1)
	s.pulumi("config", "set", "environmentId", seed.EnvironmentID)

	s.pulumi("preview")
	assert.Empty(t, s.changes(), "a preview changes nothing")

	s.up()
	outputs := s.outputs()
	var exported struct {
		Deployment struct{ Resources []resource }
	}
	var shown map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.pulumi("stack", "export")), &exported))
	require.NoError(t, json.Unmarshal([]byte(s.pulumi("stack", "output", "--json")), &shown))
	assert.Equal(t, shown, outputs, "what the tests read in the state is what the CLI shows")
	assert.Subset(t, exported.Deployment.Resources, s.resources())
	assert.Equal(t, "us-east-1", outputs["region"])
	assert.Equal(t, []any{"use1-az1", "use1-az2", "use1-az6"}, outputs["zones"])
	assert.ElementsMatch(t, []any{"use1-az1", "use1-az2", "use1-az6"}, outputs["tidbAvailabilityZoneIds"])
	assert.Equal(t, "domnprzqrog.us-east-1", outputs["dnsUniqueName"])
	assert.Equal(t, "domnprzqrog.us-east-1.aws.confluent.cloud", outputs["dnsDomain"])
	assert.NotEmpty(t, outputs["attachedDomains"])
	for output, pattern := range map[string]string{
		"tidbAwsAccountId":        `^\d{12}$`,
		"networkId":               `^n-`,
		"privateLinkAccessId":     `^pla-`,
		"kafkaClusterId":          `^lkc-`,
		"privateLinkConnectionId": `^plc-`,
		"vpcEndpointServiceName":  `^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-[0-9a-f]+$`,
		"bootstrapEndpoint":       `domnprzqrog\.us-east-1\.aws\.confluent\.cloud:9092$`,
		"restEndpoint":            `^https://.*domnprzqrog\.us-east-1\.aws\.confluent\.cloud:443$`,
	} {
		assert.Regexp(t, pattern, outputs[output], output)
	}

	resources := s.resources()
	assert.Equal(t, []string{
		typeKafka + " orders-kafka",
		typeNetwork + " orders-network",
		typeAccess + " orders-access",
		typePrivateLink + " orders",
		typeDomains + " orders-domains",
		typeConnection + " orders-connection",
	}, names(resources), "the names are part of the contract")
	for _, r := range resources {
		if r.Type != typePrivateLink {
			assert.Equal(t, "orders", resource{URN: r.Parent}.name(), "parent of %s", r.name())
		}
	}

	s.settled()
	s.destroyed()
}

// TestUpAgainChangesNothing: a second up makes no call that changes anything.
func TestUpAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	before := s.changes()
	s.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
	assert.Equal(t, before, s.changes())
}

// oneLink is the smallest program there is.
const oneLink = `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
`

// TestSecondLink: the second TiDB cluster of an account joins the first one's network,
// access and Kafka cluster.
func TestSecondLink(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink+`
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      privateLinkAccess: {id: "${orders.privateLinkAccessId}"}
      kafkaCluster: {id: "${orders.kafkaClusterId}"}
outputs:
  first: [ "${orders.networkId}", "${orders.privateLinkAccessId}", "${orders.kafkaClusterId}",
    "${orders.bootstrapEndpoint}" ]
  second: [ "${payments.networkId}", "${payments.privateLinkAccessId}", "${payments.kafkaClusterId}",
    "${payments.bootstrapEndpoint}" ]
  connections: [ "${orders.privateLinkConnectionId}", "${payments.privateLinkConnectionId}" ]
`)
	s.pulumi("preview")
	s.up()
	assert.Equal(t, []string{
		typeKafka + " orders-kafka",
		typeNetwork + " orders-network",
		typeAccess + " orders-access",
		typePrivateLink + " orders",
		typePrivateLink + " payments",
		typeDomains + " orders-domains",
		typeDomains + " payments-domains",
		typeConnection + " orders-connection",
		typeConnection + " payments-connection",
	}, names(s.resources()))
	outputs := s.outputs()
	assert.Equal(t, outputs["first"], outputs["second"])
	connections, ok := outputs["connections"].([]any)
	require.True(t, ok)
	assert.NotEqual(t, connections[0], connections[1])
	s.settled()

	before := len(s.changes())
	s.change(oneLink)
	s.up()
	seed := s.sandbox.Seed()
	for _, call := range s.changes()[before:] {
		assert.Contains(t, call, seed.EssentialUSEast1B, "removing the second link touches nothing of the first")
	}
	s.settled()
	s.destroyed()
}

// TestSecretInputs: a secret input works like any other and stays secret.
func TestSecretInputs(t *testing.T) {
	t.Parallel()
	s := newStack(t, `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: {fn::secret: "{{.EssentialUSEast1}}"}
      environmentId: {fn::secret: {{.EnvironmentID}}}
      network: {displayName: {fn::secret: a-confidential-name}}
      kafkaCluster: {cku: {fn::secret: 2}}
`)
	out := s.pulumi("preview", "--diff") + s.up()
	s.settled()
	out += s.pulumi("stack", "export")
	assert.NotContains(t, out, "a-confidential-name")
	assert.NotContains(t, out, s.sandbox.Seed().EnvironmentID+`"`, "the environment's id is a secret here")
	s.destroyed()
}
