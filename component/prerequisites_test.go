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
	err := pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
		_, err := component.NewPrivateLink(ctx, "orders", args)
		return err
	}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.NoError(t, err)
}

// A region that is not known yet is the cluster's, or will be refused: a preview need not say that all is replaced.
func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.preview(t, component.PrivateLinkArgs{Region: unknownText()})
	assert.Equal(t, "us-east-1", w.Registered["orders-network"].Inputs["region"])
	assert.Equal(t, "us-east-1", w.Registered["orders-kafka"].Inputs["region"])
}

// Zones that are not known yet are not held against those of the cluster, as if there were none.
func TestUnknownZones(t *testing.T) {
	t.Parallel()
	w := newWorld()
	zones := pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []string { return nil }).(pulumi.StringArrayOutput)
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{Zones: zones}})
	require.Contains(t, w.Registered, "orders-network")
	assert.Empty(t, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate(), "nothing is refused")
}

// A provider whose configuration is not known yet answers with nothing, which is no problem of the inputs.
func TestAnswersOfAnUnconfiguredProviderAreUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Cluster, w.Zones, w.Network, w.Access, w.Kafka = object{}, object{}, object{}, object{}, object{}
	w.preview(t, existingParts())
	assert.ElementsMatch(t, []string{"orders-connection", "orders-domains"}, w.Children())
	assert.NotContains(t, w.Registered["orders-domains"].Inputs, "uniqueName", "it is not known")
}
