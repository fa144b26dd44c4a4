package component_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

// lookedFor are the display names that a function was asked for.
func (w *world) lookedFor(token string) []string {
	var names []string
	for _, call := range w.calls {
		if name, ok := call.Args["displayName"]; ok && call.Token == token {
			names = append(names, name.StringValue())
		}
	}
	return names
}

const (
	getNetwork = "confluentcloud:index/getNetwork:getNetwork"
	getKafka   = "confluentcloud:index/getKafkaCluster:getKafkaCluster"

	twinNetwork = `warning: the network "orders" exists in environment env-1 already (n-1), and another of that name is about to be made; ` +
		"if a run that was interrupted left it behind, take it over first: pulumi import " + networkType + " orders-network env-1/n-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, or is being replaced, all is well"
	twinKafka = `warning: the Kafka cluster "prod" exists in environment env-1 already (lkc-1), and another of that name is about to be made; ` +
		"if a run that was interrupted left it behind, take it over first: pulumi import " + kafkaType + " orders-kafka env-1/lkc-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, or is being replaced, all is well"
)

// Of what is about to be made, and of nothing else, a preview looks for a twin, and warns of it.
func TestTwins(t *testing.T) {
	t.Parallel()
	called := component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{DisplayName: pulumi.String("prod")}}
	tests := []struct {
		name            string
		args            component.PrivateLinkArgs
		missing         []string
		networks, kafka []string
		logged          []string
	}{
		{"everything is there", called, nil, nil, nil, nil},
		{"nothing is there", called, []string{networkType, kafkaType}, []string{"orders"}, nil, []string{twinNetwork}},
		{"the Kafka cluster is missing", called, []string{kafkaType}, nil, []string{"prod"}, []string{twinKafka}},
		{
			"the network is brought",
			component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}, KafkaCluster: called.KafkaCluster},
			[]string{kafkaType},
			nil,
			[]string{"prod"},
			[]string{twinKafka},
		},
		{
			"the name is not known yet",
			component.PrivateLinkArgs{Network: &component.Network{DisplayName: unknownText()}},
			[]string{networkType},
			nil,
			nil,
			nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.missing = test.missing
			w.preview(t, test.args)
			assert.Equal(t, test.networks, w.lookedFor(getNetwork))
			assert.Equal(t, test.kafka, w.lookedFor(getKafka))
			assert.Equal(t, test.logged, w.logged)
		})
	}
}

// Where there is no twin, or nobody can tell, nothing is said, and nothing fails.
func TestNoTwins(t *testing.T) {
	t.Parallel()
	for name, bend := range map[string]func(*world){
		"none":           func(w *world) { w.refused = getNetwork },
		"not configured": func(w *world) { w.network = object{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.missing = []string{networkType}
			bend(w)
			w.preview(t, component.PrivateLinkArgs{})
			assert.Equal(t, []string{"orders"}, w.lookedFor(getNetwork))
			assert.Empty(t, w.logged)
		})
	}
}

// An update that nobody previewed asks nothing: it would not wait for anybody to read a warning.
func TestUpdateLooksForNoTwins(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	assert.NoError(t, err)
	assert.Empty(t, slices.Concat(w.lookedFor(getNetwork), w.lookedFor(getKafka)))
}
