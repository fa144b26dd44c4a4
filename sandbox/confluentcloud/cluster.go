package confluentcloud

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

type clusterCalls struct{}

func (clusterCalls) create(ctx context.Context, s *session, inputs property.Map) (string, error) {
	availability := textAt(inputs, "availability")
	if clusterType(inputs) == "dedicated" {
		if err := checkCku(intAt(inputs, "dedicated", "cku"), availability); err != nil {
			return "", err
		}
	}
	spec := &api.KafkaClusterSpec{
		DisplayName:  textAt(inputs, nameProperty),
		Availability: availability,
		Cloud:        textAt(inputs, "cloud"),
		Region:       textAt(inputs, "region"),
		Config:       clusterConfig(inputs),
		Environment:  api.Ref(parent(inputs)),
	}
	if id := textAt(inputs, "network", "id"); id != "" {
		spec.Network = api.Ref(id)
	}
	if id := textAt(inputs, "byokKey", "id"); id != "" {
		spec.Byok = api.Ref(id)
	}
	if protected := boolAt(inputs, "deletionProtection"); protected {
		spec.DeletionProtection = &protected
	}
	made, err := s.client.KafkaClusters().Create(ctx, api.KafkaCluster{Spec: spec})
	return made.ID, err
}

// clusterType is the property that says of which type a cluster is, empty for none.
func clusterType(m property.Map) string {
	for _, name := range clusterTypes {
		if v := m.Get(name); v.IsMap() || v.IsArray() && v.AsArray().Len() > 0 {
			return name
		}
	}
	return ""
}

// clusterConfig is the settings of the cluster's type, as sent.
func clusterConfig(inputs property.Map) *api.ClusterConfig {
	name := clusterType(inputs)
	settings := inputs.Get(name)
	if settings.IsArray() {
		settings = settings.AsArray().Get(0)
	}
	config := &api.ClusterConfig{Kind: map[string]string{
		"basic": "Basic", "standard": "Standard", "dedicated": "Dedicated", "enterprises": "Enterprise", "freights": "Freight",
	}[name]}
	if !settings.IsMap() {
		return config
	}
	if name != "dedicated" {
		config.MaxEcku = intAt(settings.AsMap(), "maxEcku")
		return config
	}
	config.Cku = intAt(settings.AsMap(), "cku")
	config.EncryptionKey = textAt(settings.AsMap(), "encryptionKey")
	config.ReleasePriority = "REGULAR"
	return config
}

// checkCku is what the real provider finds out only when it creates or resizes a cluster, and not at preview. It knows
// the older two names of availability alone.
func checkCku(cku int, availability string) error {
	least := map[string]int{"SINGLE_ZONE": 1, "MULTI_ZONE": 2}[availability]
	if cku < least {
		return fmt.Errorf("dedicated.cku: %d is too few for %s, which takes at least %d", cku, availability, least)
	}
	return nil
}

func (clusterCalls) await(ctx context.Context, s *session, id string, inputs property.Map) error {
	environment, what := parent(inputs), fmt.Sprintf("Kafka Cluster %q", id)
	err := s.wait(ctx, wait{
		what: what, first: 5 * time.Second, every: time.Minute, limit: dedicatedTimeout,
		look: func(ctx context.Context) (string, bool, error) {
			c, err := s.client.KafkaClusters().Get(ctx, environment, id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, c.Status.Phase, "PROVISIONED", "")
		},
	})
	if err != nil {
		return err
	}
	return awaitRegistry(ctx, s, environment)
}

// awaitRegistry waits for the Schema Registry cluster that comes with the first Kafka cluster of an environment, where
// the environment is of the kind that has one.
func awaitRegistry(ctx context.Context, s *session, environment string) error {
	env, err := s.client.Environments().Get(ctx, "", environment)
	if err != nil || env.StreamGovernance == nil {
		return err
	}
	return s.wait(ctx, wait{
		what:  fmt.Sprintf("a Schema Registry cluster in environment %q", environment),
		first: 5 * time.Second, every: 5 * time.Second, limit: registryWait,
		look: func(ctx context.Context) (string, bool, error) {
			found, err := s.client.SchemaRegistryClusters().List(ctx, environment)
			if err != nil {
				return "", false, err
			}
			ready := slices.ContainsFunc(found, func(c api.SchemaRegistryCluster) bool {
				return c.Status != nil && c.Status.Phase == "PROVISIONED"
			})
			return "PROVISIONING", ready, nil
		},
	})
}

// refuseTypeChange stops an update that would make a cluster one of another type, but for the one way that exists.
func refuseTypeChange(id string, state, inputs property.Map, _ map[string]p.PropertyDiff) error {
	old, now := clusterType(state), clusterType(inputs)
	if old == now || old == "" || now == "" || old == "basic" && now == "standard" {
		return nil
	}
	return fmt.Errorf("error updating Kafka Cluster %q: it is of type %s and cannot become one of type %s; "+
		"only Basic can become Standard, otherwise make a new cluster", id, old, now)
}

