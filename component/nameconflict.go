package component

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// A preview warns when a network or a Kafka cluster is planned, and Confluent Cloud has one of the name. Either a run that was
// killed left it behind, or a refresh dropped it from the state: it costs money, and neither the engine nor Confluent's provider
// looks for it. Or it is being replaced, and its data goes with it. It is only a warning, since names need not be unique: another
// stack may have chosen the same one. A second access would be refused by Confluent Cloud, and is refused here: see onlyaccess.go.
//
// The component cannot see the state, but at preview the planned resources, and no others, have unknown IDs. A hook would tell as
// well; but a server for hooks, for each link, doubles what a link costs.

// A kind is what is looked for by its name.
type kind struct {
	// name is what messages call one, and input the input that names a new one.
	name, input string
	// loss is what is lost when one is replaced, and price what one costs.
	loss, price string
	// cli is the command of Confluent's CLI for them.
	cli []string
}

var (
	networks = kind{
		name: "network", input: "network.displayName", cli: []string{"confluent", "network"},
		loss:  "so is everything on it: all topics and data of the Kafka cluster are lost",
		price: "a network counts against the quota of its environment, and may cost money",
	}
	kafkaClusters = kind{
		name: "Kafka cluster", input: "kafkaCluster.displayName", cli: []string{"confluent", "kafka", "cluster"},
		loss:  "all of its topics and data are lost",
		price: "a Dedicated Kafka cluster costs several US dollars per hour, used or not",
	}
	accesses = kind{
		name: "PrivateLink Access", cli: []string{"confluent", "network", "private-link", "access"},
		loss: "nothing reaches the Kafka cluster meanwhile",
	}
)

func (k kind) command(words ...string) string {
	return shell.Command(append(slices.Clone(k.cli), words...)...)
}

// planned is a resource that is declared, and may be about to be created.
type planned struct {
	of   kind
	made pulumi.CustomResource
	name pulumi.StringPtrInput
}

// inState returns the ID of a resource, which is empty if it is about to be created, and its name. It is not known where that
// cannot be told.
func (m *maker) inState(p planned) (id, name string, known bool) {
	made, exists, err := await[pulumi.ID](m.ctx, p.made.ID())
	if err != nil || exists && made == "" {
		return "", "", false // what cannot be declared says so itself, and what the engine skips is not created
	}
	name, known, err = await[string](m.ctx, p.name.ToStringPtrOutput().Elem())
	return string(made), name, known && err == nil && name != ""
}

// checkNames compares, at preview, the names of the link's own parts with what Confluent Cloud has.
func (b *builder) checkNames(network network) error {
	if !b.ctx.DryRun() {
		return nil
	}
	lost := b.checkNetworkName()
	b.checkKafkaName(network, lost)
	return b.refuseSecondAccess(lost)
}

// lostNetwork is the network that has the name of a planned one, and may be the link's, lost from the state. What is on it may be
// lost too.
type lostNetwork struct {
	id string
	// oneOf tells that there are several of the name, of which the provider names none.
	oneOf bool
}

func (l lostNetwork) none() bool { return l.id == "" && !l.oneOf }

func (b *builder) checkNetworkName() (lost lostNetwork) {
	if b.ownNetwork == nil || !b.in.environmentID.known {
		return lost
	}
	environment := b.in.environmentID.value
	id, name, known := b.inState(*b.ownNetwork)
	switch {
	case !known:
		return lost
	case id != "":
		b.warnOfDuplicates(networks, environment, name, id, b.before.networks)
		return lost
	}
	found := b.before.networks
	if !b.before.looked {
		found = b.networksCalled(environment, name)
	}
	switch {
	case found.several:
		lost.oneOf = true
		b.warnOfSeveral(*b.ownNetwork, environment, name, nil)
	case len(found.list) == 1:
		one := found.list[0]
		if differs := one.differs(b.wantedNetwork()); len(differs) > 0 {
			b.warnOfReplacement(networks, environment, name, one.id, differs)
			break
		}
		lost.id = one.id
		b.warnOfConflict(*b.ownNetwork, environment, name, one.id)
	}
	return lost
}

