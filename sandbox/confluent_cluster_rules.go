package sandbox

import (
	"fmt"
	"slices"
)

// minimumCKU is the least number of CKUs a dedicated cluster may have.
func minimumCKU(availability string) int {
	if spansZones(availability) {
		return 2
	}
	return 1
}

func spansZones(availability string) bool {
	return availability == "MULTI_ZONE" || availability == "HIGH"
}

// zonesFor chooses where a cluster is among the zones of its network. A cluster
// in a single zone gets the network's last one: that is not known in advance.
func zonesFor(availability string, zones []string) []string {
	if spansZones(availability) || len(zones) == 0 {
		return slices.Clone(zones)
	}
	return zones[len(zones)-1:]
}

// checkCluster reports what is wrong with a new cluster.
func (api confluent) checkCluster(spec *clusterSpec) *failure {
	environment := spec.Environment.id()
	if api.state.Environments[environment] == nil {
		return forbidden("environment", environment)
	}
	if value(spec.DisplayName) == "" {
		return invalid("spec.display_name is empty: a Kafka cluster needs one.")
	}
	for _, check := range []func(*clusterSpec) *failure{
		checkPlace, checkConfig, api.checkClusterNetwork, api.checkBYOK,
	} {
		if failed := check(spec); failed != nil {
			return failed
		}
	}
	if reached(api.quotas.ClustersPerEnvironment, len(api.state.kafkaClusters(
		func(c *KafkaCluster) bool { return c.EnvironmentID == environment }))) {
		return overQuota("kafka_clusters_per_environment")
	}
	return nil
}

func checkPlace(spec *clusterSpec) *failure {
	if failed := oneOf("spec.availability", spec.Availability,
		"MULTI_ZONE", "SINGLE_ZONE", "HIGH", "LOW"); failed != nil {
		return failed
	}
	if failed := oneOf("spec.cloud", spec.Cloud, "AWS", "AZURE", "GCP"); failed != nil {
		return failed
	}
	if !slices.Contains(clusterRegions[spec.Cloud], spec.Region) {
		return invalid(fmt.Sprintf("spec.region is %s, which is not a region of %s that is supported.",
			quote(spec.Region), spec.Cloud))
	}
	return nil
}

func checkConfig(spec *clusterSpec) *failure {
	if spec.Config == nil {
		return invalid("spec.config is missing: it says what type of cluster is wanted.")
	}
	clusterType := spec.Config.clusterType()
	if failed := oneOf("spec.config.kind", clusterType,
		typeDedicated, "Basic", "Standard", "Enterprise", "Freight"); failed != nil {
		return failed
	}
	if failed := checkProtection(clusterType, spec.DeletionProtection); failed != nil {
		return failed
	}
	if clusterType != typeDedicated {
		if spec.Network != nil {
			return invalid(
				"spec.network is set, but only Dedicated clusters can be in a network; spec.config.kind is " +
					clusterType + ".")
		}
		return nil
	}
	if priority := spec.Config.ReleasePriority; priority != "" {
		if failed := oneOf("spec.config.release_priority", priority, "REGULAR", "PRIORITY"); failed != nil {
			return failed
		}
	}
	if failed := checkClusterZones(spec.Availability, spec.Config.Zones); failed != nil {
		return failed
	}
	return checkCKU(spec.Availability, spec.Config.CKU)
}

// checkClusterZones requires as many different zones as the availability has, or none at all.
func checkClusterZones(availability string, zones []string) *failure {
	want := 1
	if spansZones(availability) {
		want = zonesOfNetwork
	}
	if len(zones) == 0 || len(zones) == want && !repeated(zones) {
		return nil
	}
	return invalid(fmt.Sprintf("spec.config.zones is %s: %s has %d different zones.", quote(zones), availability, want))
}

// checkProtection rejects deletion protection for the types that do not have it.
func checkProtection(clusterType string, protection *bool) *failure {
	if protection != nil && *protection && (clusterType == "Basic" || clusterType == "Standard") {
		return invalid("spec.deletion_protection is true, but " + clusterType + " clusters do not have it.")
	}
	return nil
}

