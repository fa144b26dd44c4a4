package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestDeletionProtection: Pulumi refuses to delete a Kafka cluster that Confluent Cloud refuses to delete, before
// anything else is deleted or a replacement is ordered. Without a preview, Pulumi deletes in its order, and reaches the
// Kafka cluster late.
func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	protected := oneLink + "      kafkaCluster: {deletionProtection: true}\n"
	s := newStack(t, protected)
	s.up()
	s.settled()
	made := s.changes()
	assert.Contains(t, s.pulumiFails("destroy", "--yes"), "it is protected")
	s.change(strings.Replace(protected, "true}", "true, availability: SINGLE_ZONE}", 1))
	assert.Contains(t, s.pulumiFails("up", "--yes"), "protect")
	s.change("resources: {}\n")
	assert.Contains(t, s.pulumiFails("up", "--yes"), "it is protected")
	assert.Equal(t, made, s.changes(), "nothing is ordered or deleted")

	s.change(protected)
	assert.Contains(t, s.pulumiFails("destroy", "--yes", "--skip-preview"), "it is protected")
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Empty(t, state.PrivateLinkConnections, "as docs/day-two.md says")
		assert.Len(t, state.KafkaClusters, 1)
	})
	s.up()
	s.settled()

	s.change(strings.Replace(protected, "true}", "false}", 1))
	s.up()
	s.destroyed()
}

// TestDeletionProtectionOfWhatIsKept: a retained cluster may leave the state.
func TestDeletionProtectionOfWhatIsKept(t *testing.T) {
	t.Parallel()
	protected := oneLink + "      kafkaCluster: {deletionProtection: true}\n"
	s := newStack(t, protected)
	s.up()
	s.change(protected + "    options: {retainOnDelete: true}\n")
	s.up()
	outputs := s.resourceCalled("orders").Outputs
	s.change("resources:\n" +
		privateLink("orders", fmt.Sprintf("network: {id: %v}, privateLinkAccess: {id: %v}, kafkaCluster: {id: %v}",
			outputs["networkId"], outputs["privateLinkAccessId"], outputs["kafkaClusterId"])))
	made := s.changes()
	s.up()
	assert.Equal(t, made, s.changes(), "nothing is deleted")
	s.settled()
	s.pulumi("destroy", "--yes", "--skip-preview")
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.KafkaClusters, 1) })
}
