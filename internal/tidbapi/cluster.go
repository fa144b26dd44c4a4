package tidbapi

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	// Name is regions/ and RegionID, and Provider an older name of CloudProvider.
	Name     string `json:"name"`
	Provider string `json:"provider"`
}

// complete says in RegionID and CloudProvider what any of the fields says.
func (r *Region) complete() {
	id := strings.ToLower(cmp.Or(r.RegionID, r.Name))
	id = id[strings.LastIndex(id, "/")+1:]
	provider := cmp.Or(r.CloudProvider, r.Provider)
	spell(&provider, cloudProviders)
	provider = strings.ToLower(provider)
	for _, known := range cloudProviders {
		if provider == "" && strings.HasPrefix(id, known+"-") {
			provider = known
		}
	}
	if slices.Contains(cloudProviders, provider) && id != "" && !strings.HasPrefix(id, provider+"-") {
		id = provider + "-" + id
	}
	*r = Region{RegionID: id, CloudProvider: provider}
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
