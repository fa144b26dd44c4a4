package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const typeDedicated = "Dedicated"

// clusterConfig is the part of a cluster that depends on its type.
type clusterConfig struct {
	Kind            string   `json:"kind"`
	CKU             int      `json:"cku,omitempty"`
	EncryptionKey   string   `json:"encryption_key,omitempty"`
	Zones           []string `json:"zones,omitempty"`
	ReleasePriority string   `json:"release_priority,omitempty"`
}

// clusterType is the type without the API group some clients put in front.
func (c *clusterConfig) clusterType() string { return strings.TrimPrefix(c.Kind, "cmk.v2.") }

// clusterSpec is the desired state of a cluster, as it is sent and answered.
type clusterSpec struct {
	DisplayName        *string        `json:"display_name,omitempty"`
	Availability       string         `json:"availability,omitempty"`
	Cloud              string         `json:"cloud,omitempty"`
	Region             string         `json:"region,omitempty"`
	Config             *clusterConfig `json:"config,omitempty"`
	BootstrapEndpoint  string         `json:"kafka_bootstrap_endpoint"`
	HTTPEndpoint       string         `json:"http_endpoint"`
	APIEndpoint        string         `json:"api_endpoint,omitempty"`
	Endpoints          map[string]any `json:"endpoints,omitempty"`
	DeletionProtection *bool          `json:"deletion_protection,omitempty"`
	Environment        *reference     `json:"environment,omitempty"`
	Network            *reference     `json:"network,omitempty"`
	BYOK               *reference     `json:"byok,omitempty"`
}

type clusterStatus struct {
	Phase string `json:"phase"`
	CKU   int    `json:"cku,omitempty"`
}

type clusterJSON struct {
	APIVersion string        `json:"api_version"`
	Kind       string        `json:"kind"`
	ID         string        `json:"id"`
	Metadata   objectMeta    `json:"metadata"`
	Spec       clusterSpec   `json:"spec"`
	Status     clusterStatus `json:"status"`
}

// clusterCRN ends in /kafka=: the real provider cuts there to get the name that
// role bindings are created for.
func clusterCRN(c *KafkaCluster) string {
	return environmentCRN(c.EnvironmentID) + "/cloud-cluster=" + c.ID + "/kafka=" + c.ID
}

func (api confluent) renderCluster(rq *request, c *KafkaCluster) clusterJSON {
	protection := c.DeletionProtection
	spec := clusterSpec{
		DisplayName: &c.DisplayName, Availability: c.Availability, Cloud: c.Cloud, Region: c.Region,
		Config: &clusterConfig{Kind: c.Type}, Endpoints: map[string]any{}, DeletionProtection: &protection,
		Environment: rq.environmentReference(c.EnvironmentID),
	}
	if c.Type == typeDedicated {
		spec.Config = &clusterConfig{
			Kind: c.Type, CKU: c.CKU, EncryptionKey: c.EncryptionKey, Zones: c.Zones,
			ReleasePriority: orDefault(c.ReleasePriority, "REGULAR"),
		}
	}
	if c.BYOKKeyID != "" {
		spec.BYOK = &reference{
			ID: c.BYOKKeyID, Related: rq.link("/byok/v1/keys/" + c.BYOKKeyID),
			ResourceName: crn("/key=" + c.BYOKKeyID),
		}
	}
	network := api.state.Networks[c.NetworkID]
	if network != nil {
		spec.Network = rq.networkReference(network)
	}
	// A cluster has no address before it exists.
	if c.Phase == PhaseProvisioned || c.Phase == PhaseDeprovisioning {
		api.addresses(c, network, &spec)
	}
	phase := c.Phase
	if phase == PhaseDeprovisioning {
		phase = PhaseProvisioned // there is no word for it
	}
	return clusterJSON{
		APIVersion: "cmk/v2", Kind: "Cluster", ID: c.ID, Spec: spec,
		Metadata: rq.meta(clusterCRN(c), c.EnvironmentID, c.CreatedAt, c.UpdatedAt),
		Status:   clusterStatus{Phase: phase, CKU: c.StatusCKU},
	}
}

