package tidbapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Types of a private link connection.
const (
	ConnectionTypeAWSEndpointService      = "AWS_ENDPOINT_SERVICE"
	ConnectionTypeAlicloudEndpointService = "ALICLOUD_ENDPOINT_SERVICE"
)

// States of a private link connection.
const (
	ConnectionStateCreating          = "CREATING"
	ConnectionStatePendingAcceptance = "PENDING_ACCEPTANCE"
	ConnectionStateActive            = "ACTIVE"
	ConnectionStateFailed            = "FAILED"
	ConnectionStateDeleting          = "DELETING"
)

// Types of attached domains.
const (
	DomainTypeTiDBCloudManaged = "TIDBCLOUD_MANAGED"
	DomainTypeConfluent        = "CONFLUENT"
)

const (
	connectionsCollection = "privateLinkConnections"
)

// PrivateLinkZones are what the owner of an endpoint service must know about a cluster to let it in.
type PrivateLinkZones struct {
	// AccountID is the cloud account that connects, for AWS twelve digits.
	AccountID string `json:"accountId"`
	// AZIDs are the availability zones that it connects from, such as use1-az1, in the order the service has them.
	AZIDs []string `json:"azIds"`
}

// PrivateLinkConnection leads from a cluster to an endpoint service.
type PrivateLinkConnection struct {
	// PrivateLinkConnectionID identifies the connection, as in plc-1.
	PrivateLinkConnectionID string `json:"privateLinkConnectionId"`
	// ClusterID is the cluster that it leads from.
	ClusterID string `json:"clusterId"`
	// DisplayName is what people call it.
	DisplayName string `json:"displayName"`
	// Type is one of the ConnectionType constants.
	Type string `json:"type"`
	// State is one of the ConnectionState constants.
	State string `json:"state"`
	// Message says why the connection failed.
	Message string `json:"message"`
	// CreateTime is when it was created, in RFC 3339.
	CreateTime string `json:"createTime"`
	// AWSEndpointService is where a connection of type ConnectionTypeAWSEndpointService leads to.
	AWSEndpointService *AWSEndpointService `json:"awsEndpointService"`
	// AlicloudEndpointService is where a connection of type ConnectionTypeAlicloudEndpointService leads to.
	AlicloudEndpointService *AlicloudEndpointService `json:"alicloudEndpointService"`
	// AttachedDomains are known only from GetPrivateLinkConnection.
	AttachedDomains []AttachDomain `json:"attachedDomains"`
}

// AWSEndpointService is a VPC endpoint service, and the endpoint that TiDB Cloud makes for it.
type AWSEndpointService struct {
	// Name is the service's name, such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0.
	Name string `json:"name"`
	// Region is where the service is; empty means the cluster's region.
	Region string `json:"region"`
	// EndpointID is the VPC endpoint, once there is one.
	EndpointID string `json:"endpointId"`
	// AvailabilityZoneIDs are where the endpoint is.
	AvailabilityZoneIDs []string `json:"availabilityZoneIds"`
}

// AlicloudEndpointService is an endpoint service on Alibaba Cloud, and the endpoint that TiDB Cloud makes for it.
type AlicloudEndpointService struct {
	// Name is the service's name.
	Name string `json:"name"`
	// EndpointID is the endpoint, once there is one.
	EndpointID string `json:"endpointId"`
	// AvailabilityZoneIDs are where the endpoint is.
	AvailabilityZoneIDs []string `json:"availabilityZoneIds"`
}

// AttachDomain is a set of domains whose traffic takes a private link connection.
type AttachDomain struct {
	// AttachDomainID identifies the set; it is empty in the answer to a dry run.
	AttachDomainID string `json:"attachDomainId"`
	// ClusterID and PrivateLinkConnectionID say what the domains are attached to.
	ClusterID               string `json:"clusterId"`
	PrivateLinkConnectionID string `json:"privateLinkConnectionId"`
	// Type is one of the DomainType constants.
	Type string `json:"type"`
	// UniqueName is what tells these domains from others of their type, such as domnprzqrog.us-east-1.
	UniqueName string `json:"uniqueName"`
	// Domains are the single ones.
	Domains []Domain `json:"domains"`
	// CreateTime is when they were attached, in RFC 3339.
	CreateTime string `json:"createTime"`
}

// Domain is a single attached domain.
type Domain struct {
	// Name is a domain name, usually one with a wildcard.
	Name string `json:"name"`
	// State is how far the attachment is; the service documents no list of states.
	State string `json:"state"`
	// Message says why it failed.
	Message string `json:"message"`
}

// IsActive reports whether the connection carries traffic.
func (p PrivateLinkConnection) IsActive() bool { return isIn(p.State, activeStates) }

