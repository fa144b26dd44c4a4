package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestZones(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		zones []string
		want  string
	}{
		{"three", []string{"use1-az6", "use1-az1", "use1-az2"}, ""},
		{
			"two",
			[]string{"use1-az6", "use1-az1"},
			"has 2 AZs (use1-az6, use1-az1), but a Confluent network has exactly 3",
		},
		{"none", []string{}, "has 0 AZs (none)"},
		{"four", []string{"use1-az1", "use1-az2", "use1-az4", "use1-az6"}, "has 4 AZs"},
		{"repeated", []string{"use1-az1", "use1-az1", "use1-az2"}, "repeated AZs"},
		{
			"regions",
			[]string{"use1-az1", "use1-az2", "use2-az1"},
			"use1-az1 and use2-az1 are in different regions; use 3 AZ IDs of the network's region",
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
		{
			"three", "us-east-1",
			[]string{"use1-az6", "use1-az1", "use1-az2"},
			[]string{"use1-az1", "use1-az2", "use1-az6"},
		},
		{
			"the first three of more", "us-east-1",
			[]string{"use1-az6", "use1-az4", "use1-az2", "use1-az1"},
			[]string{"use1-az1", "use1-az2", "use1-az4"},
		},
		{"two", "us-east-1", []string{"use1-az2", "use1-az1"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{
			"repeated ones count once", "us-east-1",
			[]string{"use1-az4", "use1-az2", "use1-az2"},
			[]string{"use1-az1", "use1-az2", "use1-az4"},
		},
		{"one", "us-east-1", []string{"use1-az6"}, []string{"use1-az1", "use1-az2", "use1-az6"}},
		{"the first one", "us-east-1", []string{"use1-az1"}, []string{"use1-az1", "use1-az2", "use1-az4"}},
		{"one that the table lacks", "us-east-1", []string{"use1-az3"}, []string{"use1-az1", "use1-az2", "use1-az3"}},
		{
			"one, where zones have gaps", "ap-northeast-1",
			[]string{"apne1-az4"},
			[]string{"apne1-az1", "apne1-az2", "apne1-az4"},
		},
		{"one of three", "eu-central-1", []string{"euc1-az2"}, []string{"euc1-az1", "euc1-az2", "euc1-az3"}},
		{"none", "us-west-2", nil, []string{"usw2-az1", "usw2-az2", "usw2-az3"}},
		{
			"three in a region that the table lacks", "mx-central-1",
			[]string{"mxc1-az3", "mxc1-az1", "mxc1-az2"},
			[]string{"mxc1-az1", "mxc1-az2", "mxc1-az3"},
		},
		{
			"four in a region that the table lacks", "mx-central-1",
			[]string{"mxc1-az3", "mxc1-az4", "mxc1-az1", "mxc1-az2"},
			[]string{"mxc1-az1", "mxc1-az2", "mxc1-az3"},
		},
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
	assert.Equal(t, []string{"use1-az1", "use1-az2", "use1-az4"}, rules.ChooseZones("us-east-1", nil),
		"the table stays as it is")
}

func TestCommonZones(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.CommonZones([]string{"use1-az4", "use1-az5", "use1-az1"},
		[]string{"use1-az1", "use1-az2"}))
	assert.EqualError(t, rules.CommonZones([]string{"use1-az4", "use1-az5"}, []string{"use1-az2", "use1-az1"}),
		"no AZ in common: the network is in use1-az4, use1-az5, the TiDB Cloud cluster in use1-az1, use1-az2; "+
			"use a network in at least one of the cluster's AZs")
}

func TestCommonChosenZones(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.CommonChosenZones([]string{"mxc1-az3", "mxc1-az2", "mxc1-az1"}, []string{"mxc1-az1"}))
	assert.EqualError(t, rules.CommonChosenZones([]string{"mxc1-az4", "mxc1-az3", "mxc1-az2"}, []string{"mxc1-az1"}),
		"no AZ in common: Confluent Cloud chose mxc1-az2, mxc1-az3, mxc1-az4 for the network, the TiDB Cloud cluster "+
			"is in mxc1-az1; set 3 AZ IDs of the region, including at least one of the cluster's, which replaces the "+
			"network")
}
