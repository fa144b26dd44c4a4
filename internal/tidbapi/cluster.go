package tidbapi

import (
	"context"
	"net/http"
	"net/url"
)

// Cluster is a TiDB Cloud Starter or Essential cluster.
type Cluster struct {
	// ClusterID identifies the cluster.
	ClusterID string `json:"clusterId"`
	// DisplayName is what people call it.
	DisplayName string `json:"displayName"`
	// State is what it is doing, such as ACTIVE, PAUSED or RESTORING.
	State string `json:"state"`
	// ClusterPlan is STARTER or ESSENTIAL; it may be empty where ServicePlan is not.
	ClusterPlan string `json:"clusterPlan"`
	// ServicePlan is the plan as the console writes it: Starter, Essential, Premium, BYOC.
	ServicePlan string `json:"servicePlan"`
	// Region is where it runs.
	Region Region `json:"region"`
}

// Region is a place at a cloud provider.
type Region struct {
	// RegionID is provider and region code, such as aws-us-east-1.
	RegionID string `json:"regionId"`
	// CloudProvider is aws, gcp, azure or alicloud.
	CloudProvider string `json:"cloudProvider"`
}

// GetCluster returns a cluster.
func (c *Client) GetCluster(ctx context.Context, clusterID string) (*Cluster, error) {
	if err := requireID("cluster ID", clusterID); err != nil {
		return nil, err
	}
	var cluster Cluster
	err := c.do(ctx, call{
		method: http.MethodGet,
		path:   []string{"clusters", clusterID},
		// The basic view may lack the plan.
		query: url.Values{"view": {"FULL"}},
	}, &cluster)
	if err != nil {
		return nil, err
	}
	return &cluster, nil
}
