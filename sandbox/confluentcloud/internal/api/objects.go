package api

// Reference points at another object. The service's own client sends the two links too, empty.
type Reference struct {
	ID           string `json:"id"`
	Related      string `json:"related"`
	ResourceName string `json:"resource_name"`
}

// Ref is a reference by ID.
func Ref(id string) *Reference { return &Reference{ID: id} }

// RefID is the ID a reference holds, empty for none.
func RefID(r *Reference) string {
	if r == nil {
		return ""
	}
	return r.ID
}

// Metadata of an object.
type Metadata struct {
	ResourceName string `json:"resource_name"`
}

// Environment as the service answers it, and as it is sent.
type Environment struct {
	ID               string            `json:"id,omitempty"`
	Metadata         *Metadata         `json:"metadata,omitempty"`
	DisplayName      string            `json:"display_name,omitempty"`
	StreamGovernance *StreamGovernance `json:"stream_governance_config,omitempty"`
}

// StreamGovernance settings of an environment.
type StreamGovernance struct {
	Package string `json:"package"`
}

// Object is the frame of everything but environments.
type Object[Spec, Status any] struct {
	APIVersion string    `json:"api_version,omitempty"`
	Kind       string    `json:"kind,omitempty"`
	ID         string    `json:"id,omitempty"`
	Metadata   *Metadata `json:"metadata,omitempty"`
	Spec       *Spec     `json:"spec,omitempty"`
	Status     *Status   `json:"status,omitempty"`
}

// ResourceName is the object's CRN, empty for none.
func (o Object[Spec, Status]) ResourceName() string {
	if o.Metadata == nil {
		return ""
	}
	return o.Metadata.ResourceName
}

// Network is a network in Confluent Cloud.
type Network = Object[NetworkSpec, NetworkStatus]

// NetworkSpec is the desired state.
type NetworkSpec struct {
	DisplayName     string     `json:"display_name,omitempty"`
	Cloud           string     `json:"cloud,omitempty"`
	Region          string     `json:"region,omitempty"`
	ConnectionTypes []string   `json:"connection_types,omitempty"`
	Cidr            string     `json:"cidr,omitempty"`
	ReservedCidr    string     `json:"reserved_cidr,omitempty"`
	Zones           []string   `json:"zones,omitempty"`
	ZonesInfo       []ZoneInfo `json:"zones_info,omitempty"`
	DNSConfig       *DNSConfig `json:"dns_config,omitempty"`
	Gateway         *Reference `json:"gateway,omitempty"`
	Environment     *Reference `json:"environment,omitempty"`
}

// ZoneInfo is a zone and its address range.
type ZoneInfo struct {
	ZoneID string `json:"zone_id,omitempty"`
	Cidr   string `json:"cidr,omitempty"`
}

// DNSConfig is how names are resolved.
type DNSConfig struct {
	Resolution string `json:"resolution"`
}

// NetworkStatus is what the service reports of it.
type NetworkStatus struct {
	Phase           string            `json:"phase"`
	ErrorMessage    string            `json:"error_message"`
	DNSDomain       string            `json:"dns_domain"`
	EndpointSuffix  string            `json:"endpoint_suffix"`
	ZonalSubdomains map[string]string `json:"zonal_subdomains"`
	Cloud           *NetworkCloud     `json:"cloud"`
}

// NetworkCloud holds the details of all three clouds, as far as they apply to Kind.
type NetworkCloud struct {
	Kind                       string            `json:"kind"`
	Vpc                        string            `json:"vpc"`
	Account                    string            `json:"account"`
	PrivateLinkEndpointService string            `json:"private_link_endpoint_service"`
	PrivateLinkServiceAliases  map[string]string `json:"private_link_service_aliases"`
	Project                    string            `json:"project"`
	VpcNetwork                 string            `json:"vpc_network"`
	ServiceAttachments         map[string]string `json:"private_service_connect_service_attachments"`
}

// PrivateLinkAccess allows an account to connect to a network.
type PrivateLinkAccess = Object[PrivateLinkAccessSpec, PhaseStatus]

