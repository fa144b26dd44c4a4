package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestTransformsOfChangefeeds: a transform on the stack, on the parent, or on a KafkaChangefeed. It changes a child,
// and whatever passes through it arrives: what is secret, or an output of another resource.
func TestTransformsOfChangefeeds(t *testing.T) {
	t.Parallel()
	files := map[string]string{"typescript": "index.ts", "python": "__main__.py", "go": "main.go"}
	for _, test := range []struct{ language, on string }{
		{"typescript", "stack"},
		{"typescript", "parent"},
		{"typescript", "component"},
		{"python", "stack"},
		{"python", "component"},
		{"go", "component"},
	} {
		t.Run(test.language+" "+test.on, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, test.language, sandbox.Options{
				Prepare: prepareRows, Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
			})
			s.hideKeys()
			file := files[test.language]
			s.write(file, s.fill(readFile(t, "testdata", "feed", file)))
			if test.language == "go" {
				useConfluentGo(s)
			}
			s.secrets(map[string]string{"displayName": hiddenName, "kafkaSecret": s.sandbox.APIKeys()[0].Secret})
			s.pulumi("config", "set", "transforms", test.on)
			// The project is that of an example, which has settings.
			s.pulumi("config", "set", "--path", "tidb.clusterId", "unused")
			s.pulumi("config", "set", "environmentId", "unused")
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
		described := 0
		for _, account := range state.ServiceAccounts {
			if account.Description == "transformed" {
				described++
			}
		}
		assert.Equal(s.t, 1, described, "the child account")
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
