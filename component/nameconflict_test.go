package component_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

// lookedFor are the display names that a function was called with.
const (
	networkConflict = `warning: the network "orders" exists in environment env-1 already (n-1), and another with ` +
		`that name is planned; if an interrupted run left it behind, or a refresh lost it, take it over first: ` +
		`pulumi import ` +
		networkType + " orders-network env-1/n-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, " +
		"ignore this warning; if it is being replaced, so is everything on it: all topics and data of the Kafka " +
		"cluster are " +
		"lost"
	kafkaConflict = `warning: the Kafka cluster "prod" exists in environment env-1 already (lkc-1), and another with ` +
		`that name is planned; if an interrupted run left it behind, or a refresh lost it, take it over first: ` +
		`pulumi import ` +
		kafkaType + " orders-kafka env-1/lkc-1 " +
		"--parent 'orders=" + linkURN + "' --protect=false --generate-code=false; if it belongs to something else, " +
		"ignore this warning; if it is being replaced, all of its topics and data are lost"
)

// listedIn are the environments whose Kafka clusters were listed.
func (w *world) listedIn() []string {
	var environments []string
	for _, call := range w.Calls {
		if call.Token == getKafkas {
			environments = append(environments, call.Args["environment"].ObjectValue()["id"].StringValue())
		}
	}
	return environments
}

// A preview looks for objects with the names of the link's own parts, and warns when a planned part would duplicate
// one.
func TestNameConflicts(t *testing.T) {
	t.Parallel()
	called := component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{DisplayName: pulumi.String("prod")}}
	tests := []struct {
		name     string
		args     component.PrivateLinkArgs
		missing  []string
		change   func(*world)
		networks []string
		listed   int
		logged   []string
	}{
		{"everything is there", called, nil, nil, []string{"orders"}, 1, nil},
		{
			"the network is missing", called,
			[]string{networkType, kafkaType},
			nil,
			[]string{"orders"},
			1,
			[]string{networkConflict},
		},
		{
			"the Kafka cluster too", called,
			[]string{networkType, kafkaType},
			func(w *world) { w.Kafka["networks"] = []any{object{"id": "n-1"}} },
			[]string{"orders"},
			1,
			[]string{networkConflict, kafkaConflict},
		},
		{
			"the Kafka cluster is missing", called,
			[]string{kafkaType},
			nil,
			[]string{"orders"},
			1,
			[]string{kafkaConflict},
		},
		{
			"there is no list of Kafka clusters", called,
			[]string{kafkaType},
			func(w *world) { w.Refused = getKafkas },
			[]string{"orders"},
			1,
			[]string{kafkaConflict},
		},
		{
			"the network exists",
			component.PrivateLinkArgs{
				Network:      &component.Network{Id: pulumi.String("n-1")},
				KafkaCluster: called.KafkaCluster,
			},
			[]string{kafkaType},
			nil,
			nil,
			1,
			[]string{kafkaConflict},
		},
		{"every part exists", existingParts(), nil, nil, nil, 0, nil},
		{
			"the name is not known yet",
			component.PrivateLinkArgs{Network: &component.Network{DisplayName: mockcloud.UnknownText()}},
			[]string{networkType},
			nil,
			nil,
			1,
			nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = test.missing
			w.Kafka["displayName"] = "prod"
			if test.args.Network == nil {
				w.Kafka["networks"] = []any{object{"id": "n-new"}}
			}
			if test.change != nil {
				test.change(w)
			}
			w.preview(t, test.args)
			assert.Equal(t, test.networks, w.LookedFor(getNetwork))
			assert.Len(t, w.listedIn(), test.listed)
			assert.Equal(t, test.logged, w.Logged)
		})
	}
}

