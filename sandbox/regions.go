package sandbox

import (
	"slices"
	"strconv"
)

// region is what the sandbox knows about a region of a cloud.
type region struct {
	displayName string
	// zonePrefix and zoneCount are the parts of the AZ IDs: use1-az1, use1-az2 …
	zonePrefix string
	zoneCount  int
	// account is the account TiDB Cloud runs the region's clusters in. There
	// is one for each region, shared by all clusters.
	account string
	// tidbZones are the AZ IDs TiDB Cloud reports, in its own order.
	tidbZones []string
}

// awsRegions are the AWS regions with TiDB Cloud Essential, and ap-southeast-3
// for a region of which clients know nothing beforehand; its fourth zone is
// invented. The accounts are the ones AWS's documentation uses in examples.
var awsRegions = map[string]region{
	"us-east-1": {
		displayName: "N. Virginia (us-east-1)", zonePrefix: "use1", zoneCount: 6, account: "111122223333",
		tidbZones: []string{"use1-az6", "use1-az1", "use1-az2"},
	},
	"us-west-2": {
		displayName: "Oregon (us-west-2)", zonePrefix: "usw2", zoneCount: 4, account: "444455556666",
		tidbZones: []string{"usw2-az1", "usw2-az2", "usw2-az3"},
	},
	"eu-central-1": {
		displayName: "Frankfurt (eu-central-1)", zonePrefix: "euc1", zoneCount: 3, account: "555566667777",
		tidbZones: []string{"euc1-az1", "euc1-az2", "euc1-az3"},
	},
	"ap-northeast-1": {
		displayName: "Tokyo (ap-northeast-1)", zonePrefix: "apne1", zoneCount: 4, account: "666677778888",
		tidbZones: []string{"apne1-az1", "apne1-az2", "apne1-az4"},
	},
	"ap-southeast-3": {
		displayName: "Jakarta (ap-southeast-3)", zonePrefix: "apse3", zoneCount: 4, account: "888899990000",
		tidbZones: []string{"apse3-az2"},
	},
	"ap-southeast-1": {
		displayName: "Singapore (ap-southeast-1)", zonePrefix: "apse1", zoneCount: 3, account: "123456789012",
		tidbZones: []string{"apse1-az1", "apse1-az2", "apse1-az3"},
	},
}

// confluentAccount is the AWS account Confluent's networks are in.
const confluentAccount = "999999999999"

// zones lists the AZ IDs of the region.
func (r region) zones() []string {
	zones := make([]string, r.zoneCount)
	for i := range zones {
		zones[i] = r.zonePrefix + "-az" + strconv.Itoa(i+1)
	}
	return zones
}

// pickZones chooses three zones for a network created without any. As with the
// real service it is not known which: these are the last ones, so that a
// client which expects the first three notices.
func (r region) pickZones() []string {
	zones := r.zones()
	return zones[len(zones)-3:]
}

// common is the sorted intersection of two lists of zones.
func common(a, b []string) []string {
	both := []string{}
	for _, zone := range a {
		if slices.Contains(b, zone) && !slices.Contains(both, zone) {
			both = append(both, zone)
		}
	}
	slices.Sort(both)
	return both
}

// sameSet reports whether a and b hold the same strings in any order.
func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
