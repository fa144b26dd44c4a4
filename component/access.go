package component

import "github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"

// privateLinkAccess is step 2: the existing access, or a new one for TiDB Cloud's account.
func (b *builder) privateLinkAccess(tidb tidbCluster, network network) (access.Access, error) {
	if id := b.In.Text("privateLinkAccess.id"); id.Given {
		return access.Access{ID: id.Output()}, nil
	}
	name := b.In.Text("privateLinkAccess.displayName")
	return access.New(&b.Maker, access.Request{
		Path: "privateLinkAccess", Name: b.Name + "-access", DisplayName: name.Or(b.Name), Named: name.Given,
		Environment: b.In.Text("environmentId").Output(), NetworkID: network.id, NetworkName: network.name,
		Owner: accountOwner, AccountID: tidb.accountID,
	})
}

// accountOwner says in messages whose AWS account it is.
const accountOwner = "TiDB Cloud's"
