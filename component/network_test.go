package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

// TestZones: a network has three zones, and new TiDB Cloud clusters are in one.
func TestZones(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		region   string
		reported []any
		want     any
	}{
		"three reported": {
			"us-east-1",
			[]any{"use1-az6", "use1-az1", "use1-az2"},
			[]any{"use1-az1", "use1-az2", "use1-az6"},
		},
		"four reported": {
			"us-west-2",
			[]any{"usw2-az4", "usw2-az3", "usw2-az1", "usw2-az2"},
			[]any{"usw2-az1", "usw2-az2", "usw2-az3"},
		},
		"two reported":  {"us-east-1", []any{"use1-az5", "use1-az6"}, []any{"use1-az1", "use1-az5", "use1-az6"}},
		"one reported":  {"us-east-1", []any{"use1-az6"}, []any{"use1-az1", "use1-az2", "use1-az6"}},
		"none reported": {"eu-west-1", []any{}, []any{"euw1-az1", "euw1-az2", "euw1-az3"}},
		"three reported in a region without a table": {
			"mx-central-1", []any{"mxc1-az3", "mxc1-az2", "mxc1-az1"}, []any{"mxc1-az1", "mxc1-az2", "mxc1-az3"},
		},
		"one reported in a region without a table": {"mx-central-1", []any{"mxc1-az1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.MoveTo(test.region)
			w.Zones["availabilityZoneIds"] = test.reported
			_, err := w.build(t, component.PrivateLinkArgs{})
			require.NoError(t, err)
			network := w.Registered["orders-network"]
			assert.Equal(t, test.want, network.Inputs["zones"])
			assert.Equal(t, []string{"zones"}, network.RPC.GetIgnoreChanges(), "chosen once, by caller or service")
			assert.Empty(t, network.RPC.GetHooks().GetBeforeCreate())
		})
	}
}

// TestZonesLeftToConfluent: the zones that Confluent Cloud chose are checked when the network has them, before anything
// is created on it. The check must not stop work on what exists, so the engine calls it.
func TestZonesLeftToConfluent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		region string
		hooks  []string
	}{
		"chosen here":               {"us-east-1", nil},
		"chosen by Confluent Cloud": {"mx-central-1", []string{"chosen zones of " + linkURN}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.MoveTo(test.region)
			w.Zones["availabilityZoneIds"] = []any{"mxc1-az1"}
			_, err := w.build(t, component.PrivateLinkArgs{})
			require.NoError(t, err)
			for _, child := range []string{"orders-access", "orders-kafka", "orders-connection", "orders-domains"} {
				assert.Equal(t, test.hooks, w.Registered[child].RPC.GetHooks().GetBeforeCreate(), child)
			}
		})
	}
}

// Zones in the input are kept, however few TiDB Cloud reports, as long as one is in common.
func TestGivenZonesAndFewReported(t *testing.T) {
	t.Parallel()
	zones := component.PrivateLinkArgs{Network: &component.Network{Zones: pulumi.ToStringArray([]string{
		"use1-az4",
		"use1-az5", "use1-az6",
	})}}
	for reported, hooks := range map[string][]string{"use1-az6": nil, "use1-az1": {"zones of " + linkURN}} {
		w := newWorld()
		w.Zones["availabilityZoneIds"] = []any{reported}
		_, err := w.build(t, zones)
		require.NoError(t, err)
		assert.Equal(t, hooks, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate(), reported)
	}
}

// An existing network serves a TiDB Cloud cluster in one AZ if it is in that one.
func TestExistingNetworkAndOneZone(t *testing.T) {
	t.Parallel()
	for reported, hooks := range map[string][]string{"use1-az6": nil, "use1-az1": {"prerequisites of " + linkURN}} {
		w := newWorld()
		w.Zones["availabilityZoneIds"] = []any{reported}
		_, err := w.build(t, existingParts())
		require.NoError(t, err)
		assert.Equal(t, hooks, w.Registered["orders-connection"].RPC.GetHooks().GetBeforeCreate(), reported)
	}
}

// The VPC of a link is checked against the zones that are chosen, also where TiDB Cloud reports one.
func TestVpcAndChosenZones(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reported string
		subnets  []string
		hooks    []string
	}{
		"a subnet in TiDB Cloud's AZ":  {"use1-az6", []string{"subnet-1"}, nil},
		"a subnet in another AZ of it": {"use1-az6", []string{"subnet-4"}, nil},
		"no subnet in one of it":       {"use1-az1", []string{"subnet-1"}, []string{"zones of " + linkURN}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Zones["availabilityZoneIds"] = []any{test.reported}
			vpc := entry("", nil)
			vpc.SubnetIds = pulumi.ToStringArray(test.subnets)
			_, err := w.build(t, component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{vpc}})
			assert.Equal(t, test.hooks == nil, err == nil, "with mocks the engine calls no hook: %v", err)
			assert.Equal(t, test.hooks, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate())
		})
	}
}

// A DNS name may end in a dot, which the clients of the outputs do not expect.
func TestDNSNames(t *testing.T) {
	t.Parallel()
	const domain = "domnprzqrog.us-east-1.aws.confluent.cloud"
	for _, existing := range []bool{false, true} {
		w, args := newWorld(), component.PrivateLinkArgs{}
		w.DNSDomain = domain + "."
		w.Network["dnsDomain"], w.Network["zonalSubdomains"] = domain+".",
			object{"use1-az1": "use1-az1." + domain + "."}
		if existing {
			args = existingParts()
		}
		outputs, err := w.build(t, args)
		require.NoError(t, err)
		assert.Equal(t, domain, outputs["dnsDomain"])
		assert.Equal(t, "domnprzqrog.us-east-1", outputs["dnsUniqueName"])
		assert.Equal(t, map[string]string{"use1-az1": "use1-az1." + domain}, outputs["zonalSubdomains"])
	}
}
