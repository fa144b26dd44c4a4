package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

const (
	typeAWSEndpointService      = "AWS_ENDPOINT_SERVICE"
	typeAlicloudEndpointService = "ALICLOUD_ENDPOINT_SERVICE"
)

type endpointServiceJSON struct {
	Name                string   `json:"name"`
	Region              string   `json:"region,omitempty"`
	EndpointID          string   `json:"endpointId,omitempty"`
	AvailabilityZoneIDs []string `json:"availabilityZoneIds,omitempty"`
}

// connectionBody is a connection as clients send it: without the fields that are read-only.
type connectionBody struct {
	ClusterID               string               `json:"clusterId"`
	DisplayName             string               `json:"displayName"`
	Type                    string               `json:"type"`
	AWSEndpointService      *awsServiceBody      `json:"awsEndpointService"`
	AlicloudEndpointService *alicloudServiceBody `json:"alicloudEndpointService"`
}

type awsServiceBody struct {
	Name   string `json:"name"`
	Region string `json:"region"`
}

type alicloudServiceBody struct {
	Name string `json:"name"`
}

// connectionJSON is a connection as it is answered.
type connectionJSON struct {
	PrivateLinkConnectionID string               `json:"privateLinkConnectionId,omitempty"`
	ClusterID               string               `json:"clusterId"`
	DisplayName             string               `json:"displayName"`
	State                   string               `json:"state,omitempty"`
	Message                 string               `json:"message,omitempty"`
	CreatedBy               string               `json:"createdBy,omitempty"`
	CreateTime              *time.Time           `json:"createTime,omitempty"`
	UpdateTime              *time.Time           `json:"updateTime,omitempty"`
	Type                    string               `json:"type"`
	AttachedDomains         []attachDomainJSON   `json:"attachedDomains,omitempty"`
	AWSEndpointService      *endpointServiceJSON `json:"awsEndpointService,omitempty"`
	AlicloudEndpointService *endpointServiceJSON `json:"alicloudEndpointService,omitempty"`
}

// render shows a connection; only the answer about a single one has its
// domains.
func (c *PrivateLinkConnection) render(withDomains bool) connectionJSON {
	created, updated := c.CreatedAt.UTC(), c.UpdatedAt.UTC()
	body := connectionJSON{
		PrivateLinkConnectionID: c.ID, ClusterID: c.ClusterID, DisplayName: c.DisplayName,
		State: c.State, Message: c.Message, CreatedBy: "owner@example.com",
		CreateTime: &created, UpdateTime: &updated, Type: c.Type,
	}
	service := &endpointServiceJSON{
		Name: c.EndpointService, Region: c.ServiceRegion, EndpointID: c.EndpointID,
		AvailabilityZoneIDs: c.AvailabilityZoneIDs,
	}
	if c.Type == typeAWSEndpointService {
		body.AWSEndpointService = service
	} else {
		body.AlicloudEndpointService = service
	}
	if withDomains {
		for _, d := range c.Domains {
			body.AttachedDomains = append(body.AttachedDomains, d.render(c))
		}
	}
	return body
}

func (api tidbCloud) getAvailabilityZones(rq *request) (answer, *failure) {
	cluster, failed := api.essentialCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, map[string]any{
		"accountId": cluster.AccountID, "azIds": nonNil(cluster.AvailabilityZoneIDs),
	}}, nil
}

// essentialCluster is the one the path names, if it may have private link
// connections at all.
func (api tidbCloud) essentialCluster(rq *request) (*TiDBCluster, *failure) {
	c, failed := api.cluster(rq)
	if failed != nil {
		return nil, failed
	}
	if c.Plan != planEssential {
		return nil, failedPrecondition(fmt.Sprintf(
			"private link connections need an Essential cluster, but the plan of the cluster %s is %s", c.ID, c.Plan))
	}
	return c, nil
}

// activeCluster is the same for calls that change something.
func (api tidbCloud) activeCluster(rq *request) (*TiDBCluster, *failure) {
	c, failed := api.essentialCluster(rq)
	if failed != nil {
		return nil, failed
	}
	if c.State != StateActive {
		return nil, failedPrecondition(fmt.Sprintf("the cluster %s is %s: it must be ACTIVE", c.ID, c.State))
	}
	return c, nil
}

func (api tidbCloud) listConnections(rq *request) (answer, *failure) {
	cluster, failed := api.essentialCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	if failed := rq.word("state", StateCreating, StateActive, StateFailed, StatePendingAcceptance,
		StateDeleting); failed != nil {
		return answer{}, failed
	}
	all := api.state.connections(func(c *PrivateLinkConnection) bool {
		return c.ClusterID == cluster.ID && rq.wants("state", c.State)
	})
	start, end, next, failed := rq.window(len(all))
	if failed != nil {
		return answer{}, failed
	}
	bodies := []connectionJSON{}
	for _, c := range all[start:end] {
		bodies = append(bodies, c.render(false))
	}
	return answer{http.StatusOK, map[string]any{
		"privateLinkConnections": bodies, "nextPageToken": next, "totalSize": len(all),
	}}, nil
}

func (api tidbCloud) createConnection(rq *request) (answer, *failure) {
	cluster, failed := api.activeCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	var body struct {
		PrivateLinkConnection *connectionBody `json:"privateLinkConnection"`
	}
	if failed := decodeProto(rq, &body, protoDecoder{}); failed != nil {
		return answer{}, failed
	}
	c, failed := newConnection(cluster, body.PrivateLinkConnection)
	if failed != nil {
		return answer{}, failed
	}
	siblings := api.state.connections(func(c *PrivateLinkConnection) bool { return c.ClusterID == cluster.ID })
	if reached(api.quotas.ConnectionsPerCluster, len(siblings)) {
		return answer{}, failedPrecondition(fmt.Sprintf(
			"the cluster %s has %d private link connections: that is the limit", cluster.ID, len(siblings)))
	}
	c.CreatedAt, c.UpdatedAt = rq.now, rq.now
	api.state.PrivateLinkConnections[c.ID] = c
	api.establish(c, cluster, rq.now)
	return answer{http.StatusOK, c.render(true)}, nil
}

