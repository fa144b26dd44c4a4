package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// connection is the first half of step 4: a private link connection in TiDB Cloud to the network's VPC endpoint
// service. Confluent Cloud shows that service to accounts with an access only, so the access must be ready.
func (b *builder) connection(
	network access.Network, access access.Access,
) (*tidbcloud.PrivateLinkConnection, error) {
	return tidbcloud.NewPrivateLinkConnection(b.Ctx, b.Name+"-connection", &tidbcloud.PrivateLinkConnectionArgs{
		ClusterId:          b.In.Text("tidbClusterId").Output(),
		DisplayName:        b.In.Text("connection.displayName").Input(),
		Type:               tidbcloud.PrivateLinkConnectionTypeAwsEndpointService,
		AwsEndpointService: tidbcloud.AwsEndpointServiceArgs{Name: access.Authorized(b.Ctx, network.EndpointService)},
	}, b.Options(access.DependsOn())...)
}

// domains is the second half of step 4: the network's domains, attached to the connection.
func (b *builder) domains(connection *tidbcloud.PrivateLinkConnection) error {
	domains, err := tidbcloud.NewDomainAttachment(b.Ctx, b.Name+"-domains", &tidbcloud.DomainAttachmentArgs{
		ClusterId:               b.In.Text("tidbClusterId").Output(),
		PrivateLinkConnectionId: connection.PrivateLinkConnectionId,
		Type:                    tidbcloud.DomainTypeConfluent,
		UniqueName:              b.link.DnsUniqueName,
		// Domains are attached once. For --replace, and after pulumi state taint, the engine does not ask the provider.
	}, b.Options(pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return err
	}
	// Without the domains TiDB Cloud resolves no name of a broker. A changefeed in the same program starts after they
	// are attached, and is deleted before they are detached.
	b.link.PrivateLinkConnectionId = lookup.Once(connection.PrivateLinkConnectionId, domains.URN())
	b.link.AttachedDomains = domains.Domains.ApplyT(func(domains []tidbcloud.Domain) []string {
		names := make([]string, len(domains))
		for i, d := range domains {
			names[i] = d.Name
		}
		return names
	}).(pulumi.StringArrayOutput)
	return nil
}
