package preflight

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

const getNetwork = "confluentcloud:index/getNetwork:getNetwork"

// LookUpNetwork looks up an existing network.
func LookUpNetwork(m *children.Maker, id args.Text) confluentcloud.LookupNetworkResultOutput {
	return LookUp[confluentcloud.LookupNetworkResultOutput](m, getNetwork, id,
		func(id, environment string) (*confluentcloud.LookupNetworkResult, error) {
			return confluentcloud.LookupNetwork(m.Ctx, &confluentcloud.LookupNetworkArgs{
				Id: &id, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
			}, pulumi.Parent(m.Self))
		})
}

// ErrNoEndpointService says that a network cannot be reached over PrivateLink.
var ErrNoEndpointService = errors.New("the network has no VPC endpoint service; see that it is a PRIVATELINK network " +
	"and READY")

// CheckNetwork checks a network against the requirements of TiDB Cloud's documentation that do not change. An empty
// region is not known.
func CheckNetwork(property string, n confluentcloud.LookupNetworkResult, cluster, region string) error {
	var p args.Problems
	if n.Cloud != rules.ConfluentOnAWS {
		p.Add(property, fmt.Errorf("network %s is on %s, but must be on AWS; give the id of a PRIVATELINK network on AWS",
			n.Id, n.Cloud))
		return p.Err()
	}
	if !slices.Contains(n.ConnectionTypes, rules.PrivateLink) {
		p.Add(property, fmt.Errorf("network %s is of the type %s, but must be of the type PRIVATELINK; "+
			"give the id of such a network", n.Id, strings.Join(n.ConnectionTypes, ", ")))
	}
	if region != "" {
		p.Add(property, rules.SameRegion("network "+n.Id, n.Region, cluster, region))
	}
	if len(p) > 0 {
		return p.Err()
	}
	// The provider does not say in which phase a network is, but one that is not READY lacks these.
	if n.DnsDomain == "" || len(n.Aws) == 0 || n.Aws[0].PrivateLinkEndpointService == "" {
		p.Add(property, fmt.Errorf("network %s has no DNS domain or no VPC endpoint service, so it is not READY; "+
			"see its phase in Confluent Cloud and run pulumi again when it is READY, or give the id of another", n.Id))
	}
	return p.Err()
}
