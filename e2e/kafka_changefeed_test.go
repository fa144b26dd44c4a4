package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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
  kafka: ${orders.kafkaClusterId}
  rows: ${rows}
`

// inserted inserts rows, and returns the keys of all there are, the newest last.
func (s *stack) inserted(n int) []string {
	s.t.Helper()
	cluster := s.sandbox.Seed().EssentialUSEast1
	_, err := s.sandbox.Generate(sandbox.GeneratedRows{ClusterID: cluster, Table: "shop.orders", Insert: n})
	require.NoError(s.t, err)
	rows, err := s.sandbox.Rows(cluster, "shop.orders")
	require.NoError(s.t, err)
	var keys []string
	for _, row := range rows {
		keys = append(keys, fmt.Sprint(row["id"]))
	}
	return keys
}

// arrived are the keys of the rows whose insertion is in the topic, without repetitions.
func (s *stack) arrived(topic string) []string {
	s.t.Helper()
	kafka, _ := s.outputs()["kafka"].(string)
	messages, err := s.sandbox.Messages(s.t.Context(), kafka, topic)
	require.NoError(s.t, err)
	found := map[string]bool{}
	for _, m := range messages {
		var canal struct {
			Type string
			Data []map[string]string
		}
		require.NoError(s.t, json.Unmarshal(m.Value, &canal))
		for _, row := range canal.Data {
			if canal.Type == "INSERT" {
				found[row["id"]] = true
			}
		}
	}
	var keys []string
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (s *stack) allArrive(keys []string, topic string) {
	s.t.Helper()
	assert.Eventually(s.t, func() bool {
		arrived := s.arrived(topic)
		return !slices.ContainsFunc(keys, func(key string) bool { return !slices.Contains(arrived, key) })
	}, 20*time.Second, 200*time.Millisecond, "%v are not all in %s", keys, topic)
}

// hideKeys keeps the secrets of all API keys from being found in what is stored and said.
func (s *stack) hideKeys() {
	for _, key := range s.sandbox.APIKeys() {
		s.hidden = append(s.hidden, newSecret("the secret of "+key.ID, key.Secret))
	}
}

// TestKafkaChangefeed goes from a TiDB Cloud cluster to rows in one program, rotates the key, and destroys all of it.
func TestKafkaChangefeed(t *testing.T) {
	t.Parallel()
	s := newStack(t, rowsProgram)
	s.pulumi("preview")
	s.up()
	s.hideKeys()
	s.settled()
	before := s.inserted(5)
	s.allArrive(before, "shop")
	feed, key := s.resource("rows-changefeed"), s.resource("rows-key")

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
	s.allArrive(s.inserted(5), "shop")

	// Another topic is an edit in place, and another role.
	s.change(strings.Replace(rowsProgram, "{name: shop}", "{prefix: shop.}", 1))
	s.up()
	s.settled()
	assert.Equal(t, feed.ID, s.resource("rows-changefeed").ID)
	later := s.inserted(3)
	s.allArrive(later[len(later)-3:], "shop.shop_orders")
	s.destroyed()

	// The changefeed goes before what it needs.
	var gone []string
	for _, event := range s.sandbox.Events() {
		if event.State == sandbox.StateDeleted {
			gone = append(gone, event.Kind)
		}
	}
	first := slices.Index(gone, "Changefeed")
	for _, kind := range []string{"AttachDomain", "PrivateLinkConnection", "ServiceAccount", "KafkaCluster"} {
		assert.Less(t, first, slices.Index(gone, kind), "%s went first: %v", kind, gone)
	}
}