func (b *builder) checkKafkaName(network network, lost lostNetwork) {
	if b.ownKafka == nil || !b.in.environmentID.known {
		return
	}
	environment := b.in.environmentID.value
	id, name, known := b.inState(*b.ownKafka)
	on, onKnown, err := await[string](b.ctx, network.id)
	switch {
	case !known || err != nil:
		return // the network says so itself
	case id != "":
		b.warnOfDuplicates(kafkaClusters, environment, name, id, b.before.kafka.on(on))
		return
	case !onKnown && lost.none():
		return // on a network that is yet to be created there is nothing
	case !onKnown:
		on = lost.id
	}
	found := b.before.kafka
	if there := found.on(on); len(there.list) > 0 || !onKnown {
		found = there
	}
	switch {
	case found.several || len(found.list) > 1:
		b.warnOfSeveral(*b.ownKafka, environment, name, found.ids())
	case len(found.list) == 1:
		one := found.list[0]
		if differs := one.differs(b.wantedKafka(on)); len(differs) > 0 {
			b.warnOfReplacement(kafkaClusters, environment, name, one.id, differs)
			return
		}
		b.warnOfConflict(*b.ownKafka, environment, name, one.id)
	}
}

// wantedNetwork are the inputs of a planned network that cannot be changed. An empty one is not known, or left to the service.
func (b *builder) wantedNetwork() []wanted {
	return []wanted{
		{"region", b.region}, {"network.zones", list(b.in.zones.value)}, {"network.dnsResolution", b.in.dnsResolution.or(rules.Private)},
	}
}

// wantedKafka are those of a planned Kafka cluster on a network.
func (b *builder) wantedKafka(network string) []wanted {
	return []wanted{
		{"network.id", network},
		{"kafkaCluster.availability", b.in.availability.or(rules.MultiZone)},
		{"kafkaCluster.byokKeyId", b.in.byokKeyID.or("")},
	}
}

// or is the value of an input, or what leaving it out means. One that is not known yet is empty.
func (in input[T]) or(otherwise T) T {
	if in.given {
		return in.value
	}
	return otherwise
}

// warnOfConflict reports what the planned resource would be a copy of.
func (m *maker) warnOfConflict(p planned, environment, name, id string) {
	m.warn("the %s %q exists in environment %s already (%s), and another of that name is about to be made; if a run that was "+
		"interrupted left it behind, or a refresh lost it, take it over first: %s; if it belongs to something else, all is well; if it is being replaced, %s", p.of.name, name, environment, id, m.importCommand(p.made, environment, id), p.of.loss)
}

// warnOfReplacement reports what cannot become what is planned. What an interrupted run left behind is as the program wants it, as a
// rule; what is replaced is not, unless it is replaced on demand.
func (m *maker) warnOfReplacement(of kind, environment, name, id string, differs []string) {
	m.warn("the %s %q in environment %s (%s) cannot become what is wanted: %s; if it belongs to something else, all is well; "+
		"if it is the one of this link, it is being replaced, and %s; to keep it, leave that as it is",
		of.name, name, environment, id, strings.Join(differs, " and "), of.loss)
}

// anID stands in a command for an ID that Confluent's provider does not tell.
const anID = "ID"

// warnOfSeveral reports that several have the name of the planned resource.
func (m *maker) warnOfSeveral(p planned, environment, name string, ids []string) {
	which, id := "", anID
	if len(ids) > 0 {
		which, id = " ("+strings.Join(ids, ", ")+")", ids[0]
	}
	m.warn("environment %s has several %ss %q already%s, and another of that name is about to be made; to see them: %s; "+
		"if a run that was interrupted left one behind, or a refresh lost it, take it over first, by its id: %s; "+
		"delete those that nothing uses: %s; if all of them belong to something else, give another %s",
		environment, p.of.name, name, which, p.of.command("list", "--environment", environment),
		m.importCommand(p.made, environment, id), p.of.price, p.of.input)
}

// importCommand is what takes over something that exists in the place of a planned child.
func (m *maker) importCommand(made pulumi.Resource, environment, id string) string {
	// Where these fail, nothing is created either.
	declared, _, _ := await[pulumi.URN](m.ctx, made.URN())
	parent, _, _ := await[pulumi.URN](m.ctx, m.self.URN())
	return shell.Import(urn.URN(declared), environment+"/"+id, urn.URN(parent))
}
