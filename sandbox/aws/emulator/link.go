package emulator

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// Link connects the account with the Confluent networks of a sandbox as PrivateLink does: an interface endpoint of a
// network can be created only while the network has a PrivateLink Access of that account. The emulator alone takes the
// name of any service.
func (a *Account) Link(server *sandbox.Server) {
	a.Refuse(func(operation string, parameters url.Values) *Refusal {
		service := parameters.Get("ServiceName")
		if operation != "CreateVpcEndpoint" || !strings.HasPrefix(service, "com.amazonaws.vpce.") ||
			admitted(server, a.ID, service) {
			return nil
		}
		return &Refusal{
			Code: "InvalidServiceName", Message: fmt.Sprintf("The Vpc Endpoint Service '%s' does not exist", service),
		}
	})
}

// admitted reports whether a network's endpoint service is there for an account.
func admitted(server *sandbox.Server, account, service string) bool {
	found := false
	server.Update(func(state *sandbox.State) {
		for _, access := range state.PrivateLinkAccesses {
			network := state.Networks[access.NetworkID]
			found = found || network != nil && network.EndpointService == service &&
				access.Account == account && access.Phase == sandbox.PhaseReady
		}
	})
	return found
}

// SeedZones are the zones of the subnets that Seed creates, which a Confluent network of the sandbox has too by
// default.
var SeedZones = []string{"use1-az1", "use1-az2", "use1-az6"}

// Seed creates a VPC, 10.0.0.0/16, with a subnet in each of [SeedZones], and returns their IDs.
func (a *Account) Seed(ctx context.Context) (vpcID string, subnetIDs []string, err error) {
	vpcID, err = a.NewVpc(ctx, "10.0.0.0/16")
	if err != nil {
		return "", nil, err
	}
	for i, zone := range SeedZones {
		subnetID, err := a.NewSubnet(ctx, vpcID, fmt.Sprintf("10.0.%d.0/24", i+1), zone)
		if err != nil {
			return "", nil, err
		}
		subnetIDs = append(subnetIDs, subnetID)
	}
	return vpcID, subnetIDs, nil
}
