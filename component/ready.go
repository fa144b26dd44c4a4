package component

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// A network or a Kafka cluster whose creation failed half way stays in the state, without what it has when it is
// finished. The next update reads it and goes on as if all were well, since Confluent's provider does not look at the
// phase of what exists.

// unfinished is what takes the place of a value that a resource does not have yet.
type unfinished func() (pulumi.StringOutput, error)

// unfinishedNetwork takes the place of what a new network has when it is READY.
func (b *builder) unfinishedNetwork(made *confluentcloud.Network) unfinished {
	return func() (pulumi.StringOutput, error) {
		// What is looked at is known: it comes with the value that is missing.
		if domain, _, err := lookup.Await[string](b.Ctx, made.DnsDomain); err != nil || domain != "" {
			return pulumi.StringOutput{}, errors.Join(err, preflight.ErrNoEndpointService)
		}
		return b.unfinished(made, "network %s has no DNS domain and no VPC endpoint service", "READY")
	}
}

// unfinishedKafka takes the place of the address of a new Kafka cluster.
func (b *builder) unfinishedKafka(made *confluentcloud.KafkaCluster) unfinished {
	return func() (pulumi.StringOutput, error) {
		return b.unfinished(made, "Kafka cluster %s has no bootstrap endpoint", "PROVISIONED")
	}
}

// unfinished is an unknown value in a preview, since the update reads the resource anew. In an update it is an error
// that says what to do about each of the phases that the resource may be in.
func (b *builder) unfinished(made pulumi.CustomResource, lacks, phase string) (pulumi.StringOutput, error) {
	if b.Ctx.DryRun() {
		return lookup.Unknown[pulumi.StringOutput](""), nil
	}
	id, _, err := lookup.Await[pulumi.ID](b.Ctx, made.ID())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	urn, _, err := lookup.Await[pulumi.URN](b.Ctx, made.URN())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.StringOutput{}, fmt.Errorf(lacks+", so it is not %s; see its phase in Confluent Cloud: if that is "+
		"PROVISIONING, wait until it is %s and run %s; if it is FAILED, remove it with %s, and run pulumi up again",
		id, phase, phase,
		shell.Command("pulumi", "up", "--refresh"), shell.Command("pulumi", "destroy", "--target", string(urn)))
}

// idOnceReady is the id of a new network, but an error in an update that finds it unfinished: what is ordered in it
// would be refused.
func (b *builder) idOnceReady(made *confluentcloud.Network, missing unfinished) pulumi.StringOutput {
	if b.Ctx.DryRun() {
		return made.ID().ToStringOutput()
	}
	return made.DnsDomain.ApplyT(func(domain string) (pulumi.StringOutput, error) {
		if domain == "" {
			return missing()
		}
		return made.ID().ToStringOutput(), nil
	}).(pulumi.StringOutput)
}
