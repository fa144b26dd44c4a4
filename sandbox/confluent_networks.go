package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	connectionPrivateLink   = "PRIVATELINK"
	resolutionPrivate       = "PRIVATE"
	resolutionChasedPrivate = "CHASED_PRIVATE"
	zonesOfNetwork          = 3
)

type dnsConfig struct {
	Resolution string `json:"resolution"`
}

// networkSpec is the desired state of a network, as it is sent and answered.
type networkSpec struct {
	DisplayName     *string    `json:"display_name,omitempty"`
	Cloud           string     `json:"cloud,omitempty"`
	Region          string     `json:"region,omitempty"`
	ConnectionTypes []string   `json:"connection_types,omitempty"`
	CIDR            string     `json:"cidr,omitempty"`
	ReservedCIDR    string     `json:"reserved_cidr,omitempty"`
	Zones           []string   `json:"zones,omitempty"`
	ZonesInfo       []ZoneInfo `json:"zones_info,omitempty"`
	DNSConfig       *dnsConfig `json:"dns_config,omitempty"`
	Environment     *reference `json:"environment,omitempty"`
}

type networkStatus struct {
	Phase                    string            `json:"phase"`
	SupportedConnectionTypes []string          `json:"supported_connection_types"`
	ActiveConnectionTypes    []string          `json:"active_connection_types"`
	ErrorCode                string            `json:"error_code,omitempty"`
	ErrorMessage             string            `json:"error_message,omitempty"`
	DNSDomain                string            `json:"dns_domain"`
	EndpointSuffix           string            `json:"endpoint_suffix"`
	ZonalSubdomains          map[string]string `json:"zonal_subdomains"`
	Cloud                    map[string]any    `json:"cloud"`
}

type networkJSON struct {
	APIVersion string        `json:"api_version"`
	Kind       string        `json:"kind"`
	ID         string        `json:"id"`
	Metadata   objectMeta    `json:"metadata"`
	Spec       networkSpec   `json:"spec"`
	Status     networkStatus `json:"status"`
}

func networkCRN(n *Network) string { return environmentCRN(n.EnvironmentID) + "/network=" + n.ID }

func (n *Network) has(connectionType string) bool {
	return slices.Contains(n.ConnectionTypes, connectionType)
}

func (api confluent) renderNetwork(rq *request, n *Network) networkJSON {
	spec := networkSpec{
		DisplayName: optional(n.DisplayName), Cloud: n.Cloud, Region: n.Region,
		ConnectionTypes: n.ConnectionTypes, CIDR: n.CIDR, ReservedCIDR: n.ReservedCIDR, Zones: n.Zones,
		ZonesInfo: n.ZonesInfo, DNSConfig: &dnsConfig{n.DNSResolution},
		Environment: rq.environmentReference(n.EnvironmentID),
	}
	return networkJSON{
		APIVersion: "networking/v1", Kind: "Network", ID: n.ID, Spec: spec, Status: api.networkStatus(n),
		Metadata: rq.meta(networkCRN(n), n.EnvironmentID, n.CreatedAt, n.UpdatedAt),
	}
}

// networkStatus always has the cloud's own part, empty as it may be: the real
// provider does not survive an AWS network without it.
func (api confluent) networkStatus(n *Network) networkStatus {
	status := networkStatus{
		Phase: n.Phase, SupportedConnectionTypes: n.ConnectionTypes, ActiveConnectionTypes: []string{},
		EndpointSuffix: ".", ZonalSubdomains: map[string]string{}, Cloud: api.cloudStatus(n),
	}
	if n.Phase == PhaseFailed {
		status.ErrorCode, status.ErrorMessage = orDefault(n.ErrorCode, insufficientCapacity), n.ErrorMessage
	}
	if n.EndpointService == "" && n.VPC == "" && n.Phase != PhaseReady {
		return status // it never was READY
	}
	status.ActiveConnectionTypes = n.ConnectionTypes
	status.DNSDomain = api.forms.domain(n)
	status.EndpointSuffix = "." + status.DNSDomain
	for _, zone := range n.Zones {
		status.ZonalSubdomains[zone] = zone + "." + n.DNSDomain()
	}
	return status
}

