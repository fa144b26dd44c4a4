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
	return b.newAccess(grant{
		path: "privateLinkAccess", name: b.name + "-access", displayName: b.displayName(args.DisplayName), named: b.in.accessName.given,
		environment: b.args.EnvironmentId, network: network, whose: "TiDB Cloud's", accountID: tidb.accountID,
	})
}

// A grant is what a new access is to be: it lets an AWS account into a network.
type grant struct {
	// path is the input of the component that an access would be brought by, and name the resource's.
	path, name  string
	displayName pulumi.StringPtrInput
	// named tells that the name was given, and is not the component's.
	named       bool
	environment pulumi.StringInput
	network     network
	// whose account it is.
	whose     string
	accountID pulumi.StringOutput
}

// newAccess lets an AWS account into a network.
func (m *maker) newAccess(g grant) (access, error) {
	made, err := confluentcloud.NewPrivateLinkAccess(m.ctx, g.name, &confluentcloud.PrivateLinkAccessArgs{
		Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: g.accountID},
		Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: m.declare(g)},
		Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: g.environment},
		DisplayName: g.displayName,
	}, m.child()...)
	if err != nil {
		return access{}, err
	}
	m.granted = append(m.granted, granted{g, made})
	return access{id: made.ID().ToStringOutput(), made: made}, nil
}
