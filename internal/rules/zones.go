package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// networkZones is how many AZs a Confluent Cloud network on AWS has.
const networkZones = 3

var azID = regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+$`)

func checkAZ(zone string) error {
	if azID.MatchString(zone) {
		return nil
	}
	return fmt.Errorf("%q is not an AZ ID; use AZ IDs such as use1-az1, not AZ names such as us-east-1a", zone)
}

// Zones checks the AZ IDs of a new network: three different ones of a region.
// AZ names, such as us-east-1a, are refused: they mean another zone in each AWS account.
func Zones(zones []string) error {
	if err := Each(checkAZ)(zones); err != nil {
		return err
	}
	sorted := sortedSet(zones)
	if len(sorted) < len(zones) {
		return fmt.Errorf("%s has repeated AZs; use %d different AZ IDs", List(zones), networkZones)
	}
	if len(zones) != networkZones {
		return fmt.Errorf("has %d AZs (%s), but a Confluent network has exactly %d; use %d AZ IDs",
			len(zones), List(zones), networkZones, networkZones)
	}
	// The text before -az is AWS's short name for the region.
	region, _, _ := strings.Cut(zones[0], "-")
	for _, z := range zones {
		if !strings.HasPrefix(z, region+"-") {
			return fmt.Errorf("%s and %s are in different regions; use %d AZ IDs of the network's "+
				"region", zones[0], z, networkZones)
		}
	}
	return nil
}

// regionZones are the AZ IDs of AWS regions, as AWS publishes them, without those that new accounts do not get.
// Confluent Cloud does not publish which of them it offers; its refusal names the zone and costs nothing.
var regionZones = map[string][]string{
	"ap-east-1":      {"ape1-az1", "ape1-az2", "ape1-az3"},
	"ap-northeast-1": {"apne1-az1", "apne1-az2", "apne1-az4"},
	"ap-northeast-2": {"apne2-az1", "apne2-az2", "apne2-az3", "apne2-az4"},
	"ap-south-1":     {"aps1-az1", "aps1-az2", "aps1-az3"},
	"ap-southeast-1": {"apse1-az1", "apse1-az2", "apse1-az3"},
	"ap-southeast-2": {"apse2-az1", "apse2-az2", "apse2-az3"},
	"ca-central-1":   {"cac1-az1", "cac1-az2", "cac1-az4"},
	"eu-central-1":   {"euc1-az1", "euc1-az2", "euc1-az3"},
	"eu-north-1":     {"eun1-az1", "eun1-az2", "eun1-az3"},
	"eu-west-1":      {"euw1-az1", "euw1-az2", "euw1-az3"},
	"eu-west-2":      {"euw2-az1", "euw2-az2", "euw2-az3"},
	"sa-east-1":      {"sae1-az1", "sae1-az2", "sae1-az3"},
	"us-east-1":      {"use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"},
	"us-east-2":      {"use2-az1", "use2-az2", "use2-az3"},
	"us-west-2":      {"usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"},
}

// ChooseZones chooses the zones of a new network: the first three, in alphabetical order, of the AZ IDs that TiDB Cloud
// reports, filled up with other AZ IDs of the region. It returns nil when there are too few: Confluent Cloud chooses
// then.
func ChooseZones(region string, reported []string) []string {
	zones := sortedSet(reported)
	for _, zone := range regionZones[region] {
		if len(zones) >= networkZones {
			break
		}
		if !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
	}
	if len(zones) < networkZones {
		return nil
	}
	return sortedSet(zones[:networkZones])
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

// CommonChosenZones checks that a network whose zones Confluent Cloud chose can be reached from a TiDB cluster in
// tidbZones.
func CommonChosenZones(chosen, tidbZones []string) error {
	if CommonZones(chosen, tidbZones) == nil {
		return nil
	}
	return fmt.Errorf("no AZ in common: Confluent Cloud chose %s for the network, the TiDB Cloud cluster is in %s; "+
		"set %d AZ IDs of the region, including at least one of the cluster's, which replaces the network",
		List(sortedSet(chosen)), List(sortedSet(tidbZones)), networkZones)
}

func sortedSet(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
