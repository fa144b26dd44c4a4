package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestIDs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id    rules.ID
		value string
		ok    bool
	}{
		{rules.TiDBClusterID, "10684312905347001938", true},
		{rules.TiDBClusterID, "1001", true},
		{rules.TiDBClusterID, "", false},
		{rules.TiDBClusterID, "clusters/1001", false},
		{rules.TiDBClusterID, "orders", false},
		{rules.EnvironmentID, "env-gz903", true},
		{rules.EnvironmentID, "env-", false},
		{rules.EnvironmentID, "gz903", false},
		{rules.EnvironmentID, "env-GZ903", false},
		{rules.NetworkID, "n-pr1jy6", true},
		{rules.NetworkID, "nr-pr1jy6", true},
		{rules.NetworkID, "net-pr1jy6", false},
		{rules.PrivateLinkAccessID, "pla-1", true},
		{rules.PrivateLinkAccessID, "n-1", false},
		{rules.KafkaClusterID, "lkc-abc123", true},
		{rules.KafkaClusterID, "lkc abc", false},
		{rules.ByokKeyID, "cck-abc12", true},
		{rules.ByokKeyID, "arn:aws:kms:us-east-1:111122223333:key/1", false},
		{rules.PrivateLinkConnectionID, "plc-abc", true},
		{rules.PrivateLinkConnectionID, "plc-abc/1", false},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			err := test.id.Check(test.value)
			assert.Equal(t, test.ok, err == nil, "%v", err)
		})
	}
}

func TestIDMessageNamesTheValueAndAnExample(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, rules.EnvironmentID.Check("prod"),
		`"prod" is not a Confluent environment id; give the id as the service shows it, such as env-gz903`)
}

func TestRegion(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"us-east-1", "ap-southeast-2", "us-gov-west-1", "eu-central-1"} {
		assert.NoError(t, rules.Region(ok))
	}
	for _, bad := range []string{"", "us-east", "aws-us-east-1x", "us-east-1a", "US-EAST-1", "use1"} {
		assert.Error(t, rules.Region(bad), bad)
	}
}

func TestRegionOfTiDB(t *testing.T) {
	t.Parallel()
	tests := []struct{ provider, id, want string }{
		{"aws", "aws-us-east-1", "us-east-1"},
		{"aws", "regions/aws-us-west-2", "us-west-2"},
		{"AWS", "aws-eu-central-1", "eu-central-1"},
		{"alicloud", "alicloud-ap-southeast-1", "ap-southeast-1"},
		{"", "us-east-1", "us-east-1"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, rules.RegionOfTiDB(test.provider, test.id))
	}
}

func TestRegionOfEndpointService(t *testing.T) {
	t.Parallel()
	region, err := rules.RegionOfEndpointService("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0")
	require.NoError(t, err)
	assert.Equal(t, "us-east-1", region)
	for _, bad := range []string{"", "vpce-svc-0123456789abcdef0", "com.amazonaws.vpce.us-east-1.vpce-0123456789abcdef0"} {
		_, err := rules.RegionOfEndpointService(bad)
		assert.ErrorContains(t, err, "com.amazonaws.vpce.<region>.vpce-svc-", bad)
	}
}

func TestSameRegion(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.SameRegion("network n-1", "us-east-1", "TiDB Cloud cluster 1", "us-east-1"))
	assert.EqualError(t, rules.SameRegion("network n-1", "us-west-2", "TiDB Cloud cluster 1", "us-east-1"),
		"network n-1 is in region us-west-2, but TiDB Cloud cluster 1 is in us-east-1; both must be in the same AWS region")
}

