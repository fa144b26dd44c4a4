package component

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// A name conflict of the network or the Kafka cluster in Confluent Cloud is a warning; see [preflight.Part]. Confluent
// Cloud refuses a second access, so it is refused here too.

var (
	networks = preflight.Kind{
		Name: "network", Input: "network.displayName", CLI: []string{"confluent", "network"},
		Loss:  "so is everything on it: all topics and data of the Kafka cluster are lost",
		Price: "a network counts against the quota of its environment, and may cost money",
		Find:  preflight.Finder(confluentcloud.LookupNetwork, networkByName, networkMatch),
	}
	kafkaClusters = preflight.Kind{
		Name: "Kafka cluster", Input: "kafkaCluster.displayName", CLI: []string{"confluent", "kafka", "cluster"},
		Loss:  "all of its topics and data are lost",
		Price: "a Dedicated Kafka cluster costs several US dollars per hour, used or not",
		Find: preflight.Finder(confluentcloud.LookupKafkaCluster, kafkaByName,
			func(k *confluentcloud.LookupKafkaClusterResult) preflight.Match {
				return kafkaMatch(k.Id, k.Availability, k.Networks, k.ByokKeys)
			}),
		List: listKafkaClusters,
	}
)

// mostNameLookUps limits for how many networks of an environment a run looks for name conflicts. Each look-up lists all
// of the environment's networks, of which Confluent Cloud's quota allows far fewer.
const mostNameLookUps = 40

// lookUpNames looks for objects with the names of the link's own parts. It ignores errors.
func (b *builder) lookUpNames() error {
	environment := b.In.Text("environmentId")
	if !environment.Known {
		return nil
	}
	var all sync.WaitGroup
	look := func(part *preflight.Part, input string, worthIt func() bool) {
		name := b.In.Text(input + ".displayName")
		if b.In.Given(input+".id") || name.Given && !name.Known || !worthIt() {
			return
		}
		part.Looked = true
		all.Go(func() { part.Before = part.Called(name.PlainOr(b.Name), false) })
	}
	look(&b.networkName, "network", func() bool {
		return lookup.RunOf(b.Ctx).Count("networks of "+environment.Plain) <= mostNameLookUps
	})
	look(&b.kafkaName, "kafkaCluster", func() bool { return true })
	all.Wait()
	return nil
}

// checkNames compares, at preview, the names of the link's own parts with what Confluent Cloud has. It compares the
// inputs that cannot be changed in place.
func (b *builder) checkNames(network access.Network, accesses ...access.Access) error {
	if !b.Ctx.DryRun() {
		return nil
	}
	resolution := b.In.Text("network.dnsResolution")
	on := b.networkName.Check(preflight.Place{Known: true},
		preflight.Wanted{Input: "region", Value: b.tidb.region},
		preflight.Wanted{Input: "network.zones", Value: list(b.In.List("network.zones").Plain)},
		preflight.Wanted{Input: "network.dnsResolution", Value: resolution.PlainOr(rules.Private)})
	var err error
	if on.ID, on.Known, err = lookup.Await[string](b.Ctx, network.ID); err == nil {
		availability := b.In.Text("kafkaCluster.availability").PlainOr(rules.MultiZone)
		b.kafkaName.Check(on,
			preflight.Wanted{Input: "kafkaCluster.availability", Value: availability},
			preflight.Wanted{Input: "kafkaCluster.byokKeyId", Value: b.In.Text("kafkaCluster.byokKeyId").Plain})
	}
	return access.RefuseSecond(&b.Maker, on, accesses...)
}

func networkByName(environment, name string) *confluentcloud.LookupNetworkArgs {
	in := confluentcloud.GetNetworkEnvironment{Id: environment}
	return &confluentcloud.LookupNetworkArgs{DisplayName: &name, Environment: in}
}

func networkMatch(found *confluentcloud.LookupNetworkResult) preflight.Match {
	one := preflight.Match{ID: found.Id, Fixed: map[string]string{
		"region": found.Region, "network.zones": list(found.Zones),
	}}
	for _, dns := range found.DnsConfigs {
		one.Fixed["network.dnsResolution"] = dns.Resolution
	}
	return one
}

func kafkaByName(environment, name string) *confluentcloud.LookupKafkaClusterArgs {
	in := confluentcloud.GetKafkaClusterEnvironment{Id: environment}
	return &confluentcloud.LookupKafkaClusterArgs{DisplayName: &name, Environment: in}
}

// listingDelay is how long a listing waits for other links that need the same one.
const listingDelay = 200 * time.Millisecond

// listKafkaClusters picks those of a name from a list of all, which all links of a run share.
func listKafkaClusters(m *children.Maker, environment, name string, now bool) (*preflight.Matches, error) {
	in := &confluentcloud.GetKafkaClustersArgs{Environment: confluentcloud.GetKafkaClustersEnvironment{Id: environment}}
	delay := listingDelay
	if !now {
		delay = 0
	}
	all, err := lookup.AskLater(m.Component, delay, confluentcloud.GetKafkaClusters, in)
	if err != nil {
		return nil, err
	}
	found := &preflight.Matches{Known: all.Id != ""} // else the provider's configuration is unknown
	for i := range all.Clusters {
		if c := &all.Clusters[i]; c.DisplayName == name {
			found.List = append(found.List, kafkaMatch(c.Id, c.Availability, c.Networks, c.ByokKeys))
		}
	}
	return found, nil
}

func kafkaMatch(id, availability string, networks, byokKeys any) preflight.Match {
	return preflight.Match{ID: id, Fixed: map[string]string{
		"kafkaCluster.availability": rules.AvailabilityOf(availability),
		"kafkaCluster.byokKeyId":    preflight.OrNone(preflight.FirstID(byokKeys)),
		"network.id":                preflight.FirstID(networks),
	}}
}

// list joins zones, whose order means nothing.
func list(zones []string) string {
	return strings.Join(slices.Sorted(slices.Values(zones)), ", ")
}