// addresses fills in where the cluster is reached. In a network that resolves
// names in private only, that is below the network's own domain; a network with
// CHASED_PRIVATE resolution has public names that lead there. A private endpoint
// has no protocol in front, unless the form of answers requires it; a public one has.
func (api confluent) addresses(c *KafkaCluster, n *Network, spec *clusterSpec) {
	host, protocol := c.bootstrapHost(n), "SASL_SSL://"
	if n != nil && !api.forms.PrivateProtocol {
		protocol = ""
	}
	spec.BootstrapEndpoint = fmt.Sprintf("%s%s:%d", protocol, host, kafkaPort)
	spec.HTTPEndpoint = "https://" + host + ":443"
	spec.APIEndpoint = "https://" + strings.Replace(host, c.ID, "pkac-"+resourceSuffix(c.ID), 1)
	if name := c.accessPoint(n); name != "" && !api.forms.WithoutEndpoints {
		name = api.forms.connectionType(name)
		spec.Endpoints[name] = map[string]string{
			"kafka_bootstrap_endpoint": spec.BootstrapEndpoint, "http_endpoint": spec.HTTPEndpoint,
			"connection_type": name,
		}
	}
}

// accessPoint is the reserved name of the cluster's only access point, and of its type too. Basic and Standard clusters
// list none, nor do networks that are not for PrivateLink.
func (c *KafkaCluster) accessPoint(n *Network) string {
	switch {
	case c.Type == "Basic" || c.Type == "Standard" || n != nil && !n.has(connectionPrivateLink):
		return ""
	case n == nil && c.Type == typeDedicated:
		return "PUBLIC"
	}
	return "PRIVATE_LINK"
}

// kafkaPort is where all brokers listen.
const kafkaPort = 9092

// bootstrapHost is where clients connect to first.
func (c *KafkaCluster) bootstrapHost(n *Network) string {
	switch {
	case n == nil:
		return "pkc-" + resourceSuffix(c.ID) + "." + c.Region + ".aws.confluent.cloud"
	case n.DNSResolution == resolutionChasedPrivate:
		return c.ID + "-" + n.DNSLabel + "." + n.Region + "." + strings.ToLower(n.Cloud) + ".glb.confluent.cloud"
	}
	return c.privateHost(n)
}

// privateHost is the name in the network's own domain, to which a public one leads.
func (c *KafkaCluster) privateHost(n *Network) string {
	if n == nil {
		return c.bootstrapHost(nil)
	}
	return c.ID + "." + n.DNSDomain()
}

// brokerHosts are where the brokers are: below the domain of their zone, or of the region.
func (c *KafkaCluster) brokerHosts(n *Network) []string {
	hosts := make([]string, brokersPerCluster)
	for i := range hosts {
		switch {
		case n == nil:
			hosts[i] = fmt.Sprintf("b%d-%s", i, c.bootstrapHost(nil))
		case len(c.Zones) == 0:
			hosts[i] = fmt.Sprintf("b%d-%s.%s", i, c.ID, n.DNSDomain())
		default:
			hosts[i] = fmt.Sprintf("b%d-%s.%s.%s", i, c.ID, c.Zones[i%len(c.Zones)], n.DNSDomain())
		}
	}
	return hosts
}

// brokersPerCluster is as many as a topic has replicas.
const brokersPerCluster = 3

// resourceSuffix is an id without its prefix.
func resourceSuffix(id string) string { return id[strings.Index(id, "-")+1:] }

func (api confluent) listClusters(rq *request) (answer, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return answer{}, failed
	}
	var all []any
	for _, c := range api.state.kafkaClusters(func(c *KafkaCluster) bool {
		return c.EnvironmentID == environment && rq.wants("spec.network", c.NetworkID) &&
			rq.wants("spec.deletion_protection", strconv.FormatBool(c.DeletionProtection))
	}) {
		all = append(all, api.renderCluster(rq, c))
	}
	return rq.page("cmk/v2", "ClusterList", all)
}