// Several objects with a name are also a name conflict.
func TestSeveralOfAName(t *testing.T) {
	t.Parallel()
	const (
		of       = " already%s, and another with that name is planned; to list them: %s --environment env-1; "
		takeOver = "if an interrupted run left one behind, or a refresh lost it, take it over first, by its ID: " +
			"pulumi import %s orders-%s env-1/%s --parent 'orders=" + linkURN + "' --protect=false " +
			"--generate-code=false; delete those that nothing uses: "
	)
	network := "warning: environment env-1 has several networks \"orders\"" + fmt.Sprintf(of, "", "confluent network "+
		"list") +
		fmt.Sprintf(takeOver, networkType, "network", "ID") + "a network counts against the quota of its " +
		"environment, and may cost money; if all of them belong to something else, set another network.displayName"
	kafka := func(which, id string) string {
		return "warning: environment env-1 has several Kafka clusters \"orders\"" + fmt.Sprintf(of, which,
			"confluent kafka "+
				"cluster list") +
			fmt.Sprintf(takeOver, kafkaType, "kafka",
				id) + "a Dedicated Kafka cluster costs several US dollars per hour, used or not; " +
			"if all of them belong to something else, set another kafkaCluster.displayName"
	}
	onNetwork := func(id string, network string) object {
		return object{"id": id, "displayName": "orders", "networks": []any{object{"id": network}}}
	}
	for name, test := range map[string]struct {
		missing []string
		change  func(*world)
		logged  []string
	}{
		"networks": {[]string{networkType}, func(w *world) { w.Several = []string{getNetwork} }, []string{network}},
		"networks, and what may be on them": {
			[]string{networkType, kafkaType},
			func(w *world) {
				w.Several, w.Kafkas = []string{getNetwork}, []object{onNetwork("lkc-2", "n-2")}
			},
			[]string{network, kafka(" (lkc-1, lkc-2)", "lkc-1")},
		},
		"Kafka clusters": {
			[]string{kafkaType},
			func(w *world) {
				w.Kafka["networks"] = []any{object{"id": "n-new"}}
				w.Kafkas = []object{onNetwork("lkc-2", "n-new"), onNetwork("lkc-3", "n-other")}
			},
			[]string{kafka(" (lkc-1, lkc-2)", "lkc-1")},
		},
		"Kafka clusters, of which there is no list": {
			[]string{kafkaType}, func(w *world) {
				w.Refused, w.Several = getKafkas,
					[]string{getKafka}
			}, []string{kafka("", "ID")},
		},
		"Kafka clusters elsewhere": {
			[]string{kafkaType},
			func(w *world) {
				w.Kafka["networks"], w.Kafkas = []any{object{"id": "n-8"}}, []object{onNetwork("lkc-2", "n-9")}
			},
			[]string{kafka(" (lkc-1, lkc-2)", "lkc-1")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = test.missing
			test.change(w)
			w.preview(t, component.PrivateLinkArgs{})
			assert.Equal(t, test.logged, w.Logged)
		})
	}
}

