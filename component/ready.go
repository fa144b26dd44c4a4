package component

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// finished is an output that a new network or Kafka cluster has when it is in a phase. One whose creation failed half
// way stays in the state without it, and Confluent's provider does not look at the phase of what exists. A preview
// leaves the output unknown, since the update reads the resource anew. An update fails, and reports what to do in each
// phase.
func (b *builder) finished(
	output pulumi.StringOutput, phase string, resource pulumi.CustomResource, lacks string,
) pulumi.StringOutput {
	return output.ApplyT(func(value string) (pulumi.StringOutput, error) {
		switch {
		case value != "":
			return pulumi.String(value).ToStringOutput(), nil
		case b.Ctx.DryRun():
			return lookup.Unknown[pulumi.StringOutput](""), nil
		}
		// These cannot fail: they come with the output.
		id, _, _ := lookup.Await[pulumi.ID](b.Ctx, resource.ID())
		urn, _, _ := lookup.Await[pulumi.URN](b.Ctx, resource.URN())
		return pulumi.StringOutput{}, fmt.Errorf(lacks+", so it is not %s; check its phase in Confluent Cloud: if "+
			"that is PROVISIONING, wait until it is %s and run %s; if it is FAILED, remove it with %s, and run pulumi "+
			"up again", id, phase, phase,
			shell.Command("pulumi", "up", "--refresh"), shell.Command("pulumi", "destroy", "--target", string(urn)))
	}).(pulumi.StringOutput)
}
