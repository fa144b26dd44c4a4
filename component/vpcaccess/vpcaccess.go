package component

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// VpcAccessType is the type of a VpcAccess in Pulumi.
const VpcAccessType = "tidbconfluent:index:VpcAccess"

// VpcAccess is a private path from an AWS VPC to the Kafka clusters of a Confluent network.
type VpcAccess struct {
	pulumi.ResourceState

	AccountId           pulumi.StringOutput      `pulumi:"accountId"`
	Region              pulumi.StringOutput      `pulumi:"region"`
	PrivateLinkAccessId pulumi.StringOutput      `pulumi:"privateLinkAccessId"`
	SecurityGroupId     pulumi.StringOutput      `pulumi:"securityGroupId"`
	EndpointId          pulumi.StringOutput      `pulumi:"endpointId"`
	HostedZoneId        pulumi.StringOutput      `pulumi:"hostedZoneId"`
	Zones               pulumi.StringArrayOutput `pulumi:"zones"`
	BootstrapNames      pulumi.StringMapOutput   `pulumi:"bootstrapNames"`
}

// NewVpcAccess declares a VpcAccess. It follows Confluent Cloud's manual procedure step by step.
//
// Nothing is created before everything that can be known has been checked: the inputs, the network, and the VPC with
// its subnets.
func NewVpcAccess(
	ctx *pulumi.Context, name string, args VpcAccessArgs, opts ...pulumi.ResourceOption,
) (*VpcAccess, error) {
	in, err := readVpcAccess(ctx, &args, opts...)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, in.redact(err)
	}
	result := &VpcAccess{}
	args.normalize()
	if err := ctx.RegisterComponentResourceV2(VpcAccessType, name, in.read.Inputs(&args), result, opts...); err != nil {
		return nil, err
	}
	build := &vpcBuilder{
		maker:  maker{ctx: ctx, name: name, self: result, timeouts: timeoutsIn(opts), redact: in.redact},
		result: result, args: args.vpc(), in: in.vpcInputs,
		environment: args.EnvironmentId, networkPath: "networkId", networkID: in.networkID,
	}
	return result, in.redact(build.alone(&args, in))
}

// A vpcBuilder carries what the steps for one VPC share.
type vpcBuilder struct {
	maker
	result *VpcAccess
	args   *vpcArgs
	in     *vpcInputs

	environment pulumi.StringInput
	// networkPath is the input that says which network it is.
	networkPath string
	networkID   input[string]

	vpc vpc
}

// alone are the steps of a VpcAccess that is not part of a PrivateLink.
func (b *vpcBuilder) alone(args *VpcAccessArgs, in *vpcAccessInputs) error {
	// Prerequisites: the network, and the VPC with its subnets.
	if err := b.checkEnvironment(in.environmentID); err != nil {
		return err
	}
	network, known, err := b.givenNetwork(args, in)
	if err != nil {
		return err
	}
	aws, err := b.awsAccount()
	if err != nil {
		return err
	}
	if err := b.survey(aws, known, in.environmentID); err != nil {
		return err
	}

	// Step 1: add a PrivateLink Access to the network, for your own account.
	access, err := b.access(network)
	if err != nil {
		return err
	}
	if err := b.steps(network, access); err != nil {
		return err
	}
	return b.refuseSecondAccess(lostNetwork{})
}

// steps are the steps in the AWS account, in the order of the manual procedure.
func (b *vpcBuilder) steps(network network, access access) error {
	// Step 2: create a security group and with it an interface endpoint in the VPC.
	group, err := b.securityGroup()
	if err != nil {
		return err
	}
	subnets := b.subnetsIn(network)
	endpoint, err := b.endpoint(network, access, group, subnets)
	if err != nil {
		return err
	}

	// Step 3: create a private hosted zone for the network's domain, with records that lead to the endpoint.
	zone, domain, err := b.hostedZone(network)
	if err != nil {
		return err
	}
	zonal, err := b.records(network, access, zone, domain, endpoint, subnets)
	if err != nil {
		return err
	}

	b.result.AccountId = b.vpc.accountID
	b.result.Region = b.vpc.region
	b.result.PrivateLinkAccessId = access.id
	b.result.SecurityGroupId = group.ID().ToStringOutput()
	b.result.EndpointId = endpoint.ID().ToStringOutput()
	b.result.HostedZoneId = zone.ZoneId
	b.result.Zones = subnets.zones
	b.result.BootstrapNames = zonal
	return nil
}

// Annotate describes the component.
func (v *VpcAccess) Annotate(d infer.Annotator) {
	d.Describe(v, "A private path from an AWS VPC of your own to the Kafka clusters of a Confluent network, over AWS PrivateLink.\n\n"+
		"A VpcAccess takes a Confluent network of the type PRIVATELINK, such as a PrivateLink's, and a VPC with subnets in the "+
		"network's region, and makes everything in between: a PrivateLink Access for the AWS account of the `aws` provider, a security group, an "+
		"interface endpoint in the subnets whose AZ IDs the network has, and a private hosted zone for the network's domain with "+
		"records that lead to the endpoint. It serves without TiDB Cloud too. "+vpcDocumentation+"\n\n"+
		"Everything that can be known beforehand is checked at preview: the region, the subnets and their AZs, the VPC's DNS, and that "+
		"it has no private hosted zone for the domain. Nobody may connect unless `allowedCidrBlocks` or `allowedSecurityGroupIds` say so.\n\n"+
		"The resources are children of the component, with its name and a suffix: `-access`, `-sg`, `-endpoint`, `-zone`, `-record` and "+
		"`-record-<AZ ID>` for each zone, where there is more than one. The endpoint is made after the access, and the records after the "+
		"endpoint. A VpcAccess that is fed by a PrivateLink waits for its Kafka cluster, since a component's outputs arrive together: "+
		"the input `vpcAccess` of the PrivateLink does not.")
	d.Describe(&v.AccountId, accountIDDoc)
	d.Describe(&v.Region, regionDoc)
	d.Describe(&v.PrivateLinkAccessId, "The id of the PrivateLink Access, `pla-…`.")
	d.Describe(&v.SecurityGroupId, securityGroupIDDoc)
	d.Describe(&v.EndpointId, endpointIDDoc)
	d.Describe(&v.HostedZoneId, hostedZoneIDDoc)
	d.Describe(&v.Zones, zonesDoc)
	d.Describe(&v.BootstrapNames, bootstrapNamesDoc)
}

// What the outputs are, of a VpcAccess and in the list of a PrivateLink.
const (
	accountIDDoc       = "The AWS account of the `aws` provider, 12 digits: the one that the PrivateLink Access lets in."
	regionDoc          = "The AWS region of the VPC and the network, such as `us-east-1`."
	securityGroupIDDoc = "The id of the endpoint's security group, `sg-…`. Its rules are the component's: give further ones as inputs of it."
	endpointIDDoc      = "The id of the interface endpoint, `vpce-…`."
	hostedZoneIDDoc    = "The id of the private hosted zone for the network's domain, `Z…`."
	zonesDoc           = "The AZ IDs that the endpoint is in, in alphabetical order."
	bootstrapNamesDoc  = "By AZ ID, the names that lead to the endpoint in that zone, such as " +
		"`*.use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud`: the brokers of the zone have such names. " +
		"A Kafka client is given the Kafka cluster's own bootstrap endpoint, which leads to all zones."
)
