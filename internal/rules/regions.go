package rules

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	awsRegion          = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	endpointService    = regexp.MustCompile(`^com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]+$`)
	endpointServiceExp = "com.amazonaws.vpce.<region>.vpce-svc-<hexadecimal>"
)

// CloudAWS is how TiDB Cloud spells its cloud provider AWS.
const CloudAWS = "aws"

// Region checks the form of an AWS region code, such as us-east-1.
func Region(value string) error {
	if awsRegion.MatchString(value) {
		return nil
	}
	return fmt.Errorf("%q is not an AWS region code; use one such as us-east-1", value)
}

// RegionOfTiDB returns the cloud's region code in a TiDB Cloud region id: aws-us-east-1 leads to us-east-1. It accepts
// a resource name too, such as regions/aws-us-east-1.
func RegionOfTiDB(cloudProvider, regionID string) string {
	id := strings.TrimPrefix(regionID, "regions/")
	return strings.TrimPrefix(id, strings.ToLower(cloudProvider)+"-")
}

// RegionOfEndpointService returns the AWS region in the name of a VPC endpoint
// service, com.amazonaws.vpce.<region>.vpce-svc-….
func RegionOfEndpointService(name string) (string, error) {
	m := endpointService.FindStringSubmatch(name)
	if m == nil || !awsRegion.MatchString(m[1]) {
		return "", fmt.Errorf("%q is not the name of a VPC endpoint service; it has the form %s",
			name, endpointServiceExp)
	}
	return m[1], nil
}

// SameRegion checks that the region of one object is the region of the other.
func SameRegion(what, got, owner, want string) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("%s is in region %s, but %s is in %s; both must be in the same AWS "+
		"region", what, got, owner, want)
}
