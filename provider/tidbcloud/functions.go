package tidbcloud

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// GetCluster looks up a TiDB Cloud cluster.
type GetCluster struct{}

// GetClusterArgs names the cluster.
type GetClusterArgs struct {
	ClusterID string `pulumi:"clusterId"`
}

// GetClusterResult is what TiDB Cloud reports.
type GetClusterResult struct {
	ClusterID     string `pulumi:"clusterId"`
	DisplayName   string `pulumi:"displayName"`
	State         string `pulumi:"state"`
	ClusterPlan   string `pulumi:"clusterPlan"`
	ServicePlan   string `pulumi:"servicePlan"`
	CloudProvider string `pulumi:"cloudProvider"`
	RegionID      string `pulumi:"regionId"`
	Region        string `pulumi:"region"`
}

// Annotate describes the function.
func (f *GetCluster) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up a TiDB Cloud Starter or Essential cluster: its plan, its state and where it is.")
}

// Annotate describes the arguments.
func (f *GetClusterArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The id of the cluster, a number of up to 20 digits.")
}

// Annotate describes the result.
func (f *GetClusterResult) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The id of the cluster.")
	a.Describe(&f.DisplayName, "The name of the cluster in TiDB Cloud.")
	a.Describe(&f.State, "The state of the cluster, such as `ACTIVE`, `CREATING` or `PAUSED`.")
	a.Describe(&f.ClusterPlan, "The plan of the cluster, `STARTER` or `ESSENTIAL`; empty where the API reports only "+
		"`servicePlan`.")
	a.Describe(&f.ServicePlan, "The plan of the cluster by its newer name, such as `Starter` or `Essential`; may be "+
		"empty.")
	a.Describe(&f.CloudProvider, "The cloud the cluster is on: `aws`, `gcp`, `azure` or `alicloud`.")
	a.Describe(&f.RegionID, "The region as TiDB Cloud names it, such as `aws-us-east-1`.")
	a.Describe(&f.Region, "The region as the cloud names it, such as `us-east-1`.")
}

// getCluster fetches a cluster, and wants the answer to be about it: one that is about nothing proves nothing.
func getCluster(ctx context.Context, id string) (*tidbapi.Cluster, error) {
	c, err := fetchCluster(ctx, id)
	if err == nil {
		regionsOf(ctx).note(id, c)
	}
	return c, err
}

func fetchCluster(ctx context.Context, id string) (*tidbapi.Cluster, error) {
	c, err := clientOf(ctx).GetCluster(ctx, id)
	// The service does not promise the id in an answer, only the name.
	if err == nil && c.ClusterID != id && (c.ClusterID != "" || c.DisplayName == "") {
		err = fmt.Errorf("TiDB Cloud's answer about cluster %s has the id %q; "+
			"check that serverlessEndpoint is the TiDB Cloud serverless API", id, c.ClusterID)
	}
	return c, err
}

// Invoke calls the function.
func (GetCluster) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetClusterArgs],
) (infer.FunctionResponse[GetClusterResult], error) {
	var resp infer.FunctionResponse[GetClusterResult]
	if err := rules.TiDBClusterID.Check(req.Input.ClusterID); err != nil {
		return resp, fmt.Errorf("clusterId: %w", err)
	}
	c, err := getCluster(ctx, req.Input.ClusterID)
	if err != nil {
		return resp, fmt.Errorf("looking up TiDB Cloud cluster %s: %w", req.Input.ClusterID, err)
	}
	resp.Output = GetClusterResult{
		ClusterID: req.Input.ClusterID, DisplayName: c.DisplayName, State: c.State,
		ClusterPlan: c.ClusterPlan, ServicePlan: c.ServicePlan,
		CloudProvider: c.Region.CloudProvider, RegionID: c.Region.RegionID,
		Region: rules.RegionOfTiDB(c.Region.CloudProvider, c.Region.RegionID),
	}
	return resp, nil
}

// GetPrivateLinkZones looks up from where a cluster's private link connections come.
type GetPrivateLinkZones struct{}

// GetPrivateLinkZonesArgs names the cluster.
type GetPrivateLinkZonesArgs struct {
	ClusterID string `pulumi:"clusterId"`
}

// GetPrivateLinkZonesResult is the account and its AZs.
type GetPrivateLinkZonesResult struct {
	AccountID           string   `pulumi:"accountId"`
	AvailabilityZoneIDs []string `pulumi:"availabilityZoneIds"`
}

// Annotate describes the function.
func (f *GetPrivateLinkZones) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up the cloud account and the availability zones from which a TiDB Cloud cluster's private "+
		"link connections come. The endpoint service must authorize the account, and the zones must overlap with the "+
		"service's.")
}

// Annotate describes the arguments.
func (f *GetPrivateLinkZonesArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits.")
}

// Annotate describes the result.
func (f *GetPrivateLinkZonesResult) Annotate(a infer.Annotator) {
	a.Describe(&f.AccountID, "The id of TiDB Cloud's account; on AWS 12 digits.")
	a.Describe(&f.AvailabilityZoneIDs, "The AZ IDs, such as `use1-az1`, in the order in which TiDB Cloud reports them.")
}

