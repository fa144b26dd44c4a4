package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// emptyValues sets values such as false and "" next to outputs of another component.
const emptyValues = `
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
      topics: {prefix: shop, separator: "", suffix: ""}
      paused: %t
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      privateLinkAccess: {id: "${orders.privateLinkAccessId}"}
      kafkaCluster: {deletionProtection: %[1]t}
`

// TestEmptyValues: false and "" are values of the program, not outputs of a resource that the update skips.
func TestEmptyValues(t *testing.T) {
	t.Parallel()
	s := newStack(t, fmt.Sprintf(emptyValues, false), sandbox.Options{
		Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
	})
	for _, value := range []bool{false, true, false} {
		s.change(fmt.Sprintf(emptyValues, value))
		s.up()
		s.hideKeys()
		s.settled()
		inputs := s.resource("rows").Inputs
		assert.Equal(t, value, inputs["paused"])
		assert.Equal(t, map[string]any{"prefix": "shop", "separator": "", "suffix": ""}, inputs["topics"])
		assert.Equal(t, map[string]any{"deletionProtection": value}, s.resource("payments").Inputs["kafkaCluster"])
		s.sandbox.Update(func(state *sandbox.State) {
			for _, feed := range state.Changefeeds {
				assert.Equal(t, map[bool]string{true: sandbox.StatePaused, false: sandbox.StateRunning}[value],
					feed.State)
				assert.Empty(t, feed.Sink.Kafka.TopicPartitionConfig.Separator)
			}
		})
	}
	s.destroyed()
}
