package tidbapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGetCluster(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{
		"name": "clusters/10581524018573208000", "clusterId": "10581524018573208000", "displayName": "orders",
		"region": {"name": "regions/aws-us-east-1", "regionId": "aws-us-east-1", "cloudProvider": "aws",
			"displayName": "N. Virginia (us-east-1)", "servicePlans": ["Starter"], "provider": null},
		"state": "ACTIVE", "clusterPlan": "ESSENTIAL", "servicePlan": "Essential", "version": "v8.5.3",
		"labels": {"tidb.cloud/project": "1"}, "createTime": "2026-01-01T00:00:00Z", "unknown": {"field": 1}}`))
	cluster, err := fake.start(t).GetCluster(t.Context(), "10581524018573208000")
	require.NoError(t, err)
	assert.Equal(t, &Cluster{
		ClusterID: "10581524018573208000", DisplayName: "orders", State: ClusterStateActive,
		ClusterPlan: ClusterPlanEssential, ServicePlan: "Essential", Version: "v8.5.3",
		Region: Region{
			RegionID: "aws-us-east-1", Name: "regions/aws-us-east-1", CloudProvider: CloudProviderAWS,
			DisplayName: "N. Virginia (us-east-1)",
		},
		Labels: map[string]string{"tidb.cloud/project": "1"}, CreateTime: "2026-01-01T00:00:00Z",
	}, cluster)
	assert.Equal(t, []string{"GET /v1beta1/clusters/10581524018573208000?view=FULL"}, fake.calls())
}

func TestClusterPredicates(t *testing.T) {
	t.Parallel()
	assert.True(t, Cluster{ClusterPlan: "ESSENTIAL"}.IsEssential())
	assert.True(t, Cluster{ServicePlan: "Essential"}.IsEssential())
	assert.False(t, Cluster{ClusterPlan: "STARTER", ServicePlan: "Starter"}.IsEssential())
	assert.False(t, Cluster{}.IsEssential())
	assert.Equal(t, "Starter", Cluster{ClusterPlan: "STARTER", ServicePlan: "Starter"}.Plan())
	assert.Equal(t, "STARTER", Cluster{ClusterPlan: "STARTER"}.Plan())
	assert.True(t, Cluster{State: "ACTIVE"}.IsActive())
	assert.False(t, Cluster{State: "PAUSED"}.IsActive())
}

func TestRegion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		region         Region
		provider, code string
		aws            bool
	}{
		{Region{RegionID: "aws-us-east-1", CloudProvider: "aws"}, "aws", "us-east-1", true},
		{Region{RegionID: "aws-us-east-1"}, "aws", "us-east-1", true},
		{Region{Name: "regions/aws-eu-central-1"}, "aws", "eu-central-1", true},
		{Region{RegionID: "aws-us-east-1", CloudProvider: "AWS"}, "aws", "us-east-1", true},
		{Region{RegionID: "alicloud-ap-southeast-1", CloudProvider: "alicloud"}, "alicloud", "ap-southeast-1", false},
		{Region{}, "", "", false},
	} {
		assert.Equal(t, tc.provider, tc.region.Provider(), "%+v", tc.region)
		assert.Equal(t, tc.code, tc.region.Code(), "%+v", tc.region)
		assert.Equal(t, tc.aws, Cluster{Region: tc.region}.IsOnAWS(), "%+v", tc.region)
	}
}