// An object with other fixed properties cannot be taken over. Most likely it is being replaced: the warning names what
// is lost, and no import command, which would not help.
func TestNameConflictsThatAreReplaced(t *testing.T) {
	t.Parallel()
	const ofNetwork = `warning: the network "orders" in environment env-1 (n-1) cannot be updated in place: %s; if ` +
		`it belongs to something else, ignore this warning; if it belongs to this link, it is being replaced, and so ` +
		`is everything on it: all topics and data of the Kafka cluster are lost; to keep it, undo that change`
	const ofKafka = `warning: the Kafka cluster "orders" in environment env-1 (lkc-1) cannot be updated in place: ` +
		`%s; if it belongs to something else, ignore this warning; if it belongs to this link, it is being replaced, ` +
		`and all of its topics and data are lost; to keep it, undo that change`
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
			"other zones", network(component.Network{Zones: pulumi.ToStringArray([]string{
				"use1-az1", "use1-az6",
				"use1-az2",
			})}), nil,
			ofNetwork, "network.zones is use1-az4, use1-az5, use1-az6, not use1-az1, use1-az2, use1-az6",
		},
		{
			"another region",
			component.PrivateLinkArgs{},
			func(w *world) { w.Network["region"] = "us-west-2" },
			ofNetwork, "region is us-west-2, not us-east-1",
		},
		{
			"another DNS resolution", network(component.Network{DnsResolution: pulumi.String("CHASED_PRIVATE")}),
			func(w *world) { w.Network["dnsConfigs"] = []any{object{"resolution": "PRIVATE"}} },
			ofNetwork, "network.dnsResolution is PRIVATE, not CHASED_PRIVATE",
		},
		{
			"the default of DNS resolution",
			component.PrivateLinkArgs{},
			func(w *world) { w.Network["dnsConfigs"] = []any{object{"resolution": "CHASED_PRIVATE"}} },
			ofNetwork, "network.dnsResolution is CHASED_PRIVATE, not PRIVATE",
		},
		{
			"another network",
			component.PrivateLinkArgs{},
			func(w *world) { w.Kafka["networks"] = []any{object{"id": "n-2"}} },
			ofKafka, "network.id is n-2, not n-new",
		},
		{
			"another availability, and a key", kafka(component.KafkaCluster{
				Availability: pulumi.String("SINGLE_ZONE"), ByokKeyId: pulumi.String("cck-1"),
			}), func(w *world) { w.Kafka["availability"] = "MULTI_ZONE" },
			ofKafka, "kafkaCluster.availability is MULTI_ZONE, not SINGLE_ZONE and kafkaCluster.byokKeyId is none, " +
				"not cck-1",
		},
		{
			"another key", kafka(component.KafkaCluster{ByokKeyId: pulumi.String("cck-1")}),
			func(w *world) { w.Kafka["byokKeys"] = []any{object{"id": "cck-2"}} },
			ofKafka, "kafkaCluster.byokKeyId is cck-2, not cck-1",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			if w.Missing = []string{networkType}; test.say == ofKafka {
				w.Missing = []string{kafkaType}
				w.Kafka["networks"] = []any{object{"id": "n-new"}}
			}
			if test.there != nil {
				test.there(w)
			}
			w.preview(t, test.args)
			assert.Equal(t, []string{fmt.Sprintf(test.say, test.how)}, w.Logged)
		})
	}
}

// The order of zones, inputs that keep their value when left out, and unknown inputs make no difference.
func TestNameConflictsThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Missing = []string{kafkaType}
	w.Kafka["networks"], w.Kafka["displayName"] = []any{object{"id": "n-new"}}, "prod"
	w.Kafka["availability"], w.Kafka["byokKeys"] = "SINGLE_ZONE", []any{object{"id": "cck-2"}}
	w.preview(t, component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{
		DisplayName: pulumi.String("prod"), Availability: mockcloud.UnknownText(),
	}})
	assert.Equal(t, []string{kafkaConflict}, w.Logged)

	w = newWorld()
	w.Missing = []string{networkType}
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{
		Zones: pulumi.ToStringArray([]string{"use1-az5", "use1-az4", "use1-az6"}),
	}})
	assert.Equal(t, []string{networkConflict}, w.Logged)
}

// Where there is no name conflict, or the look-up fails, nothing is reported, and nothing fails.
func TestNoNameConflicts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*world){
		"none":           func(w *world) { w.Refused = getNetwork },
		"not configured": func(w *world) { w.Network = object{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Missing = []string{networkType}
			change(w)
			w.preview(t, component.PrivateLinkArgs{})
			assert.Equal(t, []string{"orders"}, w.LookedFor(getNetwork))
			assert.Empty(t, w.Logged)
		})
	}
}

// An update warns of no name conflicts: it does not wait for the user to read them.
func TestUpdateWarnsOfNoNameConflicts(t *testing.T) {
	t.Parallel()
	for _, several := range [][]string{nil, {getNetwork}} {
		w := newWorld()
		w.Several = several
		assert.NoError(t, w.Run(false, w.Logging(func(ctx *pulumi.Context) error {
			return link(ctx, "orders",
				component.PrivateLinkArgs{})
		})))
		assert.Empty(t, w.Logged)
	}
}
