package vpcaccess_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

// giveAccess declares a VpcAccess in this world, and returns its outputs.
func (w *world) giveAccess(t *testing.T, args vpcaccess.VpcAccessArgs, opts ...pulumi.ResourceOption) (object, error) {
	t.Helper()
	outputs := object{}
	err := pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
		made, err := vpcaccess.NewVpcAccess(ctx, "consumers", args, opts...)
		if err != nil {
			return err
		}
		for name, out := range map[string]pulumi.Output{
			"accountId": made.AccountId, "region": made.Region, "privateLinkAccessId": made.PrivateLinkAccessId,
			"securityGroupId": made.SecurityGroupId, "endpointId": made.EndpointId, "hostedZoneId": made.HostedZoneId,
			"zones": made.Zones, "bootstrapNames": made.BootstrapNames,
		} {
			result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
			if err != nil {
				return err
			}
			outputs[name] = result.Value
		}
		return nil
	}), pulumi.WithMocks("project", "stack", w))
	return outputs, err
}

func TestVpcAccess(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.giveAccess(t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
		a.AllowedCidrBlocks = pulumi.ToStringArray([]string{"10.1.0.0/16", "10.0.0.0/16", "fd00::/64", "10.1.0.0/16"})
		a.AllowedSecurityGroupIds = pulumi.ToStringArray([]string{"sg-2", "sg-2"})
		a.Tags = pulumi.ToStringMap(map[string]string{"team": "data"})
	}))
	require.NoError(t, err)
	rule := func(port float64) object {
		return object{
			"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": []any{"10.0.0.0/16", "10.1.0.0/16"},
			"ipv6CidrBlocks": []any{"fd00::/64"}, "securityGroups": []any{"sg-2"},
		}
	}
	tags := object{"team": "data"}
	record := func(name, target string) object {
		return object{"zoneId": "Z1", "name": name, "type": "CNAME", "ttl": 60.0, "records": []any{target}}
	}
	want := map[string]object{
		"consumers-access": {
			"aws": object{"account": "444455556666"}, "network": object{"id": "n-1"},
			"environment": object{"id": "env-1"}, "displayName": "consumers",
		},
		"consumers-sg": {
			"description": "Kafka clients of a Confluent network, through its endpoint", "vpcId": "vpc-1",
			"ingress": []any{rule(443), rule(9092)}, "tags": tags,
		},
		"consumers-endpoint": {
			"vpcEndpointType": "Interface", "vpcId": "vpc-1", "serviceName": service,
			"subnetIds":        []any{"subnet-1", "subnet-2"},
			"securityGroupIds": []any{"sg-new"}, "privateDnsEnabled": false, "tags": tags,
		},
		"consumers-zone":   {"name": domain, "vpcs": []any{object{"vpcId": "vpc-1"}}, "tags": tags},
		"consumers-record": record("*."+domain, endpointName),
		"consumers-record-use1-az4": record("*.use1-az4."+domain,
			"vpce-1-abcd-us-east-1d.vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com"),
		"consumers-record-use1-az6": record("*.use1-az6."+domain,
			"vpce-1-abcd-us-east-1f.vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com"),
	}
	for name, inputs := range want {
		got := w.Registered[name].Inputs
		// The providers' own defaults do not count.
		delete(got, "comment")
		delete(got, "forceDestroy")
		assert.Equal(t, inputs, got, name)
		assert.Equal(t, accessURN, w.Registered[name].RPC.GetParent(), name)
	}
	assert.Len(t, w.Children(), len(want)+1, "and the component")
	assert.Equal(t, object{
		"accountId": "444455556666", "region": "us-east-1", "privateLinkAccessId": "pla-new",
		"securityGroupId": "sg-new",
		"endpointId":      "vpce-new", "hostedZoneId": "Z1", "zones": []string{"use1-az4", "use1-az6"},
		"bootstrapNames": map[string]string{"use1-az4": "*.use1-az4." + domain, "use1-az6": "*.use1-az6." + domain},
	}, outputs)
	assert.Empty(t, w.Logged)
}

