package tidbapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Plans of a cluster, as Cluster.ClusterPlan has them.
const (
	ClusterPlanStarter   = "STARTER"
	ClusterPlanEssential = "ESSENTIAL"
)

// States of a cluster. The service may add others.
const (
	ClusterStateCreating    = "CREATING"
	ClusterStateActive      = "ACTIVE"
	ClusterStateDeleting    = "DELETING"
	ClusterStateDeleted     = "DELETED"
	ClusterStateRestoring   = "RESTORING"
	ClusterStateMaintenance = "MAINTENANCE"
	ClusterStateInactive    = "INACTIVE"
	ClusterStateUpgrading   = "UPGRADING"
	ClusterStateImporting   = "IMPORTING"
	ClusterStateModifying   = "MODIFYING"
	ClusterStatePausing     = "PAUSING"
	ClusterStatePaused      = "PAUSED"
	ClusterStateResuming    = "RESUMING"
)

// Cloud providers, as Region.CloudProvider has them.
const (
	CloudProviderAWS      = "aws"
	CloudProviderGCP      = "gcp"
	CloudProviderAzure    = "azure"
	CloudProviderAlicloud = "alicloud"
)

// Cluster is a TiDB Cloud Starter or Essential cluster.
type Cluster struct {
	// ClusterID identifies the cluster.
	ClusterID string `json:"clusterId"`
	// DisplayName is what people call it.
	DisplayName string `json:"displayName"`
	// State is one of the ClusterState constants, or a newer one.
	State string `json:"state"`
	// ClusterPlan is one of the ClusterPlan constants; it may be empty where ServicePlan is not.
	ClusterPlan string `json:"clusterPlan"`
	// ServicePlan is the plan as the console writes it: Starter, Essential, Premium, BYOC.
	ServicePlan string `json:"servicePlan"`
	// Region is where it runs.
	Region Region `json:"region"`
	// Version is the TiDB version.
	Version string `json:"version"`
	// Labels hold among others the organization and the project.
	Labels map[string]string `json:"labels"`
	// CreateTime is when it was created, in RFC 3339.
	CreateTime string `json:"createTime"`
}

// Region is a place at a cloud provider.
type Region struct {
	// RegionID is provider and region code, such as aws-us-east-1.
	RegionID string `json:"regionId"`
	// Name is the resource name, such as regions/aws-us-east-1.
	Name string `json:"name"`
	// CloudProvider is one of the CloudProvider constants.
	CloudProvider string `json:"cloudProvider"`
	// DisplayName is what the console shows, such as N. Virginia (us-east-1).
	DisplayName string `json:"displayName"`
}

// Code is the cloud provider's own name of the region, such as us-east-1.
func (r Region) Code() string {
	_, code, _ := strings.Cut(r.id(), "-")
	return code
}

// Provider is the cloud provider in lower case; older answers tell it in the region's id only.
func (r Region) Provider() string {
	if r.CloudProvider != "" {
		return strings.ToLower(r.CloudProvider)
	}
	provider, _, _ := strings.Cut(r.id(), "-")
	return provider
}

func (r Region) id() string {
	if r.RegionID != "" {
		return r.RegionID
	}
	return strings.TrimPrefix(r.Name, "regions/")
}

// IsEssential tells whether the cluster is on the plan Essential. The service has two fields for the plan and does not
// promise to fill both.
func (c Cluster) IsEssential() bool {
	return strings.EqualFold(c.ClusterPlan, ClusterPlanEssential) || strings.EqualFold(c.ServicePlan, ClusterPlanEssential)
}

// Plan is the plan as the service names it, for messages.
func (c Cluster) Plan() string {
	if c.ServicePlan != "" {
		return c.ServicePlan
	}
	return c.ClusterPlan
}

// IsOnAWS tells whether the cluster runs on AWS.
func (c Cluster) IsOnAWS() bool { return c.Region.Provider() == CloudProviderAWS }

// IsActive tells whether the cluster can be worked with now.
func (c Cluster) IsActive() bool { return c.State == ClusterStateActive }

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
