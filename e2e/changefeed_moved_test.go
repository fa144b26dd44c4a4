package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestReplacedUnderAChangefeed: a connection that failed, and then the Kafka cluster, are replaced under a changefeed
// of the same program. The key and the changefeed go in time, and the new changefeed starts at the checkpoint.
func TestReplacedUnderAChangefeed(t *testing.T) {
	t.Parallel()
	s := newStack(t, rowsProgram)
	s.up()
	s.hideKeys()
	s.insert(3)
	s.allArrive("shop")
	s.sandbox.Update(func(state *sandbox.State) {
		for _, c := range state.PrivateLinkConnections {
			c.State, c.Message = sandbox.StateFailed, "the endpoint was rejected"
		}
	})
	s.insert(2)
	s.pulumi("up", "--yes", "--skip-preview", "--refresh")
	s.allArrive("shop")
	s.settled()

	key, kafka := s.resource("rows-key").ID, s.onlyKafkaCluster()
	s.change(strings.Replace(rowsProgram, "  rows:", "      kafkaCluster: {availability: SINGLE_ZONE}\n  rows:", 1))
	s.up()
	s.hideKeys()
	require.NotEqual(t, kafka, s.onlyKafkaCluster())
	require.Len(t, s.sandbox.APIKeys(), 1)
	assert.NotEqual(t, key, s.sandbox.APIKeys()[0].ID)
	s.arrive(s.insert(2), "shop")
	s.settled()
	s.destroyed()
}
