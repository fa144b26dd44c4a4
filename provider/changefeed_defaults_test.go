package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writtenOut gives every input of a changefeed that has a default, with that default.
func writtenOut(inputs map[string]any) {
	sink, _ := inputs["kafka"].(map[string]any)
	sink["broker"] = map[string]any{"kafkaVersion": "VERSION_3XX", "compression": "NONE"}
	sink["authentication"] = map[string]any{"authType": "DISABLE", "enableTls": false}
	sink["dataFormat"] = map[string]any{"protocol": "CANAL_JSON"}
	sink["topicPartitionConfig"] = map[string]any{
		"defaultTopic": "orders", "dispatchType": "ONE_TOPIC", "partitionNum": 3.0, "replicationFactor": 3.0,
	}
	inputs["filter"] = map[string]any{"filterRule": []any{"*.*"}, "mode": "IGNORE_NOT_SUPPORT_TABLE"}
	inputs["paused"] = false
}

// leftOut gives no input that has a default.
func leftOut(inputs map[string]any) {
	sink, _ := inputs["kafka"].(map[string]any)
	delete(sink, "authentication")
	delete(sink, "dataFormat")
	sink["topicPartitionConfig"] = map[string]any{"defaultTopic": "orders"}
	delete(inputs, "filter")
}

// TestChangefeedDefaultsAreNoChange: an input that is left out is the same as its default. An edit would stop the
// changefeed for nothing.
func TestChangefeedDefaultsAreNoChange(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	for name, sides := range map[string][2]func(map[string]any){
		"set": {leftOut, writtenOut}, "removed": {writtenOut, leftOut},
	} {
		f := lab.create(lab.inputs(named(name), sides[0]))
		assert.Empty(t, diffKinds(f.diff(f.checked(lab.inputs(named(name), sides[1])))), name)
	}

	// One that is not the default is a change, and so is the way back.
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
