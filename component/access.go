package component

import "github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"

// accountOwner is the owner of the AWS account, for messages.
const accountOwner = "TiDB Cloud's"

// existingAccess looks up and checks the existing access, if any.
func (b *builder) existingAccess() error {
	in, network := b.In.At("privateLinkAccess"), b.In.Text("network.id")
	return access.CheckExisting(&b.Maker, in, accountOwner, b.tidb.accountID, network)
}

// privateLinkAccess is step 2: the existing access, or a new one for TiDB Cloud's account.
func (b *builder) privateLinkAccess(network access.Network) (access.Access, error) {
	in := b.In.At("privateLinkAccess")
	access, err := access.New(&b.Maker, access.Request{
		In: in, Name: b.Name + "-access", DisplayName: in.Text("displayName"), Default: b.Name,
		Network: network, Owner: accountOwner, AccountID: b.link.TidbAwsAccountId,
	})
	b.link.PrivateLinkAccessId = access.ID
	return access, err
}
