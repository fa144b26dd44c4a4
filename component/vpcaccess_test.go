package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

func entry(name string, change func(*component.VpcAccessEntry)) component.VpcAccessEntry {
	e := component.VpcAccessEntry{
		VpcId:     pulumi.String("vpc-1"),
		SubnetIds: pulumi.ToStringArray([]string{"subnet-1", "subnet-4"}),
	}
	if name != "" {
		e.Name = &name
	}
	if change != nil {
		change(&e)
	}
	return e
}

// inAnotherVpc is a VPC of its own: one can have one hosted zone for the network's domain.
func inAnotherVpc(e *component.VpcAccessEntry) {
	e.VpcId, e.SubnetIds = pulumi.String("vpc-3"), pulumi.ToStringArray([]string{"subnet-31", "subnet-34"})
}

// The VPCs of a link share one access, and wait for nothing but the network.
func TestVpcsOfALink(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{
		entry("consumers", func(e *component.VpcAccessEntry) {
			e.PrivateLinkAccess = &component.PrivateLinkAccess{DisplayName: pulumi.String("ours")}
		}),
		entry("", inAnotherVpc),
	}})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{
		"orders-network", "orders-access", "orders-kafka", "orders-connection", "orders-domains", "orders-vpc-access",
		"orders-consumers", "orders-consumers-sg", "orders-consumers-endpoint", "orders-consumers-zone",
		"orders-consumers-record", "orders-consumers-record-use1-az2", "orders-consumers-record-use1-az6",
		"orders-vpc", "orders-vpc-sg", "orders-vpc-endpoint", "orders-vpc-zone",
		"orders-vpc-record", "orders-vpc-record-use1-az2", "orders-vpc-record-use1-az6",
	}, w.Children())
	assert.Empty(t, w.Twice, "they share one access")
	child := "urn:pulumi:stack::project::tidbconfluent:index:PrivateLink$tidbconfluent:index:VpcAccess::" +
		"orders-consumers"
	assert.Equal(t, linkURN, w.Registered["orders-consumers"].RPC.GetParent())
	assert.Equal(t, child, w.Registered["orders-consumers-endpoint"].RPC.GetParent())
	assert.Equal(t, object{
		"aws": object{"account": "444455556666"}, "network": object{"id": "n-new"},
		"environment": object{"id": "env-1"}, "displayName": "ours",
	}, w.Registered["orders-vpc-access"].Inputs)
	for _, name := range []string{"orders-consumers-endpoint", "orders-vpc-endpoint"} {
		dependencies := w.Registered[name].RPC.GetDependencies()
		assert.Contains(t, dependencies,
			"urn:pulumi:stack::project::tidbconfluent:index:PrivateLink$"+accessType+"::orders-vpc-access")
		for _, urn := range dependencies {
			assert.NotContains(t, urn, "orders-kafka")
		}
	}
	result := func(name string) vpcaccess.VpcAccessResult {
		return vpcaccess.VpcAccessResult{
			Name: name, AccountId: "444455556666", Region: "us-east-1", PrivateLinkAccessId: "pla-new",
			SecurityGroupId: "sg-new",
			EndpointId:      "vpce-new", HostedZoneId: "Z1", Zones: []string{"use1-az2", "use1-az6"},
			BootstrapNames: map[string]string{"use1-az2": "*.use1-az2." + domain, "use1-az6": "*.use1-az6." + domain},
		}
	}
	assert.Equal(t, []vpcaccess.VpcAccessResult{result("consumers"), result("vpc")}, outputs["vpcAccess"])
	stored, ok := w.Registered["orders"].Inputs["vpcAccess"].([]any)
	require.True(t, ok)
	assert.Equal(t, []any{
		object{
			"name": "consumers", "vpcId": "vpc-1", "subnetIds": []any{
				"subnet-1",
				"subnet-4",
			}, "privateLinkAccess": object{"displayName": "ours"},
		},
		object{"vpcId": "vpc-3", "subnetIds": []any{"subnet-31", "subnet-34"}},
	}, stored)
}

// There are no calls to AWS where it is not needed.
func TestALinkWithoutVpcsNeedsNoAWS(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	for _, call := range w.Calls {
		assert.NotContains(t, call.Token, "aws:")
	}
	for name, registered := range w.Registered {
		assert.NotContains(t, registered.RPC.GetType(), "aws:", name)
	}
}

