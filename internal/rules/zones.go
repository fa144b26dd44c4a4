package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// NetworkZones is how many AZs a Confluent Cloud network on AWS has.
const NetworkZones = 3

var azID = regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+$`)

// Zones checks the AZ IDs given for a new network: three different ones of a region.
// AZ names, such as us-east-1a, are refused: they mean another zone in each AWS account.
func Zones(zones []string) error {
	for _, z := range zones {
		if !azID.MatchString(z) {
			return fmt.Errorf("%q is not an AZ ID; give AZ IDs such as use1-az1, not AZ names such as us-east-1a", z)
		}
	}
	sorted := sortedSet(zones)
	if len(sorted) < len(zones) {
		return fmt.Errorf("%s has repeated AZs; give %d different AZ IDs", List(zones), NetworkZones)
	}
	if len(zones) != NetworkZones {
		return fmt.Errorf("%d AZs given (%s), but a Confluent network has exactly %d; give %d AZ IDs",
			len(zones), List(zones), NetworkZones, NetworkZones)
	}
	// What stands before -az is AWS's name for the region.
	region, _, _ := strings.Cut(zones[0], "-")
	for _, z := range zones {
		if !strings.HasPrefix(z, region+"-") {
			return fmt.Errorf("%s and %s are in different regions; give %d AZ IDs of the network's region", zones[0], z, NetworkZones)
		}
	}
	return nil
}

// FirstZones picks the zones of a new network out of those that TiDB Cloud reports: the first three in
// alphabetical order, so that the choice does not hang on the order of the report. There may be fewer.
func FirstZones(reported []string) []string {
	sorted := sortedSet(reported)
	return sorted[:min(len(sorted), NetworkZones)]
}

// CanChooseZones checks that TiDB Cloud reports enough AZs for a new network.
func CanChooseZones(reported []string) error {
	if zones := FirstZones(reported); len(zones) < NetworkZones {
		return fmt.Errorf("none given, and TiDB Cloud reports %d AZs (%s) where a Confluent network needs %d; "+
			"give %d AZ IDs of the region, at least one of these among them", len(zones), List(zones), NetworkZones, NetworkZones)
	}
	return nil
}

// CommonZones checks that a network in zones can be reached from a TiDB cluster in tidbZones.
func CommonZones(zones, tidbZones []string) error {
	for _, z := range zones {
		if slices.Contains(tidbZones, z) {
			return nil
		}
	}
	return fmt.Errorf("no AZ in common: the network is in %s, the TiDB Cloud cluster in %s; "+
		"use a network in at least one of the cluster's AZs", List(zones), List(sortedSet(tidbZones)))
}

func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
