package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// badVpcs are inputs of a VPC that cannot work, as changes of valid ones. The account's ids are filled in.
var badVpcs = []struct {
	name, inputs string
	want         []string
}{
	{"VPC id malformed", `vpcId: main`, []string{"vpcId", `"main"`, "vpc-0a1b2c3d4e5f67890"}},
	{
		"VPC not there", `vpcId: vpc-00000000000000000`,
		[]string{"vpcId", "vpc-00000000000000000", "ACCOUNT", "us-east-1", "no matching EC2 VPC found"},
	},
	{
		"subnet not there", `subnetIds: [subnet-00000000000000000]`,
		[]string{"subnetIds", "subnet-00000000000000000", "no matching EC2 Subnet found"},
	},
	{
		"subnet of another VPC", `subnetIds: [FIRST, ELSEWHERE]`,
		[]string{"subnetIds", "ELSEWHERE", "OTHERVPC", "OWNVPC"},
	},
	{"two subnets in one AZ", `subnetIds: [FIRST, AGAIN]`, []string{"subnetIds", "FIRST", "AGAIN", "use1-az1"}},
	{
		"no common AZ", `subnetIds: [THREE]`,
		[]string{"subnetIds", "the subnets are in use1-az3, the network in use1-az1, use1-az2, use1-az6"},
	},
	{
		"DNS switched off", `vpcId: DARK, subnetIds: [DARKSUBNET]`,
		[]string{"vpcId", "DARK", "enableDnsSupport and enableDnsHostnames"},
	},
	{
		"hosted zone there", `vpcId: OTHERVPC, subnetIds: [ELSEWHERE]`,
		[]string{"vpcId", "OTHERVPC", "ZONE", "domowned.us-east-1.aws.confluent.cloud"},
	},
	{
		"access for another account", `privateLinkAccess: {id: pla-other}`,
		[]string{"privateLinkAccess.id", "pla-other", "999988887777", "ACCOUNT"},
	},
	{"network not there", `networkId: n-none`, []string{"networkId", "n-none", "env-7x3k9q"}},
	{"network in another environment", `networkId: n-elsewhere`, []string{"networkId", "n-elsewhere", "env-7x3k9q"}},
	{"network not PRIVATELINK", `networkId: n-peering`, []string{"networkId", "n-peering", "PEERING", "PRIVATELINK"}},
	{"network in another region", `networkId: n-west`, []string{"vpcId", "us-east-1", "n-west", "us-west-2"}},
	{
		"half of a network", `dnsDomain: domowned.us-east-1.aws.confluent.cloud`,
		[]string{"dnsDomain", "zonalSubdomains, vpcEndpointServiceName"},
	},
}

// TestBadVpcs: inputs that cannot work are refused at preview, and at an update without one before anything is created,
// with a helpful message.
func TestBadVpcs(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources: {}\n", sandbox.Options{Prepare: func(state *sandbox.State) {
		state.Networks = map[string]*sandbox.Network{
			"n-owned": {DNSLabel: "domowned"}, "n-west": {Region: "us-west-2"},
			"n-peering":   {ConnectionTypes: []string{"PEERING"}},
			"n-elsewhere": {EnvironmentID: "env-m5vr2d"},
		}
		state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
			"pla-other": {NetworkID: "n-owned", Account: "999988887777"},
		}
	}})
	account := s.withAWS()
	vpc, other := newOwnVpc(t, account, "10.0", "use1-az1", "use1-az2", "use1-az3"),
		newOwnVpc(t, account, "10.1", "use1-az1")
	dark := newOwnVpc(t, account, "10.2", "use1-az1")
	require.NoError(t, account.SetDNS(t.Context(), dark.id, false, false))
	again, err := account.NewSubnet(t.Context(), vpc.id, "10.0.9.0/24", "use1-az1")
	require.NoError(t, err)
	zone, err := account.NewPrivateZone(t.Context(), "domowned.us-east-1.aws.confluent.cloud", other.id)
	require.NoError(t, err)
	names := strings.NewReplacer("OTHERVPC", other.id, "OWNVPC", vpc.id, "FIRST", vpc.subnets["use1-az1"],
		"ELSEWHERE", other.subnets["use1-az1"], "AGAIN", again, "THREE", vpc.subnets["use1-az3"], "DARKSUBNET",
		dark.subnets["use1-az1"],
		"DARK", dark.id, "ZONE", zone, "ACCOUNT", account.ID)
	before, calls := existing(t, account), len(account.Calls())

	commands := [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}}
	for i, test := range badVpcs {
		inputs := withIDs(test.inputs, map[string]string{
			"environmentId": "env-7x3k9q", "networkId": "n-owned", "vpcId": "OWNVPC", "subnetIds": "[FIRST]",
		})
		s.change(
			fmt.Sprintf("resources:\n  bad:\n    type: tidbconfluent:VpcAccess\n    properties: {%s}\n",
				names.Replace(inputs)))
		// Each case runs in one of the two: they make the same checks, and the unit tests have all cases. An existing
		// zone stops only the creation of another one, so an update without a preview may have begun.
		command := commands[i%2]
		if strings.Contains(test.name, "zone") {
			command = commands[0]
		}
		out := s.pulumiFails(command...)
		for _, want := range test.want {
			assert.Contains(t, out, names.Replace(want), "%s: pulumi %s", test.name, command[0])
		}
		for _, never := range []string{"goroutine ", "panic", ".go:", "<nil>", "%!"} {
			assert.NotContains(t, out, never, "%s: pulumi %s", test.name, command[0])
		}
	}
	assert.Empty(t, s.changes(), "nothing may be created")
	assert.Equal(t, before, existing(t, account))
	assert.Len(t, account.Calls(), calls)
}

// TestVpcOfALinkRefused: when the VPC cannot work, nothing that costs money is ordered.
func TestVpcOfALinkRefused(t *testing.T) {
	t.Parallel()
	const program = `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      vpcAccess: [%s]
`
	s := newStack(t, fmt.Sprintf(program, ""))
	account := s.withAWS()
	vpc := newOwnVpc(t, account, "10.0", "use1-az1", "use1-az4")
	entry := func(more string) string {
		return "{" +
			withIDs(more, map[string]string{"vpcId": vpc.id, "subnetIds": "[" + vpc.subnets["use1-az1"] + "]"}) + "}"
	}
	region := s.env["AWS_REGION"]
	for _, test := range []struct {
		name, entries, region string
		want                  []string
	}{
		{"two of a name", entry("") + ", " + entry(""), region, []string{"vpcAccess[1].name", "vpcAccess[0]"}},
		{"no common AZ", entry("subnetIds: [" + vpc.subnets["use1-az4"] + "]"), region, []string{
			"vpcAccess[0].subnetIds", "the subnets are in use1-az4, the network in use1-az1, use1-az2, use1-az6",
		}},
		{"another region", entry(""), "us-west-2", []string{"vpcAccess[0].vpcId", "us-west-2", "us-east-1"}},
		{
			"an access to a network to be made", entry("privateLinkAccess: {id: pla-1}"), region,
			[]string{"vpcAccess[0].privateLinkAccess.id", "network.id"},
		},
	} {
		s.env["AWS_REGION"] = test.region
		s.change(fmt.Sprintf(program, test.entries))
		for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
			out := s.pulumiFails(command...)
			for _, want := range test.want {
				assert.Contains(t, out, want, "%s: pulumi %s", test.name, command[0])
			}
		}
		for _, change := range s.changes() {
			assert.NotContains(t, change, "networks", test.name)
			assert.NotContains(t, change, "clusters", test.name)
		}
	}
}