func TestAVpcOfALinkThatBringsItsAccess(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Access = object{
		"id": "pla-9", "aws": []any{object{"account": "444455556666"}},
		"networks": []any{object{"id": "n-1"}},
	}
	outputs, err := w.build(t, component.PrivateLinkArgs{
		Network: &component.Network{Id: pulumi.String("n-1")},
		VpcAccess: []component.VpcAccessEntry{entry("", func(e *component.VpcAccessEntry) {
			e.PrivateLinkAccess = &component.PrivateLinkAccess{Id: pulumi.String("pla-9")}
			e.SubnetIds = pulumi.ToStringArray([]string{"subnet-1"})
		})},
	})
	require.NoError(t, err)
	assert.NotContains(t, w.Registered, "orders-vpc-access")
	results, ok := outputs["vpcAccess"].([]vpcaccess.VpcAccessResult)
	require.True(t, ok)
	assert.Equal(t, "pla-9", results[0].PrivateLinkAccessId)
}

// The domain of a network that exists is known beforehand, and may be taken in the VPC.
func TestAHostedZoneForTheNetworkOfALink(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.AWS.Zone = "Z7"
	_, err := w.build(t, component.PrivateLinkArgs{
		Network: &component.Network{Id: pulumi.String("n-1")}, VpcAccess: []component.VpcAccessEntry{entry("", nil)},
	})
	require.NoError(t, err)
	hooks := w.Registered["orders-vpc-zone"].RPC.GetHooks().GetBeforeCreate()
	require.Len(t, hooks, 1)
	assert.Contains(t, hooks[0], "hosted zone of ")
}

// A preview knows the domain of a network that an earlier run created, once it knows the network. An update does not
// wait for it.
func TestAHostedZoneForANewNetwork(t *testing.T) {
	t.Parallel()
	args := component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("", nil)}}
	w := newWorld()
	w.AWS.Zone = "Z7"
	w.preview(t, args)
	assert.Equal(t,
		[]string{
			"hosted zone of " + linkURN[:len(linkURN)-len("::orders")] + "$tidbconfluent:index:VpcAccess::orders-vpc",
		},
		w.Registered["orders-vpc-zone"].RPC.GetHooks().GetBeforeCreate())

	w = newWorld()
	w.Refused = "aws:route53/getZone:getZone"
	_, err := w.build(t, args)
	require.NoError(t, err)
	args.TidbClusterId, args.EnvironmentId = pulumi.String("1001"), pulumi.String("env-1")
	err = pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := component.NewPrivateLink(ctx, "orders", args)
		return err
	}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.ErrorContains(t, err, "vpcAccess[0].vpcId: looking for private hosted zones of VPC vpc-1: ")
}

// A network is not created for a VPC that cannot use it yet.
func TestANewNetworkForAVpcWithoutDNS(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.AWS.VPC["enableDnsHostnames"] = false
	_, err := w.build(t, component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("", nil)}})
	require.NoError(t, err)
	assert.Equal(t, []string{"zones of " + linkURN}, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate())
	assert.Empty(t, w.Registered["orders-kafka"].RPC.GetHooks().GetBeforeCreate(), "on a network that is there "+
		"everything else is")
}

