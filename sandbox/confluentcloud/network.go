package confluentcloud

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

type networkCalls struct{}

func (networkCalls) create(ctx context.Context, s *session, inputs property.Map) (string, error) {
	cloud, types := textAt(inputs, "cloud"), textsAt(inputs, "connectionTypes")
	zones := textsAt(inputs, "zones")
	if err := checkConnections(cloud, types, zones); err != nil {
		return "", err
	}
	spec := &api.NetworkSpec{
		DisplayName:     textAt(inputs, nameProperty),
		Cloud:           cloud,
		Region:          textAt(inputs, "region"),
		ConnectionTypes: types,
		Cidr:            textAt(inputs, "cidr"),
		ReservedCidr:    textAt(inputs, "reservedCidr"),
		Zones:           zones,
		ZonesInfo:       zoneInfos(inputs),
		Environment:     api.Ref(parent(inputs)),
	}
	if resolution := textAt(inputs, "dnsConfig", "resolution"); resolution != "" {
		spec.DNSConfig = &api.DNSConfig{Resolution: resolution}
	}
	made, err := s.client.Networks().Create(ctx, api.Network{Spec: spec})
	return made.ID, err
}

// checkConnections is what the real provider finds out only when it creates a network, and not at preview.
func checkConnections(cloud string, types, zones []string) error {
	known := []string{"PEERING", "TRANSITGATEWAY", "PRIVATELINK"}
	for _, t := range types {
		if !slices.Contains(known, t) {
			return fmt.Errorf("connectionTypes: %q is none of %s", t, strings.Join(known, ", "))
		}
	}
	peeringOrLink := slices.Contains(types, "PRIVATELINK") || slices.Contains(types, "PEERING")
	choosable := cloud == "AWS" && len(types) > 0 || cloud == "GCP" && peeringOrLink
	if len(zones) > 0 && !choosable {
		return fmt.Errorf("zones cannot be chosen for a network on %s with connection types %s; leave them out",
			cloud, strings.Join(types, ", "))
	}
	return nil
}

func zoneInfos(inputs property.Map) []api.ZoneInfo {
	var infos []api.ZoneInfo
	if v := inputs.Get("zoneInfos"); v.IsArray() {
		for _, item := range v.AsArray().All {
			infos = append(infos, api.ZoneInfo{ZoneID: textAt(item.AsMap(), "zoneId"), Cidr: textAt(item.AsMap(), "cidr")})
		}
	}
	return infos
}

func (networkCalls) await(ctx context.Context, s *session, id string, inputs property.Map) error {
	what := fmt.Sprintf("Network %q", id)
	return s.wait(ctx, wait{
		what: what, first: 5 * time.Second, every: time.Minute, limit: networkingCreateTimeout,
		look: func(ctx context.Context) (string, bool, error) {
			n, err := s.client.Networks().Get(ctx, parent(inputs), id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, n.Status.Phase, "READY", n.Status.ErrorMessage)
		},
	})
}

func (networkCalls) read(ctx context.Context, s *session, environment, id string) (property.Map, error) {
	found, err := s.client.Networks().Get(ctx, environment, id)
	if err != nil {
		return property.Map{}, err
	}
	return networkState(found), nil
}

func networkState(n api.Network) property.Map {
	state := values{
		nameProperty:      property.New(n.Spec.DisplayName),
		"cloud":           property.New(n.Spec.Cloud),
		"region":          property.New(n.Spec.Region),
		"connectionTypes": textsOf(n.Spec.ConnectionTypes),
		"cidr":            property.New(n.Spec.Cidr),
		"reservedCidr":    property.New(n.Spec.ReservedCidr),
		"zones":           textsOf(n.Spec.Zones),
		"zoneInfos":       zoneInfosOf(n.Spec.ZonesInfo),
		"environment":     idOf(api.RefID(n.Spec.Environment)),
		"dnsConfig":       objectOf(values{"resolution": property.New(resolution(n))}),
		"gateways":        listOf(idOf(api.RefID(n.Spec.Gateway))),
		"dnsDomain":       property.New(n.Status.DNSDomain),
		"endpointSuffix":  property.New(n.Status.EndpointSuffix),
		"zonalSubdomains": textMapOf(n.Status.ZonalSubdomains),
		"resourceName":    property.New(n.ResourceName()),
		"aws":             listOf(),
		"azures":          listOf(),
		"gcps":            listOf(),
	}
	name, details := cloudDetails(n)
	if name != "" {
		state[name] = listOf(details)
	}
	return property.NewMap(state)
}

func resolution(n api.Network) string {
	if n.Spec.DNSConfig == nil {
		return ""
	}
	return n.Spec.DNSConfig.Resolution
}

func zoneInfosOf(infos []api.ZoneInfo) property.Value {
	items := make([]property.Value, 0, len(infos))
	for _, info := range infos {
		items = append(items, objectOf(values{"zoneId": property.New(info.ZoneID), "cidr": property.New(info.Cidr)}))
	}
	return listOf(items...)
}

// cloudDetails is the list that belongs to the network's cloud, and its one element.
func cloudDetails(n api.Network) (string, property.Value) {
	c := n.Status.Cloud
	switch strings.ToUpper(n.Spec.Cloud) {
	case "AWS":
		return "aws", objectOf(values{
			"vpc":                        property.New(c.Vpc),
			"account":                    property.New(c.Account),
			"privateLinkEndpointService": property.New(c.PrivateLinkEndpointService),
		})
	case "AZURE":
		return "azures", objectOf(values{"privateLinkServiceAliases": textMapOf(c.PrivateLinkServiceAliases)})
	case "GCP":
		return "gcps", objectOf(values{
			"project":    property.New(c.Project),
			"vpcNetwork": property.New(c.VpcNetwork),
			"privateServiceConnectServiceAttachments": textMapOf(c.ServiceAttachments),
		})
	}
	return "", property.Value{}
}

func (networkCalls) update(ctx context.Context, s *session, id string, u update) (int, error) {
	if err := onlyName(u); err != nil || len(u.changes) == 0 {
		return 0, err
	}
	return count(s.client.Networks().Update(ctx, id, api.Network{Spec: &api.NetworkSpec{
		DisplayName: textAt(u.inputs, nameProperty),
		Environment: api.Ref(parent(u.inputs)),
	}}))
}

// onlyName refuses an update of anything but the display name. All else replaces, so this guards against a mistake.
func onlyName(u update) error {
	for _, path := range sortedKeys(u.changes) {
		if path != nameProperty {
			return fmt.Errorf("only %q can be updated in place, and %q differs", nameProperty, path)
		}
	}
	return nil
}

// delete does not wait: the real provider leaves a network while it is being deprovisioned.
func (networkCalls) delete(ctx context.Context, s *session, environment, id string) error {
	return s.client.Networks().Delete(ctx, environment, id)
}
