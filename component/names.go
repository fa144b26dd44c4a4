package component

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

var (
	networks = preflight.Kind{
		Name: "network", Input: "network.displayName", CLI: []string{"confluent", "network"},
		Loss:  "so is everything on it: all topics and data of the Kafka cluster are lost",
		Price: "a network counts against the quota of its environment, and may cost money",
	}
	kafkaClusters = preflight.Kind{
		Name: "Kafka cluster", Input: "kafkaCluster.displayName", CLI: []string{"confluent", "kafka", "cluster"},
		Loss:  "all of its topics and data are lost",
		Price: "a Dedicated Kafka cluster costs several US dollars per hour, used or not",
	}
)

const (
	getNetwork = "confluentcloud:index/getNetwork:getNetwork"
	getKafka   = "confluentcloud:index/getKafkaCluster:getKafkaCluster"
	getKafkas  = "confluentcloud:index/getKafkaClusters:getKafkaClusters"
)

// names are the names of the link's own parts in Confluent Cloud.
type names struct {
	network, kafka ownName
	// looked says whether networks were looked for.
	looked bool
}

// ownName is the name of a part, what had it before the part was declared, and the part.
type ownName struct {
	before  preflight.Matches
	planned *preflight.Planned
}

// mostNameLookUps is for how many networks of an environment a run looks for others of the name. Each look-up lists
// all of the environment's networks, of which Confluent Cloud's quota allows far fewer.
const mostNameLookUps = 40

// lookUpNames looks for what has the names of the link's own parts. That it cannot be found out is no reason to fail.
func (b *builder) lookUpNames() error {
	environment := b.In.Text("environmentId")
	if !environment.Known {
		return nil
	}
	var all sync.WaitGroup
	if name, known := nameOr(b.In.Text("network.displayName"), b.Name); known && !b.In.Given("network.id") &&
		lookup.RunOf(b.Ctx).Count("networks of "+environment.Plain) <= mostNameLookUps {
		b.names.looked = true
		all.Go(func() {
			b.names.network.before = preflight.Called(&b.Maker, getNetwork, environment.Plain, name, findNetwork)
		})
	}
	if name, known := nameOr(b.In.Text("kafkaCluster.displayName"), b.Name); known && !b.In.Given("kafkaCluster.id") {
		all.Go(func() { b.names.kafka.before = kafkaClustersCalled(&b.Maker, environment.Plain, name) })
	}
	all.Wait()
	return nil
}

// nameOr is a display name that may be left out.
func nameOr(given args.Text, name string) (string, bool) {
	return given.PlainOr(name), !given.Given || given.Known
}

// networksCalledNow finds the networks of a name, whatever was found before.
func networksCalledNow(m *children.Maker, environment, name string) preflight.Matches {
	return preflight.CalledNow(m, environment, name, findNetwork)
}

// kafkaClustersCalled finds the Kafka clusters of a name. All links of a run share one list.
func kafkaClustersCalled(m *children.Maker, environment, name string) preflight.Matches {
	list := func() (*confluentcloud.GetKafkaClustersResult, error) { return listKafkaClusters(m, environment) }
	all, err := lookup.Ask(m.Ctx, m.Self, getKafkas, list, environment)
	return kafkaClustersIn(m, all, err, environment, name)
}

// listingDelay is how long a listing waits for other links that want the same one.
const listingDelay = 200 * time.Millisecond

// kafkaClustersCalledNow finds the Kafka clusters of a name, whatever was found before.
func kafkaClustersCalledNow(m *children.Maker, environment, name string) preflight.Matches {
	list := func() (*confluentcloud.GetKafkaClustersResult, error) { return listKafkaClusters(m, environment) }
	all, err := lookup.AskLater(m.Ctx, m.Self, getKafkas, listingDelay, list, environment)
	if err != nil {
		return preflight.CalledNow(m, environment, name, findKafkaCluster)
	}
	return kafkaClustersIn(m, all, nil, environment, name)
}

// kafkaClustersIn picks those of a name from a list. Where one of the clusters cannot be described there is no list; a
// single one may still be found.
func kafkaClustersIn(
	m *children.Maker, all *confluentcloud.GetKafkaClustersResult, err error, environment, name string,
) preflight.Matches {
	switch {
	case err != nil:
		return preflight.Called(m, getKafka, environment, name, findKafkaCluster)
	case all.Id == "":
		return preflight.Matches{} // the provider is not configured yet
	}
	found := preflight.Matches{Known: true}
	for i := range all.Clusters {
		c := &all.Clusters[i]
		if c.DisplayName != name {
			continue
		}
		one := kafkaMatch(c.Id, c.Availability)
		for _, network := range c.Networks {
			one.Fixed["network.id"] = network.Id
		}
		for _, key := range c.ByokKeys {
			one.Fixed["kafkaCluster.byokKeyId"] = preflight.OrNone(key.Id)
		}
		found.List = append(found.List, one)
	}
	return found
}

func listKafkaClusters(m *children.Maker, environment string) (*confluentcloud.GetKafkaClustersResult, error) {
	return confluentcloud.GetKafkaClusters(m.Ctx, &confluentcloud.GetKafkaClustersArgs{
		Environment: confluentcloud.GetKafkaClustersEnvironment{Id: environment},
	}, pulumi.Parent(m.Self))
}

func findNetwork(m *children.Maker, environment, name string) (*preflight.Match, error) {
	found, err := confluentcloud.LookupNetwork(m.Ctx, &confluentcloud.LookupNetworkArgs{
		DisplayName: &name, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
	}, pulumi.Parent(m.Self))
	if err != nil {
		return nil, err
	}
	one := preflight.Match{ID: found.Id, Fixed: map[string]string{
		"region": found.Region, "network.zones": list(found.Zones),
	}}
	for _, dns := range found.DnsConfigs {
		one.Fixed["network.dnsResolution"] = dns.Resolution
	}
	return &one, nil
}

func findKafkaCluster(m *children.Maker, environment, name string) (*preflight.Match, error) {
	found, err := confluentcloud.LookupKafkaCluster(m.Ctx, &confluentcloud.LookupKafkaClusterArgs{
		DisplayName: &name, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
	}, pulumi.Parent(m.Self))
	if err != nil {
		return nil, err
	}
	one := kafkaMatch(found.Id, found.Availability)
	for _, network := range found.Networks {
		one.Fixed["network.id"] = network.Id
	}
	for _, key := range found.ByokKeys {
		one.Fixed["kafkaCluster.byokKeyId"] = preflight.OrNone(key.Id)
	}
	return &one, nil
}

// kafkaMatch is a Kafka cluster without a network and a key.
func kafkaMatch(id, availability string) preflight.Match {
	return preflight.Match{ID: id, Fixed: map[string]string{
		"kafkaCluster.availability": rules.AvailabilityOf(availability), "kafkaCluster.byokKeyId": preflight.OrNone(""),
	}}
}

// list writes down zones, whose order means nothing.
func list(zones []string) string {
	return strings.Join(slices.Sorted(slices.Values(zones)), ", ")
}
