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
	ClusterID   string `json:"clusterId"`
	DisplayName string `json:"displayName" text:"name"`
	// State is what it is doing, such as ACTIVE, PAUSED or RESTORING.
	State string `json:"state" text:"word"`
	// ClusterPlan is STARTER or ESSENTIAL; it may be empty where ServicePlan is not.
	ClusterPlan string `json:"clusterPlan" text:"word"`
	// ServicePlan is the plan as the console writes it: Starter, Essential, Premium, BYOC.
	ServicePlan string `json:"servicePlan" text:"word"`
	Region      Region `json:"region"`
}

// Region is a place at a cloud provider.
type Region struct {
	// RegionID is provider and region code, such as aws-us-east-1.
	RegionID string `json:"regionId" text:"word"`
	// CloudProvider is aws, gcp, azure or alicloud.
	CloudProvider string `json:"cloudProvider" text:"word"`
	// Name is regions/ and RegionID, and Provider an older name of CloudProvider.
	Name     string `json:"name" text:"word"`
	Provider string `json:"provider" text:"word"`
}

var cloudProviders = []string{"aws", "gcp", "azure", "alicloud"}

// complete sets RegionID and CloudProvider from whichever field has them.
func (r *Region) complete() {
	id := strings.ToLower(cmp.Or(r.RegionID, r.Name))
	id = id[strings.LastIndex(id, "/")+1:]
	provider := strings.ToLower(cmp.Or(r.CloudProvider, r.Provider))
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
	// The basic view may lack the plan.
	k := call{method: http.MethodGet, path: []string{"clusters", clusterID}, query: url.Values{"view": {"FULL"}}}
	return request[Cluster](ctx, c, k, nil)
}