// PrivateLinkAccessSpec is the desired state.
type PrivateLinkAccessSpec struct {
	DisplayName string       `json:"display_name,omitempty"`
	Cloud       *AccessCloud `json:"cloud,omitempty"`
	Environment *Reference   `json:"environment,omitempty"`
	Network     *Reference   `json:"network,omitempty"`
}

// AccessCloud is the consumer, in the cloud that Kind names.
type AccessCloud struct {
	Kind         string `json:"kind"`
	Account      string `json:"account,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Project      string `json:"project,omitempty"`
}

// PhaseStatus is a status of which only the phase matters.
type PhaseStatus struct {
	Phase        string `json:"phase"`
	ErrorMessage string `json:"error_message"`
}

// KafkaCluster is a Kafka cluster.
type KafkaCluster = Object[KafkaClusterSpec, KafkaClusterStatus]

// KafkaClusterSpec is the desired state, and the addresses.
type KafkaClusterSpec struct {
	DisplayName        string              `json:"display_name,omitempty"`
	Availability       string              `json:"availability,omitempty"`
	Cloud              string              `json:"cloud,omitempty"`
	Region             string              `json:"region,omitempty"`
	Config             *ClusterConfig      `json:"config,omitempty"`
	BootstrapEndpoint  string              `json:"kafka_bootstrap_endpoint,omitempty"`
	HTTPEndpoint       string              `json:"http_endpoint,omitempty"`
	Endpoints          map[string]Endpoint `json:"endpoints,omitempty"`
	DeletionProtection *bool               `json:"deletion_protection,omitempty"`
	Environment        *Reference          `json:"environment,omitempty"`
	Network            *Reference          `json:"network,omitempty"`
	Byok               *Reference          `json:"byok,omitempty"`
}

// ClusterConfig holds the settings of whichever type Kind names.
type ClusterConfig struct {
	Kind            string   `json:"kind"`
	Cku             int      `json:"cku,omitempty"`
	EncryptionKey   string   `json:"encryption_key,omitempty"`
	ReleasePriority string   `json:"release_priority,omitempty"`
	Zones           []string `json:"zones,omitempty"`
	MaxEcku         int      `json:"max_ecku,omitempty"`
}

// Endpoint holds the addresses behind one access point.
type Endpoint struct {
	BootstrapEndpoint string `json:"kafka_bootstrap_endpoint"`
	HTTPEndpoint      string `json:"http_endpoint"`
	ConnectionType    string `json:"connection_type"`
}

// KafkaClusterStatus is what the service reports of it.
type KafkaClusterStatus struct {
	Phase string `json:"phase"`
	Cku   int    `json:"cku"`
}

// ServiceAccount as the service answers it, and as it is sent.
type ServiceAccount struct {
	ID          string  `json:"id,omitempty"`
	APIVersion  string  `json:"api_version,omitempty"`
	Kind        string  `json:"kind,omitempty"`
	DisplayName string  `json:"display_name,omitempty"`
	Description *string `json:"description,omitempty"`
}

// Key is an API key.
type Key = Object[KeySpec, struct{}]

// KeySpec is the desired state and, in the answer to the creation, the secret.
type KeySpec struct {
	DisplayName *string       `json:"display_name,omitempty"`
	Description *string       `json:"description,omitempty"`
	Owner       *KeyReference `json:"owner,omitempty"`
	Resource    *KeyReference `json:"resource,omitempty"`
	Secret      string        `json:"secret,omitempty"`
}

// KeyReference is the owner of an API key, or its resource. The service answers the API version; clients do not send
// it.
type KeyReference struct {
	Reference
	APIVersion string `json:"api_version,omitempty"`
	Kind       string `json:"kind"`
}

// KeyRef is a reference by kind and ID.
func KeyRef(kind, id string) *KeyReference { return &KeyReference{Reference: *Ref(id), Kind: kind} }

// RoleBinding as the service answers it, and as it is sent.
type RoleBinding struct {
	ID         string `json:"id,omitempty"`
	Principal  string `json:"principal"`
	RoleName   string `json:"role_name"`
	CRNPattern string `json:"crn_pattern"`
}

// SchemaRegistryCluster is a Schema Registry cluster.
type SchemaRegistryCluster = Object[struct{}, PhaseStatus]
