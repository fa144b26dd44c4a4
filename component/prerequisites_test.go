package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

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

// An unknown region is the cluster's, or will be refused: a preview need not show that everything is replaced.
func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.preview(t, component.PrivateLinkArgs{Region: mockcloud.UnknownText()})
	assert.Equal(t, "us-east-1", w.Registered["orders-network"].Inputs["region"])
	assert.Equal(t, "us-east-1", w.Registered["orders-kafka"].Inputs["region"])
}

// Unknown zones are not compared with those of the cluster.
func TestUnknownZones(t *testing.T) {
	t.Parallel()
	w := newWorld()
	zones := pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []string { return nil }).(pulumi.StringArrayOutput)
	w.preview(t, component.PrivateLinkArgs{Network: &component.Network{Zones: zones}})
	require.Contains(t, w.Registered, "orders-network")
	assert.Empty(t, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate(), "nothing is refused")
}

// A provider with an unknown configuration returns empty answers, which say nothing about the inputs.
func TestAnswersOfAnUnconfiguredProviderAreUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Cluster, w.Zones, w.Network, w.Access, w.Kafka = object{}, object{}, object{}, object{}, object{}
	w.preview(t, existingParts())
	assert.ElementsMatch(t, []string{"orders-connection", "orders-domains"}, w.Children())
	assert.NotContains(t, w.Registered["orders-domains"].Inputs, "uniqueName", "it is not known")
}

// A transient problem stops only the creation of children, through a hook of each. The end-to-end tests check the
// messages, and that work on an existing link goes on.
func TestTransientProblemsStopOnlyTheCreation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		args   component.PrivateLinkArgs
		change func(*world)
		hooks  map[string][]string
	}{
		{"nothing", component.PrivateLinkArgs{}, func(*world) {}, nil},
		{
			"not active",
			component.PrivateLinkArgs{},
			func(w *world) { w.Cluster["state"] = "MODIFYING" },
			map[string][]string{
				"orders-network": {"prerequisites"}, "orders-access": {"prerequisites"},
				"orders-kafka":      {"prerequisites"},
				"orders-connection": {"prerequisites"}, "orders-domains": {"prerequisites"},
			},
		},
		{
			"existing network without a common AZ", existingParts(),
			func(w *world) { w.Network["zones"] = []any{"use1-az3", "use1-az4", "use1-az5"} },
			map[string][]string{"orders-connection": {"prerequisites"}, "orders-domains": {"prerequisites"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			test.change(w)
			_, err := w.build(t, test.args)
			require.NoError(t, err)
			for _, name := range w.Children() {
				var want []string
				for _, hook := range test.hooks[name] {
					want = append(want, hook+" of "+linkURN)
				}
				assert.Equal(t, want, w.Registered[name].RPC.GetHooks().GetBeforeCreate(), name)
			}
		})
	}
}

func TestAnyOfTwoNamesOfThePlanWillDo(t *testing.T) {
	t.Parallel()
	for _, plan := range []object{
		{"clusterPlan": "ESSENTIAL", "servicePlan": ""}, {"clusterPlan": "", "servicePlan": "Essential"},
	} {
		w := newWorld()
		for key, value := range plan {
			w.Cluster[key] = value
		}
		_, err := w.build(t, component.PrivateLinkArgs{})
		assert.NoError(t, err)
	}
}

// What Confluent Cloud answers is checked before it is sent on to TiDB Cloud.
func TestMalformedNamesAreNotSentOn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*world)
		want   string
	}{
		{"DNS domain", func(w *world) { w.DNSDomain = "domnprzqrog.us-east-1.azure.confluent.cloud" }, "is not the " +
			"DNS domain of a Confluent network on AWS"},
		{
			"DNS domain of another region", func(
				w *world,
			) {
				w.DNSDomain = "domnprzqrog.us-west-2.aws.confluent.cloud"
			},
			"both must be in the same AWS region",
		},
		{"endpoint service", func(w *world) { w.EndpointService = "vpce-svc-1" }, "is not the name of a VPC endpoint " +
			"service"},
		{"no endpoint service", func(w *world) { w.EndpointService = "" }, "the network has no VPC endpoint service"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			test.change(w)
			_, err := w.build(t, component.PrivateLinkArgs{})
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, w.Children(), "orders-domains")
		})
	}
}