// IsFailed reports whether the connection failed for good; Message says why.
func (p PrivateLinkConnection) IsFailed() bool { return isIn(p.State, failedStates) }

// isDeleted reports whether the connection is only shown, and does not exist any more.
func (p PrivateLinkConnection) isDeleted() bool { return isIn(p.State, goneStates) }

// IsWhole reports whether an answer says everything about the connection that a list should, as far as one can see.
func (p PrivateLinkConnection) IsWhole() bool {
	if p.State == "" || p.EndpointServiceName() == "" {
		return false
	}
	return p.AWSEndpointService == nil || p.AWSEndpointService.EndpointID != "" || !p.IsActive()
}

// IsDeleting reports whether the connection is on its way out.
func (p PrivateLinkConnection) IsDeleting() bool {
	return isIn(p.State, []string{ConnectionStateDeleting})
}

// EndpointServiceName is the name of the endpoint service, whatever the cloud.
func (p PrivateLinkConnection) EndpointServiceName() string {
	switch {
	case p.AWSEndpointService != nil:
		return p.AWSEndpointService.Name
	case p.AlicloudEndpointService != nil:
		return p.AlicloudEndpointService.Name
	}
	return ""
}

// IsLike reports whether one connection could be taken for the other: they have the same name, too. Their states make
// no difference, since what is being deleted is still in the lists.
func (p PrivateLinkConnection) IsLike(other PrivateLinkConnection) bool {
	return (p.HasName(other.DisplayName) || other.HasName(p.DisplayName)) && p.LeadsWhere(other)
}

// HasName reports whether the connection is called so, or by what the service made of that name.
func (p PrivateLinkConnection) HasName(name string) bool {
	return rules.IsSameName(name, p.DisplayName)
}

// LeadsWhere reports whether two connections are of the same type and lead to the same endpoint service.
func (p PrivateLinkConnection) LeadsWhere(other PrivateLinkConnection) bool {
	return p.Type == other.Type && strings.EqualFold(p.EndpointServiceName(), other.EndpointServiceName())
}

// IsLike reports whether one attachment could be taken for the other.
func (d AttachDomain) IsLike(other AttachDomain) bool {
	return d.Type == other.Type && d.HasUniqueName(other.UniqueName)
}

// HasUniqueName reports whether the domains have a unique name.
func (d AttachDomain) HasUniqueName(name string) bool { return strings.EqualFold(d.UniqueName, name) }

// isDeleted reports whether the domains are only shown, and not attached any more.
func (d AttachDomain) isDeleted() bool {
	exists := func(one Domain) bool { return !isIn(one.State, goneStates) }
	return len(d.Domains) > 0 && !slices.ContainsFunc(d.Domains, exists)
}

// AttachedDomain returns the attached domains of that id, or nil.
func (p PrivateLinkConnection) AttachedDomain(attachDomainID string) *AttachDomain {
	for i := range p.AttachedDomains {
		if p.AttachedDomains[i].AttachDomainID == attachDomainID {
			return &p.AttachedDomains[i]
		}
	}
	return nil
}

// GetPrivateLinkZones returns the account and the availability zones that connections of a cluster come from.
func (c *Client) GetPrivateLinkZones(ctx context.Context, clusterID string) (*PrivateLinkZones, error) {
	if err := requireID("cluster ID", clusterID); err != nil {
		return nil, err
	}
	var zones PrivateLinkZones
	k := call{
		method: http.MethodGet,
		path:   []string{"clusters", clusterID, connectionsCollection},
		verb:   "getAvailabilityZones",
	}
	if err := c.do(ctx, k, &zones); err != nil {
		return nil, err
	}
	if zones.AccountID == "" {
		return nil, k.unfit(errors.New("it contains no account"))
	}
	return &zones, nil
}

// GetPrivateLinkConnection returns one connection, with its attached domains.
func (c *Client) GetPrivateLinkConnection(ctx context.Context, clusterID, id string) (*PrivateLinkConnection, error) {
	k, err := connectionCall(http.MethodGet, clusterID, id, "")
	if err != nil {
		return nil, err
	}
	var connection PrivateLinkConnection
	if err := c.do(ctx, k, &connection); err != nil {
		return nil, err
	}
	if connection.PrivateLinkConnectionID != id {
		return nil, k.unfit(fmt.Errorf("it is about %q instead of %s",
			clean(head(connection.PrivateLinkConnectionID, maxWordLength), maxWordLength), id))
	}
	if connection.isDeleted() {
		return nil, errDeleted
	}
	return &connection, nil
}

