package tidbcloud

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// ClusterArgs name a cluster.
type ClusterArgs struct {
	// The ID of the TiDB Cloud cluster, a number of up to 20 digits.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
}

// lookUp is the answer of a function about a cluster.
func lookUp[T, R any](
	ctx context.Context, what, cluster string, call func(ctx context.Context, cluster string) (T, error),
	result func(T) R,
) (resp infer.FunctionResponse[R], err error) {
	if err := rules.TiDBClusterID.Check(cluster); err != nil {
		return resp, fmt.Errorf("clusterId: %w", err)
	}
	found, err := call(ctx, cluster)
	if err != nil {
		return resp, fmt.Errorf("looking up %sTiDB Cloud cluster %s: %w", what, cluster, err)
	}
	resp.Output = result(found)
	return resp, nil
}

// GetCluster looks up a TiDB Cloud Starter or Essential cluster: its plan, its state and where it is.
type GetCluster struct{}

// GetClusterResult is what TiDB Cloud reports.
type GetClusterResult struct {
	// The id of the cluster.
	ClusterID string `pulumi:"clusterId"`
	// The name of the cluster in TiDB Cloud.
	DisplayName string `pulumi:"displayName"`
	// The state of the cluster, such as `ACTIVE`, `CREATING` or `PAUSED`.
	State string `pulumi:"state"`
	// The plan of the cluster, `STARTER` or `ESSENTIAL`; empty where the API reports only `servicePlan`.
	ClusterPlan string `pulumi:"clusterPlan"`
	// The plan of the cluster by its newer name, such as `Starter` or `Essential`; may be empty.
	ServicePlan string `pulumi:"servicePlan"`
	// The cloud the cluster is on: `aws`, `gcp`, `azure` or `alicloud`.
	CloudProvider string `pulumi:"cloudProvider"`
	// The region as TiDB Cloud names it, such as `aws-us-east-1`.
	RegionID string `pulumi:"regionId"`
	// The region as the cloud names it, such as `us-east-1`.
	Region string `pulumi:"region"`
}

// getCluster fetches a cluster, and requires that the answer names it.
func getCluster(ctx context.Context, id string) (*tidbapi.Cluster, error) {
	c, err := fetchCluster(ctx, id)
	if err == nil {
		regionsOf(ctx).note(id, c)
	}
	return c, err
}

func fetchCluster(ctx context.Context, id string) (*tidbapi.Cluster, error) {
	c, err := clientOf(ctx).GetCluster(ctx, id)
	// The service documents only the name in an answer, not the id.
	if err == nil && c.ClusterID != id && (c.ClusterID != "" || c.DisplayName == "") {
		err = fmt.Errorf("TiDB Cloud's answer about cluster %s has the ID %q; check that serverlessEndpoint is the "+
			"TiDB Cloud serverless API", id, c.ClusterID)
	}
	return c, err
}

// Invoke calls the function.
func (GetCluster) Invoke(
	ctx context.Context, req infer.FunctionRequest[ClusterArgs],
) (infer.FunctionResponse[GetClusterResult], error) {
	cluster := req.Input.ClusterID
	return lookUp(ctx, "", cluster, getCluster, func(c *tidbapi.Cluster) GetClusterResult {
		return GetClusterResult{
			ClusterID: cluster, DisplayName: c.DisplayName, State: c.State,
			ClusterPlan: c.ClusterPlan, ServicePlan: c.ServicePlan,
			CloudProvider: c.Region.CloudProvider, RegionID: c.Region.RegionID, Region: regionOf(c),
		}
	})
}

// GetPrivateLinkZones looks up the cloud account and the availability zones from which a TiDB Cloud cluster's private
// link connections come. The endpoint service must authorize the account, and the zones must overlap with the
// service's.
type GetPrivateLinkZones struct{}

// GetPrivateLinkZonesResult is the account and its AZs.
type GetPrivateLinkZonesResult struct {
	// The id of TiDB Cloud's account; on AWS 12 digits.
	AccountID string `pulumi:"accountId"`
	// The AZ IDs, such as `use1-az1`, in the order in which TiDB Cloud reports them.
	AvailabilityZoneIDs []string `pulumi:"availabilityZoneIds"`
}

