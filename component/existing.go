package component

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// existingParts are the parts that are given by their ID.
type existingParts struct {
	network confluentcloud.LookupNetworkResultOutput
	// knownNetwork is what can be known now of the network; empty where it cannot.
	knownNetwork confluentcloud.LookupNetworkResult
	kafka        confluentcloud.LookupKafkaClusterResultOutput
}

// forVpcs is what can be known of the network before it exists.
func (e existingParts) forVpcs(tidb tidbCluster) vpcaccess.Known {
	return vpcaccess.Known{
		What: "TiDB Cloud cluster " + tidb.knownID, Region: tidb.knownRegion,
		DNSDomain: e.knownNetwork.DnsDomain, Zones: e.knownNetwork.Zones,
	}
}

// existingParts looks up all existing parts and checks that they fit, before anything is created.
func (b *builder) existingParts(tidb tidbCluster) (existingParts, error) {
	var parts existingParts
	var err error
	if b.In.Given("network.id") {
		if parts.network, parts.knownNetwork, err = b.existingNetwork(tidb); err != nil {
			return parts, err
		}
	}
	if b.In.Given("privateLinkAccess.id") {
		if err := b.existingAccess(tidb); err != nil {
			return parts, err
		}
	}
	if b.In.Given("kafkaCluster.id") {
		parts.kafka, err = b.existingKafka()
	}
	return parts, err
}

func (b *builder) existingNetwork(
	tidb tidbCluster,
) (out confluentcloud.LookupNetworkResultOutput, n confluentcloud.LookupNetworkResult, err error) {
	id := b.In.Text("network.id")
	out = preflight.LookUpNetwork(&b.Maker, id)
	n, known, err := lookup.Await[confluentcloud.LookupNetworkResult](b.Ctx, out)
	if err != nil {
		return out, n, preflight.NotFound(&b.Maker, id.Path, err)
	}
	if !known {
		return out, n, nil
	}
	if err := preflight.SameEnvironment(b.In, id.Path, "network "+n.Id, n.Environment.Id); err != nil {
		return out, n, err
	}
	if len(tidb.knownZones) > 0 && len(n.Zones) > 0 {
		b.Transient.Add(id.Path, rules.CommonZones(n.Zones, tidb.knownZones))
	}
	return out, n, preflight.CheckNetwork(id.Path, n, "TiDB Cloud cluster "+tidb.knownID, tidb.knownRegion)
}

func (b *builder) existingAccess(tidb tidbCluster) error {
	id := b.In.Text("privateLinkAccess.id")
	a, known, err := access.LookUp(&b.Maker, id)
	if err != nil || !known {
		return err
	}
	if err := preflight.SameEnvironment(b.In, id.Path, "PrivateLink Access "+a.Id, a.Environment.Id); err != nil {
		return err
	}
	return access.CheckExisting(id.Path, a, accountOwner, tidb.knownAccountID, b.In.Text("network.id"))
}

func (b *builder) existingKafka() (confluentcloud.LookupKafkaClusterResultOutput, error) {
	id := b.In.Text("kafkaCluster.id")
	out := preflight.LookUp[confluentcloud.LookupKafkaClusterResultOutput](&b.Maker, getKafka, id,
		func(id, environment string) (*confluentcloud.LookupKafkaClusterResult, error) {
			return confluentcloud.LookupKafkaCluster(b.Ctx, &confluentcloud.LookupKafkaClusterArgs{
				Id: &id, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
			}, pulumi.Parent(b.link))
		})
	k, known, err := lookup.Await[confluentcloud.LookupKafkaClusterResult](b.Ctx, out)
	if err != nil {
		return out, preflight.NotFound(&b.Maker, id.Path, err)
	}
	if !known {
		return out, nil
	}
	if err := preflight.SameEnvironment(b.In, id.Path, "Kafka cluster "+k.Id, k.Environment.Id); err != nil {
		return out, err
	}
	return out, checkKafka(k, b.In.Text("network.id"))
}

// checkKafka checks that a cluster is a Dedicated one in the network.
func checkKafka(k confluentcloud.LookupKafkaClusterResult, networkID args.Text) error {
	var p args.Problems
	if kind := kindOf(k); kind != "Dedicated" {
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is %s %s cluster, but only Dedicated clusters have private "+
			"link connections; give the id of a Dedicated cluster, or leave it out to create one", k.Id, article(kind), kind))
	}
	var network string
	if len(k.Networks) > 0 {
		network = k.Networks[0].Id
	}
	if networkID.Known && network != networkID.Plain {
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is on network %s, but network.id is %s; "+
			"give both of the same network, or leave the cluster out to create one",
			k.Id, preflight.OrNone(network), networkID.Plain))
	}
	if len(p) == 0 && k.BootstrapEndpoint == "" {
		// The provider does not say in which phase a cluster is, but one that was never PROVISIONED lacks this.
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s has no bootstrap endpoint, so it is not PROVISIONED; see its "+
			"phase in Confluent Cloud and run pulumi again when it is, or give the id of another", k.Id))
	}
	return p.Err()
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
