package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Phases of Confluent Cloud's resources. A Kafka cluster is PROVISIONED when
// it is usable, everything else is READY.
const (
	PhaseProvisioning   = "PROVISIONING"
	PhaseReady          = "READY"
	PhaseProvisioned    = "PROVISIONED"
	PhaseDeprovisioning = "DEPROVISIONING"
	PhaseFailed         = "FAILED"
)

// States of TiDB Cloud's clusters, private link connections and domains.
const (
	StateCreating          = "CREATING"
	StatePendingAcceptance = "PENDING_ACCEPTANCE"
	StateActive            = "ACTIVE"
	StatePaused            = "PAUSED"
	StateDeleting          = "DELETING"
	StateFailed            = "FAILED"
)

// State is everything the two services hold, each resource by its id. It is
// handed to [Server.Update] and [Options.Prepare], which may change anything.
type State struct {
	Environments           map[string]*Environment
	Networks               map[string]*Network
	PrivateLinkAccesses    map[string]*PrivateLinkAccess
	KafkaClusters          map[string]*KafkaCluster
	TiDBClusters           map[string]*TiDBCluster
	PrivateLinkConnections map[string]*PrivateLinkConnection
	ServiceAccounts        map[string]*ServiceAccount
	APIKeys                map[string]*APIKey
	RoleBindings           map[string]*RoleBinding
	Changefeeds            map[string]*Changefeed
	// EndpointServices are AWS or Alibaba Cloud endpoint services that are not
	// Confluent's, by name.
	EndpointServices map[string]*EndpointService
	// NextDNSLabel is the DNS label the next new network gets. Empty means a
	// random one.
	NextDNSLabel string
	// BYOKKeys are self-managed encryption keys.
	BYOKKeys map[string]*BYOKKey
	// Failing specifies how many of the next creations fail half way.
	Failing Failing
}

// Failing is how many of the next creations of each kind end in FAILED, after the time that a creation takes. A
// negative number means all.
type Failing struct {
	Networks            int
	PrivateLinkAccesses int
	KafkaClusters       int
	SchemaRegistries    int
}

// Environment is a Confluent Cloud environment.
type Environment struct {
	ID          string
	DisplayName string
	// Governance is the Stream Governance package, empty for none.
	Governance string
	// The Schema Registry cluster comes with the first Kafka cluster, by the service itself, and stays.
	SchemaRegistryID    string    `json:"-"`
	SchemaRegistryPhase string    `json:"-"`
	CreatedAt           time.Time `json:"-"`
	UpdatedAt           time.Time `json:"-"`
}

// Network is a Confluent Cloud network for dedicated clusters.
type Network struct {
	ID              string
	EnvironmentID   string
	DisplayName     string
	Cloud           string
	Region          string
	ConnectionTypes []string
	Zones           []string
	// ZonesInfo is what a client asked for in place of zones.
	ZonesInfo    []ZoneInfo
	CIDR         string
	ReservedCIDR string
	// DNSResolution is PRIVATE or CHASED_PRIVATE.
	DNSResolution string
	// DNSLabel is the first label of the DNS domain.
	DNSLabel string
	// EndpointService and VPC are set when the network is READY.
	EndpointService string
	VPC             string
	Phase           string
	ErrorCode       string
	ErrorMessage    string
	CreatedAt       time.Time `json:"-"`
	UpdatedAt       time.Time `json:"-"`
}

// ZoneInfo is a zone of a network and its address range.
type ZoneInfo struct {
	ZoneID string `json:"zone_id"`
	CIDR   string `json:"cidr,omitempty"`
}

// UniqueName is TiDB Cloud's name for the network: <DNS label>.<region>.
func (n *Network) UniqueName() string { return n.DNSLabel + "." + n.Region }

// DNSDomain is the network's DNS domain.
func (n *Network) DNSDomain() string {
	return n.UniqueName() + "." + strings.ToLower(n.Cloud) + ".confluent.cloud"
}

// PrivateLinkAccess lets one account connect to a network.
type PrivateLinkAccess struct {
	ID            string
	EnvironmentID string
	NetworkID     string
	DisplayName   string
	// Account is the AWS account (or Azure subscription, or GCP project).
	Account      string
	Phase        string
	ErrorMessage string
	CreatedAt    time.Time `json:"-"`
	UpdatedAt    time.Time `json:"-"`
}

// KafkaCluster is a Confluent Cloud Kafka cluster.
type KafkaCluster struct {
	ID            string
	EnvironmentID string
	// NetworkID is empty for a cluster with public endpoints.
	NetworkID    string
	DisplayName  string
	Availability string
	Cloud        string
	Region       string
	// Type is Dedicated, Basic, Standard, Enterprise or Freight.
	Type string
	// CKU is the desired and StatusCKU the present size of a dedicated cluster.
	CKU                int
	StatusCKU          int
	Zones              []string
	ReleasePriority    string
	EncryptionKey      string
	BYOKKeyID          string
	DeletionProtection bool
	Phase              string
	CreatedAt          time.Time `json:"-"`
	UpdatedAt          time.Time `json:"-"`
}

