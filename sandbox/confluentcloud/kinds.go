package confluentcloud

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const (
	nameProperty = "displayName"
	// nameAttribute is what the real provider, which is written for Terraform, calls it in its messages.
	nameAttribute = "display_name"
)

type resourceKind = standin.Resource[*session]

// session is a configured client and its poll interval. Each operation has one of its own.
type session struct {
	client *api.Client
	opts   Options
	// answer is the body of the answer that began what the operation waits for.
	answer []byte
	// secret is the one of the API key that the operation created or imported.
	secret string
}

const defaultTimeout = standin.DefaultTimeout

const (
	networkingCreateTimeout = 2 * time.Hour
	networkingDeleteTimeout = 5 * time.Hour
	dedicatedTimeout        = 72 * time.Hour
	clusterDeleteWait       = 30 * time.Minute
	registryWait            = 10 * time.Minute
)

func resourceKinds() []*resourceKind {
	return []*resourceKind{
		{Type: environmentType(), Calls: standin.Calls[*session]{
			Create: createEnvironment, Read: readEnvironment, Update: updateEnvironment, Delete: deleteEnvironment,
		}},
		{Type: networkType(), Calls: standin.Calls[*session]{
			Create: createNetwork, Await: awaitNetwork, Read: readNetwork, Update: updateNetwork, Delete: deleteNetwork,
		}},
		{Type: accessType(), Calls: standin.Calls[*session]{
			Create: createAccess, Await: awaitAccess, Read: readAccess, Update: updateAccess, Delete: deleteAccess,
		}},
		{Type: kafkaType(), Calls: standin.Calls[*session]{
			Create: createCluster, Await: awaitCluster, Read: readCluster, Update: updateCluster, Delete: deleteCluster,
		}},
		{Type: accountType(), Calls: standin.Calls[*session]{
			Create: createAccount, Read: readAccount, Update: updateAccount, Delete: deleteAccount,
		}},
		{Type: keyType(), Calls: standin.Calls[*session]{
			Create: createKey, Read: readKey, Learned: learnedSecret, Update: updateKey, Delete: deleteKey,
		}},
		{Type: bindingType(), Calls: standin.Calls[*session]{
			Create: createBinding, Await: awaitBinding, Read: readBinding, Update: updateBinding, Delete: deleteBinding,
		}},
	}
}

var (
	clouds    = standin.OneOfTexts("AWS", "AZURE", "GCP")
	networkID = standin.Matching(`^(n-|nr-)`, "a network ID, which starts with n- or nr-")
)

func environmentType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/environment:Environment", Label: "Environment", Autonamed: nameProperty,
		Quoted: displayName,
		Rules: map[string]standin.Rule{
			nameProperty:               standin.NotEmpty,
			"streamGovernance.package": standin.OneOfTexts("ESSENTIALS", "ADVANCED"),
		},
		CreateTimeout: defaultTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: defaultTimeout,
	}
}

func networkType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/network:Network", Label: "Network", Quoted: nothing,
		ParseImport: inEnvironment("Network"),
		Fixed:       []string{"aws", "azures", "gcps"},
		Rules: map[string]standin.Rule{
			"cloud":           clouds,
			"region":          standin.NotEmpty,
			"connectionTypes": standin.NotEmptyList,
			"cidr":            standin.Matching(`^\d+\.\d+\.\d+\.\d+/16$`, "an IPv4 range of size /16"),
			"reservedCidr":    standin.Matching(`^\d+\.\d+\.\d+\.\d+/24$`, "an IPv4 range of size /24"),
		},
		// The order of zones has no meaning, and the service is free to answer them in another one.
		Same:          map[string]func(old, now property.Value) bool{"zones": standin.SameSet},
		CreateTimeout: networkingCreateTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: networkingDeleteTimeout,
	}
}

func accessType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/privateLinkAccess:PrivateLinkAccess", Label: "Private Link Access",
		Quoted:      nothing,
		ParseImport: inEnvironment("Private Link Access"),
		OneOf:       []string{"aws", "azure", "gcp"},
		Rules: map[string]standin.Rule{
			"aws.account": standin.Matching(`^\d{12}$`, "an AWS account ID of 12 digits"),
			"network.id":  networkID,
		},
		CreateTimeout: networkingCreateTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: networkingDeleteTimeout,
	}
}

// clusterTypes are the properties that choose a cluster's type.
var clusterTypes = []string{"basic", "standard", "dedicated", "enterprises", "freights"}

func kafkaType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/kafkaCluster:KafkaCluster", Label: "Kafka Cluster", Autonamed: nameProperty,
		Quoted:      displayName,
		ParseImport: inEnvironment("Kafka Cluster"),
		Fixed:       []string{"dedicated.zones", "freights[].zones"},
		OneOf:       clusterTypes,
		Conflicts:   [][2]string{{"byokKey", "basic"}, {"byokKey", "standard"}},
		Rules: map[string]standin.Rule{
			nameProperty:    standin.NotEmpty,
			"availability":  standin.OneOfTexts("SINGLE_ZONE", "MULTI_ZONE", "LOW", "HIGH"),
			"cloud":         clouds,
			"dedicated.cku": standin.AtLeast(1),
			"network.id":    networkID,
		},
		Same:   map[string]func(old, now property.Value) bool{"availability": sameAvailability},
		Refuse: refuseTypeChange,
		// Nothing is declared for deletion, so that the wait for 30 minutes in it is cut short unless the program sets
		// customTimeouts.
		CreateTimeout: dedicatedTimeout, UpdateTimeout: dedicatedTimeout, DeleteTimeout: defaultTimeout,
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

// displayName and nothing are what is quoted in the message of a creation that was refused. Of some types the
// real provider quotes the ID, which there is none of.
func displayName(inputs property.Map) string { return standin.TextAt(inputs, nameProperty) }

func nothing(property.Map) string { return "" }

// parent is the ID of the environment a resource is in, empty for an environment itself.
func parent(m property.Map) string { return standin.TextAt(m, "environment", "id") }

// inEnvironment parses the import ID of what is inside an environment.
func inEnvironment(label string) func(string) (string, property.Map, error) {
	return func(importID string) (string, property.Map, error) {
		environment, id, ok := strings.Cut(importID, "/")
		if !ok || environment == "" || id == "" || strings.Contains(id, "/") {
			return "", property.Map{}, fmt.Errorf("invalid format %q: expected '<env ID>/<%s ID>'", importID, label)
		}
		return id, property.NewMap(standin.Values{"environment": idOf(environment)}), nil
	}
}

func idOf(id string) property.Value { return standin.ObjectOf(standin.Values{"id": property.New(id)}) }