// Invoke calls the function.
func (GetPrivateLinkZones) Invoke(
	ctx context.Context, req infer.FunctionRequest[ClusterArgs],
) (infer.FunctionResponse[GetPrivateLinkZonesResult], error) {
	return lookUp(ctx, "the private link zones of ", req.Input.ClusterID, clientOf(ctx).GetPrivateLinkZones,
		func(zones *tidbapi.PrivateLinkZones) GetPrivateLinkZonesResult {
			return GetPrivateLinkZonesResult{zones.AccountID, append([]string{}, zones.AZIDs...)}
		})
}

// GetPrivateLinkConnection looks up a private link connection of a TiDB Cloud cluster, with the domains attached to it.
type GetPrivateLinkConnection struct{}

// GetPrivateLinkConnectionArgs names the connection.
type GetPrivateLinkConnectionArgs struct {
	// The id of the TiDB Cloud cluster, a number of up to 20 digits.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// The id of the connection, `plc-…`.
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId" required:"the ID of the private link connection"`
}

// GetPrivateLinkConnectionResult is what TiDB Cloud reports.
type GetPrivateLinkConnectionResult struct {
	// The id of the TiDB Cloud cluster.
	ClusterID string `pulumi:"clusterId"`
	// The id of the connection.
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId"`
	// The name of the connection in TiDB Cloud.
	DisplayName string `pulumi:"displayName"`
	// What the connection leads to.
	Type PrivateLinkConnectionType `pulumi:"type"`
	// The state of the connection: `CREATING`, `PENDING_ACCEPTANCE`, `ACTIVE`, `FAILED` or `DELETING`.
	State string `pulumi:"state"`
	// Why the connection failed; empty when it did not.
	Message string `pulumi:"message"`
	// The name of the endpoint service that the connection leads to.
	EndpointServiceName string `pulumi:"endpointServiceName"`
	// The id of TiDB Cloud's VPC endpoint, `vpce-…`; empty where there is none.
	EndpointID string `pulumi:"endpointId"`
	// The AZ IDs, such as `use1-az1`, in which TiDB Cloud's endpoint is.
	AvailabilityZoneIDs []string `pulumi:"availabilityZoneIds"`
	// The domains attached to the connection.
	AttachedDomains []AttachedDomains `pulumi:"attachedDomains"`
	// When the connection was created, in the form of RFC 3339.
	CreateTime string `pulumi:"createTime"`
}

// AttachedDomains is domains of one provider, attached to a private link connection.
type AttachedDomains struct {
	// The id of the attachment.
	AttachDomainID string `pulumi:"attachDomainId"`
	// Whose domains they are.
	Type DomainType `pulumi:"type"`
	// The unique name in the domains.
	UniqueName string `pulumi:"uniqueName"`
	// The domains.
	Domains []Domain `pulumi:"domains"`
}

// Invoke calls the function.
func (GetPrivateLinkConnection) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetPrivateLinkConnectionArgs],
) (infer.FunctionResponse[GetPrivateLinkConnectionResult], error) {
	var resp infer.FunctionResponse[GetPrivateLinkConnectionResult]
	id, err := connections.parse(req.Input.ClusterID + "/" + req.Input.PrivateLinkConnectionID)
	if err != nil {
		return resp, err
	}
	c, err := clientOf(ctx).GetPrivateLinkConnection(ctx, id.within, id.own)
	if err != nil {
		return resp, fmt.Errorf("looking up private link connection %s: %w", id, err)
	}
	var state PrivateLinkConnectionState
	state.observe(c)
	resp.Output = GetPrivateLinkConnectionResult{
		ClusterID: id.within, PrivateLinkConnectionID: id.own,
		DisplayName: c.DisplayName, Type: PrivateLinkConnectionType(c.Type), State: c.State, Message: c.Message,
		EndpointServiceName: c.EndpointServiceName(), EndpointID: state.EndpointID,
		AvailabilityZoneIDs: append([]string{}, state.AvailabilityZoneIDs...), CreateTime: c.CreateTime,
		AttachedDomains: attachedDomains(c),
	}
	return resp, nil
}

func attachedDomains(c *tidbapi.PrivateLinkConnection) []AttachedDomains {
	attachments := make([]AttachedDomains, len(c.AttachedDomains))
	for i := range c.AttachedDomains {
		var state DomainAttachmentState
		state.observe(&c.AttachedDomains[i])
		attachments[i] = AttachedDomains{
			AttachDomainID: state.AttachDomainID, Type: DomainType(c.AttachedDomains[i].Type),
			UniqueName: value(state.UniqueName), Domains: state.Domains,
		}
	}
	return attachments
}
