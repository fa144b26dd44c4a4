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

// Rows are compared, column by column, with the messages that a consumer reads. The tests of changefeeds write into ordersTable.
const ordersTable = "shop.orders"

// typeAPIKey is the type of API keys in Confluent Cloud.
const typeAPIKey = "confluentcloud:index/apiKey:ApiKey"

// insert inserts rows into the table, and returns them.
func (s *stack) insert(n int) []sandbox.Row {
	s.t.Helper()
	changes, err := s.sandbox.Generate(sandbox.GeneratedRows{ClusterID: s.sandbox.Seed().EssentialUSEast1, Table: ordersTable, Insert: n})
	require.NoError(s.t, err)
	require.Len(s.t, changes, n)
	var rows []sandbox.Row
	for _, change := range changes {
		rows = append(rows, change.After)
	}
	return rows
}

// allArrive waits until the topic has every row of the table, and checks that it has no other.
func (s *stack) allArrive(topic string) {
	s.t.Helper()
	rows, err := s.sandbox.Rows(s.sandbox.Seed().EssentialUSEast1, ordersTable)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, rows)
	s.arrive(topic, rows)
	assert.ElementsMatch(s.t, rows, s.consume(topic), "the rows of %s and those in %s", ordersTable, topic)
}

// arrive waits until the topic has these rows.
func (s *stack) arrive(topic string, rows []sandbox.Row) {
	s.t.Helper()
	missing := rows
	for deadline := time.Now().Add(30 * time.Second); len(missing) > 0 && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		arrived := s.consume(topic)
		missing = slices.DeleteFunc(slices.Clone(rows), func(row sandbox.Row) bool {
			return slices.ContainsFunc(arrived, func(other sandbox.Row) bool { return maps.Equal(row, other) })
		})
	}
	require.Empty(s.t, missing, "rows that are not in %s", topic)
}

// consume reads the rows whose insertion is in the topic, each once: a changefeed delivers at least once.
func (s *stack) consume(topic string) []sandbox.Row {
	s.t.Helper()
	messages, err := s.sandbox.Messages(s.t.Context(), s.onlyKafkaCluster(), topic)
	require.NoError(s.t, err)
	var rows []sandbox.Row
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
			if !slices.ContainsFunc(rows, func(other sandbox.Row) bool { return maps.Equal(row, other) }) {
				rows = append(rows, row)
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

// hideKeys keeps the secrets of all API keys from being found in what is stored and printed.
func (s *stack) hideKeys() {
	for _, key := range s.sandbox.APIKeys() {
		s.hidden = append(s.hidden, newSecret("the secret of "+key.ID, key.Secret))
	}
}
