package tidbapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
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

const connectionsCollection = "privateLinkConnections"

// PrivateLinkZones has what the owner of an endpoint service must know about a cluster to authorize it.
type PrivateLinkZones struct {
	// AccountID is the cloud account that connects, for AWS twelve digits.
	AccountID string `json:"accountId" text:"word"`
	// AZIDs are the availability zones that it connects from, such as use1-az1, in the order the service has them.
	AZIDs []string `json:"azIds" text:"word"`
}

// PrivateLinkConnection leads from a cluster to an endpoint service. A client may set its cluster, name, type and
// endpoint service.
type PrivateLinkConnection struct {
	PrivateLinkConnectionID string           `json:"privateLinkConnectionId,omitempty"`
	ClusterID               string           `json:"clusterId"`
	DisplayName             string           `json:"displayName" text:"name"`
	Type                    string           `json:"type" text:"word"`
	State                   string           `json:"state,omitempty" text:"word"`
	Message                 string           `json:"message,omitempty" text:"message"`
	CreateTime              string           `json:"createTime,omitempty" text:"word"`
	AWSEndpointService      *EndpointService `json:"awsEndpointService,omitempty"`
	AlicloudEndpointService *EndpointService `json:"alicloudEndpointService,omitempty"`
	// AttachedDomains are known only from GetPrivateLinkConnection.
	AttachedDomains []AttachDomain `json:"attachedDomains,omitempty"`
}

// EndpointService is an endpoint service of AWS or Alibaba Cloud, and the endpoint that TiDB Cloud creates for it, once
// there is one. A client may set name and region.
type EndpointService struct {
	// Name is the service's name, such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0.
	Name string `json:"name" text:"name"`
	// Region is where the service is, on AWS; empty means the cluster's region.
	Region              string   `json:"region,omitempty" text:"word"`
	EndpointID          string   `json:"endpointId,omitempty" text:"word"`
	AvailabilityZoneIDs []string `json:"availabilityZoneIds,omitempty" text:"word"`
}

// AttachDomain is a set of domains whose traffic takes a private link connection. A client may set its type and unique
// name.
type AttachDomain struct {
	// AttachDomainID identifies the set; it is empty in the answer to a dry run.
	AttachDomainID          string `json:"attachDomainId,omitempty"`
	ClusterID               string `json:"clusterId,omitempty"`
	PrivateLinkConnectionID string `json:"privateLinkConnectionId,omitempty"`
	Type                    string `json:"type" text:"word"`
	// UniqueName identifies these domains among those of their type, such as domnprzqrog.us-east-1.
	UniqueName string   `json:"uniqueName" text:"name"`
	Domains    []Domain `json:"domains,omitempty"`
	CreateTime string   `json:"createTime,omitempty" text:"word"`
}

// Domain is a single attached domain.
type Domain struct {
	// Name is a domain name, usually one with a wildcard.
	Name string `json:"name" text:"name"`
	// State is how far the attachment is; the service documents no list of states.
	State   string `json:"state" text:"word"`
	Message string `json:"message" text:"message"`
}

func (p PrivateLinkConnection) itemID() string { return p.PrivateLinkConnectionID }

func (p PrivateLinkConnection) isDeleted() bool { return isIn(p.State, goneStates) }

// IsActive reports whether the connection carries traffic.
func (p PrivateLinkConnection) IsActive() bool { return isIn(p.State, activeStates) }

// IsFailed reports whether the connection has failed finally, for the reason in Message.
func (p PrivateLinkConnection) IsFailed() bool { return isIn(p.State, failedStates) }

// IsDeleting reports whether the connection is being deleted.
func (p PrivateLinkConnection) IsDeleting() bool {
	return PlainState(p.State) == ConnectionStateDeleting
}

// IsWhole reports whether the connection has all the fields that a list should show.
func (p PrivateLinkConnection) IsWhole() bool {
	if p.State == "" || p.EndpointServiceName() == "" {
		return false
	}
	return p.AWSEndpointService == nil || p.AWSEndpointService.EndpointID != "" || !p.IsActive()
}

// EndpointServiceName is the name of the endpoint service, whatever the cloud.
func (p PrivateLinkConnection) EndpointServiceName() string {
	return cmp.Or(p.AWSEndpointService, p.AlicloudEndpointService, &EndpointService{}).Name
}

// IsLike reports whether two connections have the same name, type and endpoint service. Their states make no
// difference, since a connection that is being deleted is still in the lists.
func (p PrivateLinkConnection) IsLike(other PrivateLinkConnection) bool {
	isSame := rules.IsSameName(other.DisplayName, p.DisplayName) || rules.IsSameName(p.DisplayName, other.DisplayName)
	return isSame && p.LeadsWhere(other)
}

