package component

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// existingKafka looks up and checks the existing Kafka cluster, if any.
func (b *builder) existingKafka() (out confluentcloud.LookupKafkaClusterResultOutput, err error) {
	id := b.In.Text("kafkaCluster.id")
	if !id.Given {
		return out, nil
	}
	out, k, known, err := preflight.Existing[confluentcloud.LookupKafkaClusterResultOutput](
		&b.Maker, id, "Kafka cluster", confluentcloud.LookupKafkaCluster, preflight.KafkaByID)
	if err == nil && known {
		err = checkKafka(k, b.In.Text("network.id"))
	}
	return out, err
}

// checkKafka checks that a cluster is a Dedicated one in the network.
func checkKafka(k confluentcloud.LookupKafkaClusterResult, networkID args.Text) error {
	var p args.Problems
	if kind := kindOf(k); kind != dedicated {
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is %s cluster, but only Dedicated clusters have "+
			"private link connections; use the ID of a Dedicated cluster, or leave it out to create one", k.Id, kind))
	}
	if network := preflight.FirstID(k.Networks); networkID.Known && network != networkID.Plain {
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s is on network %s, but network.id is %s; use both of "+
			"the same network, or leave the cluster out to create one",
			k.Id, preflight.OrNone(network), networkID.Plain))
	}
	if len(p) == 0 && k.BootstrapEndpoint == "" {
		// The provider does not report the phase of a cluster, but one that was never PROVISIONED lacks this.
		p.Add("kafkaCluster.id", fmt.Errorf("Kafka cluster %s has no bootstrap endpoint, so it is not PROVISIONED; "+
			"check its phase in Confluent Cloud and run pulumi again when it is, or use the ID of another", k.Id))
	}
	return p.Err()
}

// dedicated is a cluster that can be on a network.
const dedicated = "a Dedicated"

// kindOf names a cluster's type; the provider has a property for each.
func kindOf(k confluentcloud.LookupKafkaClusterResult) string {
	switch {
	case k.Dedicated != nil:
		return dedicated
	case len(k.Basics) > 0:
		return "a Basic"
	case len(k.Standards) > 0:
		return "a Standard"
	case len(k.Enterprises) > 0:
		return "an Enterprise"
	case len(k.Freights) > 0:
		return "a Freight"
	}
	return "a non-Dedicated"
}

// kafkaCluster is step 3: the existing cluster, or a new Dedicated one in the network.
func (b *builder) kafkaCluster(network access.Network, existing confluentcloud.LookupKafkaClusterResultOutput) error {
	// Confluent's provider passes on the addresses as they are reported, and clients need plain ones.
	output := func(id, bootstrapEndpoint, restEndpoint, crn pulumi.StringOutput) error {
		b.link.KafkaClusterId, b.link.KafkaClusterCrn = id, crn
		b.link.BootstrapEndpoint = bootstrapEndpoint.ApplyT(rules.BootstrapEndpoint).(pulumi.StringOutput)
		b.link.RestEndpoint = restEndpoint.ApplyT(rules.RESTEndpoint).(pulumi.StringOutput)
		return nil
	}
	if id := b.In.Text("kafkaCluster.id"); id.Given {
		return output(id.Output(), existing.BootstrapEndpoint(), existing.RestEndpoint(), existing.RbacCrn())
	}
	name := b.In.Text("kafkaCluster.displayName").Or(b.Name)
	availability := b.In.Text("kafkaCluster.availability").Or(rules.MultiZone)
	cku := ckus(b.In.Number("kafkaCluster.cku"), availability)
	cluster := &confluentcloud.KafkaClusterArgs{
		Cloud:              pulumi.String(rules.ConfluentOnAWS),
		Region:             b.link.Region,
		Availability:       availability,
		Dedicated:          confluentcloud.KafkaClusterDedicatedArgs{Cku: cku},
		Environment:        confluentcloud.KafkaClusterEnvironmentArgs{Id: b.In.Text("environmentId").Output()},
		Network:            confluentcloud.KafkaClusterNetworkArgs{Id: network.ID},
		DisplayName:        name,
		DeletionProtection: b.In.Bool("kafkaCluster.deletionProtection").Input(),
	}
	if key := b.In.Text("kafkaCluster.byokKeyId"); key.Given {
		cluster.ByokKey = confluentcloud.KafkaClusterByokKeyArgs{Id: key.Output()}
	}
	opts := b.Options(b.kafkaTimeouts(), b.kafkaProtection())
	made, err := confluentcloud.NewKafkaCluster(b.Ctx, b.Name+"-kafka", cluster, opts...)
	if err != nil {
		return err
	}
	b.kafkaName.Declare(made, name, network.ID)
	bootstrap := b.finished(made.BootstrapEndpoint, "PROVISIONED", made, "Kafka cluster %s has no bootstrap endpoint")
	return output(made.ID().ToStringOutput(), bootstrap, made.RestEndpoint, made.RbacCrn)
}

// kafkaProtection has Pulumi refuse, at preview, to delete or replace a cluster that Confluent Cloud refuses to delete.
// Confluent Cloud refuses late in a deletion: the domains, the connection and the access are gone by then, or the
// replacement has been ordered. A cluster with the option retainOnDelete may leave the state.
func (b *builder) kafkaProtection() pulumi.ResourceOption {
	protected := b.In.Bool("kafkaCluster.deletionProtection")
	if !protected.Known || !protected.Plain || b.Retained {
		return pulumi.Composite()
	}
	return pulumi.Protect(true)
}

// The deletion of a Kafka cluster takes longer than the 20 minutes after which Confluent's provider stops by
// default; its own wait has a limit of 30 minutes.
const kafkaDeleteTimeout = "1h"

func (b *builder) kafkaTimeouts() pulumi.ResourceOption {
	timeouts := b.Timeouts
	timeouts.Delete = cmp.Or(timeouts.Delete, kafkaDeleteTimeout)
	return pulumi.Timeouts(&timeouts)
}

// ckus are the number in the input, or the least that the availability allows. An availability that was unknown when
// the inputs were checked is checked here, before the cluster is ordered.
func ckus(given args.Number, availability pulumi.StringOutput) pulumi.IntOutput {
	if !given.Given {
		return availability.ApplyT(func(is string) (int, error) { return ckusOf(nil, is) }).(pulumi.IntOutput)
	}
	return lookup.Both[pulumi.IntOutput](given.Input().ToIntPtrOutput(), availability, ckusOf)
}

func ckusOf(number *int, availability string) (int, error) {
	if err := availabilities.Check(availability); err != nil {
		return 0, fmt.Errorf("kafkaCluster.availability: %w", err)
	}
	if number == nil {
		return rules.MinimumCKU(availability), nil
	}
	if err := rules.CKU(availability, *number); err != nil {
		return 0, fmt.Errorf("kafkaCluster.cku: %w", err)
	}
	return *number, nil
}