func TestBadVpcsOfALink(t *testing.T) {
	t.Parallel()
	named := func(name string) *component.PrivateLinkAccess {
		return &component.PrivateLinkAccess{DisplayName: pulumi.String(name)}
	}
	tests := []struct {
		name   string
		args   component.PrivateLinkArgs
		change func(*world)
		want   string
	}{
		{
			"two of one name",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{
				entry("a", nil), entry("", nil),
				entry("vpc", nil),
			}},
			nil,
			"vpcAccess[2].name: vpc is also the name of vpcAccess[1]; use a different name for each VPC of the list",
		},
		{
			"two of one VPC",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{
				entry("a", nil), entry("b", inAnotherVpc),
				entry("c", nil),
			}},
			nil,
			"vpcAccess[2].vpcId: vpc-1 is also the VPC of vpcAccess[0], and can have only one private hosted zone " +
				"for the network's domain; list all of its subnets there, and leave this one out",
		},
		{
			"a malformed name",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("a b", nil)}},
			nil,
			`vpcAccess[0].name: "a b" is not a name for a VPC; use letters, digits, - and _, such as consumers`,
		},
		{
			"a malformed id",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("",
				func(e *component.VpcAccessEntry) { e.VpcId = pulumi.String("x") })}},
			nil, `vpcAccess[0].vpcId: "x" is not the ID of a VPC`,
		},
		{
			"two names for one access",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{
				entry("a", func(e *component.VpcAccessEntry) { e.PrivateLinkAccess = named("one") }),
				entry("b", func(e *component.VpcAccessEntry) { e.PrivateLinkAccess = named("two") }),
			}},
			nil, "vpcAccess[1].privateLinkAccess.displayName: is two, but vpcAccess[0] has one, and both share one " +
				"PrivateLink Access; use the same, or leave one out",
		},
		{
			"a new access next to an existing one",
			component.PrivateLinkArgs{
				Network: &component.Network{Id: pulumi.String("n-1")},
				VpcAccess: []component.VpcAccessEntry{
					entry("a", inAnotherVpc),
					entry("b", func(e *component.VpcAccessEntry) {
						e.PrivateLinkAccess = &component.PrivateLinkAccess{Id: pulumi.String("pla-9")}
					}),
				},
			},
			nil, "vpcAccess[0].privateLinkAccess.id: is not set, but vpcAccess[1] has pla-9, and an AWS account has " +
				"one PrivateLink Access to a network; use the same ID",
		},
		{
			"an access to a new network",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("",
				func(e *component.VpcAccessEntry) {
					e.PrivateLinkAccess = &component.PrivateLinkAccess{Id: pulumi.String("pla-9")}
				})}},
			nil, "vpcAccess[0].privateLinkAccess.id: pla-9 exists, so it cannot be on a new network; set network.id " +
				"to the ID of its network",
		},
		{
			"another region",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("", nil)}},
			func(w *world) { w.AWS.Region = "eu-west-1" },
			"vpcAccess[0].vpcId: the aws provider works in region eu-west-1, but TiDB Cloud cluster 1001 is in " +
				"us-east-1",
		},
		{
			"no credentials",
			component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("", nil)}},
			func(w *world) { w.Refused = "aws:index/getCallerIdentity:getCallerIdentity" },
			"vpcAccess: looking up the AWS account: ",
		},
		{
			"no common AZ with an existing network",
			component.PrivateLinkArgs{
				Network: &component.Network{Id: pulumi.String("n-1")},
				VpcAccess: []component.VpcAccessEntry{entry("", func(e *component.VpcAccessEntry) {
					e.SubnetIds = pulumi.ToStringArray([]string{"subnet-4"})
				})},
			},
			nil, "vpcAccess[0].subnetIds: no AZ in common: the subnets are in use1-az2, the network in use1-az4, " +
				"use1-az5, use1-az6",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			if test.change != nil {
				test.change(w)
			}
			_, err := w.build(t, test.args)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, w.Registered, "orders-network", "nothing is created")
			assert.NotContains(t, w.Registered, "orders-access", "nothing is created")
		})
	}
}

// A network is not created for a VPC that could not reach it.
func TestNoCommonZoneWithANewNetwork(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]*component.Network{
		"chosen": nil,
		"given":  {Zones: pulumi.ToStringArray([]string{"use1-az1", "use1-az2", "use1-az6"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			_, err := w.build(t, component.PrivateLinkArgs{
				Network: network,
				VpcAccess: []component.VpcAccessEntry{entry("", func(e *component.VpcAccessEntry) {
					e.SubnetIds = pulumi.ToStringArray([]string{"subnet-2"})
				})},
			})
			// The zones of the network that the mocks create nevertheless are checked too.
			require.ErrorContains(t, err, "vpcAccess[0].subnetIds: no AZ in common: the subnets are in use1-az4, the "+
				"network in use1-az1, use1-az2, use1-az6")
			assert.Equal(t, []string{"zones of " + linkURN},
				w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate())
			assert.NotContains(t, w.Registered, "orders-vpc-endpoint")
		})
	}
}

// The AZs of subnets that do not exist yet are unknown, and not compared with those of a network.
func TestSubnetsThatAreNotKnownYet(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]*component.Network{
		"chosen": nil,
		"given":  {Zones: pulumi.ToStringArray([]string{"use1-az1", "use1-az2", "use1-az6"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.preview(t, component.PrivateLinkArgs{
				Network: network,
				VpcAccess: []component.VpcAccessEntry{entry("",
					func(e *component.VpcAccessEntry) { e.SubnetIds = mockcloud.UnknownList() })},
			})
			assert.Empty(t, w.Registered["orders-network"].RPC.GetHooks().GetBeforeCreate(), "nothing is refused")
			assert.Contains(t, w.Registered, "orders-vpc-endpoint")
		})
	}
}

// Another order of the list changes nothing but the order of the outputs.
func TestTheOrderOfVpcs(t *testing.T) {
	t.Parallel()
	one, other := newWorld(), newWorld()
	_, err := one.build(t, component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{
		entry("a", nil),
		entry("b", inAnotherVpc),
	}})
	require.NoError(t, err)
	outputs, err := other.build(t, component.PrivateLinkArgs{VpcAccess: []component.VpcAccessEntry{entry("b",
		inAnotherVpc), entry("a", nil)}})
	require.NoError(t, err)
	assert.ElementsMatch(t, one.Children(), other.Children())
	for _, name := range one.Children() {
		assert.Equal(t, one.Registered[name].Inputs, other.Registered[name].Inputs, name)
	}
	results, ok := outputs["vpcAccess"].([]vpcaccess.VpcAccessResult)
	require.True(t, ok)
	assert.Equal(t, "b", results[0].Name)
}
