package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

func unknownText() pulumi.StringPtrOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }).(pulumi.StringPtrOutput)
}

// preview declares a PrivateLink as a preview does, in which inputs may be unknown.
func (w *world) preview(t *testing.T, args component.PrivateLinkArgs) {
	t.Helper()
	args.TidbClusterId, args.EnvironmentId = pulumi.String("1001"), pulumi.String("env-1")
	err := pulumi.RunErr(w.logging(func(ctx *pulumi.Context) error {
		_, err := component.NewPrivateLink(ctx, "orders", args)
		return err
	}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.NoError(t, err)
}

// logging records what is said beside the resources of a program.
func (w *world) logging(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		ctx.Log = recorder{ctx.Log, w}
		return program(ctx)
	}
}

// A region that is not known yet is the cluster's, or will be refused: a preview need not say that all is replaced.
func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.preview(t, component.PrivateLinkArgs{Region: unknownText()})
	assert.Equal(t, "us-east-1", w.registered["orders-network"].inputs["region"])
	assert.Equal(t, "us-east-1", w.registered["orders-kafka"].inputs["region"])
}

// Zones that are not known yet are not held against those of the cluster, as if there were none.
func TestUnknownZones(t *testing.T) {
	t.Parallel()
	w := newWorld()
	zones := pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []string { return nil }).(pulumi.StringArrayOutput)
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{Zones: zones}})
	require.Contains(t, w.registered, "orders-network")
	assert.Empty(t, w.registered["orders-network"].rpc.GetHooks().GetBeforeCreate(), "nothing is refused")
}

// A provider whose configuration is not known yet answers with nothing, which is not to be held against anybody.
func TestAnswersOfAnUnconfiguredProviderAreUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.cluster, w.zones, w.network, w.access, w.kafka = object{}, object{}, object{}, object{}, object{}
	w.preview(t, brought())
	assert.ElementsMatch(t, []string{"orders-connection", "orders-domains"}, w.children())
	assert.NotContains(t, w.registered["orders-domains"].inputs, "uniqueName", "it is not known")
}
