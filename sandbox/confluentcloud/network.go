package confluentcloud

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func createNetwork(ctx context.Context, s *session, inputs property.Map) (string, error) {
	cloud, types := standin.TextAt(inputs, "cloud"), standin.TextsAt(inputs, "connectionTypes")
	zones := standin.TextsAt(inputs, "zones")
	if err := checkConnections(cloud, types, zones); err != nil {
		return "", err
	}
	spec := &api.NetworkSpec{
		DisplayName:     standin.TextAt(inputs, nameProperty),
		Cloud:           cloud,
		Region:          standin.TextAt(inputs, "region"),
		ConnectionTypes: types,
		Cidr:            standin.TextAt(inputs, "cidr"),
		ReservedCidr:    standin.TextAt(inputs, "reservedCidr"),
		Zones:           zones,
		ZonesInfo:       zoneInfos(inputs),
		Environment:     api.Ref(parent(inputs)),
	}
	if resolution := standin.TextAt(inputs, "dnsConfig", "resolution"); resolution != "" {
		spec.DNSConfig = &api.DNSConfig{Resolution: resolution}
	}
	made, err := s.client.Networks().Create(s.beginning(ctx), api.Network{Spec: spec})
	return made.ID, err
}

// checkConnections is a check that the real provider makes only when it creates a network, not at preview.
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
			infos = append(infos,
				api.ZoneInfo{
					ZoneID: standin.TextAt(item.AsMap(), "zoneId"),
					Cidr:   standin.TextAt(item.AsMap(), "cidr"),
				})
		}
	}
	return infos
}

func awaitNetwork(ctx context.Context, s *session, id string, inputs property.Map) error {
	what := fmt.Sprintf("Network %q", id)
	return s.waitAfter(ctx, standin.Wait{
		What: what, Target: "READY", First: 5 * time.Second, Every: time.Minute, Limit: networkingCreateTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			n, err := s.client.Networks().Get(ctx, parent(inputs), id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, n.Status.Phase, "READY", n.Status.ErrorMessage)
		},
	})
}

func readNetwork(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	found, err := s.client.Networks().Get(ctx, parent(known), id)
	if err != nil {
		return property.Map{}, api.Bare(err)
	}
	return networkState(found), nil
}

func networkState(n api.Network) property.Map {
	state := standin.Values{
		nameProperty:      property.New(n.Spec.DisplayName),
		"cloud":           property.New(n.Spec.Cloud),
		"region":          property.New(n.Spec.Region),
		"connectionTypes": standin.TextsOf(n.Spec.ConnectionTypes),
		"cidr":            property.New(n.Spec.Cidr),
		"reservedCidr":    property.New(n.Spec.ReservedCidr),
		"zones":           standin.TextsOf(n.Spec.Zones),
		"zoneInfos":       zoneInfosOf(n.Spec.ZonesInfo),
		"environment":     idOf(api.RefID(n.Spec.Environment)),
		"dnsConfig":       standin.ObjectOf(standin.Values{"resolution": property.New(resolution(n))}),
		"gateways":        standin.ListOf(idOf(api.RefID(n.Spec.Gateway))),
		"dnsDomain":       property.New(n.Status.DNSDomain),
		"endpointSuffix":  property.New(n.Status.EndpointSuffix),
		"zonalSubdomains": standin.TextMapOf(n.Status.ZonalSubdomains),
		"resourceName":    property.New(n.ResourceName()),
		"aws":             standin.ListOf(),
		"azures":          standin.ListOf(),
		"gcps":            standin.ListOf(),
	}
	name, details := cloudDetails(n)
	if name != "" {
		state[name] = standin.ListOf(details)
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
		items = append(items,
			standin.ObjectOf(standin.Values{"zoneId": property.New(info.ZoneID), "cidr": property.New(info.Cidr)}))
	}
	return standin.ListOf(items...)
}

// cloudDetails is the list that belongs to the network's cloud, and its one element.
func cloudDetails(n api.Network) (string, property.Value) {
	c := n.Status.Cloud
	switch strings.ToUpper(n.Spec.Cloud) {
	case "AWS":
		return "aws", standin.ObjectOf(standin.Values{
			"vpc":                        property.New(c.Vpc),
			"account":                    property.New(c.Account),
			"privateLinkEndpointService": property.New(c.PrivateLinkEndpointService),
		})
	case "AZURE":
		return "azures",
			standin.ObjectOf(
				standin.Values{"privateLinkServiceAliases": standin.TextMapOf(c.PrivateLinkServiceAliases)})
	case "GCP":
		return "gcps", standin.ObjectOf(standin.Values{
			"project":    property.New(c.Project),
			"vpcNetwork": property.New(c.VpcNetwork),
			"privateServiceConnectServiceAttachments": standin.TextMapOf(c.ServiceAttachments),
		})
	}
	return "", property.Value{}
}

func updateNetwork(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	// With nothing to change, after a creation that failed half way, the real provider still sends the name.
	if err := onlyName(u); err != nil {
		return 0, err
	}
	return count(s.client.Networks().Update(ctx, id, api.Network{Spec: &api.NetworkSpec{
		DisplayName: standin.TextAt(u.Inputs, nameProperty),
		Environment: api.Ref(parent(u.Inputs)),
	}}))
}

// onlyName rejects an update of anything but the display name. Other changes replace, so this guards against a mistake.
func onlyName(u standin.Update) error {
	for _, path := range standin.SortedKeys(u.Changes) {
		if path != nameProperty {
			return fmt.Errorf("only %q can be updated in place, and %q differs", nameProperty, path)
		}
	}
	return nil
}

// deleteNetwork does not wait: the real provider leaves a network while it is being deprovisioned.
func deleteNetwork(ctx context.Context, s *session, id string, state property.Map) error {
	return s.client.Networks().Delete(ctx, parent(state), id)
}
