package component

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// existingParts are the parts that were brought by their id.
type existingParts struct {
	network confluentcloud.LookupNetworkResultOutput
	kafka   confluentcloud.LookupKafkaClusterResultOutput
}

// existingParts looks up all that was brought and checks that it fits, before anything is created.
func (b *builder) existingParts(tidb tidbCluster) (existingParts, error) {
	var parts existingParts
	err := b.environment()
	if err != nil {
		return parts, err
	}
	if b.in.networkID.given {
		if parts.network, err = b.existingNetwork(tidb); err != nil {
			return parts, err
		}
	}
	if b.in.accessID.given {
		if err := b.existingAccess(tidb); err != nil {
			return parts, err
		}
	}
	if b.in.kafkaID.given {
		parts.kafka, err = b.existingKafka()
	}
	return parts, err
}

// environment checks that Confluent Cloud has the environment and that the API key may see it: a wrong key is known
// before anything is created, not when the network is.
func (b *builder) environment() error {
	if !b.in.environmentID.known {
		return nil
	}
	_, err := ask(b, getEnvironment, func() (*confluentcloud.LookupEnvironmentResult, error) {
		return confluentcloud.LookupEnvironment(b.ctx, &confluentcloud.LookupEnvironmentArgs{
			Id: &b.in.environmentID.value,
		}, pulumi.Parent(b.link))
	}, b.in.environmentID.value)
	if err != nil {
		return fmt.Errorf("environmentId: looking up environment %s: %w; check the id, and that the API key in "+
			"confluentcloud:cloudApiKey and cloudApiSecret (or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) may see it",
			b.in.environmentID.value, unwrapInvoke(err))
	}
	return nil
}

func (b *builder) existingNetwork(tidb tidbCluster) (confluentcloud.LookupNetworkResultOutput, error) {
	out := lookUp[confluentcloud.LookupNetworkResultOutput](b, getNetwork, b.args.Network.Id,
		func(id, environment string) (*confluentcloud.LookupNetworkResult, error) {
			return confluentcloud.LookupNetwork(b.ctx, &confluentcloud.LookupNetworkArgs{
				Id: &id, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
			}, pulumi.Parent(b.link))
		})
	n, known, err := await[confluentcloud.LookupNetworkResult](b.ctx, out)
	if err != nil {
		return out, b.notFound("network.id", err)
	}
	if !known {
		return out, nil
	}
	if len(tidb.knownZones) > 0 && len(n.Zones) > 0 {
		b.passing.add("network.id", rules.CommonZones(n.Zones, tidb.knownZones))
	}
	return out, checkNetwork(n, tidb)
}

// checkNetwork checks a network against the requirements of TiDB Cloud's documentation that do not change.
func checkNetwork(n confluentcloud.LookupNetworkResult, tidb tidbCluster) error {
	var p problems
	if n.Cloud != rules.ConfluentOnAWS {
		p.add("network.id", fmt.Errorf("network %s is on %s, but must be on AWS; give the id of a PRIVATELINK network on AWS",
			n.Id, n.Cloud))
		return p.err()
	}
	if !slices.Contains(n.ConnectionTypes, rules.PrivateLink) {
		p.add("network.id", fmt.Errorf("network %s is of the type %s, but must be of the type PRIVATELINK; "+
			"give the id of such a network, or leave it out to have one made", n.Id, strings.Join(n.ConnectionTypes, ", ")))
	}
	if tidb.knownRegion != "" {
		p.add("network.id", rules.SameRegion("network "+n.Id, n.Region, "TiDB Cloud cluster "+tidb.knownID, tidb.knownRegion))
	}
	if len(p) > 0 {
		return p.err()
	}
	// The provider does not say in which phase a network is, but one that is not READY lacks these.
	if n.DnsDomain == "" || len(n.Aws) == 0 || n.Aws[0].PrivateLinkEndpointService == "" {
		p.add("network.id", fmt.Errorf("network %s has no DNS domain or no VPC endpoint service, so it is not READY; "+
			"see its phase in Confluent Cloud and run pulumi again when it is READY, or give the id of another", n.Id))
		return p.err()
	}
	return p.err()
}