// LeadsWhere reports whether two connections are of the same type and lead to the same endpoint service.
func (p PrivateLinkConnection) LeadsWhere(other PrivateLinkConnection) bool {
	return p.Type == other.Type && strings.EqualFold(p.EndpointServiceName(), other.EndpointServiceName())
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

func (d AttachDomain) itemID() string { return d.AttachDomainID }

// isDeleted reports whether the service shows the domains although they are not attached any more.
func (d AttachDomain) isDeleted() bool {
	exists := func(one Domain) bool { return !isIn(one.State, goneStates) }
	return len(d.Domains) > 0 && !slices.ContainsFunc(d.Domains, exists)
}

// IsLike reports whether two attachments are of the same domains.
func (d AttachDomain) IsLike(other AttachDomain) bool {
	return d.Type == other.Type && d.HasUniqueName(other.UniqueName)
}

// HasUniqueName reports whether the domains have a unique name.
func (d AttachDomain) HasUniqueName(name string) bool { return strings.EqualFold(d.UniqueName, name) }

// shortAccount is an account id of AWS, which has 12 digits, that was a number in between and lost its leading zeros.
var shortAccount = regexp.MustCompile(`^[0-9]{1,11}$`)

func (z *PrivateLinkZones) complete() {
	if shortAccount.MatchString(z.AccountID) {
		z.AccountID = strings.Repeat("0", 12-len(z.AccountID)) + z.AccountID
	}
}

func (p *PrivateLinkConnection) complete() {
	p.AttachedDomains = existing(p.AttachedDomains)
}

// complete finds the unique name in the DNS domain that some answers have in its place, or in the attached domains.
func (d *AttachDomain) complete() {
	if d.Type != DomainTypeConfluent {
		return
	}
	d.UniqueName = strings.ToLower(strings.TrimPrefix(d.UniqueName, "*."))
	shown := []string{d.UniqueName}
	if d.UniqueName == "" {
		for _, one := range d.Domains {
			shown = append(shown, strings.ToLower(strings.TrimPrefix(one.Name, "*.")))
		}
	}
	for _, domain := range shown {
		if name, err := rules.UniqueName(domain); err == nil {
			d.UniqueName = name
			return
		}
	}
}

// GetPrivateLinkZones returns the account and the availability zones that connections of a cluster come from.
func (c *Client) GetPrivateLinkZones(ctx context.Context, clusterID string) (*PrivateLinkZones, error) {
	k := call{method: http.MethodGet, path: connections(clusterID), verb: "getAvailabilityZones"}
	return request(ctx, c, k, func(z PrivateLinkZones) error {
		if z.AccountID == "" {
			return errors.New("it contains no account")
		}
		return nil
	})
}

// GetPrivateLinkConnection returns one connection, with its attached domains.
func (c *Client) GetPrivateLinkConnection(ctx context.Context, clusterID, id string) (*PrivateLinkConnection, error) {
	return get[PrivateLinkConnection](ctx, c, connections(clusterID, id))
}

// ListPrivateLinkConnections returns all connections of a cluster, without their attached domains.
func (c *Client) ListPrivateLinkConnections(ctx context.Context, clusterID string) ([]PrivateLinkConnection, error) {
	return list(ctx, c, connections(clusterID), "private link connections",
		func(p page) []PrivateLinkConnection { return p.PrivateLinkConnections })
}

// CreatePrivateLinkConnection asks once for a connection, and returns at once: GetPrivateLinkConnection reports when it
// is active. It may exist in spite of an error: see [OutcomeOf].
func (c *Client) CreatePrivateLinkConnection(
	ctx context.Context, p PrivateLinkConnection,
) (*PrivateLinkConnection, error) {
	k := post(connections(p.ClusterID), "", map[string]any{"privateLinkConnection": p})
	return create[PrivateLinkConnection](ctx, c, k, rules.PrivateLinkConnectionID)
}

// DeletePrivateLinkConnection starts the deletion of a connection. It is over when GetPrivateLinkConnection answers
// with an error that IsNotFound. When an earlier try had its effect but lost its answer, the error of the next one may
// be IsNotFound too.
func (c *Client) DeletePrivateLinkConnection(ctx context.Context, clusterID, id string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: connections(clusterID, id)}, nil)
}

// ValidateDomains reports what AttachDomains would do, and attaches nothing. For DomainTypeTiDBCloudManaged the answer
// has the unique name to attach the domains with.
func (c *Client) ValidateDomains(
	ctx context.Context, clusterID, connectionID string, d AttachDomain,
) (*AttachDomain, error) {
	return request[AttachDomain](ctx, c, attachCall(clusterID, connectionID, d, true), nil)
}

// AttachDomains asks once to attach domains to a connection. They may be attached in spite of an error: see
// [OutcomeOf].
func (c *Client) AttachDomains(
	ctx context.Context, clusterID, connectionID string, d AttachDomain,
) (*AttachDomain, error) {
	return create[AttachDomain](ctx, c, attachCall(clusterID, connectionID, d, false), rules.AttachDomainID)
}

func attachCall(clusterID, connectionID string, d AttachDomain, validateOnly bool) call {
	body := map[string]any{"attachDomain": d, "validateOnly": validateOnly}
	return post(connections(clusterID, connectionID), "attachDomains", body)
}

// DetachDomains detaches domains. As with deletion, an error that IsNotFound may come from a try that had its effect.
func (c *Client) DetachDomains(ctx context.Context, clusterID, connectionID, attachDomainID string) error {
	if attachDomainID == "" {
		return emptyID("attach domain ID")
	}
	body := map[string]any{"attachDomainId": attachDomainID}
	return c.do(ctx, post(connections(clusterID, connectionID), "detachDomains", body), nil)
}

// connections is the path of a cluster's private link connections, or of one of them.
func connections(clusterID string, id ...string) []string {
	return append([]string{"clusters", clusterID, connectionsCollection}, id...)
}
