package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestAWSIDs(t *testing.T) {
	t.Parallel()
	for value, id := range map[string]rules.ID{
		"vpc-0a1b2c3d4e5f67890": rules.VPCID, "vpc-1a2b3c4d": rules.VPCID, "subnet-0a1b2c3d": rules.SubnetID,
		"sg-0a1b2c3d": rules.SecurityGroupID, "111122223333/sg-0a1b2c3d": rules.SecurityGroupID,
	} {
		require.NoError(t, id.Check(value), value)
	}
	for value, id := range map[string]rules.ID{
		"vpc-": rules.VPCID, "VPC-0a": rules.VPCID, "vpc-0g": rules.VPCID, "subnet-0a ": rules.SubnetID,
		"1111/sg-0a": rules.SecurityGroupID, "default": rules.SecurityGroupID,
	} {
		require.ErrorContains(t, id.Check(value), "use the ID that the service shows", value)
	}
}

func TestCIDRBlocks(t *testing.T) {
	t.Parallel()
	for _, block := range []string{"10.0.0.0/16", "10.0.0.7/32", "0.0.0.0/0", "::/0", "fd00:1::/64"} {
		require.NoError(t, rules.CIDRBlock(block), block)
	}
	for block, want := range map[string]string{
		"10.0.0.7":     `"10.0.0.7" is not a CIDR block`,
		"10.0.0.0/33":  `"10.0.0.0/33" is not a CIDR block`,
		"":             `"" is not a CIDR block`,
		"10.0.0.7/16":  "10.0.0.7/16 is not the first address of its CIDR block; use 10.0.0.0/16",
		"fd00::1/64":   "use fd00::/64",
		"fe80::%e0/64": "is not a CIDR block",
	} {
		require.ErrorContains(t, rules.CIDRBlock(block), want, block)
	}
	assert.Equal(t, []string{"0.0.0.0/0", "::/0"}, rules.OpenBlocks([]string{"10.0.0.0/8", "0.0.0.0/0", "::/0", "x"}))
	assert.True(t, rules.IsIPv6("::/0"))
	assert.False(t, rules.IsIPv6("0.0.0.0/0"))
}

func TestSubnets(t *testing.T) {
	t.Parallel()
	a := rules.Subnet{ID: "subnet-a", VPCID: "vpc-1", Zone: "use1-az1", ZoneName: "us-east-1c"}
	b := rules.Subnet{ID: "subnet-b", VPCID: "vpc-1", Zone: "use1-az2"}
	again := rules.Subnet{ID: "subnet-c", VPCID: "vpc-2", Zone: "use1-az1"}
	require.NoError(t, rules.SubnetsOf("vpc-1", []rules.Subnet{a, b}))
	require.EqualError(t, rules.SubnetsOf("vpc-1", []rules.Subnet{a, again}),
		"subnet subnet-c is in VPC vpc-2, but vpcId is vpc-1; use subnets of that VPC")
	require.NoError(t, rules.OneSubnetPerZone([]rules.Subnet{a, b}))
	require.ErrorContains(t, rules.OneSubnetPerZone([]rules.Subnet{a, b, again}),
		"subnets subnet-a and subnet-c are both in use1-az1")
	in, others := rules.SubnetsInZones([]rules.Subnet{a, b}, []string{"use1-az2", "use1-az3"})
	assert.Equal(t, []rules.Subnet{b}, in)
	assert.Equal(t, []rules.Subnet{a}, others)
	require.NoError(t, rules.AnySubnetInZones([]rules.Subnet{a, b}, []string{"use1-az2"}))
	require.EqualError(t, rules.AnySubnetInZones([]rules.Subnet{b, a}, []string{"use1-az6", "use1-az4"}),
		"no AZ in common: the subnets are in use1-az1, use1-az2, the network in use1-az4, use1-az6; use subnets in "+
			"at least one of the network's AZs")
}

func TestEndpointNames(t *testing.T) {
	t.Parallel()
	const name = "vpce-1-abcd.vpce-svc-1.us-east-1.vpce.amazonaws.com"
	zonal := rules.ZonalEndpointName(name, "us-east-1a")
	assert.Equal(t, "vpce-1-abcd-us-east-1a.vpce-svc-1.us-east-1.vpce.amazonaws.com", zonal)
	found, err := rules.EndpointName([]string{zonal, name})
	require.NoError(t, err)
	assert.Equal(t, name, found, "in whatever order AWS lists them")
	for state, accepted := range map[string]bool{
		"available": true, "pending": true, "": true, "pendingAcceptance": false, "PendingAcceptance": false,
		"rejected": false, "Rejected": false,
	} {
		assert.Equal(t, accepted, rules.EndpointAccepted(state), state)
	}
	_, err = rules.EndpointName(nil)
	require.ErrorContains(t, err, "the endpoint has no DNS name")
}

func TestPrivateZone(t *testing.T) {
	t.Parallel()
	for _, domain := range []string{
		"dom1.us-east-1.aws.confluent.cloud", "dom1.us-east-1.aws.glb.confluent.cloud",
		"dom1.us-east-1.aws.confluent.cloud.",
	} {
		zone, err := rules.PrivateZone(domain)
		require.NoError(t, err)
		assert.Equal(t, "dom1.us-east-1.aws.confluent.cloud", zone)
	}
	_, err := rules.PrivateZone("dom1.us-east-1.gcp.confluent.cloud")
	require.Error(t, err)
	assert.Equal(t, "*.use1-az1.dom1.us-east-1.aws.confluent.cloud",
		rules.ZonalWildcard("use1-az1", "dom1.us-east-1.aws.confluent.cloud"))
}
