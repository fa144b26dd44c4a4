package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestTransformsOfChangefeeds: transforms on the stack, on the parent and on a KafkaChangefeed. Each changes a property
// of a child, and secrets and outputs of other resources pass through them unchanged.
func TestTransformsOfChangefeeds(t *testing.T) {
	t.Parallel()
	for language, file := range map[string]string{
		"typescript": "index.ts", "python": "__main__.py", "go": "main.go",
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, language, sandbox.Options{
				Prepare: prepareRows, Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
			})
			s.hideKeys()
			s.write(file, s.fill(readFile(t, "testdata", "feed", file)))
			if language == "go" {
				useConfluentGo(s)
			}
			s.secrets(map[string]string{"displayName": hiddenName, "kafkaSecret": s.sandbox.APIKeys()[0].Secret})
			// The project is that of an example, which has settings.
			s.set("tidb.clusterId", "unused")
			s.set("environmentId", "unused")
			s.transformedFeeds()
		})
	}
}

func (s *stack) transformedFeeds() {
	s.t.Helper()
	s.pulumi("preview")
	assert.Empty(s.t, s.changes(), "a preview changes nothing")
	s.up()
	s.hideKeys()
	fresh := s.resource("fresh").ID
	assert.Equal(s.t, []any{fresh + ".*"}, s.outputs()["topics"])
	s.sandbox.Update(func(state *sandbox.State) {
		byStack, byParent, byComponent := 0, 0, 0
		for _, account := range state.ServiceAccounts {
			if account.Description == "transformed" {
				byStack++
			}
		}
		for _, key := range state.APIKeys {
			if key.Description == "transformed" {
				byParent++
			}
			if key.DisplayName == "transformed" {
				byComponent++
			}
		}
		assert.Equal(s.t, 1, byStack, "the child account")
		assert.Equal(s.t, 1, byParent, "the child key")
		assert.Equal(s.t, 1, byComponent, "the child key")
		require.Len(s.t, state.Changefeeds, 2)
		for _, feed := range state.Changefeeds {
			if feed.DisplayName != hiddenName {
				assert.Equal(s.t, "EXISTINGKEY00001", feed.Sink.Kafka.Authentication.Username)
				assert.Equal(s.t, sandbox.StatePaused, feed.State)
				continue
			}
			topics := feed.Sink.Kafka.TopicPartitionConfig
			assert.Equal(s.t, []string{"shop.orders", "test.*"}, feed.Filter.FilterRule)
			assert.Equal(s.t, fresh+".", topics.TopicPrefix)
			assert.Equal(s.t, "-", topics.Separator)
			assert.Equal(s.t, int64(6), topics.PartitionNum)
		}
	})
	s.settled()
	s.destroyed()
	assert.NotContains(s.t, s.transcript.String(), hiddenName)
}