// Each resource waits for what the services need. A destroy has the reverse order.
func TestVpcAccessOrder(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(nil))
	require.NoError(t, err)
	urn := func(token, name string) string {
		return "urn:pulumi:stack::project::tidbconfluent:index:VpcAccess$" + token + "::consumers-" + name
	}
	access, group := urn(accessType, "access"), urn(groupType, "sg")
	endpoint, zone := urn(endpointType, "endpoint"), urn(zoneType, "zone")
	for name, dependencies := range map[string][]string{
		"access": nil, "sg": nil, "zone": nil,
		"endpoint":        {access, group},
		"record":          {endpoint, zone, group, access},
		"record-use1-az4": {endpoint, zone, group, access},
	} {
		got := w.Registered["consumers-"+name].RPC.GetDependencies()
		if name == "record" || name == "record-use1-az4" {
			assert.Contains(t, got, endpoint, name)
			assert.Contains(t, got, zone, name)
			continue
		}
		assert.ElementsMatch(t, dependencies, got, name)
	}
}

// With one subnet in the network's zones all names lead to its zone, as Confluent documents it.
func TestASingleSubnet(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.giveAccess(t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
		a.SubnetIds = pulumi.ToStringArray([]string{"subnet-1", "subnet-4"})
	}))
	require.NoError(t, err)
	assert.Equal(t, []any{"subnet-1"}, w.Registered["consumers-endpoint"].Inputs["subnetIds"])
	assert.Equal(t, []any{"vpce-1-abcd-us-east-1f.vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com"},
		w.Registered["consumers-record"].Inputs["records"])
	assert.ElementsMatch(t, []string{
		"consumers-access", "consumers-sg", "consumers-endpoint", "consumers-zone", "consumers-record",
	}, without(w.Children(), "consumers"))
	assert.Equal(t, []string{"use1-az6"}, outputs["zones"])
}

func without(names []string, name string) []string {
	var others []string
	for _, n := range names {
		if n != name {
			others = append(others, n)
		}
	}
	return others
}

// Inputs about the network are not looked up.
func TestAGivenNetworkIsNotLookedUp(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Refused = "confluentcloud:index/getNetwork:getNetwork"
	outputs, err := w.giveAccess(
		t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) { networkOf(a, "us-east-1", domain) }),
	)
	require.NoError(t, err)
	assert.Equal(t, service, w.Registered["consumers-endpoint"].Inputs["serviceName"])
	assert.Equal(t, []string{"use1-az4", "use1-az6"}, outputs["zones"])
}

// networkOf returns the outputs of a network.
func networkOf(a *vpcaccess.VpcAccessArgs, region, domain string) {
	a.DnsDomain = pulumi.String(domain)
	a.ZonalSubdomains = pulumi.ToStringMap(map[string]string{
		"use1-az4": "use1-az4." + domain,
		"use1-az6": "use1-az6." + domain,
	})
	a.VpcEndpointServiceName = pulumi.String("com.amazonaws.vpce." + region + ".vpce-svc-0123456789abcdef0")
}

// The names of a network that go through a global load balancer lead to names without its label.
func TestTheZoneOfAGlobalLoadBalancer(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Network["dnsDomain"] = "domnprzqrog.us-east-1.aws.glb.confluent.cloud"
	w.AWS.Zone = "Z7"
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(nil))
	require.NoError(t, err)
	assert.Equal(t, domain, w.Registered["consumers-zone"].Inputs["name"])
	assert.NotEmpty(t, w.Registered["consumers-zone"].RPC.GetHooks().GetBeforeCreate(), "there is one of that name "+
		"already")
}

func TestAnExistingAccessForTheVpc(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Access["aws"] = []any{object{"account": "444455556666"}}
	outputs, err := w.giveAccess(t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
		a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: pulumi.String("pla-1")}
	}))
	require.NoError(t, err)
	assert.NotContains(t, w.Registered, "consumers-access")
	assert.Equal(t, "pla-1", outputs["privateLinkAccessId"])
}

// No client may connect by default, and a preview warns of that.
func TestWhoMayConnect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		blocks pulumi.StringArrayInput
		logged []string
		rules  int
	}{
		{"no client", nil, []string{"warning: no client can connect yet: neither allowedCidrBlocks nor " +
			"allowedSecurityGroupIds is set"}, 0},
		{"an empty list", pulumi.StringArray{}, []string{"warning: no client can connect yet: neither " +
			"allowedCidrBlocks nor allowedSecurityGroupIds is set"}, 0},
		{
			"any address", pulumi.ToStringArray([]string{"0.0.0.0/0"}),
			[]string{"warning: allowedCidrBlocks: 0.0.0.0/0 is every address, so everything that has a route to the " +
				"VPC may connect"},
			2,
		},
		{"some clients", pulumi.ToStringArray([]string{"10.0.0.0/8"}), nil, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			_, err := w.giveAccess(
				t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) { a.AllowedCidrBlocks = test.blocks }),
			)
			require.NoError(t, err)
			assert.Equal(t, test.logged, w.Logged)
			ingress, ok := w.Registered["consumers-sg"].Inputs["ingress"].([]any)
			require.True(t, ok, "no rules are a list without any, which takes the others away")
			assert.Len(t, ingress, test.rules)
		})
	}
}

