package rules_test

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
)

var allIDs = []rules.ID{
	rules.TiDBClusterID, rules.EnvironmentID, rules.NetworkID, rules.PrivateLinkAccessID,
	rules.KafkaClusterID, rules.ByokKeyID, rules.PrivateLinkConnectionID, rules.VPCID, rules.SubnetID,
	rules.ServiceAccountID,
}

// A valid id can be an element of a path as it is.
func FuzzIDs(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"10684312905347001938", "env-gz903", "n-pr1jy6", "nr-1", "pla-4x9kq2", "lkc-abc123", "cck-abc12", "plc-abc123",
		"", "1\n", "plc-", "plc-a/../b", "plc-..", "plc-a:attachDomains", "plc-a%2Fb", "plc-ä", "lkc-a?b", "n-\x00",
		"env-a\xff",
		"0.0", "1.04e+19", "1e5",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, value string) {
		for _, id := range allIDs {
			err := id.Check(value)
			if errors.Is(err, rules.ErrNumericClusterID) {
				assert.Equal(t, rules.TiDBClusterID, id, "other ids are no numbers")
				continue
			}
			if err != nil {
				assert.ErrorContains(t, err, "use the ID that the service shows")
				continue
			}
			assert.Equal(t, value, url.PathEscape(value))
			assert.False(t, strings.ContainsAny(value, ":."), "%q would reach another path or verb", value)
		}
	})
}

// The unique name in a result is valid as an input, and is in the domain that it comes from.
func FuzzUniqueName(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"domnprzqrog.us-east-1.aws.confluent.cloud", "use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud.",
		"pdwnk6.us-west-2.aws.glb.confluent.cloud", "use1-az1.use1-az1.us-east-1.aws.confluent.cloud",
		"use1-az1.us-east-1.aws.confluent.cloud", "", ".", ".confluent.cloud", ".aws.confluent.cloud",
		"a.us-east-1.aws.glb.glb.confluent.cloud", "a.us-east-1.aws.confluent.cloud\n",
		"A.us-east-1.aws.confluent.cloud",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, domain string) {
		name, err := rules.UniqueName(domain)
		if err != nil {
			assert.Empty(t, name)
			return
		}
		require.NoError(t, rules.CheckUniqueName(name))
		require.NoError(t, rules.Region(rules.RegionOfUniqueName(name)))
		assert.Contains(t, domain, name+".aws.")
		again, err := rules.UniqueName(name + ".aws.confluent.cloud")
		require.NoError(t, err)
		assert.Equal(t, name, again)
	})
}

func FuzzCheckUniqueName(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"domnprzqrog.us-east-1", "a.us-gov-west-1", "", ".", "a.", ".us-east-1", "a.b.us-east-1", "-a.us-east-1",
		"a-.us-east-1", "a.us-east-1\n", "*.us-east-1",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, name string) {
		if rules.CheckUniqueName(name) != nil {
			return
		}
		assert.NoError(t, rules.Region(rules.RegionOfUniqueName(name)))
		assert.Equal(t, 1, strings.Count(name, "."))
		got, err := rules.UniqueName(name + ".aws.confluent.cloud")
		require.NoError(t, err)
		assert.Equal(t, name, got)
	})
}

// The region in a service's name is a region, and can be compared with others.
func FuzzRegionOfEndpointService(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0", "com.amazonaws.vpce.-.vpce-svc-0",
		"com.amazonaws.vpce.us-east-1.vpce-svc-", "com.amazonaws.vpce..vpce-svc-0", "",
		"com.amazonaws.vpce.us-east-1.vpce-svc-0\n", "comXamazonawsXvpceXus-east-1Xvpce-svc-0",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, name string) {
		region, err := rules.RegionOfEndpointService(name)
		if err != nil {
			assert.Empty(t, region)
			return
		}
		require.NoError(t, rules.Region(region))
		assert.True(t, strings.HasPrefix(name, "com.amazonaws.vpce."+region+".vpce-svc-"))
	})
}

// The result is part of the input; for the right form it is the region itself.
func FuzzRegionOfTiDB(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range [][2]string{
		{"aws", "aws-us-east-1"},
		{"AWS", "regions/aws-us-west-2"},
		{"alicloud", "alicloud-ap-southeast-1"},
		{"", "-"},
		{"", ""},
		{"\xff", "regions/"},
	} {
		target.Add(seed[0], seed[1])
	}
	target.Fuzz(func(t *testing.T, provider, id string) {
		assert.True(t, strings.HasSuffix(id, rules.RegionOfTiDB(provider, id)))
		if rules.Region(id) == nil {
			assert.Equal(t, id, rules.RegionOfTiDB("aws", "regions/aws-"+id))
		}
	})
}

// The zones are a list in one text, one to a line.
func FuzzZones(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"use1-az6\nuse1-az1\nuse1-az2", "use1-az1\nuse1-az1\nuse1-az2", "us-east-1a\nus-east-1b\nus-east-1c", "",
		"\n\n",
		"use1-az1\nuse1-az2\nuse1-az3\nuse1-az4", "use1-az1\r\nuse1-az2\r\nuse1-az3", "use1-az1\nuse1-az2\nuse2-az1",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, text string) {
		given := strings.Split(text, "\n")
		chosen := rules.ChooseZones("us-east-1", given)
		require.Len(t, chosen, 3)
		assert.True(t, slices.IsSorted(chosen))
		require.NoError(t, rules.CommonZones(given, chosen), "a cluster shares the zones chosen from its own")
		if rules.Zones(given) == nil {
			slices.Sort(given)
			assert.Equal(t, given, chosen, "three good zones are the choice")
		}
	})
}

// AWS accepts every valid block, and a block of all addresses is recognized.
func FuzzCIDRBlock(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"10.0.0.0/16", "10.0.0.7/32", "10.0.0.7/16", "0.0.0.0/0", "::/0", "2001:db8::/32", "::ffff:10.0.0.0/104",
		"fe80::1%eth0/64",
		"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "010.0.0.0/8", "", "/", "10.0.0.0/8\n",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, value string) {
		if err := rules.CIDRBlock(value); err != nil {
			assert.Contains(t, err.Error(), "; use ")
			return
		}
		_, network, err := net.ParseCIDR(value)
		require.NoError(t, err)
		ones, _ := network.Mask.Size()
		assert.Equal(t, ones == 0, len(rules.OpenBlocks([]string{value})) == 1)
		assert.Equal(t, strings.Contains(value, ":"), rules.IsIPv6(value))
	})
}

// The result is the endpoint's name for all zones, and the names for each zone follow from it.
func FuzzEndpointName(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"vpce-0a1-x.vpce-svc-0b2.us-east-1.vpce.amazonaws.com us-east-1a", "vpce-0a1 us-east-1a", " ", ".", "",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, text string) {
		name, zone, found := strings.Cut(text, " ")
		if !found {
			_, err := rules.EndpointName(nil)
			require.Error(t, err)
			return
		}
		zonal := rules.ZonalEndpointName(name, zone)
		got, err := rules.EndpointName([]string{zonal, name})
		require.NoError(t, err)
		assert.Equal(t, name, got)
	})
}
