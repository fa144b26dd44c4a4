package confluentcloud

import (
	"context"
	"slices"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

// resourceKind is a resource type: what the schema says of it, what the schema cannot say, and how to call the API.
type resourceKind struct {
	token string
	// label is the real provider's name for such a resource in messages.
	label string

	inputs, outputs fieldSet

	// autonamed resources get a display name made from the resource's name when the program gives none.
	autonamed bool
	// fixed are the paths that the schema lists as inputs and the real provider refuses.
	fixed []string
	// oneOf are the properties of which exactly one is given.
	oneOf []string
	// rules check single values, by path.
	rules map[string]rule
	// conflicts are pairs that exclude each other.
	conflicts [][2]string
	// same tells for a path whether two different values mean the same.
	same map[string]func(old, now property.Value) bool
	// refuse stops an update that the service cannot do, at preview.
	refuse func(id string, state, inputs property.Map, changes map[string]p.PropertyDiff) error

	createTimeout, updateTimeout, deleteTimeout time.Duration

	calls calls
}

// calls are the operations on one type of resource.
type calls interface {
	// create asks for the resource and returns its ID.
	create(ctx context.Context, s *session, inputs property.Map) (string, error)
	// await returns once the resource is ready to be used.
	await(ctx context.Context, s *session, id string, inputs property.Map) error
	// read returns the state. The environment is empty for what is not inside one.
	read(ctx context.Context, s *session, environment, id string) (property.Map, error)
	// update does what the changed paths ask for and returns how many calls changed something.
	update(ctx context.Context, s *session, id string, u update) (int, error)
	// delete returns once the resource is gone, or, where the real provider does not wait, is going.
	delete(ctx context.Context, s *session, environment, id string) error
}

// update is what an update in place is about.
type update struct {
	inputs  property.Map
	changes map[string]p.PropertyDiff
}

// changed tells whether a path, or something below it, is among the changes.
func (u update) changed(path string) bool {
	for found := range u.changes {
		if ignored(found, []string{path}) {
			return true
		}
	}
	return false
}

// session is a configured client and the pace of waiting.
type session struct {
	client *api.Client
	opts   Options
}

// The SDK that the real provider is written with gives every operation without a limit of its own this one.
const defaultTimeout = 20 * time.Minute

const (
	networkingCreateTimeout = 2 * time.Hour
	networkingDeleteTimeout = 5 * time.Hour
	dedicatedTimeout        = 72 * time.Hour
	clusterDeleteWait       = 30 * time.Minute
	registryWait            = 10 * time.Minute
)

func resourceKinds() []*resourceKind {
	return []*resourceKind{environmentKind(), networkKind(), accessKind(), clusterKind()}
}

func environmentKind() *resourceKind {
	return &resourceKind{
		token: "confluentcloud:index/environment:Environment", label: "Environment", autonamed: true,
		rules: map[string]rule{
			nameProperty:               notEmpty,
			"streamGovernance.package": oneOfTexts("ESSENTIALS", "ADVANCED"),
		},
		createTimeout: defaultTimeout, updateTimeout: defaultTimeout, deleteTimeout: defaultTimeout,
		calls: environmentCalls{},
	}
}

func networkKind() *resourceKind {
	return &resourceKind{
		token: "confluentcloud:index/network:Network", label: "Network",
		fixed: []string{"aws", "azures", "gcps"},
		rules: map[string]rule{
			"cloud":           clouds,
			"region":          notEmpty,
			"connectionTypes": notEmptyList,
			"cidr":            matching(`^\d+\.\d+\.\d+\.\d+/16$`, "an IPv4 range of size /16"),
			"reservedCidr":    matching(`^\d+\.\d+\.\d+\.\d+/24$`, "an IPv4 range of size /24"),
		},
		// The order of zones says nothing, and the service is free to answer them in another one.
		same:          map[string]func(old, now property.Value) bool{"zones": sameSet},
		createTimeout: networkingCreateTimeout, updateTimeout: defaultTimeout, deleteTimeout: networkingDeleteTimeout,
		calls: networkCalls{},
	}
}

func accessKind() *resourceKind {
	return &resourceKind{
		token: "confluentcloud:index/privateLinkAccess:PrivateLinkAccess", label: "Private Link Access",
		oneOf: []string{"aws", "azure", "gcp"},
		rules: map[string]rule{
			"aws.account": matching(`^\d{12}$`, "an AWS account ID of 12 digits"),
			"network.id":  networkID,
		},
		createTimeout: networkingCreateTimeout, updateTimeout: defaultTimeout, deleteTimeout: networkingDeleteTimeout,
		calls: accessCalls{},
	}
}

// clusterTypes are the properties that make a cluster one of its types.
var clusterTypes = []string{"basic", "standard", "dedicated", "enterprises", "freights"}

func clusterKind() *resourceKind {
	return &resourceKind{
		token: "confluentcloud:index/kafkaCluster:KafkaCluster", label: "Kafka Cluster", autonamed: true,
		fixed:     []string{"dedicated.zones", "freights[].zones"},
		oneOf:     clusterTypes,
		conflicts: [][2]string{{"byokKey", "basic"}, {"byokKey", "standard"}},
		rules: map[string]rule{
			nameProperty:    notEmpty,
			"availability":  oneOfTexts("SINGLE_ZONE", "MULTI_ZONE", "LOW", "HIGH"),
			"cloud":         clouds,
			"dedicated.cku": atLeast(1),
			"network.id":    networkID,
		},
		same:   map[string]func(old, now property.Value) bool{"availability": sameAvailability},
		refuse: refuseTypeChange,
		// Nothing is declared for deletion, so that the wait for 30 minutes in it is cut short unless the program sets
		// customTimeouts.
		createTimeout: dedicatedTimeout, updateTimeout: dedicatedTimeout, deleteTimeout: defaultTimeout,
		calls: clusterCalls{},
	}
}

// sameAvailability knows the newer names of the two.
func sameAvailability(old, now property.Value) bool {
	newer := map[string]string{"SINGLE_ZONE": "LOW", "MULTI_ZONE": "HIGH"}
	if !old.IsString() || !now.IsString() {
		return false
	}
	a, b := old.AsString(), now.AsString()
	return newer[a] == b || newer[b] == a
}

// equivalent tells whether two values at the path mean the same, though they differ.
func (k *resourceKind) equivalent(path string, old, now property.Value) bool {
	same, ok := k.same[path]
	return ok && same(old, now)
}

func (k *resourceKind) isFixed(path string) bool { return slices.Contains(k.fixed, path) }

// parent is the ID of the environment a resource is in, empty for an environment itself.
func parent(m property.Map) string { return textAt(m, "environment", "id") }
