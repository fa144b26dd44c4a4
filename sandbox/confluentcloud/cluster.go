package confluentcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func createCluster(ctx context.Context, s *session, inputs property.Map) (string, error) {
	availability := standin.TextAt(inputs, "availability")
	if clusterType(inputs) == "dedicated" {
		if err := checkCku(standin.IntAt(inputs, "dedicated", "cku"), availability); err != nil {
			return "", err
		}
	}
	spec := &api.KafkaClusterSpec{
		DisplayName:  standin.TextAt(inputs, nameProperty),
		Availability: availability,
		Cloud:        standin.TextAt(inputs, "cloud"),
		Region:       standin.TextAt(inputs, "region"),
		Config:       clusterConfig(inputs),
		Environment:  api.Ref(parent(inputs)),
	}
	if id := standin.TextAt(inputs, "network", "id"); id != "" {
		spec.Network = api.Ref(id)
	}
	if id := standin.TextAt(inputs, "byokKey", "id"); id != "" {
		spec.Byok = api.Ref(id)
	}
	if protected := standin.BoolAt(inputs, "deletionProtection"); protected {
		spec.DeletionProtection = &protected
	}
	made, err := s.client.KafkaClusters().Create(s.beginning(ctx), api.KafkaCluster{Spec: spec})
	return made.ID, err
}

// clusterType is the property for a cluster's type, empty for none.
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
		"basic": "Basic", "standard": "Standard", "dedicated": "Dedicated", "enterprises": "Enterprise",
		"freights": "Freight",
	}[name]}
	if !settings.IsMap() {
		return config
	}
	if name != "dedicated" {
		config.MaxEcku = standin.IntAt(settings.AsMap(), "maxEcku")
		return config
	}
	config.Cku = standin.IntAt(settings.AsMap(), "cku")
	config.EncryptionKey = standin.TextAt(settings.AsMap(), "encryptionKey")
	config.ReleasePriority = "REGULAR"
	return config
}

// checkCku is a check that the real provider makes only when it creates or resizes a cluster, not at preview. It knows
// only the two older names of availability.
func checkCku(cku int, availability string) error {
	least := map[string]int{"SINGLE_ZONE": 1, "MULTI_ZONE": 2}[availability]
	if cku < least {
		return fmt.Errorf("dedicated.cku: %d is too few for %s, which takes at least %d", cku, availability, least)
	}
	return nil
}