func (api confluent) createCluster(rq *request) (answer, *failure) {
	var body struct{ Spec clusterSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := unprocessable(api.checkCluster(&spec)); failed != nil {
		return answer{}, failed
	}
	c := &KafkaCluster{
		ID: newID("lkc", api.state.KafkaClusters), EnvironmentID: spec.Environment.ID,
		NetworkID: spec.Network.id(), DisplayName: value(spec.DisplayName), Availability: spec.Availability,
		Cloud: spec.Cloud, Region: spec.Region, Type: spec.Config.clusterType(), CKU: spec.Config.CKU,
		ReleasePriority: spec.Config.ReleasePriority, EncryptionKey: spec.Config.EncryptionKey,
		BYOKKeyID: spec.BYOK.id(), Zones: spec.Config.Zones,
		DeletionProtection: spec.DeletionProtection != nil && *spec.DeletionProtection,
		Phase:              PhaseProvisioning, CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	if c.Type == typeDedicated {
		c.StatusCKU = 1 // whatever is asked for, until it is there
	}
	if n := api.state.Networks[c.NetworkID]; n != nil && len(c.Zones) == 0 {
		c.Zones = zonesFor(c.Availability, n.Zones)
	}
	api.state.KafkaClusters[c.ID] = c
	fails := take(&api.state.Failing.KafkaClusters)
	api.after(rq.now, api.times.KafkaClusterCreate, func(at time.Time) {
		switch {
		case c.Phase != PhaseProvisioning:
			return
		case fails:
			c.Phase = PhaseFailed
		default:
			c.Phase, c.StatusCKU = PhaseProvisioned, c.CKU
			api.startRegistry(c.EnvironmentID, at)
		}
		c.UpdatedAt = at
	})
	return answer{http.StatusAccepted, api.renderCluster(rq, c)}, nil
}

func (api confluent) getCluster(rq *request) (answer, *failure) {
	c, failed := api.cluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderCluster(rq, c)}, nil
}

func (api confluent) updateCluster(rq *request) (answer, *failure) {
	c := api.state.KafkaClusters[rq.params["id"]]
	if c == nil {
		return answer{}, forbidden("Kafka cluster", rq.params["id"])
	}
	var body struct{ Spec clusterSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := unprocessable(c.checkUpdate(&spec)); failed != nil {
		return answer{}, failed
	}
	if spec.DisplayName != nil {
		c.DisplayName = *spec.DisplayName
	}
	if spec.DeletionProtection != nil {
		c.DeletionProtection = *spec.DeletionProtection
	}
	if spec.Config != nil {
		c.Type = spec.Config.clusterType()
		api.resize(rq, c, spec.Config.CKU)
	}
	c.UpdatedAt = rq.now
	return answer{http.StatusOK, api.renderCluster(rq, c)}, nil
}

// resize changes the desired size at once and the actual size later.
func (api confluent) resize(rq *request, c *KafkaCluster, cku int) {
	if cku == 0 || cku == c.CKU {
		return
	}
	c.CKU = cku
	api.after(rq.now, api.times.KafkaClusterResize, func(at time.Time) {
		c.StatusCKU, c.UpdatedAt = cku, at
	})
}

// deleteCluster begins the deletion. A second request meanwhile is no error.
func (api confluent) deleteCluster(rq *request) (answer, *failure) {
	c, failed := api.cluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	if c.DeletionProtection {
		return answer{}, &failure{
			status: http.StatusConflict, code: "deletion_protection_enabled",
			detail: "The Kafka cluster " + c.ID + " has deletion protection: set deletion_protection to false first.",
		}
	}
	if c.Phase != PhaseDeprovisioning {
		c.Phase, c.UpdatedAt = PhaseDeprovisioning, rq.now
		api.after(rq.now, api.times.KafkaClusterDelete, func(time.Time) {
			delete(api.state.KafkaClusters, c.ID)
			api.state.dropKeys(func(k *APIKey) bool { return k.ClusterID == c.ID })
		})
	}
	return answer{status: http.StatusNoContent}, nil
}

// cluster is the one the path names, in the environment the query names.
func (api confluent) cluster(rq *request) (*KafkaCluster, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return nil, failed
	}
	c := api.state.KafkaClusters[rq.params["id"]]
	if c == nil || c.EnvironmentID != environment {
		return nil, forbidden("Kafka cluster", rq.params["id"])
	}
	return c, nil
}
