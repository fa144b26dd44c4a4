package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// connection is the first half of step 4: a private link connection in TiDB Cloud to the network's VPC endpoint
// service. Confluent Cloud shows that service to accounts with an access only, so the access must be ready.
func (b *builder) connection(network network, access access) (*tidbcloud.PrivateLinkConnection, error) {
	var after []pulumi.Resource
	if access.made != nil {
		after = append(after, access.made)
	}
	var displayName pulumi.StringPtrInput
	if b.args.Connection != nil {
		displayName = b.args.Connection.DisplayName
	}
	return tidbcloud.NewPrivateLinkConnection(b.ctx, b.name+"-connection", &tidbcloud.PrivateLinkConnectionArgs{
		ClusterId:          b.args.TidbClusterId,
		DisplayName:        displayName,
		Type:               tidbcloud.PrivateLinkConnectionTypeAwsEndpointService,
		AwsEndpointService: tidbcloud.AwsEndpointServiceArgs{Name: network.endpointService},
	}, b.child(pulumi.DependsOn(after))...)
}

// domains is the second half of step 4: the network's domains, attached to the connection. It gives their names.
func (b *builder) domains(
	network network, connection *tidbcloud.PrivateLinkConnection,
) (pulumi.StringArrayOutput, error) {
	attached, err := tidbcloud.NewDomainAttachment(b.ctx, b.name+"-domains", &tidbcloud.DomainAttachmentArgs{
		ClusterId:               b.args.TidbClusterId,
		PrivateLinkConnectionId: connection.PrivateLinkConnectionId,
		Type:                    tidbcloud.DomainTypeConfluent,
		UniqueName:              network.uniqueName,
		// Domains are attached once. For --replace, and after pulumi state taint, the engine does not ask the provider.
	}, b.child(pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return pulumi.StringArrayOutput{}, err
	}
	return attached.Domains.ApplyT(func(domains []tidbcloud.Domain) []string {
		names := make([]string, len(domains))
		for i, d := range domains {
			names[i] = d.Name
		}
		return names
	}).(pulumi.StringArrayOutput), nil
}
