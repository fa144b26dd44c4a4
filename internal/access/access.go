// Package access is the PrivateLink Access, which authorizes an AWS account in a Confluent network. A PrivateLink
// creates one for TiDB Cloud's account, a VpcAccess one for the user's own.
package access

import (
	_ "embed"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

//go:embed access.go
var source string

var docs = args.NewDocs(source)

// PrivateLinkAccess is which PrivateLink Access to use, or what a new one is like.
type PrivateLinkAccess struct {
	// The id of an existing PrivateLink Access, `pla-…`. Refused in a PrivateLink without `network.id`, since it cannot
	// be on a network that does not exist yet, and when it is for another AWS account (than TiDB Cloud's, or for a VPC
	// the one of the `aws` provider), or for another network. Its presence alone decides that no access is created.
	Id pulumi.StringPtrInput `pulumi:"id,optional"`
	// The name of a new PrivateLink Access; an empty one is refused. A change is an update in place. Default: the name
	// of the component, with `-vpc` after it for the VPCs of a PrivateLink.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
}

// Annotate describes the inputs.
func (a *PrivateLinkAccess) Annotate(d infer.Annotator) {
	docs.Describe(d, a, "A Confluent Cloud PrivateLink Access. With `id` an existing one is used and nothing else may "+
		"be set.")
}

// A Request is what a new access is to be.
type Request struct {
	// Path is the input with the id of an existing access, and Name the resource's name.
	Path, Name  string
	DisplayName pulumi.StringOutput
	// Named is whether the user has set the display name.
	Named       bool
	Environment pulumi.StringOutput
	NetworkID   pulumi.StringOutput
	// NetworkName is the name of an existing network, where it is known.
	NetworkName string
	// Owner is whose account it is.
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

// DependsOn has a child wait for a new access.
func (a Access) DependsOn() pulumi.ResourceOption {
	if a.Made == nil {
		return pulumi.Composite()
	}
	return pulumi.DependsOn([]pulumi.Resource{a.Made})
}

// Authorized returns the name of an endpoint service, which accepts a connection only after the access exists. At an
// update the name is unknown while the ID of an existing access is, so that no connection is created too early. A
// preview leaves the name known: a replacement of the access does not replace the connection.
func (a Access) Authorized(ctx *pulumi.Context, service pulumi.StringOutput) pulumi.StringOutput {
	if a.Made != nil || ctx.DryRun() {
		return service
	}
	authorized, _ := pulumi.All(service, a.ID).ApplyT(func(v []any) string {
		name, _ := v[0].(string)
		return name
	}).(pulumi.StringOutput)
	return authorized
}

// New authorizes an AWS account in a network.
func New(m *children.Maker, r Request) (Access, error) {
	made, err := confluentcloud.NewPrivateLinkAccess(m.Ctx, r.Name, &confluentcloud.PrivateLinkAccessArgs{
		Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: r.AccountID},
		Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: onlyOne(m, r)},
		Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: r.Environment},
		DisplayName: r.DisplayName,
	}, m.Options()...)
	if err != nil {
		return Access{}, err
	}
	return Access{ID: made.ID().ToStringOutput(), Made: made, request: r}, nil
}

const getAccess = "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess"

// LookUp looks up an existing access, if it can be known now.
func LookUp(
	m *children.Maker, id args.Text,
) (access confluentcloud.LookupPrivateLinkAccessResult, known bool, err error) {
	out := preflight.LookUp[confluentcloud.LookupPrivateLinkAccessResultOutput](m, getAccess, id,
		func(id, environment string) (*confluentcloud.LookupPrivateLinkAccessResult, error) {
			return confluentcloud.LookupPrivateLinkAccess(m.Ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
				Id: &id, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
			}, pulumi.Parent(m.Self))
		})
	access, known, err = lookup.Await[confluentcloud.LookupPrivateLinkAccessResult](m.Ctx, out)
	if err != nil {
		return access, false, preflight.NotFound(m, id.Path, err)
	}
	return access, known, nil
}

// CheckExisting checks that an access authorizes an account in the network. An empty account is not known yet.
func CheckExisting(
	property string, a confluentcloud.LookupPrivateLinkAccessResult, owner, accountID string, networkID args.Text,
) error {
	var p args.Problems
	var account, network string
	if len(a.Aws) > 0 {
		account = a.Aws[0].Account
	}
	if len(a.Networks) > 0 {
		network = a.Networks[0].Id
	}
	if accountID != "" && account != accountID {
		p.Add(property, fmt.Errorf("PrivateLink Access %s is for AWS account %s, but %s account is %s; "+
			"give the id of that account's access, or leave it out to create one",
			a.Id, preflight.OrNone(account), owner, accountID))
	}
	if networkID.Known && network != networkID.Plain {
		p.Add(property, fmt.Errorf("PrivateLink Access %s is for network %s, but %s is %s; "+
			"give the id of an access to that network, or leave it out to create one",
			a.Id, preflight.OrNone(network), networkID.Path, networkID.Plain))
	}
	return p.Err()
}
