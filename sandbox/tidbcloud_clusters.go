package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

type regionJSON struct {
	Name          string   `json:"name"`
	RegionID      string   `json:"regionId"`
	CloudProvider string   `json:"cloudProvider"`
	DisplayName   string   `json:"displayName"`
	Provider      string   `json:"provider"`
	ServicePlans  []string `json:"servicePlans,omitempty"`
}

// clusterBody is a TiDB cluster as it is answered. The secrets and settings of
// real clusters are left out.
type clusterBody struct {
	Name                 string            `json:"name"`
	ClusterID            string            `json:"clusterId"`
	DisplayName          string            `json:"displayName"`
	Region               regionJSON        `json:"region"`
	HighAvailabilityType string            `json:"highAvailabilityType"`
	Version              string            `json:"version"`
	CreatedBy            string            `json:"createdBy"`
	UserPrefix           string            `json:"userPrefix"`
	State                string            `json:"state"`
	Labels               map[string]string `json:"labels"`
	Annotations          map[string]string `json:"annotations"`
	CreateTime           time.Time         `json:"createTime"`
	UpdateTime           time.Time         `json:"updateTime"`
	ClusterPlan          string            `json:"clusterPlan,omitempty"`
	ServicePlan          string            `json:"servicePlan,omitempty"`
	Endpoints            map[string]any    `json:"endpoints,omitempty"`
	AutoScaling          map[string]int    `json:"autoScaling,omitempty"`
}

// regionID is TiDB Cloud's name of the region.
func (c *TiDBCluster) regionID() string { return c.CloudProvider + "-" + c.Region }

// render shows a cluster; full adds what the view FULL has.
func (c *TiDBCluster) render(full bool) clusterBody {
	displayName := orDefault(awsRegions[c.Region].displayName, c.Region)
	body := clusterBody{
		Name: "clusters/" + c.ID, ClusterID: c.ID, DisplayName: c.DisplayName,
		Region: regionJSON{
			Name: "regions/" + c.regionID(), RegionID: c.regionID(), CloudProvider: c.CloudProvider,
			DisplayName: displayName, Provider: c.CloudProvider,
		},
		HighAvailabilityType: "ZONAL", Version: "v8.5.3", CreatedBy: "owner@example.com",
		UserPrefix: c.ID[:min(len(c.ID), 15)], State: c.State, Labels: c.labels(),
		Annotations: map[string]string{"tidb.cloud/has-set-password": "true"},
		CreateTime:  c.CreatedAt.UTC(), UpdateTime: c.CreatedAt.UTC(),
	}
	if !full {
		return body
	}
	// Whether the basic view has the plan is not published.
	body.ClusterPlan, body.ServicePlan = strings.ToUpper(c.Plan), c.Plan
	if c.CloudProvider == "aws" {
		body.Endpoints = map[string]any{"private": map[string]any{
			"host": "gateway01-privatelink." + c.Region + ".prod.aws.tidbcloud.com", "port": 4000,
			"aws": map[string]any{
				"serviceName":      "com.amazonaws.vpce." + c.Region + ".vpce-svc-00000000000000000",
				"availabilityZone": c.AvailabilityZoneIDs,
			},
		}}
	}
	if c.Plan == planEssential {
		body.AutoScaling = map[string]int{"minRcu": 2000, "maxRcu": 4000}
	}
	return body
}

func (c *TiDBCluster) labels() map[string]string {
	return map[string]string{"tidb.cloud/organization": tidbOrganization, "tidb.cloud/project": c.ProjectID}
}

func (api tidbCloud) getCluster(rq *request) (answer, *failure) {
	c, failed := api.cluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	if failed := rq.word("view", "BASIC", "FULL"); failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, c.render(rq.query.Get("view") == "FULL")}, nil
}

func (api tidbCloud) listClusters(rq *request) (answer, *failure) {
	matches, failed := parseFilter(rq.query.Get("filter"))
	if failed != nil {
		return answer{}, failed
	}
	chosen := selectFrom(api.state.TiDBClusters,
		func(c *TiDBCluster) time.Time { return c.CreatedAt }, matches)
	start, end, next, failed := rq.window(len(chosen))
	if failed != nil {
		return answer{}, failed
	}
	bodies := []clusterBody{}
	for _, c := range chosen[start:end] {
		bodies = append(bodies, c.render(false))
	}
	return answer{http.StatusOK, map[string]any{
		"clusters": bodies, "nextPageToken": next, "totalSize": len(chosen),
	}}, nil
}

// cluster is the one the path names.
func (api tidbCloud) cluster(rq *request) (*TiDBCluster, *failure) {
	id := rq.params["clusterId"]
	if c := api.state.TiDBClusters[id]; c != nil {
		return c, nil
	}
	return nil, unknown("cluster", id)
}

func (api tidbCloud) listRegions(rq *request) (answer, *failure) {
	plans := []string{planStarter, planEssential}
	if wanted := rq.query.Get("servicePlan"); wanted != "" && !slices.Contains(plans, wanted) {
		return answer{http.StatusOK, map[string]any{"regions": []regionJSON{}}}, nil
	}
	regions := []regionJSON{}
	for _, name := range slices.Sorted(maps.Keys(awsRegions)) {
		regions = append(regions, regionJSON{
			Name: "regions/aws-" + name, RegionID: "aws-" + name, CloudProvider: "aws", Provider: "aws",
			DisplayName: awsRegions[name].displayName, ServicePlans: plans,
		})
	}
	regions = append(regions, regionJSON{
		Name: "regions/alicloud-ap-southeast-1", RegionID: "alicloud-ap-southeast-1", CloudProvider: "alicloud",
		Provider: "alicloud", DisplayName: "Singapore (ap-southeast-1)", ServicePlans: plans,
	})
	return answer{http.StatusOK, map[string]any{"regions": regions}}, nil
}

// listProjects lists the one project all clusters belong to.
func (api tidbCloud) listProjects(rq *request) (answer, *failure) {
	start, end, next, failed := rq.window(1)
	if failed != nil {
		return answer{}, failed
	}
	projects := []any{map[string]any{
		"id": projectID, "name": "default project", "org_id": tidbOrganization,
		"cluster_count": len(api.state.TiDBClusters), "user_count": 1, "create_timestamp": "1735689600",
		"aws_cmek_enabled": false,
	}}
	return answer{http.StatusOK, map[string]any{"projects": projects[start:end], "nextPageToken": next}}, nil
}