func TestZones(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		zones []string
		want  string
	}{
		{"three", []string{"use1-az6", "use1-az1", "use1-az2"}, ""},
		{"two", []string{"use1-az6", "use1-az1"}, "2 AZs given (use1-az6, use1-az1), but a Confluent network has exactly 3"},
		{"none", []string{}, "0 AZs given (none)"},
		{"four", []string{"use1-az1", "use1-az2", "use1-az4", "use1-az6"}, "4 AZs given"},
		{"repeated", []string{"use1-az1", "use1-az1", "use1-az2"}, "repeated AZs"},
		{
			"regions",
			[]string{"use1-az1", "use1-az2", "use2-az1"},
			"use1-az1 and use2-az1 are in different regions; give 3 AZ IDs of the network's region",
		},
		{"names", []string{"us-east-1a", "us-east-1b", "us-east-1c"}, `"us-east-1a" is not an AZ ID`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := rules.Zones(test.zones)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestChooseZones(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, region string
		reported     []string
		want         []string
	}{
		{"three", "us-east-1", []string{"use1-az6", "use1-az1", "use1-az2"}, []string{"use1-az1", "use1-az2", "use1-az6"}},
		{"the first three of more", "us-east-1", []string{"use1-az6", "use1-az4", "use1-az2", "use1-az1"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{"two", "us-east-1", []string{"use1-az2", "use1-az1"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{"repeated ones count once", "us-east-1", []string{"use1-az4", "use1-az2", "use1-az2"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{"one", "us-east-1", []string{"use1-az6"}, []string{"use1-az1", "use1-az2", "use1-az6"}},
		{"the first one", "us-east-1", []string{"use1-az1"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{"one that the table lacks", "us-east-1", []string{"use1-az3"}, []string{"use1-az1", "use1-az2", "use1-az3"}},
		{"one, where zones have gaps", "ap-northeast-1", []string{"apne1-az4"}, []string{"apne1-az1", "apne1-az2", "apne1-az4"}},
		{"one of three", "eu-central-1", []string{"euc1-az2"}, []string{"euc1-az1", "euc1-az2", "euc1-az3"}},
		{"none", "us-west-2", nil, []string{"usw2-az1", "usw2-az2", "usw2-az3"}},
		{"three in a region that the table lacks", "mx-central-1", []string{"mxc1-az3", "mxc1-az1", "mxc1-az2"}, []string{"mxc1-az1", "mxc1-az2", "mxc1-az3"}},
		{"four in a region that the table lacks", "mx-central-1", []string{"mxc1-az3", "mxc1-az4", "mxc1-az1", "mxc1-az2"}, []string{"mxc1-az1", "mxc1-az2", "mxc1-az3"}},
		{"one in a region that the table lacks", "mx-central-1", []string{"mxc1-az1"}, nil},
		{"two in a region that the table lacks", "mx-central-1", []string{"mxc1-az1", "mxc1-az2"}, nil},
		{"none in a region that the table lacks", "mx-central-1", nil, nil},
		{"region not known", "", []string{"use1-az1"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := rules.ChooseZones(test.region, test.reported)
			assert.Equal(t, test.want, got)
			if got != nil {
				assert.NoError(t, rules.Zones(got), "Confluent Cloud takes them")
				if len(test.reported) > 0 {
					assert.NoError(t, rules.CommonZones(got, test.reported), "TiDB Cloud reaches them")
				}
			}
		})
	}
}

// In each region of the table there are zones for every report, and the table's own are in order.
func TestChooseZonesInEachRegion(t *testing.T) {
	t.Parallel()
	regions := rules.KnownRegions()
	assert.Subset(t, regions, []string{
		"ap-east-1", "ap-northeast-1", "ap-southeast-1", "eu-central-1", "us-east-1", "us-west-2",
	}, "the regions of TiDB Cloud Essential")
	for _, region := range regions {
		all := rules.ChooseZones(region, nil)
		require.NoError(t, rules.Region(region))
		require.NoError(t, rules.Zones(all), region)
		for _, zone := range all {
			assert.Contains(t, rules.ChooseZones(region, []string{zone}), zone)
		}
	}
}

func TestChooseZonesLeavesItsArgumentAlone(t *testing.T) {
	t.Parallel()
	reported := make([]string, 1, 8)
	reported[0] = "use1-az6"
	rules.ChooseZones("us-east-1", reported)
	assert.Equal(t, []string{"use1-az6", "", ""}, reported[:3])
	assert.Equal(t, []string{"use1-az1", "use1-az2", "use1-az4"}, rules.ChooseZones("us-east-1", nil), "the table stays as it is")
}

func TestCommonZones(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.CommonZones([]string{"use1-az4", "use1-az5", "use1-az1"}, []string{"use1-az1", "use1-az2"}))
	assert.EqualError(t, rules.CommonZones([]string{"use1-az4", "use1-az5"}, []string{"use1-az2", "use1-az1"}),
		"no AZ in common: the network is in use1-az4, use1-az5, the TiDB Cloud cluster in use1-az1, use1-az2; "+
			"use a network in at least one of the cluster's AZs")
}

func TestCommonChosenZones(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.CommonChosenZones([]string{"mxc1-az3", "mxc1-az2", "mxc1-az1"}, []string{"mxc1-az1"}))
	assert.EqualError(t, rules.CommonChosenZones([]string{"mxc1-az4", "mxc1-az3", "mxc1-az2"}, []string{"mxc1-az1"}),
		"no AZ in common: Confluent Cloud chose mxc1-az2, mxc1-az3, mxc1-az4 for the network, the TiDB Cloud cluster is in mxc1-az1; "+
			"give 3 AZ IDs of the region, at least one of the cluster's among them, which replaces the network")
}

func TestUniqueName(t *testing.T) {
	t.Parallel()
	tests := []struct{ domain, want string }{
		// The manual procedure's own example.
		{"use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud", "domnprzqrog.us-east-1"},
		{"domnprzqrog.us-east-1.aws.confluent.cloud", "domnprzqrog.us-east-1"},
		{"domnprzqrog.us-east-1.aws.confluent.cloud.", "domnprzqrog.us-east-1"},
		{"pr1jy6.eu-central-1.aws.confluent.cloud", "pr1jy6.eu-central-1"},
		{"pdwnk6.us-west-2.aws.glb.confluent.cloud", "pdwnk6.us-west-2"},
		{"", ""},
		{".", ""},
		{"us-east-1.aws.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.azure.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.aws.confluent.cloud.example.com", ""},
		{"a.b.us-east-1.aws.confluent.cloud", ""},
		{"dom_x.us-east-1.aws.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.confluent.cloud", ""},
	}
	for _, test := range tests {
		t.Run(test.domain, func(t *testing.T) {
			t.Parallel()
			got, err := rules.UniqueName(test.domain)
			if test.want == "" {
				require.ErrorContains(t, err, "is not the DNS domain of a Confluent network")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.NoError(t, rules.CheckUniqueName(got))
		})
	}
}

func TestCheckUniqueName(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "domnprzqrog", "domnprzqrog.", ".us-east-1", "domnprzqrog.us-east-1.aws.confluent.cloud"} {
		assert.ErrorContains(t, rules.CheckUniqueName(bad), "<label>.<region>", bad)
	}
	assert.Equal(t, "us-east-1", rules.RegionOfUniqueName("domnprzqrog.us-east-1"))
}

func TestKafka(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.Availability("MULTI_ZONE"))
	require.ErrorContains(t, rules.Availability("HIGH"), `"HIGH" is not one of MULTI_ZONE, SINGLE_ZONE`)
	assert.Equal(t, "MULTI_ZONE", rules.AvailabilityOf("HIGH"))
	assert.Equal(t, "SINGLE_ZONE", rules.AvailabilityOf("LOW"))
	assert.Equal(t, "SINGLE_ZONE", rules.AvailabilityOf("SINGLE_ZONE"))
	require.NoError(t, rules.DNSResolution("CHASED_PRIVATE"))
	require.ErrorContains(t, rules.DNSResolution("PUBLIC"), `"PUBLIC" is not one of PRIVATE, CHASED_PRIVATE`)
	require.NoError(t, rules.CKU("SINGLE_ZONE", 1))
	require.NoError(t, rules.CKU("MULTI_ZONE", 2))
	require.EqualError(t, rules.CKU("MULTI_ZONE", 1),
		"1 is too low: a MULTI_ZONE cluster has at least 2 CKU; give 2 or more")
	require.ErrorContains(t, rules.CKU("SINGLE_ZONE", 0), "at least 1 CKU")
}
