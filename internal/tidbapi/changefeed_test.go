package tidbapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"
)

const changefeedJSON = `{"changefeedId":"cf-1","clusterId":1001,"displayName":"rows","state":"STATE_NORMAL",
	"sink":{"type":"kafka","kafka":{"network":{"networkType":"private-link","privateLink":
	{"privateLinkConnectionId":"plc-1","port":"9092"}},"topicPartitionConfig":{"partition_num":"3"}}},
	"checkpoint":{"tso":458996254096228352,"time":"2026-01-31T12:00:00Z"}}`

func TestGetChangefeed(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, changefeedJSON))
	got, err := fake.start(t).GetChangefeed(t.Context(), "1001", "cf-1")
	require.NoError(t, err)
	partitions := 3
	sink := &KafkaSink{Network: &KafkaNetwork{
		NetworkType: KafkaNetworkPrivateLink,
		PrivateLink: &feed.KafkaPrivateLink{PrivateLinkConnectionID: "plc-1", Port: 9092},
	}}
	sink.TopicPartitionConfig.PartitionNum = &partitions
	assert.Equal(t, &Changefeed{
		ChangefeedID: "cf-1", ClusterID: "1001", DisplayName: "rows", State: ChangefeedStateRunning,
		Sink:       &ChangefeedSink{Type: "KAFKA", Kafka: sink},
		Checkpoint: &Checkpoint{TSO: "458996254096228352", Time: "2026-01-31T12:00:00Z"},
	}, got)
	assert.Equal(t, []string{"GET /v1beta1/clusters/1001/changefeeds/cf-1"}, fake.calls())
}

// An answer to an edit that does not show the whole changefeed costs one more call.
func TestEditChangefeed(t *testing.T) {
	t.Parallel()
	const path = "/v1beta1/clusters/1001/changefeeds/cf-1"
	for body, calls := range map[string][]string{
		changefeedJSON: {"PATCH " + path},
		"":             {"PATCH " + path, "GET " + path},
		`{}`:           {"PATCH " + path, "GET " + path},
		`{"changefeedId":"cf-1","state":"PAUSED"}`:            {"PATCH " + path, "GET " + path},
		`{"state":"PAUSED","sink":{"type":"KAFKA"}}`:          {"PATCH " + path, "GET " + path},
		`{"changefeedId":"cf-1","sink":{"type":"KAFKA"}}`:     {"PATCH " + path, "GET " + path},
		`{"changefeed":{"changefeed_id":"cf-1","state":"x"}}`: {"PATCH " + path, "GET " + path},
	} {
		fake := newFake(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch {
				reply(w, http.StatusOK, body)
				return
			}
			reply(w, http.StatusOK, changefeedJSON)
		})
		edited, err := fake.start(t).EditChangefeed(t.Context(), Changefeed{
			ClusterID: "1001", ChangefeedID: "cf-1", Sink: &ChangefeedSink{Kafka: &KafkaSink{}},
		})
		require.NoError(t, err, body)
		assert.Equal(t, "cf-1", edited.ChangefeedID, body)
		assert.Equal(t, calls, fake.calls(), body)
	}
	fake := newFake(always(http.StatusOK, `{"changefeedId":"cf-2"}`))
	_, err := fake.start(t).EditChangefeed(t.Context(), Changefeed{
		ClusterID: "1001", ChangefeedID: "cf-1", Sink: &ChangefeedSink{Kafka: &KafkaSink{}},
	})
	require.ErrorContains(t, err, path+`: it is about "cf-2" instead of cf-1`)
}

// TestPublicEndpointsInAnyOrder: a changefeed of unknown outcome is recognized, however the service writes its brokers.
func TestPublicEndpointsInAnyOrder(t *testing.T) {
	t.Parallel()
	through := func(endpoints string) Changefeed {
		network := &KafkaNetwork{NetworkType: KafkaNetworkPublic, PublicEndpoints: endpoints}
		return Changefeed{DisplayName: "rows", Sink: &ChangefeedSink{Kafka: &KafkaSink{Network: network}}}
	}
	wanted := through("b:9092,a:9092")
	for _, same := range []string{"a:9092,b:9092", "b:9092, a:9092", " a:9092 ,b:9092,"} {
		assert.True(t, through(same).IsLike(wanted), same)
		assert.Equal(t, []string{"a:9092", "b:9092"}, through(same).Sink.Kafka.Network.Endpoints())
	}
	assert.False(t, through("a:9092").IsLike(wanted))
	assert.False(t, through("").IsLike(wanted))
}
