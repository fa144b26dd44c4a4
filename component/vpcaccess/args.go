package vpcaccess

import (
	"embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
)

// Sources have the descriptions of inputs and outputs, in comments.
//
//go:embed args.go vpcaccess.go list.go
var Sources embed.FS

// PrivateLinkAccess describes the PrivateLink Access to use or to create.
type PrivateLinkAccess = access.PrivateLinkAccess

// VpcAccessArgs are the inputs of a VpcAccess.
type VpcAccessArgs struct {
	// The id of the Confluent environment that the network is in, `env-…`. Refused when it does not exist or the
	// Confluent Cloud API key may not see it. A PrivateLink has it as output.
	EnvironmentId pulumi.StringInput `pulumi:"environmentId" required:"the ID of the Confluent environment"`
	// The id of the Confluent network, `n-…` or `nr-…`. Refused unless it is a PRIVATELINK network on AWS and READY,
	// where that is looked up. A PrivateLink has it as output.
	NetworkId pulumi.StringInput `pulumi:"networkId" required:"the ID of the Confluent network"`
	// The DNS domain of the network, such as `domnprzqrog.us-east-1.aws.confluent.cloud`, as a PrivateLink or a
	// `confluentcloud` Network has it as output. Refused without `zonalSubdomains` and `vpcEndpointServiceName`, or in
	// another region than these. Default: all three are looked up.
	DnsDomain pulumi.StringPtrInput `pulumi:"dnsDomain,optional"`
	// The DNS domain of each of the network's zones, by AZ ID, as a PrivateLink or a `confluentcloud` Network has it
	// as output. Refused without `dnsDomain`, or when one is not below it. Default: looked up.
	ZonalSubdomains pulumi.StringMapInput `pulumi:"zonalSubdomains,optional"`
	// The name of the network's VPC endpoint service, `com.amazonaws.vpce.<region>.vpce-svc-…`, as a PrivateLink has
	// it as output. Refused without `dnsDomain`. Default: looked up.
	VpcEndpointServiceName pulumi.StringPtrInput `pulumi:"vpcEndpointServiceName,optional"`
	// The id of the VPC, `vpc-…`. Refused when it is not in the network's region, does not have DNS support and DNS
	// host names (`enableDnsSupport` and `enableDnsHostnames`) switched on, or already has a private hosted zone for
	// the network's domain.
	VpcId pulumi.StringInput `pulumi:"vpcId" required:"the ID of the VPC"`
	// The ids of the subnets that the endpoint has a network interface in, `subnet-…`: at most one in each AZ. Those in
	// AZs that the network is not in are left out, which a preview reports. Refused when they are not all in the VPC,
	// when two are in one AZ, or when none is in an AZ of the network. Their order does not matter; a change is an
	// update in place. See Confluent Cloud's documentation, "Use AWS PrivateLink for Dedicated Clusters".
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds" list:"set" required:"the IDs of the VPC's subnets"`
	// The blocks of IPv4 or IPv6 addresses that may connect, such as `10.0.0.0/16`, to the ports 9092 (Kafka) and 443
	// (REST). A block must begin with its first address. A change is an update in place. Default: none; without these
	// and `allowedSecurityGroupIds` no client can connect.
	AllowedCidrBlocks pulumi.StringArrayInput `pulumi:"allowedCidrBlocks,optional" list:"set"`
	// The ids of the security groups whose members may connect, `sg-…` (or `<account>/sg-…` of a peered VPC), to the
	// same ports. A change is an update in place. Default: none.
	AllowedSecurityGroupIds pulumi.StringArrayInput `pulumi:"allowedSecurityGroupIds,optional" list:"set"`
	// The PrivateLink Access that authorizes the AWS account of the `aws` provider in the network: an existing one by
	// its `id`, or the settings of a new one. Confluent Cloud has one per account and network, so a second VPC of the
	// same account uses the first one's, by its `id`. Default: a new one.
	PrivateLinkAccess *PrivateLinkAccess `pulumi:"privateLinkAccess,optional"`
	// The tags of every AWS resource that has tags: the security group, the endpoint and the hosted zone. Keys that
	// begin with `aws:` are refused. A change is an update in place. Default: those of the `aws` provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// VpcAccessEntry is a VPC of your own from which the Kafka cluster can be reached: the inputs of a `VpcAccess`, less
// those of the network. Each VPC is in the list once.
//
//describe:like VpcAccessArgs
type VpcAccessEntry struct {
	// The name of the VPC in the list: the names of its resources begin with the component's name and this one.
	// Letters, digits, `-` and `_`; refused when another VPC of the list has it. Another place in the list changes
	// nothing. Another name is another access, which AWS refuses while the VPC has the hosted zone of this one: take
	// the VPC out of the list first, in an update of its own. Default: `vpc`.
	Name *string `pulumi:"name,optional"`

	VpcId pulumi.StringInput `pulumi:"vpcId" required:"the ID of the VPC"`

	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds" list:"set" required:"the IDs of the VPC's subnets"`

	AllowedCidrBlocks       pulumi.StringArrayInput `pulumi:"allowedCidrBlocks,optional" list:"set"`
	AllowedSecurityGroupIds pulumi.StringArrayInput `pulumi:"allowedSecurityGroupIds,optional" list:"set"`
	// The PrivateLink Access that authorizes the AWS account of the `aws` provider in the network: an existing one by
	// its `id`, or the settings of a new one. All VPCs of the list without an `id` share a new one, since Confluent
	// Cloud has one per account and network; two different names for it are refused. Default: a new one.
	PrivateLinkAccess *PrivateLinkAccess    `pulumi:"privateLinkAccess,optional"`
	Tags              pulumi.StringMapInput `pulumi:"tags,optional"`
}
