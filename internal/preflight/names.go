package component

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// A namesake is something in Confluent Cloud that has a name which the component gives.
type namesake struct {
	id string
	// fixed are its properties that cannot be changed, by the component's inputs.
	fixed map[string]string
}

// wanted is the value that an input asks for.
type wanted struct{ input, value string }

// differs says in which properties it is another than what is wanted. Empty values are ignored.
func (n namesake) differs(from []wanted) []string {
	var differs []string
	for _, p := range from {
		if is := n.fixed[p.input]; is != "" && p.value != "" && is != p.value {
			differs = append(differs, fmt.Sprintf("%s is %s, not %s", p.input, is, p.value))
		}
	}
	return differs
}

// namesakes are what has a name.
type namesakes struct {
	// known is false where it could not be found out.
	known bool
	// several tells that there are several, of which the provider does not say which they are. Else the list has all.
	several bool
	list    []namesake
}

func (n namesakes) ids() []string {
	ids := make([]string, len(n.list))
	for i := range n.list {
		ids[i] = n.list[i].id
	}
	return ids
}

// on leaves out what is on another network.
func (n namesakes) on(network string) namesakes {
	if network != "" {
		n.list = slices.DeleteFunc(slices.Clone(n.list), func(one namesake) bool { return one.fixed["network.id"] != network })
	}
	return n
}

// networksCalled finds the networks of a name.
func (m *maker) networksCalled(environment, name string) namesakes {
	return m.called(getNetwork, environment, name, m.findNetwork)
}

// kafkaClustersCalled finds the Kafka clusters of a name. All links of a run share one list.
func (m *maker) kafkaClustersCalled(environment, name string) namesakes {
	all, err := ask(m, getKafkas, func() (*confluentcloud.GetKafkaClustersResult, error) { return m.listKafkaClusters(environment) }, environment)
	return m.kafkaClustersIn(all, err, environment, name)
}

// kafkaClustersIn picks those of a name from a list. Where one of the clusters cannot be described there is no list; a single one
// may still be found.
func (m *maker) kafkaClustersIn(all *confluentcloud.GetKafkaClustersResult, err error, environment, name string) namesakes {
	switch {
	case err != nil:
		return m.called(getKafka, environment, name, m.findKafkaCluster)
	case all.Id == "":
		return namesakes{} // the provider is not configured yet
	}
	found := namesakes{known: true}
	for i := range all.Clusters {
		c := &all.Clusters[i]
		if c.DisplayName != name {
			continue
		}
		one := kafkaNamesake(c.Id, c.Availability)
		for _, network := range c.Networks {
			one.fixed["network.id"] = network.Id
		}
		for _, key := range c.ByokKeys {
			one.fixed["kafkaCluster.byokKeyId"] = orNone(key.Id)
		}
		found.list = append(found.list, one)
	}
	return found
}

func (m *maker) listKafkaClusters(environment string) (*confluentcloud.GetKafkaClustersResult, error) {
	return confluentcloud.GetKafkaClusters(m.ctx, &confluentcloud.GetKafkaClustersArgs{
		Environment: confluentcloud.GetKafkaClustersEnvironment{Id: environment},
	}, pulumi.Parent(m.self))
}

func (m *maker) findNetwork(environment, name string) (*namesake, error) {
	found, err := confluentcloud.LookupNetwork(m.ctx, &confluentcloud.LookupNetworkArgs{
		DisplayName: &name, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
	}, pulumi.Parent(m.self))
	if err != nil {
		return nil, err
	}
	one := namesake{id: found.Id, fixed: map[string]string{"region": found.Region, "network.zones": list(found.Zones)}}
	for _, dns := range found.DnsConfigs {
		one.fixed["network.dnsResolution"] = dns.Resolution
	}
	return &one, nil
}

func (m *maker) findKafkaCluster(environment, name string) (*namesake, error) {
	found, err := confluentcloud.LookupKafkaCluster(m.ctx, &confluentcloud.LookupKafkaClusterArgs{
		DisplayName: &name, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
	}, pulumi.Parent(m.self))
	if err != nil {
		return nil, err
	}
	one := kafkaNamesake(found.Id, found.Availability)
	for _, network := range found.Networks {
		one.fixed["network.id"] = network.Id
	}
	for _, key := range found.ByokKeys {
		one.fixed["kafkaCluster.byokKeyId"] = orNone(key.Id)
	}
	return &one, nil
}

// kafkaNamesake is a Kafka cluster without a network and a key.
func kafkaNamesake(id, availability string) namesake {
	return namesake{id: id, fixed: map[string]string{
		"kafkaCluster.availability": rules.AvailabilityOf(availability), "kafkaCluster.byokKeyId": orNone(""),
	}}
}

func (m *maker) findAccess(environment, name string) (*namesake, error) {
	found, err := confluentcloud.LookupPrivateLinkAccess(m.ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
		DisplayName: &name, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
	}, pulumi.Parent(m.self))
	if err != nil {
		return nil, err
	}
	one := namesake{id: found.Id, fixed: map[string]string{}}
	for _, aws := range found.Aws {
		one.fixed["account"] = aws.Account
	}
	for _, network := range found.Networks {
		one.fixed["network.id"] = network.Id
	}
	return &one, nil
}

// called finds what has a name, of a kind of which the provider has no list. That there are several, or none, is an error of the
// provider.
func (m *maker) called(token, environment, name string, find func(environment, name string) (*namesake, error)) namesakes {
	found, err := ask(m, token, func() (*namesakes, error) { return calledNow(environment, name, find) }, environment, "displayName", name)
	if err != nil {
		return namesakes{}
	}
	return *found
}

func calledNow(environment, name string, find func(environment, name string) (*namesake, error)) (*namesakes, error) {
	one, err := find(environment, name)
	switch {
	case err != nil && severalHaveIt.MatchString(err.Error()):
		return &namesakes{known: true, several: true}, nil
	case err != nil && noneHasIt.MatchString(err.Error()):
		return &namesakes{known: true}, nil
	case err != nil:
		return nil, err
	case one.id == "":
		return &namesakes{}, nil // the provider is not configured yet
	}
	return &namesakes{known: true, list: []namesake{*one}}, nil
}

// What Confluent's provider says where several have a name, and where none has it.
var (
	severalHaveIt = regexp.MustCompile(`there are multiple `)
	noneHasIt     = regexp.MustCompile(`with "display_name"=.* was not found`)
)

// list writes down zones, whose order means nothing.
func list(zones []string) string {
	return strings.Join(slices.Sorted(slices.Values(zones)), ", ")
}
