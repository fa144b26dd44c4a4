package provider_test

import (
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// writtenOut sets every input of a changefeed that has a default to that default.
func writtenOut(inputs map[string]any) {
	sink, _ := inputs["kafka"].(map[string]any)
	sink["broker"] = map[string]any{"kafkaVersion": "VERSION_3XX", "compression": "NONE"}
	sink["authentication"] = map[string]any{"authType": "DISABLE", "enableTls": false}
	sink["dataFormat"] = map[string]any{"protocol": "CANAL_JSON"}
	sink["topicPartitionConfig"] = map[string]any{
		"defaultTopic": "orders", "dispatchType": "ONE_TOPIC", "partitionNum": 3.0, "replicationFactor": 3.0,
		"partitionDispatchers": []any{map[string]any{"partitionType": "TABLE", "matcher": []any{"*.*"}}},
	}
	inputs["filter"] = map[string]any{"filterRule": []any{"*.*"}, "mode": "IGNORE_NOT_SUPPORT_TABLE"}
	inputs["paused"] = false
}

// leftOut sets no input that has a default.
func leftOut(inputs map[string]any) {
	sink, _ := inputs["kafka"].(map[string]any)
	delete(sink, "authentication")
	delete(sink, "dataFormat")
	sink["topicPartitionConfig"] = map[string]any{"defaultTopic": "orders"}
	delete(inputs, "filter")
}

// TestChangefeedDefaultsAreNoChange: an input that is left out is the same as its default. An edit would stop the
// changefeed needlessly.
func TestChangefeedDefaultsAreNoChange(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	for name, sides := range map[string][2]func(map[string]any){
		"set": {leftOut, writtenOut}, "removed": {writtenOut, leftOut},
	} {
		f := lab.create(lab.inputs(named(name), sides[0]))
		assert.Empty(t, diffKinds(f.diff(f.checked(lab.inputs(named(name), sides[1])))), name)
	}

	// Another value than the default is a change, and so is a return to the default.
	compressed := func(inputs map[string]any) {
		leftOut(inputs)
		sink, _ := inputs["kafka"].(map[string]any)
		sink["broker"] = map[string]any{"compression": "LZ4"}
	}
	f := lab.create(lab.inputs(named("compressed"), leftOut))
	for _, change := range []func(map[string]any){compressed, leftOut} {
		inputs := f.checked(lab.inputs(named("compressed"), change))
		assert.Equal(t, map[string]p.DiffKind{"kafka.broker.compression": p.Update}, diffKinds(f.diff(inputs)))
		require.NoError(t, f.update(inputs))
		assert.Empty(t, diffKinds(f.diff(inputs)))
	}
	assert.Equal(t, "NONE", f.live().Sink.Kafka.Broker.Compression)
}

// A dispatcher without a matcher is for every table, wherever it stands in the list.
func TestDispatchersAreForEveryTableByDefault(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	dispatchers := func(all ...any) func(map[string]any) {
		return func(inputs map[string]any) {
			sink, _ := inputs["kafka"].(map[string]any)
			sink["topicPartitionConfig"] = map[string]any{"defaultTopic": "orders", "partitionDispatchers": all}
		}
	}
	byTime := map[string]any{"partitionType": "TS"}
	everyTableByTime := sandbox.PartitionDispatcher{
		PartitionType: "TS", Matcher: []string{"*.*"}, Columns: []string{},
	}
	f := lab.create(lab.inputs(dispatchers(
		map[string]any{"partitionType": "INDEX_VALUE", "matcher": []any{"shop.*"}}, byTime)))
	assert.Equal(t, []sandbox.PartitionDispatcher{
		{PartitionType: "INDEX_VALUE", Matcher: []string{"shop.*"}, Columns: []string{}}, everyTableByTime,
	}, f.live().Sink.Kafka.TopicPartitionConfig.PartitionDispatchers)
	require.NoError(t, f.update(f.checked(lab.inputs(dispatchers(byTime)))))
	assert.Equal(t, []sandbox.PartitionDispatcher{everyTableByTime},
		f.live().Sink.Kafka.TopicPartitionConfig.PartitionDispatchers)
}

// One instant has several notations, and a replacement would send rows again.
func TestAnotherSpellingOfTheStartIsNoChange(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	at := time.Now().UTC().Add(-time.Minute).Truncate(time.Second)
	from := func(text string) func(map[string]any) {
		return func(inputs map[string]any) { inputs["startPosition"] = map[string]any{"time": text} }
	}
	f := lab.create(lab.inputs(from(at.Format(time.RFC3339))))
	for _, same := range []string{
		at.Format("2006-01-02T15:04:05") + "+00:00", at.Format("2006-01-02T15:04:05") + ".000Z",
		at.In(time.FixedZone("", 9*3600)).Format(time.RFC3339),
	} {
		assert.Empty(t, diffKinds(f.diff(f.checked(lab.inputs(from(same))))), same)
	}
	later := f.checked(lab.inputs(from(at.Add(time.Second).Format(time.RFC3339))))
	assert.Equal(t, map[string]p.DiffKind{"startPosition": p.UpdateReplace}, diffKinds(f.diff(later)))
}

// TestChangefeedSettingsRemovedByHand: a refresh shows that a setting is gone, and the next update sets it again.
// Otherwise a removed filter of events would stay missing, and nothing would report it.
func TestChangefeedSettingsRemovedByHand(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	selective := func(inputs map[string]any) {
		sink, _ := inputs["kafka"].(map[string]any)
		sink["columnSelectors"] = []any{map[string]any{"matcher": []any{"shop.*"}, "columns": []any{"id"}}}
		inputs["filter"] = map[string]any{
			"filterRule":      []any{"shop.*"},
			"eventFilterRule": []any{map[string]any{"matcher": []any{"shop.*"}, "ignoreEvent": []any{"delete"}}},
		}
	}
	f := lab.create(lab.inputs(selective))
	wanted := f.checked(lab.inputs(selective))
	lab.box.Update(func(s *sandbox.State) {
		live := s.Changefeeds[f.state.Get("changefeedId").AsString()]
		live.Filter.EventFilterRule, live.Sink.Kafka.ColumnSelectors = nil, nil
	})
	first := f.refresh()
	assert.Equal(t, first.Properties, f.refresh().Properties)
	assert.Equal(t, map[string]p.DiffKind{
		"filter.eventFilterRule": p.Update, "kafka.columnSelectors": p.Update,
	}, diffKinds(f.diff(wanted)), "the password, which is never reported, is not among them")
	require.NoError(t, f.update(wanted))
	assert.Len(t, f.live().Filter.EventFilterRule, 1)
	assert.Len(t, f.live().Sink.Kafka.ColumnSelectors, 1)
	assert.Equal(t, kafkaSecret, f.live().Sink.Kafka.Authentication.Password)
	assert.Empty(t, diffKinds(f.diff(wanted)))
}
