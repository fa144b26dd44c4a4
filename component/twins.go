package component

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// A kind is what can have twins.
type kind struct {
	name string
	// loss is what is lost when one is replaced.
	loss string
	find func(b *builder, like namesake) (twin, error)
}

// A namesake is what is about to be made: its name, its environment, and what it is in there: a network in a region, which is
// empty where it is not known yet, and a Kafka cluster in a network.
type namesake struct{ name, environment, in string }

// A twin is something in Confluent Cloud that has the name of what is about to be made. It is empty if there is none.
type twin struct {
	id string
	// differs says in which inputs that cannot be changed, and how, it is another than what is about to be made.
	differs []string
}

var networks = kind{
	name: "network",
	loss: "so is everything on it: all topics and data of the Kafka cluster are lost",
	find: func(b *builder, like namesake) (twin, error) {
		found, err := confluentcloud.LookupNetwork(b.ctx, &confluentcloud.LookupNetworkArgs{
			DisplayName: &like.name, Environment: confluentcloud.GetNetworkEnvironment{Id: like.environment},
		}, pulumi.Parent(b.self))
		if err != nil || found == nil || found.Id == "" {
			return twin{}, err
		}
		t := twin{id: found.Id}
		t.compare("region", found.Region, like.in)
		t.compare("network.zones", list(found.Zones), list(b.in.zones.value))
		for _, dns := range found.DnsConfigs {
			t.compare("network.dnsResolution", dns.Resolution, b.in.dnsResolution.or(rules.Private))
		}
		return t, nil
	},
}

var kafkaClusters = kind{
	name: "Kafka cluster",
	loss: "all of its topics and data are lost",
	find: func(b *builder, like namesake) (twin, error) {
		found, err := confluentcloud.LookupKafkaCluster(b.ctx, &confluentcloud.LookupKafkaClusterArgs{
			DisplayName: &like.name, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: like.environment},
		}, pulumi.Parent(b.self))
		if err != nil || found == nil || found.Id == "" {
			return twin{}, err
		}
		t := twin{id: found.Id}
		for _, network := range found.Networks {
			t.compare("network.id", network.Id, like.in)
		}
		t.compare("kafkaCluster.availability", found.Availability, b.in.availability.or(rules.MultiZone))
		var key string
		for _, byok := range found.ByokKeys {
			key = byok.Id
		}
		t.compare("kafkaCluster.byokKeyId", orNone(key), b.in.byokKeyID.or(""))
		return t, nil
	},
}

// compare notes when something else is wanted than there is. What nobody knows, or asks for, is not.
func (t *twin) compare(property, is, wanted string) {
	if is != "" && wanted != "" && is != wanted {
		t.differs = append(t.differs, fmt.Sprintf("%s is %s, not %s", property, is, wanted))
	}
}

// or is the value of an input, or what leaving it out means. One that is not known yet is empty.
func (in input[T]) or(otherwise T) T {
	if in.given {
		return in.value
	}
	return otherwise
}

// list writes down zones, whose order means nothing.
func list(zones []string) string {
	return strings.Join(slices.Sorted(slices.Values(zones)), ", ")
}

// warnOfTwin warns, at preview, when a network or a Kafka cluster is about to be made, and one of the name is there. Either a
// run that was killed has left it behind: it costs money, the state does not have it, and neither the engine nor Confluent's
// provider looks. Or it is being replaced, and its data goes with it. It is a warning alone, since names need not be unique:
// another stack may have chosen the same one.
//
// The component cannot see the state, but at preview what is about to be made, and nothing else, has an unknown id. A hook
// would tell as well; but a server for hooks, for each link, doubles what a link costs.
//
// Unless what it is made in is known, there can be no twin, and nothing is looked up.
func (b *builder) warnOfTwin(of kind, made pulumi.CustomResource, name pulumi.StringPtrInput, in pulumi.StringInput) {
	if !b.ctx.DryRun() {
		return
	}
	pulumi.All(made.URN(), name.ToStringPtrOutput().Elem(), b.args.EnvironmentId, in).ApplyT(func(v []any) (string, error) {
		self, _ := v[0].(pulumi.URN)
		var like namesake
		like.name, _ = v[1].(string)
		like.environment, _ = v[2].(string)
		like.in, _ = v[3].(string)
		if _, exists, err := await[pulumi.ID](b.ctx, made.ID()); exists || err != nil || like.name == "" {
			return "", err
		}
		t, err := of.find(b, like)
		if err != nil || t.id == "" {
			return "", nil //nolint:nilerr // nobody can tell, and a warning is no reason to fail
		}
		return t.id, b.sayTwin(of, like, t, urn.URN(self))
	})
}

// sayTwin says what a twin means. What a killed run has left behind is as the program wants it, as a rule; what is replaced is not,
// unless it is replaced on demand.
func (b *builder) sayTwin(of kind, like namesake, t twin, made urn.URN) error {
	command, err := b.importCommand(made, like.environment, t.id)
	if err != nil {
		return err
	}
	var text string
	if len(t.differs) > 0 {
		text = fmt.Sprintf("the %s %q in environment %s (%s) cannot become what is wanted: %s; if it belongs to something else, "+
			"all is well; if it is the one of this link, it is being replaced, and %s; to keep it, leave that as it is",
			of.name, like.name, like.environment, t.id, strings.Join(t.differs, " and "), of.loss)
	} else {
		text = fmt.Sprintf("the %s %q exists in environment %s already (%s), and another of that name is about to be "+
			"made; if a run that was interrupted left it behind, take it over first: %s; if it belongs to something else, all is "+
			"well; if it is being replaced, %s", of.name, like.name, like.environment, t.id, command, of.loss)
	}
	return b.ctx.Log.Warn(b.redact(errors.New(text)).Error(), &pulumi.LogArgs{Resource: b.self})
}

// importCommand is what takes over something that is there in the place of a child that is about to be made.
func (m *maker) importCommand(made urn.URN, environment, id string) (string, error) {
	parent, _, err := await[pulumi.URN](m.ctx, m.self.URN())
	return shell.Import(made, environment+"/"+id, urn.URN(parent)), err
}