// ListPrivateLinkConnections returns all connections of a cluster, without their attached domains, and without those
// that are only shown.
func (c *Client) ListPrivateLinkConnections(ctx context.Context, clusterID string) ([]PrivateLinkConnection, error) {
	all, err := listAll[PrivateLinkConnection](ctx, c, clusterID, connectionsCollection, "private link connections")
	return slices.DeleteFunc(all, PrivateLinkConnection.isDeleted), err
}

// DeletePrivateLinkConnection starts the deletion of a connection. It is over when GetPrivateLinkConnection answers
// with an error that IsNotFound. When an earlier try had its effect but lost its answer, the error of the next one may
// be IsNotFound too.
func (c *Client) DeletePrivateLinkConnection(ctx context.Context, clusterID, id string) error {
	k, err := connectionCall(http.MethodDelete, clusterID, id, "")
	if err != nil {
		return err
	}
	return c.do(ctx, k, nil)
}

// DetachDomains detaches domains. As with deletion, an error that IsNotFound may come from a try that had its effect.
func (c *Client) DetachDomains(ctx context.Context, clusterID, connectionID, attachDomainID string) error {
	k, err := connectionCall(http.MethodPost, clusterID, connectionID, "detachDomains")
	if err != nil {
		return err
	}
	if err := requireID("attach domain ID", attachDomainID); err != nil {
		return err
	}
	k.body = map[string]any{"attachDomainId": attachDomainID}
	return c.do(ctx, k, nil)
}

// CreatePrivateLinkConnection asks once for a connection of p's cluster, display name, type and endpoint service, and
// returns at once: GetPrivateLinkConnection reports when it is active. It may exist in spite of an error: see
// [OutcomeOf].
func (c *Client) CreatePrivateLinkConnection(
	ctx context.Context, p PrivateLinkConnection,
) (*PrivateLinkConnection, error) {
	if err := requireID("cluster ID", p.ClusterID); err != nil {
		return nil, err
	}
	k := call{
		method: http.MethodPost,
		path:   []string{"clusters", p.ClusterID, connectionsCollection},
		body:   map[string]any{"privateLinkConnection": newConnectionBody(p)},
	}
	return create(ctx, c, k, func(p *PrivateLinkConnection) error {
		return CheckNewID(p.PrivateLinkConnectionID, rules.PrivateLinkConnectionID)
	})
}

// ValidateDomains says what AttachDomains would do, and attaches nothing. For DomainTypeTiDBCloudManaged the answer has
// the unique name to attach the domains with.
func (c *Client) ValidateDomains(
	ctx context.Context, clusterID, connectionID string, d AttachDomain,
) (*AttachDomain, error) {
	k, err := attachCall(clusterID, connectionID, d, true)
	if err != nil {
		return nil, err
	}
	var answer AttachDomain
	if err := c.do(ctx, k, &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

func attachCall(clusterID, connectionID string, d AttachDomain, validateOnly bool) (call, error) {
	k, err := connectionCall(http.MethodPost, clusterID, connectionID, "attachDomains")
	k.body = map[string]any{
		"attachDomain": map[string]any{"type": d.Type, "uniqueName": d.UniqueName},
		"validateOnly": validateOnly,
	}
	return k, err
}

// AttachDomains asks once to attach domains to a connection. They may be attached in spite of an error: see
// [OutcomeOf].
func (c *Client) AttachDomains(
	ctx context.Context, clusterID, connectionID string, d AttachDomain,
) (*AttachDomain, error) {
	k, err := attachCall(clusterID, connectionID, d, false)
	if err != nil {
		return nil, err
	}
	return create(ctx, c, k, func(d *AttachDomain) error { return CheckNewID(d.AttachDomainID, rules.AttachDomainID) })
}

// newConnectionBody has the fields that a client may set, and no others.
func newConnectionBody(p PrivateLinkConnection) map[string]any {
	body := map[string]any{"clusterId": p.ClusterID, "displayName": p.DisplayName, "type": p.Type}
	if s := p.AWSEndpointService; s != nil {
		service := map[string]any{"name": s.Name}
		if s.Region != "" {
			service["region"] = s.Region
		}
		body["awsEndpointService"] = service
	}
	if s := p.AlicloudEndpointService; s != nil {
		body["alicloudEndpointService"] = map[string]any{"name": s.Name}
	}
	return body
}

// connectionCall is a call to one connection, or to a custom verb of it.
func connectionCall(method, clusterID, id, verb string) (call, error) {
	err := errors.Join(requireID("cluster ID", clusterID), requireID("private link connection ID", id))
	return call{method: method, path: []string{"clusters", clusterID, connectionsCollection, id}, verb: verb}, err
}

// requireID refuses an empty id before it turns a path into another one.
func requireID(what, id string) error {
	if id == "" {
		return fmt.Errorf("the %s is empty: give the id as TiDB Cloud shows it", what)
	}
	return nil
}