func (api confluent) cloudStatus(n *Network) map[string]any {
	switch n.Cloud {
	case "AZURE":
		return map[string]any{
			"kind":         api.forms.kind("AzureNetwork"),
			"vnet":         "/subscriptions/00000000-0000-0000-0000-000000000000/" + n.ID,
			"subscription": "00000000-0000-0000-0000-000000000000",
		}
	case "GCP":
		return map[string]any{"kind": api.forms.kind("GcpNetwork"), "project": "cc-sandbox", "vpc_network": n.ID}
	default:
		return map[string]any{
			"kind": api.forms.kind("AwsNetwork"), "vpc": n.VPC, "account": confluentAccount,
			"private_link_endpoint_service": n.EndpointService,
		}
	}
}

func (api confluent) listNetworks(rq *request) (answer, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return answer{}, failed
	}
	var all []any
	for _, n := range api.state.networks(func(n *Network) bool {
		return n.EnvironmentID == environment &&
			rq.wants("spec.display_name", n.DisplayName) && rq.wants("spec.cloud", n.Cloud) &&
			rq.wants("spec.region", n.Region) && rq.wants("status.phase", n.Phase) &&
			rq.wants("spec.cidr", n.CIDR) && rq.wantsAny("spec.connection_types", n.ConnectionTypes)
	}) {
		all = append(all, api.renderNetwork(rq, n))
	}
	return rq.page("networking/v1", "NetworkList", all)
}