var (
	awsServiceName      = regexp.MustCompile(`^com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]{17}$`)
	alicloudServiceName = regexp.MustCompile(`^com\.aliyuncs\.privatelink\.([a-z0-9-]+)\.epsrv-[0-9a-z]+$`)
)

// newConnection creates a connection from what a client sent, or reports what is wrong
// with it.
func newConnection(cluster *TiDBCluster, sent *connectionBody) (*PrivateLinkConnection, *failure) {
	if sent == nil {
		return nil, invalidArgument("privateLinkConnection is missing")
	}
	if sent.ClusterID != cluster.ID {
		return nil, invalidArgument(fmt.Sprintf("privateLinkConnection.clusterId is %s, but the path names %s",
			quote(sent.ClusterID), cluster.ID))
	}
	if strings.TrimSpace(sent.DisplayName) == "" {
		return nil, invalidArgument("privateLinkConnection.displayName is empty")
	}
	c := &PrivateLinkConnection{
		ID: "plc-" + randomString(lowerBase32, 24), ClusterID: cluster.ID, DisplayName: sent.DisplayName,
		Type: sent.Type, State: StateCreating,
	}
	aws, alicloud := sent.AWSEndpointService, sent.AlicloudEndpointService
	switch sent.Type {
	case typeAWSEndpointService:
		if alicloud != nil {
			return nil, invalidArgument("privateLinkConnection.alicloudEndpointService does not go with the type " +
				sent.Type)
		}
		return c, c.useService(cluster, "aws", "awsEndpointService", aws, awsServiceName)
	case typeAlicloudEndpointService:
		if aws != nil {
			return nil, invalidArgument("privateLinkConnection.awsEndpointService does not go with the type " +
				sent.Type)
		}
		if alicloud != nil {
			aws = &awsServiceBody{Name: alicloud.Name}
		}
		return c, c.useService(cluster, "alicloud", "alicloudEndpointService", aws, alicloudServiceName)
	default:
		return nil, invalidArgument(fmt.Sprintf("privateLinkConnection.type is %s: it must be %s or %s",
			quote(sent.Type), typeAWSEndpointService, typeAlicloudEndpointService))
	}
}

// useService requires a well-formed endpoint service of the cluster's own cloud.
func (c *PrivateLinkConnection) useService(
	cluster *TiDBCluster, cloud, field string, sent *awsServiceBody, form *regexp.Regexp,
) *failure {
	if cluster.CloudProvider != cloud {
		return failedPrecondition(fmt.Sprintf("privateLinkConnection.type is %s, but the cluster %s is on %s",
			c.Type, cluster.ID, cluster.CloudProvider))
	}
	if sent == nil || sent.Name == "" {
		return invalidArgument("privateLinkConnection." + field + ".name is empty")
	}
	parts := form.FindStringSubmatch(sent.Name)
	if parts == nil {
		return invalidArgument(fmt.Sprintf("privateLinkConnection.%s.name is %s, which is not the name of an "+
			"endpoint service",
			field, quote(sent.Name)))
	}
	c.EndpointService = sent.Name
	if cloud == "aws" {
		c.ServiceRegion = orDefault(sent.Region, cluster.Region)
		if c.ServiceRegion != parts[1] {
			return invalidArgument(fmt.Sprintf("privateLinkConnection.%s.region is %s, but the service %s is in %s",
				field, c.ServiceRegion, sent.Name, parts[1]))
		}
	}
	return nil
}

func (api tidbCloud) getConnection(rq *request) (answer, *failure) {
	c, failed := api.connection(rq)
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, c.render(true)}, nil
}

// deleteConnection begins the deletion, once. It is refused while domains are
// attached, or still being detached, and while changefeeds use it.
func (api tidbCloud) deleteConnection(rq *request) (answer, *failure) {
	c, failed := api.connection(rq)
	if failed != nil {
		return answer{}, failed
	}
	if len(c.Domains) > 0 {
		var ids []string
		for _, d := range c.Domains {
			ids = append(ids, d.ID)
		}
		return answer{}, failedPrecondition(fmt.Sprintf(
			"the private link connection %s has attached domains, detach them first: %s",
			c.ID, strings.Join(ids, ", ")))
	}
	if users := api.state.users(c.ID); len(users) > 0 {
		return answer{}, failedPrecondition(fmt.Sprintf(
			"the private link connection %s is in use by changefeeds, delete them first: %s", c.ID,
			strings.Join(users, ", ")))
	}
	if c.State == StateDeleting {
		return answer{}, failedPrecondition(fmt.Sprintf("the private link connection %s is %s", c.ID, c.State))
	}
	c.State, c.UpdatedAt = StateDeleting, rq.now
	api.after(rq.now, api.times.ConnectionDelete, func(at time.Time) {
		delete(api.state.PrivateLinkConnections, c.ID)
		api.speech.bury(c, at)
	})
	return answer{http.StatusOK, c.render(true)}, nil
}

// connection is the one the path names, in the cluster the path names.
func (api tidbCloud) connection(rq *request) (*PrivateLinkConnection, *failure) {
	cluster, failed := api.essentialCluster(rq)
	if failed != nil {
		return nil, failed
	}
	c := api.state.PrivateLinkConnections[rq.params["id"]]
	if c == nil || c.ClusterID != cluster.ID {
		return nil, unknown("private link connection", rq.params["id"])
	}
	return c, nil
}