func checkCKU(availability string, cku int) *failure {
	if least := minimumCKU(availability); cku < least {
		return invalid(fmt.Sprintf("spec.config.cku is %d: %s needs at least %d.", cku, availability, least))
	}
	return nil
}

// checkClusterNetwork requires a network in the cluster's own place.
func (api confluent) checkClusterNetwork(spec *clusterSpec) *failure {
	if spec.Network == nil {
		return nil
	}
	n := api.state.Networks[spec.Network.ID]
	if n == nil || n.EnvironmentID != spec.Environment.ID {
		return invalid(fmt.Sprintf("spec.network is %s, which is not a network of the environment %s.",
			quote(spec.Network.ID), spec.Environment.ID))
	}
	if n.Cloud != spec.Cloud || n.Region != spec.Region {
		return invalid(fmt.Sprintf("the cluster is wanted in %s %s, but the network %s is in %s %s.",
			spec.Cloud, spec.Region, n.ID, n.Cloud, n.Region))
	}
	if n.Phase != PhaseReady {
		return invalid(fmt.Sprintf("the network %s is %s: it must be READY.", n.ID, n.Phase))
	}
	for _, zone := range spec.Config.Zones {
		if !slices.Contains(n.Zones, zone) {
			return invalid(fmt.Sprintf("spec.config.zones has %s, but the network %s is in %s.",
				quote(zone), n.ID, quote(n.Zones)))
		}
	}
	return nil
}

// checkUpdate reports what is wrong with a change of a cluster.
func (c *KafkaCluster) checkUpdate(spec *clusterSpec) *failure {
	if spec.Environment.id() != c.EnvironmentID {
		return forbidden("Kafka cluster", c.ID)
	}
	if failed := notLeaving("Kafka cluster", c.ID, c.Phase); failed != nil {
		return failed
	}
	if failed := immutable(
		change{"cloud", c.Cloud, spec.Cloud}, change{"region", c.Region, spec.Region},
		change{"availability", c.Availability, spec.Availability},
		change{"network", c.NetworkID, spec.Network.id()}, change{"byok", c.BYOKKeyID, spec.BYOK.id()},
	); failed != nil {
		return failed
	}
	if spec.DisplayName != nil && *spec.DisplayName == "" {
		return invalid("spec.display_name is empty: a Kafka cluster needs one.")
	}
	if failed := checkProtection(c.Type, spec.DeletionProtection); failed != nil {
		return failed
	}
	if spec.Config == nil {
		return nil
	}
	upgrade := c.Type == "Basic" && spec.Config.clusterType() == "Standard"
	if spec.Config.clusterType() != c.Type && !upgrade {
		return invalid(fmt.Sprintf("spec.config.kind cannot be changed from %s to %s.",
			c.Type, spec.Config.clusterType()))
	}
	return c.checkResize(spec.Config.CKU)
}

func (c *KafkaCluster) checkResize(cku int) *failure {
	if c.Type != typeDedicated || cku == c.CKU && c.Phase == PhaseProvisioned {
		return nil
	}
	if failed := checkCKU(c.Availability, cku); failed != nil {
		return failed
	}
	if c.Phase != PhaseProvisioned || c.CKU != c.StatusCKU {
		return conflict(fmt.Sprintf("The Kafka cluster %s is %s: it can be resized when that is over.",
			c.ID, c.observedState()))
	}
	return nil
}

// clusterRegions are the regions that Kafka clusters can be in, by cloud.
var clusterRegions = map[string][]string{
	"AWS": {
		"af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ca-central-1", "eu-central-1", "eu-central-2",
		"eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "me-central-1", "me-south-1", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-2",
	},
	"AZURE": {"eastus", "eastus2", "centralus", "westus2", "westeurope", "northeurope", "uksouth", "southeastasia"},
	"GCP": {
		"us-central1", "us-east1", "us-east4", "us-west1", "europe-west1", "europe-west3", "asia-southeast1",
		"asia-northeast1",
	},
}
