package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The connection of the changefeeds of a stack. It exists from the beginning, outside of the stack.
const feedConnection = "plc-feeds"

// feedOptions are a sandbox with everything that a changefeed needs except a Kafka cluster.
func feedOptions(o sandbox.Options) sandbox.Options {
	o.Changefeeds.StatesOnly = true
	return o
}

// feedInputs are those of a changefeed into Confluent Cloud, with changes.
func (s *stack) feedInputs(change ...func(map[string]any)) map[string]any {
	inputs := map[string]any{
		"clusterId": s.box.Seed().EssentialUSEast1,
		"kafka": map[string]any{
			"network": map[string]any{"privateLink": map[string]any{
				"privateLinkConnectionId": feedConnection,
				"port":                    9092.0,
			}},
			"authentication": map[string]any{
				"authType": "SASL_PLAIN", "username": "KEY", "password": kafkaSecret, "enableTls": true,
				"serverName": "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud",
			},
			"topicPartitionConfig": map[string]any{
				"dispatchType": "ONE_TOPIC", "defaultTopic": "orders",
				"partitionNum": 3.0,
			},
		},
		"filter": map[string]any{"filterRule": []any{"shop.*"}},
	}
	if s.name != "" {
		inputs["displayName"] = s.name
	}
	for _, f := range change {
		f(inputs)
	}
	return inputs
}

// edited changes inputs that are edited in place.
func edited(inputs map[string]any) {
	inputs["filter"] = map[string]any{"filterRule": []any{"shop.*", "!shop.audit"}}
}

func paused(inputs map[string]any) { inputs["paused"] = true }

// newFeedStack is a stack with a cluster that has an active connection.
func newFeedStack(t *testing.T, patience time.Duration, o sandbox.Options) *stack {
	t.Helper()
	s := newStackWith(t, patience, feedOptions(o))
	s.connectFeeds()
	return s
}

func (s *stack) connectFeeds() {
	s.box.Update(func(w *sandbox.State) {
		w.PrivateLinkConnections[feedConnection] = &sandbox.PrivateLinkConnection{
			ID: feedConnection, ClusterID: s.box.Seed().EssentialUSEast1, DisplayName: "feeds", State: "ACTIVE",
			Type: "AWS_ENDPOINT_SERVICE", EndpointService: serviceName,
		}
	})
}

// program changes the changefeed's inputs in the program.
func (s *stack) program(change ...func(map[string]any)) { s.feedProgram = change }

// feedID is the changefeed's id in TiDB Cloud.
func (s *stack) feedID() string { return s.feed.id[strings.LastIndex(s.feed.id, "/")+1:] }

// feeds are the existing changefeeds.
func (s *stack) feeds() map[string]sandbox.Changefeed {
	all := map[string]sandbox.Changefeed{}
	s.box.Update(func(w *sandbox.State) {
		for id, c := range w.Changefeeds {
			if c.State != "DELETED" {
				all[id] = *c
			}
		}
	})
	return all
}

// liveFeed is the changefeed in the state, which must be the only one.
func (s *stack) liveFeed() sandbox.Changefeed {
	s.t.Helper()
	all := s.feeds()
	require.Len(s.t, all, 1)
	require.Contains(s.t, all, s.feedID())
	return all[s.feedID()]
}

// setFeed changes the changefeed without Pulumi.
func (s *stack) setFeed(change func(*sandbox.Changefeed)) {
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.Changefeeds {
			if c.State != "DELETED" {
				change(c)
			}
		}
	})
}

// assertFeed requires one changefeed, in a state, that takes tables.
func (s *stack) assertFeed(state string, rules ...string) {
	s.t.Helper()
	live := s.liveFeed()
	assert.Equal(s.t, state, live.State)
	assert.Equal(s.t, rules, live.Filter.FilterRule)
	assert.Equal(s.t, kafkaSecret, live.Sink.Kafka.Authentication.Password)
}
