package component

import (
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// access is the PrivateLink Access, new or existing.
type access struct {
	id pulumi.StringOutput
	// made is what the connection has to wait for; nil for an access that exists.
	made pulumi.Resource
}

// privateLinkAccess is step 2: the access that was brought, or a new one for TiDB Cloud's account.
func (b *builder) privateLinkAccess(tidb tidbCluster, network network) (access, error) {
	if b.in.accessID.given {
		return access{id: b.args.PrivateLinkAccess.Id.ToStringPtrOutput().Elem()}, nil
	}
	args := PrivateLinkAccess{}
	if b.args.PrivateLinkAccess != nil {
		args = *b.args.PrivateLinkAccess
	}
	return b.newAccess(b.name+"-access", b.displayName(args.DisplayName), b.args.EnvironmentId, network, tidb.accountID)
}

// newAccess lets an AWS account into a network.
func (m *maker) newAccess(
	name string, displayName pulumi.StringPtrInput, environment pulumi.StringInput, network network, accountID pulumi.StringOutput,
) (access, error) {
	made, err := confluentcloud.NewPrivateLinkAccess(m.ctx, name, &confluentcloud.PrivateLinkAccessArgs{
		Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: accountID},
		Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: network.id},
		Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: environment},
		DisplayName: displayName,
	}, m.child()...)
	if err != nil {
		return access{}, err
	}
	return access{id: made.ID().ToStringOutput(), made: made}, nil
}