func (b *builder) existingAccess(tidb tidbCluster) error {
	out := lookUp[confluentcloud.LookupPrivateLinkAccessResultOutput](b, getAccess, b.args.PrivateLinkAccess.Id,
		func(id, environment string) (*confluentcloud.LookupPrivateLinkAccessResult, error) {
			return confluentcloud.LookupPrivateLinkAccess(b.ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
				Id: &id, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
			}, pulumi.Parent(b.link))
		})
	a, known, err := await[confluentcloud.LookupPrivateLinkAccessResult](b.ctx, out)
	if err != nil {
		return b.notFound("privateLinkAccess.id", err)
	}
	if !known {
		return nil
	}
	return checkAccess(a, tidb.knownAccountID, b.in.networkID)
}

// checkAccess checks that an access lets TiDB Cloud's account into the network; an empty account is not known yet.
func checkAccess(a confluentcloud.LookupPrivateLinkAccessResult, accountID string, networkID input[string]) error {
	var p problems
	var account, network string
	if len(a.Aws) > 0 {
		account = a.Aws[0].Account
	}
	if len(a.Networks) > 0 {
		network = a.Networks[0].Id
	}
	if accountID != "" && account != accountID {
		p.add("privateLinkAccess.id", fmt.Errorf("PrivateLink Access %s is for AWS account %s, but TiDB Cloud's account is %s; "+
			"give the id of that account's access, or leave it out to have one made", a.Id, orNone(account), accountID))
	}
	if networkID.known && network != networkID.value {
		p.add("privateLinkAccess.id", fmt.Errorf("PrivateLink Access %s is for network %s, but network.id is %s; "+
			"give the id of an access to that network, or leave it out to have one made", a.Id, orNone(network), networkID.value))
	}
	return p.err()
}

func (b *builder) existingKafka() (confluentcloud.LookupKafkaClusterResultOutput, error) {
	out := lookUp[confluentcloud.LookupKafkaClusterResultOutput](b, getKafka, b.args.KafkaCluster.Id,
		func(id, environment string) (*confluentcloud.LookupKafkaClusterResult, error) {
			return confluentcloud.LookupKafkaCluster(b.ctx, &confluentcloud.LookupKafkaClusterArgs{
				Id: &id, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
			}, pulumi.Parent(b.link))
		})
	k, known, err := await[confluentcloud.LookupKafkaClusterResult](b.ctx, out)
	if err != nil {
		return out, b.notFound("kafkaCluster.id", err)
	}
	if known {
		err = checkKafka(k, b.in.networkID)
	}
	return out, err
}

// checkKafka checks that a cluster is a Dedicated one in the network.
func checkKafka(k confluentcloud.LookupKafkaClusterResult, networkID input[string]) error {
	var p problems
	if kind := kindOf(k); kind != "Dedicated" {
		p.add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is %s %s cluster, but only Dedicated clusters have private link "+
			"connections; give the id of a Dedicated cluster, or leave it out to have one made", k.Id, article(kind), kind))
	}
	var network string
	if len(k.Networks) > 0 {
		network = k.Networks[0].Id
	}
	if networkID.known && network != networkID.value {
		p.add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is on network %s, but network.id is %s; "+
			"give both of the same network, or leave the cluster out to have one made", k.Id, orNone(network), networkID.value))
	}
	return p.err()
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "AEIOU") {
		return "an"
	}
	return "a"
}

// kindOf names a cluster's type; the provider has a property for each.
func kindOf(k confluentcloud.LookupKafkaClusterResult) string {
	switch {
	case k.Dedicated != nil:
		return "Dedicated"
	case len(k.Basics) > 0:
		return "Basic"
	case len(k.Standards) > 0:
		return "Standard"
	case len(k.Enterprises) > 0:
		return "Enterprise"
	case len(k.Freights) > 0:
		return "Freight"
	}
	return "non-Dedicated"
}

// notFound explains a look-up that failed. Confluent's provider says what happened, but not where it looked.
func (b *builder) notFound(property string, err error) error {
	env := input[string].show(b.in.environmentID)
	return fmt.Errorf("%s: looking in environment %s: %w; check the id and environmentId, "+
		"and that confluentcloud:cloudApiKey may see them", property, env, err)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

var errNoEndpointService = errors.New("the network has no VPC endpoint service; see that it is a PRIVATELINK network and READY")
