package component

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// A preview warns when a network or a Kafka cluster is planned, and Confluent Cloud has one of the name. Either a run
// that was killed left it behind, or a refresh dropped it from the state: it costs money, and neither the engine nor
// Confluent's provider looks for it. Or it is being replaced, and its data goes with it. It is only a warning, since
// names need not be unique: another stack may have chosen the same one. A second access would be refused by Confluent
// Cloud, and is refused here too.

// checkNames compares, at preview, the names of the link's own parts with what Confluent Cloud has.
func (b *builder) checkNames(network network, accesses ...access.Access) error {
	if !b.Ctx.DryRun() {
		return nil
	}
	lost := b.checkNetworkName()
	b.checkKafkaName(network, lost)
	return access.RefuseSecond(&b.Maker, lost, accesses...)
}

func (b *builder) checkNetworkName() (lost access.Lost) {
	own, environment := b.names.network, b.In.Text("environmentId")
	if own.planned == nil || !environment.Known {
		return lost
	}
	id, name, known := own.planned.InState(&b.Maker)
	switch {
	case !known:
		return lost
	case id != "":
		preflight.WarnOfDuplicates(&b.Maker, networks, environment.Plain, name, id, own.before)
		return lost
	}
	found := own.before
	if !b.names.looked {
		found = preflight.Called(&b.Maker, getNetwork, environment.Plain, name, findNetwork)
	}
	switch {
	case found.Several:
		lost.OneOf = true
		preflight.WarnOfSeveral(&b.Maker, *own.planned, environment.Plain, name, nil)
	case len(found.List) == 1:
		one := found.List[0]
		if differs := one.Differs(b.wantedNetwork()); len(differs) > 0 {
			preflight.WarnOfReplacement(&b.Maker, networks, environment.Plain, name, one.ID, differs)
			break
		}
		lost.ID = one.ID
		preflight.WarnOfConflict(&b.Maker, *own.planned, environment.Plain, name, one.ID)
	}
	return lost
}

func (b *builder) checkKafkaName(network network, lost access.Lost) {
	own, environment := b.names.kafka, b.In.Text("environmentId").Plain
	if own.planned == nil || environment == "" {
		return
	}
	id, name, known := own.planned.InState(&b.Maker)
	on, onKnown, err := lookup.Await[string](b.Ctx, network.id)
	switch {
	case !known || err != nil:
		return // the network reports it itself
	case id != "":
		preflight.WarnOfDuplicates(&b.Maker, kafkaClusters, environment, name, id, own.before.On(on))
		return
	case !onKnown && lost.None():
		return // on a network that does not exist yet there is nothing
	case !onKnown:
		on = lost.ID
	}
	found := own.before
	if there := found.On(on); len(there.List) > 0 || !onKnown {
		found = there
	}
	switch {
	case found.Several || len(found.List) > 1:
		preflight.WarnOfSeveral(&b.Maker, *own.planned, environment, name, found.IDs())
	case len(found.List) == 1:
		one := found.List[0]
		if differs := one.Differs(b.wantedKafka(on)); len(differs) > 0 {
			preflight.WarnOfReplacement(&b.Maker, kafkaClusters, environment, name, one.ID, differs)
			return
		}
		preflight.WarnOfConflict(&b.Maker, *own.planned, environment, name, one.ID)
	}
}

// wantedNetwork are the inputs of a planned network that cannot be changed. An empty one is not known, or left to the
// service.
func (b *builder) wantedNetwork() []preflight.Wanted {
	return []preflight.Wanted{
		{Input: "region", Value: b.region},
		{Input: "network.zones", Value: list(b.In.List("network.zones").Plain)},
		{Input: "network.dnsResolution", Value: b.In.Text("network.dnsResolution").PlainOr(rules.Private)},
	}
}

// wantedKafka are those of a planned Kafka cluster on a network.
func (b *builder) wantedKafka(network string) []preflight.Wanted {
	return []preflight.Wanted{
		{Input: "network.id", Value: network},
		{Input: "kafkaCluster.availability", Value: b.In.Text("kafkaCluster.availability").PlainOr(rules.MultiZone)},
		{Input: "kafkaCluster.byokKeyId", Value: b.In.Text("kafkaCluster.byokKeyId").Plain},
	}
}

// Confluent's provider repeats a creation whose answer was lost. Then there are two: one in the state, and one that
// shows in the bill alone. The component cannot keep the provider from it. It looks what has the names of its network
// and its Kafka cluster before it declares them, and again when one was made: what has the name now, and had it not
// before, was made with it. Each preview reports it too. Of accesses there is one: Confluent Cloud refuses the
// repetition, and the update fails.

// watchForDuplicates looks, when an update has made a resource, whether it made another one with it.
func (b *builder) watchForDuplicates(
	own ownName, network pulumi.StringOutput, latest func(m *children.Maker, environment, name string) preflight.Matches,
) {
	before := own.before
	if b.Ctx.DryRun() || !before.Known || before.Several {
		return
	}
	environment := b.In.Text("environmentId").Plain
	own.planned.Resource.ID().ApplyT(func(id pulumi.ID) string {
		_, name, known := own.planned.InState(&b.Maker)
		if !known || slices.Contains(before.IDs(), string(id)) {
			return "" // it exists already
		}
		on, _, err := lookup.Await[string](b.Ctx, network)
		if err != nil {
			return ""
		}
		found := latest(&b.Maker, environment, name).On(on)
		if found.Several && len(before.List) > 0 {
			return "" // as many as before, or more
		}
		found.List = slices.DeleteFunc(found.List, func(one preflight.Match) bool {
			return slices.Contains(before.IDs(), one.ID)
		})
		preflight.WarnOfDuplicates(&b.Maker, own.planned.Kind, environment, name, string(id), found)
		return ""
	})
}
