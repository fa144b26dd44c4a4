// Package access declares the PrivateLink Access, which authorizes an AWS account in a Confluent network. A PrivateLink
// creates one for TiDB Cloud's account, a VpcAccess one for the user's own.
package access

import (
	"embed"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Sources have the descriptions of inputs, in comments.
//
//go:embed access.go
var Sources embed.FS

// PrivateLinkAccess is a Confluent Cloud PrivateLink Access. With `id` an existing one is used and nothing else may be
// set.
type PrivateLinkAccess struct {
	// The id of an existing PrivateLink Access, `pla-…`. Refused in a PrivateLink without `network.id`, since it cannot
	// be on a network that does not exist yet, and when it is for another AWS account (than TiDB Cloud's, or for a VPC
	// the one of the `aws` provider), or for another network. Its presence alone decides that no access is created.
	Id pulumi.StringPtrInput `pulumi:"id,optional"`
	// The name of a new PrivateLink Access; an empty one is refused. A change is an update in place. Default: the name
	// of the component, with `-vpc` after it for the VPCs of a PrivateLink.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
}

// A Network is the Confluent network that an account gets access to.
type Network struct {
	// Name is the name of an existing network, if it is known.
	Name                           string
	ID, DNSDomain, EndpointService pulumi.StringOutput
	Zones                          pulumi.StringArrayOutput
}

// NetworkOf is an existing network, as it was looked up.
func NetworkOf(id args.Text, out confluentcloud.LookupNetworkResultOutput, name string) Network {
	return Network{
		Name: name, ID: id.Output(), Zones: args.SortedOutput(out.Zones()),
		DNSDomain: out.DnsDomain(), EndpointService: out.Aws().Index(pulumi.Int(0)).PrivateLinkEndpointService(),
	}
}

// A Request describes the access to create, or to use.
type Request struct {
	// In are the inputs of a [PrivateLinkAccess].
	In *args.Set
	// Name is the resource's name, and Default the default display name.
	Name, Default string
	DisplayName   args.Text
	Network       Network
	// Owner is the owner of the account, for messages.
	Owner     string
	AccountID pulumi.StringOutput
}

// Access is a PrivateLink Access, new or existing.
type Access struct {
	ID pulumi.StringOutput
	// Made is a new one, which others wait for; nil for an existing one.
	Made *confluentcloud.PrivateLinkAccess

	request Request
}

// DependsOn makes a child wait for a new access.
func (a Access) DependsOn() pulumi.ResourceOption {
	if a.Made == nil {
		return pulumi.Composite()
	}
	return pulumi.DependsOn([]pulumi.Resource{a.Made})
}

// Authorized returns the name of an endpoint service, which accepts a connection only when the access exists. In an
// update the name is unknown while the ID of an existing access is. A preview leaves it known, with the dependencies
// that it will have: a replacement of the access does not replace the connection.
func (a Access) Authorized(ctx *pulumi.Context, service pulumi.StringOutput) pulumi.StringOutput {
	switch {
	case a.Made != nil:
		return service
	case !ctx.DryRun():
		return lookup.Once(service, a.ID)
	}
	id, err := internals.UnsafeAwaitOutput(ctx.Context(), a.ID)
	if err != nil {
		return service
	}
	name, _ := pulumi.OutputWithDependencies(ctx.Context(), service, id.Dependencies...).(pulumi.StringOutput)
	return name
}

// New returns the existing access, or a new one, which authorizes an AWS account in a network.
func New(m *children.Maker, r Request) (Access, error) {
	if id := r.In.Text("id"); id.Given {
		return Access{ID: id.Output()}, nil
	}
	taken := func(by, network, account string) error {
		return fmt.Errorf("%s: %s authorizes %s AWS account %s in network %s already, and Confluent Cloud refuses "+
			"another PrivateLink Access for both; set %s.id to the ID of that one",
			r.In.Path(), by, r.Owner, account, network, r.In.Path())
	}
	network := m.Only(kind.Name, r.Name, r.Network.ID, r.AccountID, taken)
	environment := m.In.Text("environmentId").Output()
	made, err := confluentcloud.NewPrivateLinkAccess(m.Ctx, r.Name, &confluentcloud.PrivateLinkAccessArgs{
		Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: r.AccountID},
		Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: network},
		Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: environment},
		DisplayName: r.DisplayName.Or(r.Default),
	}, m.Options(m.WithoutUpdateTimeout())...)
	if err != nil {
		return Access{}, err
	}
	return Access{ID: made.ID().ToStringOutput(), Made: made, request: r}, nil
}

// CheckExisting checks that an existing access authorizes an account in the network. An empty account is not known yet.
func CheckExisting(m *children.Maker, in *args.Set, owner, accountID string, networkID args.Text) error {
	id := in.Text("id")
	if !id.Given {
		return nil
	}
	_, a, known, err := preflight.Existing[confluentcloud.LookupPrivateLinkAccessResultOutput](
		m, id, kind.Name, confluentcloud.LookupPrivateLinkAccess,
		func(id, environment string) *confluentcloud.LookupPrivateLinkAccessArgs {
			in := confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment}
			return &confluentcloud.LookupPrivateLinkAccessArgs{Id: &id, Environment: in}
		})
	if err != nil || !known {
		return err
	}
	var p args.Problems
	is := match(&a).Fixed
	if accountID != "" && is["account"] != accountID {
		p.Add(id.Path, fmt.Errorf("PrivateLink Access %s is for AWS account %s, but %s account is %s; use the ID of "+
			"that account's access, or leave it out to create one",
			a.Id, preflight.OrNone(is["account"]), owner, accountID))
	}
	if networkID.Known && is["network.id"] != networkID.Plain {
		p.Add(id.Path, fmt.Errorf("PrivateLink Access %s is for network %s, but %s is %s; use the ID of an access to "+
			"that network, or leave it out to create one",
			a.Id, preflight.OrNone(is["network.id"]), networkID.Path, networkID.Plain))
	}
	return p.Err()
}

// match is what an access authorizes: an account in a network.
func match(a *confluentcloud.LookupPrivateLinkAccessResult) preflight.Match {
	one := preflight.Match{ID: a.Id, Fixed: map[string]string{"network.id": preflight.FirstID(a.Networks)}}
	if len(a.Aws) > 0 {
		one.Fixed["account"] = a.Aws[0].Account
	}
	return one
}
