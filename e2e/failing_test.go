package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// flat is the output of a command, in one line.
func flat(out string) string { return strings.Join(strings.Fields(out), " ") }

// TestFailedParts: a network, an access or a Kafka cluster that turns FAILED half way stops the update with the
// service's reason, stays in the state, and stops the next update too, which shows how to remove it. Then all goes
// well.
func TestFailedParts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		child, first, next string
		failing            sandbox.Failing
	}{
		{
			"orders-network", `provisioning status is "FAILED": Could not provision cloud resources`,
			"has no DNS domain and no VPC endpoint service, so it is not READY; check its phase in Confluent Cloud",
			sandbox.Failing{Networks: 1},
		},
		{
			"orders-access", `provisioning status is "FAILED": Could not configure the endpoint service`,
			"does not let the account 111122223333 in",
			sandbox.Failing{PrivateLinkAccesses: 1},
		},
		{
			"orders-kafka", `provisioning status is "FAILED"`,
			"has no bootstrap endpoint, so it is not PROVISIONED; check its phase in Confluent Cloud",
			sandbox.Failing{KafkaClusters: 1},
		},
	}
	for _, test := range tests {
		t.Run(test.child, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, oneLink, sandbox.Options{Prepare: func(s *sandbox.State) { s.Failing = test.failing }})
			out := flat(s.pulumiFails("up", "--yes", "--skip-preview"))
			assert.Contains(t, out, test.first)
			failed := s.resourceCalled(test.child)
			assert.NotEmpty(t, failed.ID, "it stays in the state")
			s.pulumi("preview")
			out = flat(s.pulumiFails("up", "--yes", "--skip-preview"))
			assert.Contains(t, out, test.next)
			assert.Equal(t, failed.ID, s.resourceCalled(test.child).ID)

			s.pulumi("destroy", "--target", failed.URN, "--target-dependents", "--yes", "--skip-preview")
			s.up()
			assert.NotEqual(t, failed.ID, s.resourceCalled(test.child).ID)
			s.settled()
			s.destroyed()
		})
	}
}

// TestFailedPartIsDestroyed: a destroy deletes a failed part too.
func TestFailedPartIsDestroyed(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink,
		sandbox.Options{Prepare: func(s *sandbox.State) { s.Failing = sandbox.Failing{KafkaClusters: 1} }})
	s.pulumiFails("up", "--yes", "--skip-preview")
	s.destroyed()
}

// TestSlowToVanish: a network stays for minutes after Pulumi is done with it, and a Kafka cluster for longer than
// Pulumi waits.
func TestSlowToVanish(t *testing.T) {
	t.Parallel()
	s := newStack(t, `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
    options:
      customTimeouts: {delete: 3s}
`, sandbox.Options{Times: sandbox.Times{NetworkDelete: time.Hour, KafkaClusterDelete: time.Hour}})
	s.up()
	kafka, network := s.resourceCalled("orders-kafka"), s.resourceCalled("orders-network")
	out := flat(s.pulumiFails("destroy", "--yes", "--skip-preview"))
	assert.Contains(t, out, `error waiting for Kafka Cluster "`+kafka.ID+`" to be deleted`)
	s.sandbox.Update(func(state *sandbox.State) { delete(state.KafkaClusters, kafka.ID) })
	// As documented: a part that is gone already is an error for Confluent's provider, unless a refresh has found out.
	assert.Contains(t, s.pulumiFails("destroy", "--yes", "--skip-preview"), "403 Forbidden")
	s.pulumi("destroy", "--refresh", "--yes", "--skip-preview")
	assert.Empty(t, s.sandbox.Difference())
	s.sandbox.Update(func(state *sandbox.State) {
		require.Contains(t, state.Networks, network.ID)
		assert.Equal(t, sandbox.PhaseDeprovisioning, state.Networks[network.ID].Phase)
	})
	// The next link of the name is another one, whatever is still on its way out.
	s.up()
	assert.NotEqual(t, network.ID, s.resourceCalled("orders-network").ID)
}
