package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// KafkaPorts are the ports of a Confluent network that clients connect to: Kafka's own, and the one of the REST APIs.
func KafkaPorts() []int { return []int{443, 9092} }

// PrivateZone returns the name of the private hosted zone that a Confluent network's names are in, from its DNS domain.
// The names that go through a global load balancer lead to names in that zone too.
func PrivateZone(dnsDomain string) (string, error) {
	name, err := UniqueName(dnsDomain)
	if err != nil {
		return "", err
	}
	return name + ".aws.confluent.cloud", nil
}

// ZonalSubdomains checks the DNS domains of a network's zones: by AZ ID, each below the network's domain.
func ZonalSubdomains(domains map[string]string) error {
	if len(domains) == 0 {
		return errors.New("is empty; set the network's, or leave it out to look it up")
	}
	for _, zone := range sortedKeys(domains) {
		if err := checkAZ(zone); err != nil {
			return err
		}
		if _, err := UniqueName(domains[zone]); err != nil {
			return err
		}
	}
	return nil
}

// SameNetwork checks that three descriptions of a network can be of the same network.
func SameNetwork(dnsDomain string, zonal map[string]string, endpointService string) error {
	name, err := UniqueName(dnsDomain)
	if err != nil {
		return err
	}
	for _, zone := range sortedKeys(zonal) {
		if of, err := UniqueName(zonal[zone]); err != nil || of != name {
			return fmt.Errorf("zonalSubdomains has %s, which is not below dnsDomain %s; use both of the same network",
				zonal[zone], dnsDomain)
		}
	}
	region, err := RegionOfEndpointService(endpointService)
	if err != nil {
		return err
	}
	return SameRegion("endpoint service "+endpointService, region, "DNS domain "+dnsDomain, RegionOfUniqueName(name))
}

// EndpointAccepted is false for an endpoint that the owner of the service has not accepted. The states while AWS
// creates or changes it count as accepted: they do not show it.
func EndpointAccepted(state string) bool {
	return !slices.Contains([]string{"pendingacceptance", "rejected"}, strings.ToLower(state))
}

// EndpointName returns the DNS name of an interface endpoint that leads to all of its zones. AWS lists it among those
// that lead to one zone each, which have the zone's name after the same label.
func EndpointName(listed []string) (string, error) {
	if len(listed) == 0 {
		return "", errors.New("the endpoint has no DNS name; check its state in AWS, and run pulumi refresh when it " +
			"is available")
	}
	return slices.MinFunc(listed, func(a, b string) int { return len(a) - len(b) }), nil
}

// ZonalEndpointName returns the DNS name of an interface endpoint that leads to one of its zones.
func ZonalEndpointName(endpointName, zoneName string) string {
	label, rest, _ := strings.Cut(endpointName, ".")
	return label + "-" + zoneName + "." + rest
}

// ZonalWildcard is the DNS name that covers all of a network's names in one of its zones.
func ZonalWildcard(zone, privateZone string) string { return "*." + zone + "." + privateZone }