// Subnets in other zones are left out, and a message reports it.
func TestSubnetsInOtherZonesAreLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
		a.SubnetIds = pulumi.ToStringArray([]string{"subnet-1", "subnet-2", "subnet-4"})
	}))
	require.NoError(t, err)
	assert.Equal(t, []any{"subnet-1", "subnet-2"}, w.Registered["consumers-endpoint"].Inputs["subnetIds"])
	assert.Equal(t, []string{"info: subnetIds: subnet subnet-4 in use1-az2 is left out, since the network is in " +
		"use1-az4, use1-az5, use1-az6"}, w.Logged)
}

func TestVpcAccessTimeouts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(nil),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "7m", Update: "8m"}))
	require.NoError(t, err)
	for _, name := range without(w.Children(), "consumers") {
		timeouts := w.Registered[name].RPC.GetCustomTimeouts()
		assert.Equal(t, "7m", timeouts.GetCreate(), name)
		update := "8m"
		if name == "consumers-access" || name == "consumers-sg" { // an update of it waits for nothing
			update = ""
		}
		assert.Equal(t, update, timeouts.GetUpdate(), name)
	}
}

// A preview cannot look up anything in a VPC that does not exist yet.
func TestAVpcThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	w := newWorld()
	err := pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
		_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
			a.VpcId, a.SubnetIds = mockcloud.UnknownText().Elem(), mockcloud.UnknownList()
			a.AllowedCidrBlocks, a.AllowedSecurityGroupIds = nil, mockcloud.UnknownList()
		}))
		return err
	}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{
		"consumers-access", "consumers-sg", "consumers-endpoint", "consumers-zone", "consumers-record",
		"consumers-record-use1-az4", "consumers-record-use1-az5", "consumers-record-use1-az6",
	}, without(w.Children(), "consumers"), "the records of all zones that the subnets could be in")
	assert.Equal(t, []any{nil}, w.Registered["consumers-record-use1-az4"].Inputs["records"])
	assert.NotContains(t, w.Registered["consumers-sg"].Inputs, "ingress", "it is not known")
	assert.Empty(t, w.Logged, "it is not known which clients can connect")
}

// Where a preview does not know the zones, it does not show existing records as deleted.
func TestZonesThatAreNotKnownYet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*vpcaccess.VpcAccessArgs)
		want   []string
	}{
		{
			"one subnet",
			func(a *vpcaccess.VpcAccessArgs) { a.SubnetIds = pulumi.StringArray{mockcloud.UnknownText().Elem()} },
			nil,
		},
		{
			"the network",
			func(a *vpcaccess.VpcAccessArgs) { a.NetworkId = mockcloud.UnknownText().Elem() },
			[]string{"use1-az4", "use1-az6"},
		},
		{
			"network and subnets",
			func(a *vpcaccess.VpcAccessArgs) {
				a.NetworkId, a.SubnetIds = mockcloud.UnknownText().Elem(), mockcloud.UnknownList()
			},
			nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
				_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(test.change))
				return err
			}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true }))
			var got []string
			for _, name := range w.Children() {
				if zone, ok := strings.CutPrefix(name, "consumers-record-"); ok {
					got = append(got, zone)
				}
			}
			assert.ElementsMatch(t, test.want, got)
			assert.Contains(t, w.Registered, "consumers-record")
		})
	}
}

// An aws provider with an unknown configuration returns empty answers, which say nothing about the inputs.
func TestAnUnconfiguredAWSProvider(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.AWS.Unconfigured = true
	err := pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
		_, err := vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(nil))
		return err
	}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true })
	require.NoError(t, err)
	assert.Contains(t, w.Registered, "consumers-endpoint")
	assert.Empty(t, w.Registered["consumers-endpoint"].RPC.GetHooks().GetBeforeCreate())
}
