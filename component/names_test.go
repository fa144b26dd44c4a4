package component_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

const (
	moreThanOne = "warning: environment env-1 has more than one %s %q: %s, which is the link's, and %s; Confluent's " +
		"provider repeats a creation whose answer was lost, so it may have created the other one too; that one is in " +
		"no state, and %s; if nothing uses it, delete it: %s; if it belongs to something else, set another %s for " +
		"this link"
	networkPrice = "a network counts against the quota of its environment, and may cost money"
	kafkaPrice   = "a Dedicated Kafka cluster costs several US dollars per hour, used or not"
)

var twoNetworks = fmt.Sprintf(moreThanOne, "network", "orders", "n-new", "at least one more, listed by: confluent "+
	"network list --environment env-1",
	networkPrice, "confluent network delete ID --environment env-1", "network.displayName")

func twoKafkas(others, other string) string {
	return fmt.Sprintf(moreThanOne, "Kafka cluster", "orders", "lkc-new", others, kafkaPrice,
		"confluent kafka cluster delete "+other+" --environment env-1", "kafkaCluster.displayName")
}

func kafkaOn(id, name, network string) object {
	return object{"id": id, "displayName": name, "networks": []any{object{"id": network}}}
}

// repeated is a world in which creations change what exists.
type repeated struct {
	*world
	// on has what a creation of a type changes.
	on map[string]func(*world)
}

func (w *repeated) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id, state, err := w.world.NewResource(args)
	if change := w.on[args.TypeToken]; change != nil {
		w.Lock()
		defer w.Unlock()
		change(w.world)
	}
	return id, state, err
}

// An update looks again when it has created a network or a Kafka cluster: it reports at once what did not exist before.
func TestDuplicatesAtAnUpdate(t *testing.T) {
	t.Parallel()
	inNetwork := component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}}
	made := func(more ...object) func(*world) {
		return func(w *world) { w.Kafkas = append(w.Kafkas, more...) }
	}
	for name, test := range map[string]struct {
		args            component.PrivateLinkArgs
		before          func(*world)
		network, kafka  func(*world)
		logged          []string
		lookedFor, list int
	}{
		"nothing": {
			before:  func(w *world) { w.None = []string{getNetwork} },
			network: func(w *world) { w.None = nil }, kafka: made(kafkaOn("lkc-new", "orders", "n-new")),
			lookedFor: 2, list: 2,
		},
		"two networks": {
			before:  func(w *world) { w.None = []string{getNetwork} },
			network: func(w *world) { w.None, w.Several = nil, []string{getNetwork} },
			kafka: made(kafkaOn("lkc-new", "orders",
				"n-new")),
			lookedFor: 2, list: 2, logged: []string{twoNetworks},
		},
		"two networks in addition to one that was there": {
			network:   func(w *world) { w.Several = []string{getNetwork} },
			kafka:     made(kafkaOn("lkc-new", "orders", "n-new")),
			lookedFor: 2, list: 2,
		},
		"a network that was there": {
			before: func(w *world) {
				w.Network["id"], w.Several = "n-new",
					nil
			}, kafka: made(kafkaOn("lkc-new", "orders", "n-new")),
			lookedFor: 1, list: 2,
		},
		"several that were there": {
			before: func(w *world) { w.Several = []string{getNetwork} }, kafka: made(kafkaOn("lkc-new", "orders",
				"n-new")), lookedFor: 1, list: 2,
		},
		"not allowed to see networks": {
			before:  func(w *world) { w.Refused = getNetwork },
			network: func(w *world) { w.Refused, w.Several = "", []string{getNetwork} }, kafka: made(kafkaOn("lkc-new",
				"orders", "n-new")),
			lookedFor: 1, list: 2,
		},
		"two Kafka clusters": {
			args: inNetwork, kafka: made(kafkaOn("lkc-old", "orders", "n-1"), kafkaOn("lkc-new", "orders", "n-1")),
			list:   2,
			logged: []string{twoKafkas("lkc-old", "lkc-old")},
		},
		"three Kafka clusters": {
			args: inNetwork, kafka: made(kafkaOn("lkc-a", "orders", "n-1"), kafkaOn("lkc-new", "orders", "n-1"),
				kafkaOn("lkc-b", "orders", "n-1")), list: 2,
			logged: []string{twoKafkas("lkc-a, lkc-b", "lkc-a")},
		},
		"one on another network, and one of another name": {
			args: inNetwork, list: 2,
			kafka: made(kafkaOn("lkc-a", "orders", "n-9"), kafkaOn("lkc-b", "payments", "n-1"),
				kafkaOn("lkc-new", "orders", "n-1")),
		},
		"a Kafka cluster that was there": {
			args: inNetwork, before: func(w *world) {
				w.Kafkas = []object{kafkaOn("lkc-new", "orders",
					"n-1")}
			}, kafka: made(kafkaOn("lkc-a", "orders", "n-1")),
			list: 1,
		},
		"two Kafka clusters, of which there is no list": {
			args:   inNetwork,
			before: func(w *world) { w.Refused, w.None = getKafkas, []string{getKafka} },
			kafka:  func(w *world) { w.None, w.Several = nil, []string{getKafka} }, list: 2,
			logged: []string{twoKafkas("at least one more, listed by: confluent kafka cluster list --environment env-1",
				"ID")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &repeated{newWorld(), map[string]func(*world){networkType: test.network, kafkaType: test.kafka}}
			w.Kafka["displayName"] = "another"
			if test.before != nil {
				test.before(w.world)
			}
			require.NoError(t, pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
				return link(ctx, "orders",
					test.args)
			}),
				pulumi.WithMocks("project", "stack", w)))
			assert.Equal(t, test.logged, w.Logged)
			assert.Len(t, w.LookedFor(getNetwork), test.lookedFor, "look-ups of networks")
			assert.Len(t, w.listedIn(), test.list, "lists of Kafka clusters")
		})
	}
}