// TiDBCluster is a TiDB Cloud Starter or Essential cluster.
type TiDBCluster struct {
	ID          string
	DisplayName string
	ProjectID   string
	// Plan is Starter or Essential.
	Plan string
	// CloudProvider is aws or alicloud; Region the cloud's own name of it.
	CloudProvider string
	Region        string
	State         string
	// AccountID and AvailabilityZoneIDs are what private link connections come
	// from.
	AccountID           string
	AvailabilityZoneIDs []string
	// Tables are what changefeeds read. Nil means a few.
	Tables []*Table `json:"-"`
	// ChangefeedsDisabled refuses changefeeds: they are enabled on request only.
	ChangefeedsDisabled bool
	CreatedAt           time.Time `json:"-"`
}

// PrivateLinkConnection is a TiDB Cloud private link connection. An ACTIVE one turns FAILED at once when its endpoint
// service is not in the state or does not authorize the TiDB cluster's account.
type PrivateLinkConnection struct {
	ID          string
	ClusterID   string
	DisplayName string
	// Type is AWS_ENDPOINT_SERVICE or ALICLOUD_ENDPOINT_SERVICE.
	Type string
	// EndpointService is the service's name and ServiceRegion its region, for
	// the type AWS_ENDPOINT_SERVICE alone.
	EndpointService     string
	ServiceRegion       string
	State               string
	Message             string
	EndpointID          string
	AvailabilityZoneIDs []string
	Domains             []*AttachedDomain
	CreatedAt           time.Time `json:"-"`
	UpdatedAt           time.Time `json:"-"`
}

// AttachedDomain is a set of domains attached to a private link connection.
type AttachedDomain struct {
	ID string
	// Type is CONFLUENT or TIDBCLOUD_MANAGED.
	Type       string
	UniqueName string
	Names      []string
	// State holds for each of the names.
	State     string
	Message   string
	CreatedAt time.Time `json:"-"`
}

// EndpointService is an endpoint service that is not Confluent's.
type EndpointService struct {
	// Zones the service is available in; empty means all zones.
	Zones []string
	// AllowedAccounts may connect.
	AllowedAccounts []string
	// AcceptanceRequired leaves connections in PENDING_ACCEPTANCE for ever.
	AcceptanceRequired bool
}

func newState() *State {
	return &State{
		Environments:           map[string]*Environment{},
		Networks:               map[string]*Network{},
		PrivateLinkAccesses:    map[string]*PrivateLinkAccess{},
		KafkaClusters:          map[string]*KafkaCluster{},
		TiDBClusters:           map[string]*TiDBCluster{},
		PrivateLinkConnections: map[string]*PrivateLinkConnection{},
		ServiceAccounts:        map[string]*ServiceAccount{},
		APIKeys:                map[string]*APIKey{},
		RoleBindings:           map[string]*RoleBinding{},
		Changefeeds:            map[string]*Changefeed{},
		EndpointServices:       map[string]*EndpointService{},
		BYOKKeys:               map[string]*BYOKKey{},
	}
}

// selectFrom lists those of a map's resources that fit, oldest first, so that
// pages of a listing do not overlap.
func selectFrom[V any](from map[string]*V, created func(*V) time.Time, fits func(*V) bool) []*V {
	ids := slices.Collect(maps.Keys(from))
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(created(from[a]).Compare(created(from[b])), cmp.Compare(a, b))
	})
	chosen := []*V{}
	for _, id := range ids {
		if fits(from[id]) {
			chosen = append(chosen, from[id])
		}
	}
	return chosen
}

func (s *State) networks(fits func(*Network) bool) []*Network {
	return selectFrom(s.Networks, func(n *Network) time.Time { return n.CreatedAt }, fits)
}

func (s *State) accesses(fits func(*PrivateLinkAccess) bool) []*PrivateLinkAccess {
	return selectFrom(s.PrivateLinkAccesses, func(a *PrivateLinkAccess) time.Time { return a.CreatedAt }, fits)
}

func (s *State) kafkaClusters(fits func(*KafkaCluster) bool) []*KafkaCluster {
	return selectFrom(s.KafkaClusters, func(c *KafkaCluster) time.Time { return c.CreatedAt }, fits)
}

func (s *State) connections(fits func(*PrivateLinkConnection) bool) []*PrivateLinkConnection {
	return selectFrom(s.PrivateLinkConnections,
		func(c *PrivateLinkConnection) time.Time { return c.CreatedAt }, fits)
}

// networkBehind finds the network an endpoint service belongs to.
func (s *State) networkBehind(endpointService string) *Network {
	for _, network := range s.Networks {
		if network.EndpointService != "" && network.EndpointService == endpointService {
			return network
		}
	}
	return nil
}