func awaitCluster(ctx context.Context, s *session, id string, inputs property.Map) error {
	environment, what := parent(inputs), fmt.Sprintf("Kafka Cluster %q", id)
	err := s.waitAfter(ctx, standin.Wait{
		What: what, Target: "PROVISIONED", First: 5 * time.Second, Every: time.Minute, Limit: dedicatedTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			c, err := s.client.KafkaClusters().Get(ctx, environment, id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, c.Status.Phase, "PROVISIONED")
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
	env, err := s.client.Environments().Get(s.beginning(ctx), "", environment)
	switch {
	case err != nil:
		return standin.Verbatim(fmt.Errorf("error reading Environment %q: %w", environment, err))
	case env.StreamGovernance == nil:
		return nil
	}
	err = s.waitAfter(ctx, standin.Wait{
		What: fmt.Sprintf("a Schema Registry cluster in environment %q", environment), Target: "PROVISIONED",
		First: 5 * time.Second, Every: 5 * time.Second, Limit: registryWait,
		Look: func(ctx context.Context) (string, bool, error) {
			found, err := s.client.SchemaRegistryClusters().List(ctx, environment)
			switch {
			case err != nil && strings.Contains(strings.ToLower(err.Error()), notForGovernment):
				return "PROVISIONED", true, nil
			case err != nil:
				return "", false, fmt.Errorf("error reading Schema Registry Clusters: %w", err)
			case len(found) == 0:
				return "PROVISIONING", false, nil // it is yet to come
			}
			phase := ""
			if found[0].Status != nil {
				phase = found[0].Status.Phase
			}
			return provisioned(fmt.Sprintf("schema Registry Cluster %q", found[0].ID), phase, "PROVISIONED")
		},
	})
	if err != nil {
		return standin.Verbatim(fmt.Errorf("error waiting for Schema Registry Cluster to provision: %w", err))
	}
	return nil
}

// notForGovernment is the answer at which the real provider ends the wait: Confluent Cloud for Government has no Schema
// Registry.
const notForGovernment = "not available in confluent cloud for government"

// refuseTypeChange stops an update that would change a cluster's type, except in the one way that exists.
func refuseTypeChange(id string, state, inputs property.Map, _ map[string]p.PropertyDiff) error {
	old, now := clusterType(state), clusterType(inputs)
	if old == now || old == "" || now == "" || old == "basic" && now == "standard" {
		return nil
	}
	return fmt.Errorf("error updating Kafka Cluster %q: it is of type %s and cannot become one of type %s; "+
		"only Basic can become Standard, otherwise make a new cluster", id, old, now)
}

// updateCluster sends one call for each thing that changes, as the real provider does.
func updateCluster(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	environment := parent(u.Inputs)
	availability, cku := standin.TextAt(u.Inputs, "availability"), standin.IntAt(u.Inputs, "dedicated", "cku")
	resize := u.Changed("dedicated.cku")
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

func clusterPatches(u standin.Update) []*api.KafkaClusterSpec {
	var patches []*api.KafkaClusterSpec
	if u.Changed(nameProperty) {
		patches = append(patches, &api.KafkaClusterSpec{DisplayName: standin.TextAt(u.Inputs, nameProperty)})
	}
	if config := changedConfig(u); config != nil {
		patches = append(patches, &api.KafkaClusterSpec{Config: config})
	}
	if u.Changed("deletionProtection") {
		protected := standin.BoolAt(u.Inputs, "deletionProtection")
		patches = append(patches, &api.KafkaClusterSpec{DeletionProtection: &protected})
	}
	return patches
}

// changedConfig is the settings to send. Of a Dedicated cluster only the number of CKUs can change.
func changedConfig(u standin.Update) *api.ClusterConfig {
	config := clusterConfig(u.Inputs)
	switch name := clusterType(u.Inputs); {
	case name == "dedicated" && !u.Changed("dedicated.cku"):
		return nil
	case name == "dedicated":
		config.EncryptionKey = ""
		return config
	case u.Changed(name):
		return config
	}
	return nil
}

func awaitResize(ctx context.Context, s *session, environment, id string, cku int) error {
	err := s.wait(ctx, standin.Wait{
		What: fmt.Sprintf("Kafka Cluster %q to have %d CKU", id, cku), Target: "DONE",
		First: 5 * time.Second, Every: time.Minute, Limit: dedicatedTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			c, err := s.client.KafkaClusters().Get(ctx, environment, id)
			if err != nil {
				return "", false, err
			}
			return "IN_PROGRESS", c.Status.Cku == cku && c.Spec.Config.Cku == cku, nil
		},
	})
	if err != nil {
		return standin.Verbatim(
			fmt.Errorf("error waiting for Kafka Cluster %q to perform CKU update: %w", id, api.Bare(err)))
	}
	return nil
}

func deleteCluster(ctx context.Context, s *session, id string, state property.Map) error {
	if err := s.client.KafkaClusters().Delete(s.beginning(ctx), parent(state), id); err != nil {
		return err
	}
	return s.waitUntilGone(ctx, standin.Wait{
		What: fmt.Sprintf("Kafka Cluster %q to be deleted", id), Limit: clusterDeleteWait,
		Look: func(ctx context.Context) (string, bool, error) {
			_, err := s.client.KafkaClusters().Get(ctx, parent(state), id)
			return gone(err)
		},
	})
}

func readCluster(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	found, err := s.client.KafkaClusters().Get(ctx, parent(known), id)
	if err != nil {
		return property.Map{}, api.Bare(err)
	}
	return clusterState(found)
}

func clusterState(c api.KafkaCluster) (property.Map, error) {
	crn, err := rbacCrn(c)
	if err != nil {
		return property.Map{}, err
	}
	state := standin.Values{
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
		"enterprises":        standin.ListOf(),
		"freights":           standin.ListOf(),
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
func addType(state standin.Values, c api.KafkaCluster) {
	config := c.Spec.Config
	ecku := standin.Values{"maxEcku": standin.NumberOf(config.MaxEcku)}
	switch strings.TrimPrefix(config.Kind, "cmk.v2.") {
	case "Basic":
		state["basic"] = standin.ObjectOf(ecku)
	case "Standard":
		state["standard"] = standin.ObjectOf(ecku)
	case "Enterprise":
		state["enterprises"] = standin.ListOf(standin.ObjectOf(ecku))
	case "Freight":
		ecku["zones"] = standin.TextsOf(config.Zones)
		state["freights"] = standin.ListOf(standin.ObjectOf(ecku))
	case "Dedicated":
		state["dedicated"] = standin.ObjectOf(standin.Values{
			"cku":           standin.NumberOf(c.Status.Cku),
			"encryptionKey": property.New(config.EncryptionKey),
			"zones":         standin.TextsOf(config.Zones),
		})
	}
}

func endpointsOf(endpoints map[string]api.Endpoint) property.Value {
	items := make([]property.Value, 0, len(endpoints))
	for _, id := range standin.SortedKeys(endpoints) {
		items = append(items, standin.ObjectOf(standin.Values{
			"accessPointId":     property.New(id),
			"bootstrapEndpoint": property.New(endpoints[id].BootstrapEndpoint),
			"restEndpoint":      property.New(endpoints[id].HTTPEndpoint),
			"connectionType":    property.New(endpoints[id].ConnectionType),
		}))
	}
	return standin.ListOf(items...)
}