// update makes one call for each thing that changes, as the real provider does.
func (clusterCalls) update(ctx context.Context, s *session, id string, u update) (int, error) {
	environment := parent(u.inputs)
	availability, cku := textAt(u.inputs, "availability"), intAt(u.inputs, "dedicated", "cku")
	resize := u.changed("dedicated.cku")
	if resize {
		if err := checkCku(cku, availability); err != nil {
			return 0, err
		}
	}
	done := 0
	for _, spec := range clusterPatches(u) {
		spec.Environment = api.Ref(environment)
		if err := s.client.KafkaClusters().Update(ctx, id, api.KafkaCluster{Spec: spec}); err != nil {
			return done, err
		}
		done++
		if spec.Config != nil && resize {
			if err := awaitResize(ctx, s, environment, id, cku); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

func clusterPatches(u update) []*api.KafkaClusterSpec {
	var patches []*api.KafkaClusterSpec
	if u.changed(nameProperty) {
		patches = append(patches, &api.KafkaClusterSpec{DisplayName: textAt(u.inputs, nameProperty)})
	}
	if config := changedConfig(u); config != nil {
		patches = append(patches, &api.KafkaClusterSpec{Config: config})
	}
	if u.changed("deletionProtection") {
		protected := boolAt(u.inputs, "deletionProtection")
		patches = append(patches, &api.KafkaClusterSpec{DeletionProtection: &protected})
	}
	return patches
}

// changedConfig is the settings to send. Of a Dedicated cluster only the number of CKUs can change.
func changedConfig(u update) *api.ClusterConfig {
	config := clusterConfig(u.inputs)
	switch name := clusterType(u.inputs); {
	case name == "dedicated" && !u.changed("dedicated.cku"):
		return nil
	case name == "dedicated":
		config.EncryptionKey = ""
		return config
	case u.changed(name):
		return config
	}
	return nil
}

func awaitResize(ctx context.Context, s *session, environment, id string, cku int) error {
	return s.wait(ctx, wait{
		what:  fmt.Sprintf("Kafka Cluster %q to have %d CKU", id, cku),
		first: 5 * time.Second, every: time.Minute, limit: dedicatedTimeout,
		look: func(ctx context.Context) (string, bool, error) {
			c, err := s.client.KafkaClusters().Get(ctx, environment, id)
			if err != nil {
				return "", false, err
			}
			return fmt.Sprintf("%d CKU", c.Status.Cku), c.Status.Cku == cku && c.Spec.Config.Cku == cku, nil
		},
	})
}

func (clusterCalls) delete(ctx context.Context, s *session, environment, id string) error {
	if err := s.client.KafkaClusters().Delete(ctx, environment, id); err != nil {
		return err
	}
	return s.wait(ctx, wait{
		what:  fmt.Sprintf("Kafka Cluster %q to be deleted", id),
		first: time.Minute, every: time.Minute, limit: clusterDeleteWait,
		look: func(ctx context.Context) (string, bool, error) {
			c, err := s.client.KafkaClusters().Get(ctx, environment, id)
			if err != nil {
				return gone(err)
			}
			return c.Status.Phase, false, nil
		},
	})
}

func (clusterCalls) read(ctx context.Context, s *session, environment, id string) (property.Map, error) {
	found, err := s.client.KafkaClusters().Get(ctx, environment, id)
	if err != nil {
		return property.Map{}, err
	}
	return clusterState(found)
}

func clusterState(c api.KafkaCluster) (property.Map, error) {
	crn, err := rbacCrn(c)
	if err != nil {
		return property.Map{}, err
	}
	state := values{
		"apiVersion":         property.New(c.APIVersion),
		"kind":               property.New(c.Kind),
		nameProperty:         property.New(c.Spec.DisplayName),
		"availability":       property.New(c.Spec.Availability),
		"cloud":              property.New(c.Spec.Cloud),
		"region":             property.New(c.Spec.Region),
		"deletionProtection": property.New(c.Spec.DeletionProtection != nil && *c.Spec.DeletionProtection),
		"bootstrapEndpoint":  property.New(c.Spec.BootstrapEndpoint),
		"restEndpoint":       property.New(c.Spec.HTTPEndpoint),
		"rbacCrn":            property.New(crn),
		"environment":        idOf(api.RefID(c.Spec.Environment)),
		"network":            idOf(api.RefID(c.Spec.Network)),
		"byokKey":            idOf(api.RefID(c.Spec.Byok)),
		"endpoints":          endpointsOf(c.Spec.Endpoints),
		"enterprises":        listOf(),
		"freights":           listOf(),
	}
	addType(state, c)
	return property.NewMap(state), nil
}

// rbacCrn is the CRN without its last part, which is how role bindings name a cluster.
func rbacCrn(c api.KafkaCluster) (string, error) {
	name := c.ResourceName()
	if i := strings.LastIndex(name, "/kafka="); i >= 0 {
		return name[:i], nil
	}
	return "", fmt.Errorf("error reading Kafka Cluster %q: its resource name %q has no /kafka= in it", c.ID, name)
}

// addType adds the property that names the cluster's type. The number of CKUs is what the cluster has, not what was
// asked for.
func addType(state values, c api.KafkaCluster) {
	config := c.Spec.Config
	ecku := values{"maxEcku": numberOf(config.MaxEcku)}
	switch strings.TrimPrefix(config.Kind, "cmk.v2.") {
	case "Basic":
		state["basic"] = objectOf(ecku)
	case "Standard":
		state["standard"] = objectOf(ecku)
	case "Enterprise":
		state["enterprises"] = listOf(objectOf(ecku))
	case "Freight":
		ecku["zones"] = textsOf(config.Zones)
		state["freights"] = listOf(objectOf(ecku))
	case "Dedicated":
		state["dedicated"] = objectOf(values{
			"cku":           numberOf(c.Status.Cku),
			"encryptionKey": property.New(config.EncryptionKey),
			"zones":         textsOf(config.Zones),
		})
	}
}

func endpointsOf(endpoints map[string]api.Endpoint) property.Value {
	items := make([]property.Value, 0, len(endpoints))
	for _, id := range sortedKeys(endpoints) {
		items = append(items, objectOf(values{
			"accessPointId":     property.New(id),
			"bootstrapEndpoint": property.New(endpoints[id].BootstrapEndpoint),
			"restEndpoint":      property.New(endpoints[id].HTTPEndpoint),
			"connectionType":    property.New(endpoints[id].ConnectionType),
		}))
	}
	return listOf(items...)
}
