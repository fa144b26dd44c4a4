package component

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// existingParts are the parts that were brought by their id.
type existingParts struct {
	network confluentcloud.LookupNetworkResultOutput
	// knownNetwork is what can be known now of the network; empty where it cannot.
	knownNetwork confluentcloud.LookupNetworkResult
	kafka        confluentcloud.LookupKafkaClusterResultOutput
}

// existingParts looks up all that was brought and checks that it fits, before anything is created.
func (b *builder) existingParts(tidb tidbCluster) (existingParts, error) {
	var parts existingParts
	var err error
	if b.in.networkID.given {
		if parts.network, parts.knownNetwork, err = b.existingNetwork(tidb); err != nil {
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

// checkEnvironment checks that Confluent Cloud has the environment and that the API key may see it: a wrong key is known
// before anything is created, not when the network is.
func (m *maker) checkEnvironment(id input[string]) error {
	if !id.known {
		return nil
	}
	_, err := ask(m, getEnvironment, func() (*confluentcloud.LookupEnvironmentResult, error) {
		return confluentcloud.LookupEnvironment(m.ctx, &confluentcloud.LookupEnvironmentArgs{Id: &id.value}, pulumi.Parent(m.self))
	}, id.value)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("environmentId: looking up environment %s: %w", id.value, lookup.Unwrap(err))
	return m.advised(err, "check the id, and that the API key in confluentcloud:cloudApiKey and cloudApiSecret "+
		"(or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) may see it")
}

// unreachable tells whether nobody answered. An error of a function arrives as text alone; this is the text of Go's errors, and
// Confluent's provider is written in Go. TiDB Cloud's client knows it of its own errors.
func unreachable(err error) bool {
	return slices.ContainsFunc([]string{"dial tcp", "i/o timeout", "tls: ", "x509: "}, func(text string) bool {
		return strings.Contains(err.Error(), text)
	})
}

func (b *builder) existingNetwork(
	tidb tidbCluster,
) (out confluentcloud.LookupNetworkResultOutput, n confluentcloud.LookupNetworkResult, err error) {
	out = b.lookUpNetwork(b.args.Network.Id, b.args.EnvironmentId)
	n, known, err := await[confluentcloud.LookupNetworkResult](b.ctx, out)
	if err != nil {
		return out, n, b.notFound("network.id", b.in.environmentID, err)
	}
	if !known {
		return out, n, nil
	}
	if err := b.sameEnvironment("network.id", "network "+n.Id, n.Environment.Id); err != nil {
		return out, n, err
	}
	if len(tidb.knownZones) > 0 && len(n.Zones) > 0 {
		b.passing.add("network.id", rules.CommonZones(n.Zones, tidb.knownZones))
	}
	return out, n, checkNetwork("network.id", n, tidb)
}

func (m *maker) lookUpNetwork(
	id pulumi.StringPtrInput, environment pulumi.StringInput,
) confluentcloud.LookupNetworkResultOutput {
	return lookUp[confluentcloud.LookupNetworkResultOutput](m, getNetwork, id, environment,
		func(id, environment string) (*confluentcloud.LookupNetworkResult, error) {
			return confluentcloud.LookupNetwork(m.ctx, &confluentcloud.LookupNetworkArgs{
				Id: &id, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
			}, pulumi.Parent(m.self))
		})
}

// checkNetwork checks a network against the requirements of TiDB Cloud's documentation that do not change. Those of
// the cluster do not count where there is none.
func checkNetwork(property string, n confluentcloud.LookupNetworkResult, tidb tidbCluster) error {
	var p problems
	if n.Cloud != rules.ConfluentOnAWS {
		p.add(property, fmt.Errorf("network %s is on %s, but must be on AWS; give the id of a PRIVATELINK network on AWS",
			n.Id, n.Cloud))
		return p.err()
	}
	if !slices.Contains(n.ConnectionTypes, rules.PrivateLink) {
		p.add(property, fmt.Errorf("network %s is of the type %s, but must be of the type PRIVATELINK; "+
			"give the id of such a network", n.Id, strings.Join(n.ConnectionTypes, ", ")))
	}
	if tidb.knownRegion != "" {
		p.add(property, rules.SameRegion("network "+n.Id, n.Region, "TiDB Cloud cluster "+tidb.knownID, tidb.knownRegion))
	}
	if len(p) > 0 {
		return p.err()
	}
	// The provider does not say in which phase a network is, but one that is not READY lacks these.
	if n.DnsDomain == "" || len(n.Aws) == 0 || n.Aws[0].PrivateLinkEndpointService == "" {
		p.add(property, fmt.Errorf("network %s has no DNS domain or no VPC endpoint service, so it is not READY; "+
			"see its phase in Confluent Cloud and run pulumi again when it is READY, or give the id of another", n.Id))
		return p.err()
	}
	return p.err()
}

func (b *builder) existingAccess(tidb tidbCluster) error {
	a, known, err := b.lookUpAccess(b.args.PrivateLinkAccess.Id, b.args.EnvironmentId)
	if err != nil {
		return b.notFound("privateLinkAccess.id", b.in.environmentID, err)
	}
	if !known {
		return nil
	}
	if err := b.sameEnvironment("privateLinkAccess.id", "PrivateLink Access "+a.Id, a.Environment.Id); err != nil {
		return err
	}
	return checkAccess("privateLinkAccess.id", a, account{whose: "TiDB Cloud's", id: tidb.knownAccountID},
		"network.id", b.in.networkID)
}

// lookUpAccess looks a PrivateLink Access up, if it can be known now.
func (m *maker) lookUpAccess(
	id pulumi.StringPtrInput, environment pulumi.StringInput,
) (access confluentcloud.LookupPrivateLinkAccessResult, known bool, err error) {
	out := lookUp[confluentcloud.LookupPrivateLinkAccessResultOutput](m, getAccess, id, environment,
		func(id, environment string) (*confluentcloud.LookupPrivateLinkAccessResult, error) {
			return confluentcloud.LookupPrivateLinkAccess(m.ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
				Id: &id, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
			}, pulumi.Parent(m.self))
		})
	return await[confluentcloud.LookupPrivateLinkAccessResult](m.ctx, out)
}

// account is the AWS account that an access is for; an empty id is not known yet.
type account struct{ whose, id string }

// checkAccess checks that an access lets an account into the network.
func checkAccess(
	property string, a confluentcloud.LookupPrivateLinkAccessResult, want account, networkProperty string, networkID input[string],
) error {
	var p problems
	var account, network string
	if len(a.Aws) > 0 {
		account = a.Aws[0].Account
	}
	if len(a.Networks) > 0 {
		network = a.Networks[0].Id
	}
	if want.id != "" && account != want.id {
		p.add(property, fmt.Errorf("PrivateLink Access %s is for AWS account %s, but %s account is %s; "+
			"give the id of that account's access, or leave it out to have one made", a.Id, orNone(account), want.whose, want.id))
	}
	if networkID.known && network != networkID.value {
		p.add(property, fmt.Errorf("PrivateLink Access %s is for network %s, but %s is %s; "+
			"give the id of an access to that network, or leave it out to have one made",
			a.Id, orNone(network), networkProperty, networkID.value))
	}
	return p.err()
}

func (b *builder) existingKafka() (confluentcloud.LookupKafkaClusterResultOutput, error) {
	out := lookUp[confluentcloud.LookupKafkaClusterResultOutput](&b.maker, getKafka, b.args.KafkaCluster.Id, b.args.EnvironmentId,
		func(id, environment string) (*confluentcloud.LookupKafkaClusterResult, error) {
			return confluentcloud.LookupKafkaCluster(b.ctx, &confluentcloud.LookupKafkaClusterArgs{
				Id: &id, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
			}, pulumi.Parent(b.link))
		})
	k, known, err := await[confluentcloud.LookupKafkaClusterResult](b.ctx, out)
	if err != nil {
		return out, b.notFound("kafkaCluster.id", b.in.environmentID, err)
	}
	if known {
		if err = b.sameEnvironment("kafkaCluster.id", "Kafka cluster "+k.Id, k.Environment.Id); err == nil {
			err = checkKafka(k, b.in.networkID)
		}
	}
	return out, err
}

// sameEnvironment checks that an existing part is in the environment of the link. Confluent Cloud is told both, and may answer
// to the ID alone.
func (b *builder) sameEnvironment(property, part, environment string) error {
	want := b.in.environmentID
	if !want.known || environment == "" || environment == want.value {
		return nil
	}
	var p problems
	p.add(property, fmt.Errorf("%s is in environment %s, but environmentId is %s; give the id of one in that environment, "+
		"or change environmentId", part, environment, want.show()))
	return p.err()
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
	if len(p) == 0 && k.BootstrapEndpoint == "" {
		// The provider does not say in which phase a cluster is, but one that was never PROVISIONED lacks this.
		p.add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s has no bootstrap endpoint, so it is not PROVISIONED; see its phase in "+
			"Confluent Cloud and run pulumi again when it is, or give the id of another", k.Id))
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
func (m *maker) notFound(property string, environment input[string], err error) error {
	err = fmt.Errorf("%s: looking in environment %s: %w", property, environment.show(), err)
	return m.advised(err, "check the id and environmentId, and that confluentcloud:cloudApiKey may see them")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

var errNoEndpointService = errors.New("the network has no VPC endpoint service; see that it is a PRIVATELINK network and READY")