func (api confluent) createNetwork(rq *request) (answer, *failure) {
	var body struct{ Spec networkSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := api.checkNetwork(&spec); failed != nil {
		return answer{}, failed
	}
	id := newID("n", api.state.Networks)
	n := &Network{
		ID: id, EnvironmentID: spec.Environment.ID,
		DisplayName: value(spec.DisplayName), Cloud: spec.Cloud, Region: spec.Region,
		ConnectionTypes: spec.ConnectionTypes, Zones: spec.zones(), ZonesInfo: spec.ZonesInfo, CIDR: spec.CIDR,
		ReservedCIDR: spec.ReservedCIDR, DNSResolution: resolutionChasedPrivate,
		DNSLabel: api.forms.label(id, api.state.NextDNSLabel),
		Phase:    PhaseProvisioning, CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	api.state.NextDNSLabel = ""
	if spec.DNSConfig != nil {
		n.DNSResolution = spec.DNSConfig.Resolution
	}
	if known, ok := awsRegions[n.Region]; ok && n.Cloud == "AWS" && len(n.Zones) == 0 {
		n.Zones = known.pickZones()
	}
	api.state.Networks[n.ID] = n
	fails := take(&api.state.Failing.Networks)
	api.after(rq.now, api.times.NetworkCreate, func(at time.Time) {
		switch {
		case n.Phase != PhaseProvisioning:
			return
		case fails:
			n.Phase, n.ErrorCode, n.ErrorMessage = PhaseFailed, insufficientCapacity, "Could not provision cloud "+
				"resources"
		default:
			n.Phase = PhaseReady
			n.provision()
		}
		n.UpdatedAt = at
	})
	return answer{http.StatusAccepted, api.renderNetwork(rq, n)}, nil
}

func newDNSLabel() string { return "dom" + randomString(lowerLetters, 8) }

// checkNetwork reports what is wrong with a new network.
func (api confluent) checkNetwork(spec *networkSpec) *failure {
	environment := spec.Environment.id()
	if api.state.Environments[environment] == nil {
		return forbidden("environment", environment)
	}
	if failed := oneOf("spec.cloud", spec.Cloud, "AWS", "AZURE", "GCP"); failed != nil {
		return failed
	}
	if len(spec.ConnectionTypes) == 0 {
		return invalid("spec.connection_types is empty: name at least one of PRIVATELINK, PEERING, TRANSITGATEWAY.")
	}
	if repeated(spec.ConnectionTypes) {
		return invalid("spec.connection_types is " + quote(spec.ConnectionTypes) + ": it must name each type once.")
	}
	for _, connection := range spec.ConnectionTypes {
		if failed := oneOf("spec.connection_types", connection,
			connectionPrivateLink, "PEERING", "TRANSITGATEWAY"); failed != nil {
			return failed
		}
	}
	if spec.DNSConfig != nil {
		if failed := oneOf("spec.dns_config.resolution", spec.DNSConfig.Resolution,
			resolutionPrivate, resolutionChasedPrivate); failed != nil {
			return failed
		}
	}
	if failed := checkZones(spec); failed != nil {
		return failed
	}
	if failed := checkAddresses(spec); failed != nil {
		return failed
	}
	if reached(api.quotas.NetworksPerEnvironment, len(api.state.networks(
		func(n *Network) bool { return n.EnvironmentID == environment }))) {
		return overQuota("dedicated_networks_per_environment")
	}
	return nil
}

// Address ranges, of the one length that each field takes.
var (
	networkRange  = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+/16$`)
	reservedRange = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+/24$`)
	zoneRange     = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+/27$`)
)

// checkAddresses requires address ranges for the types of connections that have them, and for no other.
func checkAddresses(spec *networkSpec) *failure {
	routed := slices.ContainsFunc(spec.ConnectionTypes, func(t string) bool { return t != connectionPrivateLink })
	types := quote(spec.ConnectionTypes)
	switch {
	case routed && spec.CIDR == "" && len(spec.ZonesInfo) == 0:
		return invalid("spec.connection_types is " + types + ": spec.cidr or spec.zones_info is needed.")
	case !routed && spec.CIDR+spec.ReservedCIDR != "":
		return invalid("spec.connection_types is " + types + ": such a network has no spec.cidr or spec.reserved_cidr.")
	case !routed && len(spec.ZonesInfo) > 0:
		return invalid("spec.connection_types is " + types + ": such a network has no spec.zones_info.")
	case spec.DNSConfig != nil && !slices.Contains(spec.ConnectionTypes, connectionPrivateLink):
		return invalid("spec.connection_types is " + types + ": only a PRIVATELINK network has spec.dns_config.")
	case spec.CIDR != "" && !networkRange.MatchString(spec.CIDR):
		return invalid("spec.cidr is " + quote(spec.CIDR) + ": it must be a /16.")
	case spec.ReservedCIDR != "" && !reservedRange.MatchString(spec.ReservedCIDR):
		return invalid("spec.reserved_cidr is " + quote(spec.ReservedCIDR) + ": it must be a /24.")
	}
	for _, info := range spec.ZonesInfo {
		if !zoneRange.MatchString(info.CIDR) {
			return invalid("spec.zones_info has the cidr " + quote(info.CIDR) + ": it must be a /27.")
		}
	}
	return nil
}

// checkZones requires three different zones of the region, or none at all.
func checkZones(spec *networkSpec) *failure {
	if spec.Region == "" {
		return invalid("spec.region is empty.")
	}
	known, ok := awsRegions[spec.Region]
	if spec.Cloud == "AWS" && !ok {
		return invalid("spec.region is " + quote(spec.Region) + ", which is not a region of AWS that is supported.")
	}
	if len(spec.ZonesInfo) > 0 && len(spec.Zones) > 0 && !sameSet(spec.zones(), spec.Zones) {
		return invalid(fmt.Sprintf("spec.zones is %s, and spec.zones_info is about %s: they must name the same zones.",
			quote(spec.Zones), quote(spec.zones())))
	}
	return checkZoneIDs(spec, known)
}

// zones are the requested zones, whichever field names them.
func (spec *networkSpec) zones() []string {
	if len(spec.ZonesInfo) == 0 {
		return spec.Zones
	}
	zones := make([]string, len(spec.ZonesInfo))
	for i, info := range spec.ZonesInfo {
		zones[i] = info.ZoneID
	}
	return zones
}

func checkZoneIDs(spec *networkSpec, known region) *failure {
	wanted := spec.zones()
	if len(wanted) == 0 {
		return nil
	}
	if len(wanted) != zonesOfNetwork || repeated(wanted) {
		return invalid(fmt.Sprintf("spec.zones is %s: it must have exactly three different zones, or be left out.",
			quote(wanted)))
	}
	for _, zone := range wanted {
		if spec.Cloud == "AWS" && !slices.Contains(known.zones(), zone) {
			return invalid(fmt.Sprintf("spec.zones has %s, which is not a zone of %s: use %s.",
				quote(zone), spec.Region, strings.Join(known.zones(), ", ")))
		}
	}
	return nil
}

func (api confluent) getNetwork(rq *request) (answer, *failure) {
	n, failed := api.network(rq)
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderNetwork(rq, n)}, nil
}

func (api confluent) updateNetwork(rq *request) (answer, *failure) {
	n := api.state.Networks[rq.params["id"]]
	if n == nil {
		return answer{}, notFound("network", rq.params["id"])
	}
	var body struct{ Spec networkSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := sameEnvironment("network", n.ID, n.EnvironmentID, spec.Environment); failed != nil {
		return answer{}, failed
	}
	if failed := notLeaving("network", n.ID, n.Phase); failed != nil {
		return answer{}, failed
	}
	resolution := n.DNSResolution
	if spec.DNSConfig != nil {
		resolution = spec.DNSConfig.Resolution
	}
	if failed := immutable(
		change{"cloud", n.Cloud, spec.Cloud}, change{"region", n.Region, spec.Region},
		change{"cidr", n.CIDR, spec.CIDR}, change{"reserved_cidr", n.ReservedCIDR, spec.ReservedCIDR},
		change{"dns_config.resolution", n.DNSResolution, resolution},
		listChange("connection_types", n.ConnectionTypes, spec.ConnectionTypes),
		listChange("zones", n.Zones, spec.Zones),
	); failed != nil {
		return answer{}, failed
	}
	if spec.DisplayName != nil {
		n.DisplayName = *spec.DisplayName
	}
	n.UpdatedAt = rq.now
	return answer{http.StatusOK, api.renderNetwork(rq, n)}, nil
}

// deleteNetwork begins the deletion. While it lasts, a request is answered as if the network did not exist.
func (api confluent) deleteNetwork(rq *request) (answer, *failure) {
	n, failed := api.network(rq)
	if failed != nil {
		return answer{}, failed
	}
	if n.Phase == PhaseDeprovisioning && !api.forms.RepeatableDeletion {
		return answer{}, notFound("network", n.ID)
	}
	var inUse []string
	for _, c := range api.state.kafkaClusters(func(c *KafkaCluster) bool { return c.NetworkID == n.ID }) {
		inUse = append(inUse, c.ID)
	}
	for _, a := range api.state.accesses(func(a *PrivateLinkAccess) bool { return a.NetworkID == n.ID }) {
		inUse = append(inUse, a.ID)
	}
	if len(inUse) > 0 {
		return answer{}, dependents("network", n.ID, inUse)
	}
	if n.Phase != PhaseDeprovisioning {
		n.Phase, n.UpdatedAt = PhaseDeprovisioning, rq.now
		api.after(rq.now, api.times.NetworkDelete, func(time.Time) { delete(api.state.Networks, n.ID) })
	}
	return answer{status: http.StatusNoContent}, nil
}

// network is the one the path names, in the environment the query names.
func (api confluent) network(rq *request) (*Network, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return nil, failed
	}
	n := api.state.Networks[rq.params["id"]]
	if n == nil || n.EnvironmentID != environment {
		return nil, notFound("network", rq.params["id"])
	}
	return n, nil
}
