package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

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
	for _, bad := range []string{
		"", "vpce-svc-0123456789abcdef0",
		"com.amazonaws.vpce.us-east-1.vpce-0123456789abcdef0",
	} {
		_, err := rules.RegionOfEndpointService(bad)
		assert.ErrorContains(t, err, "com.amazonaws.vpce.<region>.vpce-svc-", bad)
	}
}

func TestSameRegion(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.SameRegion("network n-1", "us-east-1", "TiDB Cloud cluster 1", "us-east-1"))
	assert.EqualError(t, rules.SameRegion("network n-1", "us-west-2", "TiDB Cloud cluster 1", "us-east-1"),
		"network n-1 is in region us-west-2, but TiDB Cloud cluster 1 is in us-east-1; "+
			"both must be in the same AWS region")
}
