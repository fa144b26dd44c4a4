// Package vpcaccess is VpcAccess: a private path from an AWS VPC of the user's own to the Kafka clusters of a Confluent
// network. It follows Confluent's documentation, "Use AWS PrivateLink for Dedicated Clusters on Confluent Cloud": a
// PrivateLink Access for an AWS account, an endpoint in a VPC, and a private hosted zone. A PrivateLink can have
// several, which are created in parallel with the Kafka cluster, and share their access; see [List].
package vpcaccess

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Type is the type of a VpcAccess in Pulumi.
const Type = "tidbconfluent:index:VpcAccess"

// VpcAccess is a private path from an AWS VPC of your own to the Kafka clusters of a Confluent network, over AWS
// PrivateLink.
//
// A VpcAccess takes a Confluent network of the type PRIVATELINK, such as a PrivateLink's, and a VPC with subnets in the
// network's region, and creates what is between them: a PrivateLink Access for the AWS account of the `aws` provider, a
// security group, an interface endpoint in the subnets whose AZ IDs the network has, and a private hosted zone for the
// network's domain with records that lead to the endpoint. It also works without TiDB Cloud. See Confluent Cloud's
// documentation, "Use AWS PrivateLink for Dedicated Clusters".
//
// A preview checks everything that can be known beforehand: the region, the subnets and their AZs, the VPC's DNS, and
// that it has no private hosted zone for the domain. No client can connect unless `allowedCidrBlocks` or
// `allowedSecurityGroupIds` allow it.
//
// The resources are children of the component, with its name and a suffix: `-access`, `-sg`, `-endpoint`, `-zone`,
// `-record` and `-record-<AZ ID>` for each zone, where there is more than one. The endpoint is created after the
// access, and the records after the endpoint. A VpcAccess that takes outputs of a PrivateLink waits for its Kafka
// cluster, since a component's outputs arrive together: the input `vpcAccess` of the PrivateLink does not.
type VpcAccess struct {
	pulumi.ResourceState
	// The AWS account of the `aws` provider, 12 digits: the one that the PrivateLink Access authorizes.
	AccountId pulumi.StringOutput `pulumi:"accountId"`
	// The AWS region of the VPC and the network, such as `us-east-1`.
	Region pulumi.StringOutput `pulumi:"region"`
	// The id of the PrivateLink Access, `pla-…`.
	PrivateLinkAccessId pulumi.StringOutput `pulumi:"privateLinkAccessId"`
	// The id of the endpoint's security group, `sg-…`. Its rules are the component's: set further ones as inputs of
	// it.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// The id of the interface endpoint, `vpce-…`.
	EndpointId pulumi.StringOutput `pulumi:"endpointId"`
	// The id of the private hosted zone for the network's domain, `Z…`.
	HostedZoneId pulumi.StringOutput `pulumi:"hostedZoneId"`
	// The AZ IDs that the endpoint is in, in alphabetical order.
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
	// By AZ ID, the names that lead to the endpoint in that zone, such as
	// `*.use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud`: the brokers of the zone have such names. A Kafka client
	// uses the Kafka cluster's own bootstrap endpoint, which leads to all zones.
	BootstrapNames pulumi.StringMapOutput `pulumi:"bootstrapNames"`
}

// NewVpcAccess declares a VpcAccess. It follows Confluent Cloud's manual procedure step by step.
//
// Nothing is created before everything that can be known has been checked: the inputs, the network, and the VPC with
// its subnets.
func NewVpcAccess(
	ctx *pulumi.Context, name string, given VpcAccessArgs, opts ...pulumi.ResourceOption,
) (*VpcAccess, error) {
	result := &VpcAccess{}
	return result, children.Declare(ctx, Type, name, result, &given, opts, check, func(m children.Maker) error {
		b := &builder{Maker: m, result: result, in: m.In, networkID: m.In.Text("networkId")}
		return b.alone()
	})
}

// A builder carries what the steps for one VPC share.
type builder struct {
	children.Maker

	result *VpcAccess
	// in are the inputs about the VPC.
	in *args.Set
	// networkID is the input that names the network.
	networkID args.Text

	vpc vpc
}

// alone are the steps of a VpcAccess that is not part of a PrivateLink.
func (b *builder) alone() error {
	// Prerequisites: the network, and the VPC with its subnets.
	if err := preflight.CheckEnvironment(&b.Maker); err != nil {
		return err
	}
	network, known, err := b.givenNetwork()
	if err != nil {
		return err
	}
	aws, err := lookUpAccount(&b.Maker)
	if err != nil {
		return err
	}
	if err := b.preflight(aws, known); err != nil {
		return err
	}

	// Step 1: add a PrivateLink Access to the network, for your own account.
	name := b.in.Text("privateLinkAccess.displayName")
	made, err := access.New(&b.Maker, b.request(network, b.Name+"-access", name, b.Name))
	if err != nil {
		return err
	}
	if err := b.steps(network, made); err != nil {
		return err
	}
	return access.RefuseSecond(&b.Maker, preflight.Place{}, made)
}

// accountOwner is the owner of the AWS account, for messages.
const accountOwner = "the aws provider's"

// request is the access for the account of the aws provider.
func (b *builder) request(network access.Network, resource string, name args.Text, otherwise string) access.Request {
	return access.Request{
		In: b.in.At("privateLinkAccess"), Name: resource, DisplayName: name, Default: otherwise,
		Network: network, Owner: accountOwner, AccountID: orUnknown(b.vpc.account),
	}
}

// steps are the steps in the AWS account, in the order of the manual procedure. Each of them sets its outputs.
func (b *builder) steps(network access.Network, access access.Access) error {
	b.result.AccountId, b.result.Region = orUnknown(b.vpc.account), orUnknown(b.vpc.region)
	b.result.PrivateLinkAccessId = access.ID

	// Step 2: create a security group and with it an interface endpoint in the VPC.
	if err := b.securityGroup(); err != nil {
		return err
	}
	endpointName, err := b.endpoint(network, access)
	if err != nil {
		return err
	}

	// Step 3: create a private hosted zone for the network's domain, with records that lead to the endpoint.
	domain, err := b.hostedZone(network)
	if err != nil {
		return err
	}
	return b.records(network, domain, endpointName)
}