// Each preview of a link that exists reports what has the same name, until it is gone.
func TestDuplicatesAtAPreview(t *testing.T) {
	t.Parallel()
	inNetwork := component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}}
	for name, test := range map[string]struct {
		args   component.PrivateLinkArgs
		change func(*world)
		logged []string
	}{
		"nothing":      {},
		"two networks": {change: func(w *world) { w.Several = []string{getNetwork} }, logged: []string{twoNetworks}},
		"two Kafka clusters": {
			args: inNetwork,
			change: func(w *world) {
				w.Kafkas = []object{
					kafkaOn("lkc-old", "orders", "n-1"), kafkaOn("lkc-new", "orders", "n-1"),
					kafkaOn("lkc-b", "orders", "n-2"),
				}
			},
			logged: []string{twoKafkas("lkc-old", "lkc-old")},
		},
		"the link's own has another name by now": {
			args: inNetwork, change: func(w *world) {
				w.Kafkas = []object{kafkaOn("lkc-old", "orders", "n-1"), kafkaOn("lkc-new", "old", "n-1")}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Kafka["displayName"] = "another"
			if test.change != nil {
				test.change(w)
			}
			w.preview(t, test.args)
			assert.Equal(t, test.logged, w.Logged)
		})
	}
}

// A secret name stays one in the warning.
func TestDuplicatesOfASecretName(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Several = []string{getNetwork}
	name, _ := pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput)
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{DisplayName: name.ToStringPtrOutput()}})
	require.Len(t, w.Logged, 1)
	assert.Contains(t, w.Logged[0], `more than one network "[secret]": n-new`)
}

// Hundreds of networks in one environment are beyond every quota: a run does not list all networks for each of them.
func TestNameLookUpsAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.None = []string{getNetwork}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		for i := range 60 {
			if err := link(ctx, fmt.Sprint("orders-", i), component.PrivateLinkArgs{}); err != nil {
				return err
			}
		}
		return nil
	}, pulumi.WithMocks("project", "stack", ownIDs{w})))
	assert.Len(t, w.LookedFor(getNetwork), 80, "before 40 of the networks, and again when these are created")
}

// ownIDs is a world in which each resource has an ID of its own.
type ownIDs struct{ *world }

func (w ownIDs) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	_, state, err := w.world.NewResource(args)
	return args.Name, state, err
}
