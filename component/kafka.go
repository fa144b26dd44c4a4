package component

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// kafkaCluster is the Dedicated Kafka cluster, new or existing.
type kafkaCluster struct {
	id, bootstrapEndpoint, restEndpoint, crn pulumi.StringOutput
	// unfinished takes the place of what a new cluster lacks while it is not PROVISIONED; nil for an existing one.
	unfinished unfinished
}

// kafkaClusterOf completes a cluster: clients want plain addresses, and Confluent's provider passes on what is
// reported.
func kafkaClusterOf(k kafkaCluster) kafkaCluster {
	k.bootstrapEndpoint = k.bootstrapEndpoint.ApplyT(func(address string) (pulumi.StringOutput, error) {
		if address == "" && k.unfinished != nil {
			return k.unfinished()
		}
		return pulumi.String(rules.BootstrapEndpoint(address)).ToStringOutput(), nil
	}).(pulumi.StringOutput)
	k.restEndpoint = k.restEndpoint.ApplyT(rules.RESTEndpoint).(pulumi.StringOutput)
	return k
}

// kafkaCluster is step 3: the existing cluster, or a new Dedicated one in the network.
func (b *builder) kafkaCluster(tidb tidbCluster, network network, existing existingParts) (kafkaCluster, error) {
	if id := b.In.Text("kafkaCluster.id"); id.Given {
		return kafkaClusterOf(kafkaCluster{
			id:                id.Output(),
			bootstrapEndpoint: existing.kafka.BootstrapEndpoint(),
			restEndpoint:      existing.kafka.RestEndpoint(),
			crn:               existing.kafka.RbacCrn(),
		}), nil
	}
	name := b.In.Text("kafkaCluster.displayName").Or(b.Name)
	availability := b.In.Text("kafkaCluster.availability").Or(rules.MultiZone)
	cku := ckus(b.In.Number("kafkaCluster.cku"), availability)
	cluster := &confluentcloud.KafkaClusterArgs{
		Cloud:              pulumi.String(rules.ConfluentOnAWS),
		Region:             tidb.region,
		Availability:       availability,
		Dedicated:          confluentcloud.KafkaClusterDedicatedArgs{Cku: cku},
		Environment:        confluentcloud.KafkaClusterEnvironmentArgs{Id: b.In.Text("environmentId").Output()},
		Network:            confluentcloud.KafkaClusterNetworkArgs{Id: network.id},
		DisplayName:        name,
		DeletionProtection: b.In.Bool("kafkaCluster.deletionProtection").Input(),
	}
	if key := b.In.Text("kafkaCluster.byokKeyId"); key.Given {
		cluster.ByokKey = confluentcloud.KafkaClusterByokKeyArgs{Id: key.Output()}
	}
	opts := b.Options(b.kafkaTimeouts(), b.kafkaProtection())
	made, err := confluentcloud.NewKafkaCluster(b.Ctx, b.Name+"-kafka", cluster, opts...)
	if err != nil {
		return kafkaCluster{}, err
	}
	b.names.kafka.planned = &preflight.Planned{Kind: kafkaClusters, Resource: made, DisplayName: name}
	b.watchForDuplicates(b.names.kafka, network.id, kafkaClustersCalledNow)
	return kafkaClusterOf(kafkaCluster{
		unfinished:        b.unfinishedKafka(made),
		id:                made.ID().ToStringOutput(),
		bootstrapEndpoint: made.BootstrapEndpoint,
		restEndpoint:      made.RestEndpoint,
		crn:               made.RbacCrn,
	}), nil
}

// kafkaProtection has Pulumi refuse, at preview, to delete or replace a cluster that Confluent Cloud refuses to
// delete. That comes late in a deletion: the domains, the connection and the access are gone by then, or the
// replacement has been ordered. What is to be kept when it leaves the state may leave it.
func (b *builder) kafkaProtection() pulumi.ResourceOption {
	protected := b.In.Bool("kafkaCluster.deletionProtection")
	if !protected.Known || !protected.Plain || b.retained {
		return pulumi.Composite()
	}
	return pulumi.Protect(true)
}

// The deletion of a Kafka cluster takes longer than the 20 minutes after which Confluent's provider gives up by
// default; its own wait has a limit of 30 minutes.
const kafkaDeleteTimeout = "1h"

func (b *builder) kafkaTimeouts() pulumi.ResourceOption {
	timeouts := b.Timeouts
	timeouts.Delete = cmp.Or(timeouts.Delete, kafkaDeleteTimeout)
	return pulumi.Timeouts(&timeouts)
}

// ckus are the given number, or the least that the availability allows. An availability that was unknown when the
// inputs were checked is checked here, before the cluster is ordered.
func ckus(given args.Number, availability pulumi.StringOutput) pulumi.IntOutput {
	if !given.Given {
		return availability.ApplyT(func(is string) (int, error) { return ckusOf(nil, is) }).(pulumi.IntOutput)
	}
	return pulumi.All(given.Input().ToIntPtrOutput(), availability).ApplyT(func(v []any) (int, error) {
		number, _ := v[0].(*int)
		availability, _ := v[1].(string)
		return ckusOf(number, availability)
	}).(pulumi.IntOutput)
}

func ckusOf(number *int, availability string) (int, error) {
	if err := rules.Availability(availability); err != nil {
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
