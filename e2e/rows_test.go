package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// Rows are compared, column by column, with the messages that a consumer reads. The tests of changefeeds write into
// ordersTable.
const ordersTable = "shop.orders"

// typeAPIKey is the type of API keys in Confluent Cloud.
const typeAPIKey = "confluentcloud:index/apiKey:ApiKey"

// insert inserts rows into the table, and returns them.
func (s *stack) insert(n int) []sandbox.Row {
	s.t.Helper()
	changes, err := s.sandbox.Generate(
		sandbox.GeneratedRows{ClusterID: s.sandbox.Seed().EssentialUSEast1, Table: ordersTable, Insert: n})
	require.NoError(s.t, err)
	require.Len(s.t, changes, n)
	var rows []sandbox.Row
	for _, change := range changes {
		rows = append(rows, change.After)
	}
	return rows
}

// allArrive waits until the topics have every row of the table, and checks that they have no other.
func (s *stack) allArrive(topics ...string) {
	s.t.Helper()
	rows, err := s.sandbox.Rows(s.sandbox.Seed().EssentialUSEast1, ordersTable)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, rows)
	arrived := s.arrive(rows, topics...)
	assert.Len(s.t, arrived, len(rows), "the rows in %v, and those of %s", topics, ordersTable)
}

// arrive waits until the topics have these rows, and returns all that they have.
func (s *stack) arrive(rows []sandbox.Row, topics ...string) map[string]sandbox.Row {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		arrived := s.consume(topics...)
		missing := slices.DeleteFunc(slices.Clone(rows),
			func(row sandbox.Row) bool { return maps.Equal(row, arrived[row["id"]]) })
		if len(missing) == 0 {
			return arrived
		}
		if time.Now().After(deadline) {
			require.Empty(s.t, missing, "%d of %d rows are not in %v", len(missing), len(rows), topics)
		}
	}
}

// consume reads the rows whose insertion is in the topics, by their keys. A changefeed delivers at least once, and each
// time the same.
func (s *stack) consume(topics ...string) map[string]sandbox.Row {
	s.t.Helper()
	rows := map[string]sandbox.Row{}
	for _, topic := range topics {
		messages, err := s.sandbox.Messages(s.t.Context(), s.onlyKafkaCluster(), topic)
		require.NoError(s.t, err)
		for _, m := range messages {
			var canal struct {
				Type, Database, Table string
				Data                  []sandbox.Row
			}
			require.NoError(s.t, json.Unmarshal(m.Value, &canal), "%s", m.Value)
			if canal.Type != "INSERT" {
				continue
			}
			require.Equal(s.t, ordersTable, canal.Database+"."+canal.Table)
			for _, row := range canal.Data {
				if other, again := rows[row["id"]]; again {
					require.Equal(s.t, other, row, "a row that comes again")
				}
				rows[row["id"]] = row
			}
		}
	}
	return rows
}

// onlyKafkaCluster is the ID of the one Kafka cluster in the sandbox.
func (s *stack) onlyKafkaCluster() string {
	s.t.Helper()
	var ids []string
	s.sandbox.Update(func(state *sandbox.State) { ids = slices.Collect(maps.Keys(state.KafkaClusters)) })
	require.Len(s.t, ids, 1)
	return ids[0]
}

// hideKeys adds the secrets of all API keys to those that must not show.
func (s *stack) hideKeys() {
	for _, key := range s.sandbox.APIKeys() {
		s.hidden = append(s.hidden, newSecret("the secret of "+key.ID, key.Secret))
	}
}
