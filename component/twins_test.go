package component_test

import (
	"fmt"
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
	getAccess  = "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess"

	twinNetwork = `warning: the network "orders" exists in environment env-1 already (n-1), and another of that name is about to be made; ` +
		"if a run that was interrupted left it behind, take it over first: pulumi import " + networkType + " orders-network env-1/n-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, all is well; " +
		"if it is being replaced, so is everything on it: all topics and data of the Kafka cluster are lost"
	twinKafka = `warning: the Kafka cluster "prod" exists in environment env-1 already (lkc-1), and another of that name is about to be made; ` +
		"if a run that was interrupted left it behind, take it over first: pulumi import " + kafkaType + " orders-kafka env-1/lkc-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, all is well; " +
		"if it is being replaced, all of its topics and data are lost"
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
			if test.args.Network == nil {
				w.kafka["networks"] = []any{object{"id": "n-new"}}
			}
			w.preview(t, test.args)
			assert.Equal(t, test.networks, w.lookedFor(getNetwork))
			assert.Equal(t, test.kafka, w.lookedFor(getKafka))
			assert.Equal(t, test.logged, w.logged)
		})
	}
}

// What cannot become what is wanted is no leftover that could be taken over. Most likely it is being replaced, and what is then
// lost is said, and no command that would not help.
func TestTwinsThatAreReplaced(t *testing.T) {
	t.Parallel()
	const ofNetwork = `warning: the network "orders" in environment env-1 (n-1) cannot become what is wanted: %s; if it belongs to something ` +
		"else, all is well; if it is the one of this link, it is being replaced, and so is everything on it: all topics and data of the Kafka cluster are lost; to keep it, leave that as it is"
	const ofKafka = `warning: the Kafka cluster "orders" in environment env-1 (lkc-1) cannot become what is wanted: %s; if it belongs to something ` +
		"else, all is well; if it is the one of this link, it is being replaced, and all of its topics and data are lost; to keep it, leave that as it is"
	network := func(n component.Network) component.PrivateLinkArgs { return component.PrivateLinkArgs{Network: &n} }
	kafka := func(k component.KafkaCluster) component.PrivateLinkArgs {
		return component.PrivateLinkArgs{KafkaCluster: &k}
	}
	tests := []struct {
		name     string
		args     component.PrivateLinkArgs
		there    func(*world)
		say, how string
	}{
		{
			"other zones", network(component.Network{Zones: pulumi.ToStringArray([]string{"use1-az1", "use1-az6", "use1-az2"})}), nil,
			ofNetwork, "network.zones is use1-az4, use1-az5, use1-az6, not use1-az1, use1-az2, use1-az6",
		},
		{
			"another region",
			component.PrivateLinkArgs{},
			func(w *world) { w.network["region"] = "us-west-2" },
			ofNetwork, "region is us-west-2, not us-east-1",
		},
		{
			"another DNS resolution", network(component.Network{DnsResolution: pulumi.String("CHASED_PRIVATE")}),
			func(w *world) { w.network["dnsConfigs"] = []any{object{"resolution": "PRIVATE"}} },
			ofNetwork, "network.dnsResolution is PRIVATE, not CHASED_PRIVATE",
		},
		{
			"the default of DNS resolution",
			component.PrivateLinkArgs{},
			func(w *world) { w.network["dnsConfigs"] = []any{object{"resolution": "CHASED_PRIVATE"}} },
			ofNetwork, "network.dnsResolution is CHASED_PRIVATE, not PRIVATE",
		},
		{
			"another network",
			component.PrivateLinkArgs{},
			func(w *world) { w.kafka["networks"] = []any{object{"id": "n-2"}} },
			ofKafka, "network.id is n-2, not n-new",
		},
		{
			"another availability, and a key", kafka(component.KafkaCluster{
				Availability: pulumi.String("SINGLE_ZONE"), ByokKeyId: pulumi.String("cck-1"),
			}), func(w *world) { w.kafka["availability"] = "MULTI_ZONE" },
			ofKafka, "kafkaCluster.availability is MULTI_ZONE, not SINGLE_ZONE and kafkaCluster.byokKeyId is none, not cck-1",
		},
		{
			"another key", kafka(component.KafkaCluster{ByokKeyId: pulumi.String("cck-1")}),
			func(w *world) { w.kafka["byokKeys"] = []any{object{"id": "cck-2"}} },
			ofKafka, "kafkaCluster.byokKeyId is cck-2, not cck-1",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			if w.missing = []string{networkType, kafkaType}; test.say == ofKafka {
				w.missing = []string{kafkaType}
				w.kafka["networks"] = []any{object{"id": "n-new"}}
			}
			if test.there != nil {
				test.there(w)
			}
			w.preview(t, test.args)
			assert.Equal(t, []string{fmt.Sprintf(test.say, test.how)}, w.logged)
		})
	}
}

// The order of zones, what a program leaves out to keep, and what is not known yet make no difference.
func TestTwinsThatAreAlike(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.missing = []string{kafkaType}
	w.kafka["networks"] = []any{object{"id": "n-new"}}
	w.kafka["availability"], w.kafka["byokKeys"] = "SINGLE_ZONE", []any{object{"id": "cck-2"}}
	w.preview(t, component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{
		DisplayName: pulumi.String("prod"), Availability: unknownText(),
	}})
	assert.Equal(t, []string{twinKafka}, w.logged)

	w = newWorld()
	w.missing = []string{networkType, kafkaType}
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{
		Zones: pulumi.ToStringArray([]string{"use1-az5", "use1-az4", "use1-az6"}),
	}})
	assert.Equal(t, []string{twinNetwork}, w.logged)
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