// Invoke calls the function.
func (GetPrivateLinkZones) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetPrivateLinkZonesArgs],
) (infer.FunctionResponse[GetPrivateLinkZonesResult], error) {
	var resp infer.FunctionResponse[GetPrivateLinkZonesResult]
	if err := rules.TiDBClusterID.Check(req.Input.ClusterID); err != nil {
		return resp, fmt.Errorf("clusterId: %w", err)
	}
	zones, err := clientOf(ctx).GetPrivateLinkZones(ctx, req.Input.ClusterID)
	if err != nil {
		return resp, fmt.Errorf("looking up the private link zones of TiDB Cloud cluster %s: "+
			"%w", req.Input.ClusterID, err)
	}
	resp.Output = GetPrivateLinkZonesResult{
		AccountID: zones.AccountID, AvailabilityZoneIDs: append([]string{}, zones.AZIDs...),
	}
	return resp, nil
}

// GetPrivateLinkConnection looks up a private link connection.
type GetPrivateLinkConnection struct{}

// GetPrivateLinkConnectionArgs names the connection.
type GetPrivateLinkConnectionArgs struct {
	ClusterID               string `pulumi:"clusterId"`
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId"`
}

// GetPrivateLinkConnectionResult is what TiDB Cloud reports.
type GetPrivateLinkConnectionResult struct {
	ClusterID               string                    `pulumi:"clusterId"`
	PrivateLinkConnectionID string                    `pulumi:"privateLinkConnectionId"`
	DisplayName             string                    `pulumi:"displayName"`
	Type                    PrivateLinkConnectionType `pulumi:"type"`
	State                   string                    `pulumi:"state"`
	Message                 string                    `pulumi:"message"`
	EndpointServiceName     string                    `pulumi:"endpointServiceName"`
	EndpointID              string                    `pulumi:"endpointId"`
	AvailabilityZoneIDs     []string                  `pulumi:"availabilityZoneIds"`
	AttachedDomains         []AttachedDomains         `pulumi:"attachedDomains"`
	CreateTime              string                    `pulumi:"createTime"`
}

// AttachedDomains is one attachment of a connection.
type AttachedDomains struct {
	AttachDomainID string     `pulumi:"attachDomainId"`
	Type           DomainType `pulumi:"type"`
	UniqueName     string     `pulumi:"uniqueName"`
	Domains        []Domain   `pulumi:"domains"`
}

// Annotate describes the function.
func (f *GetPrivateLinkConnection) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up a private link connection of a TiDB Cloud cluster, with the domains attached to it.")
}

// Annotate describes the arguments.
func (f *GetPrivateLinkConnectionArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits.")
	a.Describe(&f.PrivateLinkConnectionID, "The id of the connection, `plc-…`.")
}

// Annotate describes the result.
func (f *GetPrivateLinkConnectionResult) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The id of the TiDB Cloud cluster.")
	a.Describe(&f.PrivateLinkConnectionID, "The id of the connection.")
	a.Describe(&f.DisplayName, "The name of the connection in TiDB Cloud.")
	a.Describe(&f.Type, "What the connection leads to.")
	a.Describe(&f.State, "The state of the connection: `CREATING`, `PENDING_ACCEPTANCE`, `ACTIVE`, `FAILED` or "+
		"`DELETING`.")
	a.Describe(&f.Message, "Why the connection failed; empty when it did not.")
	a.Describe(&f.EndpointServiceName, "The name of the endpoint service that the connection leads to.")
	a.Describe(&f.EndpointID, "The id of TiDB Cloud's VPC endpoint, `vpce-…`; empty where there is none.")
	a.Describe(&f.AvailabilityZoneIDs, "The AZ IDs, such as `use1-az1`, in which TiDB Cloud's endpoint is.")
	a.Describe(&f.AttachedDomains, "The domains attached to the connection.")
	a.Describe(&f.CreateTime, "When the connection was created, in the form of RFC 3339.")
}

// Annotate describes an attachment.
func (f *AttachedDomains) Annotate(a infer.Annotator) {
	a.Describe(f, "Domains of one provider, attached to a private link connection.")
	a.Describe(&f.AttachDomainID, "The id of the attachment.")
	a.Describe(&f.Type, "Whose domains they are.")
	a.Describe(&f.UniqueName, "The unique name in the domains.")
	a.Describe(&f.Domains, "The domains.")
}

// Invoke calls the function.
func (GetPrivateLinkConnection) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetPrivateLinkConnectionArgs],
) (infer.FunctionResponse[GetPrivateLinkConnectionResult], error) {
	var resp infer.FunctionResponse[GetPrivateLinkConnectionResult]
	in := req.Input
	id := connectionID{in.ClusterID, in.PrivateLinkConnectionID}
	if _, err := parseConnectionID(id.String()); err != nil {
		return resp, err
	}
	c, err := clientOf(ctx).GetPrivateLinkConnection(ctx, in.ClusterID, in.PrivateLinkConnectionID)
	if err != nil {
		return resp, fmt.Errorf("looking up private link connection %s: %w", id, err)
	}
	var state PrivateLinkConnectionState
	state.observe(c)
	args := argsOf(in.ClusterID, c, PrivateLinkConnectionArgs{})
	resp.Output = GetPrivateLinkConnectionResult{
		ClusterID: in.ClusterID, PrivateLinkConnectionID: in.PrivateLinkConnectionID,
		DisplayName: c.DisplayName, Type: PrivateLinkConnectionType(c.Type), State: c.State, Message: c.Message,
		EndpointServiceName: awsName(args) + alicloudName(args), EndpointID: state.EndpointID,
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
