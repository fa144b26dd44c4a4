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
		ClusterID: "10581524018573208000", DisplayName: "orders", State: "ACTIVE",
		ClusterPlan: "ESSENTIAL", ServicePlan: "Essential",
		Region: Region{RegionID: "aws-us-east-1", CloudProvider: "aws"},
	}, cluster)
	assert.Equal(t, []string{"GET /v1beta1/clusters/10581524018573208000?view=FULL"}, fake.calls())
}
