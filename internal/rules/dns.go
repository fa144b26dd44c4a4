package rules

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	dnsLabel   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	zonePrefix = regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+\.`)
)

const dnsDomainExample = "domnprzqrog.us-east-1.aws.confluent.cloud"

// UniqueName returns the unique name of a Confluent network, by which TiDB Cloud knows its domains, from the network's
// DNS domain or one of its zonal subdomains: use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud leads to
// domnprzqrog.us-east-1.
func UniqueName(dnsDomain string) (string, error) {
	name, ok := strings.CutSuffix(strings.TrimSuffix(dnsDomain, "."), ".confluent.cloud")
	if ok {
		// Some regions' names contain .glb, for a global load balancer; the unique name does not.
		name, ok = strings.CutSuffix(strings.TrimSuffix(name, ".glb"), ".aws")
	}
	if CheckUniqueName(name) != nil {
		name = zonePrefix.ReplaceAllString(name, "")
	}
	if !ok || CheckUniqueName(name) != nil {
		return "", fmt.Errorf("%q is not the DNS domain of a Confluent network on AWS; "+
			"it has the form <label>.<region>.aws.confluent.cloud, such as %s", dnsDomain, dnsDomainExample)
	}
	return name, nil
}

// CheckUniqueName checks the form of a Confluent network's unique name, <label>.<region>.
func CheckUniqueName(name string) error {
	label, region, _ := strings.Cut(name, ".")
	if dnsLabel.MatchString(label) && awsRegion.MatchString(region) {
		return nil
	}
	return fmt.Errorf("%q is not the unique name of a Confluent network; it has the form <label>.<region>, "+
		"such as domnprzqrog.us-east-1 for a network with the DNS domain %s", name, dnsDomainExample)
}

// RegionOfUniqueName returns the AWS region in a unique name that has the right form.
func RegionOfUniqueName(name string) string {
	_, region, _ := strings.Cut(name, ".")
	return region
}
