package component

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// Type is the component's type in Pulumi.
const Type = "tidbconfluent:index:PrivateLink"

// PrivateLink is a private path from a TiDB Cloud Essential cluster to a Confluent Cloud Dedicated Kafka cluster on AWS.
type PrivateLink struct {
	pulumi.ResourceState

	EnvironmentId           pulumi.StringOutput      `pulumi:"environmentId"`
	Region                  pulumi.StringOutput      `pulumi:"region"`
	TidbAwsAccountId        pulumi.StringOutput      `pulumi:"tidbAwsAccountId"`
	TidbAvailabilityZoneIds pulumi.StringArrayOutput `pulumi:"tidbAvailabilityZoneIds"`
	NetworkId               pulumi.StringOutput      `pulumi:"networkId"`
	Zones                   pulumi.StringArrayOutput `pulumi:"zones"`
	DnsDomain               pulumi.StringOutput      `pulumi:"dnsDomain"`
	DnsUniqueName           pulumi.StringOutput      `pulumi:"dnsUniqueName"`
	ZonalSubdomains         pulumi.StringMapOutput   `pulumi:"zonalSubdomains"`
	VpcEndpointServiceName  pulumi.StringOutput      `pulumi:"vpcEndpointServiceName"`
	PrivateLinkAccessId     pulumi.StringOutput      `pulumi:"privateLinkAccessId"`
	KafkaClusterId          pulumi.StringOutput      `pulumi:"kafkaClusterId"`
	BootstrapEndpoint       pulumi.StringOutput      `pulumi:"bootstrapEndpoint"`
	RestEndpoint            pulumi.StringOutput      `pulumi:"restEndpoint"`
	KafkaClusterCrn         pulumi.StringOutput      `pulumi:"kafkaClusterCrn"`
	PrivateLinkConnectionId pulumi.StringOutput      `pulumi:"privateLinkConnectionId"`
	AttachedDomains         pulumi.StringArrayOutput `pulumi:"attachedDomains"`

	VpcAccess VpcAccessResultArrayOutput `pulumi:"vpcAccess"`
}

// NewPrivateLink declares a PrivateLink. It follows TiDB Cloud's manual procedure step by step.
//
// Nothing is created before everything that can be known has been checked: the inputs, the TiDB Cloud cluster,
// and every part that is brought by its id.
func NewPrivateLink(
	ctx *pulumi.Context, name string, args PrivateLinkArgs, opts ...pulumi.ResourceOption,
) (*PrivateLink, error) {
	link := &PrivateLink{}
	in, err := readInputs(ctx, &args, opts...)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, in.redact(err)
	}
	args.normalize()
	if err := ctx.RegisterComponentResourceV2(Type, name, in.read.Inputs(&args), link, opts...); err != nil {
		return nil, err
	}
	build := &builder{
		maker: maker{ctx: ctx, name: name, self: link, timeouts: timeoutsIn(opts), redact: in.redact},
		link:  link, args: &args, in: in, retained: retainedIn(opts),
	}
	return link, in.redact(build.steps())
}

// A builder carries what the steps share.
type builder struct {
	maker
	link *PrivateLink
	args *PrivateLinkArgs
	in   *inputs

	// retained tells that what leaves the state is kept.
	retained bool
	// region is where the network is to be, if that is known.
	region string
	// before is what had the names of the link's own parts, and these are they.
	before               namesBefore
	ownNetwork, ownKafka *planned
}

// steps are the steps of the manual procedure, in its order.
func (b *builder) steps() error {
	// Prerequisites: TiDB Cloud's AWS account and AZs, and whatever exists already.
	environment := lookup.Beside(func() error { return b.checkEnvironment(b.in.environmentID) })
	names := lookup.Beside(b.lookForNames)
	tidb, err := b.prerequisites()
	if err != nil {
		return err
	}
	if err := environment(); err != nil {
		return err
	}
	existing, err := b.existingParts(tidb)
	if err != nil {
		return err
	}
	if b.creation, err = b.refuseCreation("prerequisites", b.passing); err != nil {
		return err
	}
	vpcs, err := b.surveyedVpcs(tidb, existing)
	if err != nil {
		return err
	}

	if err := names(); err != nil {
		return err
	}

	// Step 1: set up a Confluent Cloud network.
	network, err := b.network(tidb, existing, vpcs)
	if err != nil {
		return err
	}

	// Step 2: add a PrivateLink Access to the network, for TiDB Cloud's account.
	access, err := b.privateLinkAccess(tidb, network)
	if err != nil {
		return err
	}

	// Step 3: create a Dedicated cluster in the network. It need not wait for step 2.
	kafka, err := b.kafkaCluster(tidb, network, existing)
	if err != nil {
		return err
	}

	// Step 4: create a private link connection in TiDB Cloud, and attach the Confluent domains to it.
	connection, err := b.connection(network, access)
	if err != nil {
		return err
	}
	domains, err := b.domains(network, connection)
	if err != nil {
		return err
	}

	// Your own VPCs, beside steps 2 to 4.
	if b.link.VpcAccess, err = b.vpcAccess(vpcs, network); err != nil {
		return err
	}

	if err := b.checkNames(network); err != nil {
		return err
	}
	b.output(tidb, network, access, kafka)
	b.link.PrivateLinkConnectionId = connection.PrivateLinkConnectionId
	b.link.AttachedDomains = domains
	return nil
}

// output fills in the component's outputs.
func (b *builder) output(tidb tidbCluster, network network, access access, kafka kafkaCluster) {
	b.link.EnvironmentId = b.args.EnvironmentId.ToStringOutput()
	b.link.Region = tidb.region
	b.link.TidbAwsAccountId = tidb.accountID
	b.link.TidbAvailabilityZoneIds = tidb.zones
	b.link.NetworkId = network.id
	b.link.Zones = network.zones
	b.link.DnsDomain = network.dnsDomain
	b.link.DnsUniqueName = network.uniqueName
	b.link.ZonalSubdomains = network.zonalSubdomains
	b.link.VpcEndpointServiceName = network.endpointService
	b.link.PrivateLinkAccessId = access.id
	b.link.KafkaClusterId = kafka.id
	b.link.BootstrapEndpoint = kafka.bootstrapEndpoint
	b.link.RestEndpoint = kafka.restEndpoint
	b.link.KafkaClusterCrn = kafka.crn
}

// Annotate describes the component.
func (l *PrivateLink) Annotate(d infer.Annotator) {
	d.Describe(l, "A private path from a TiDB Cloud cluster to a Confluent Cloud Kafka cluster, over AWS PrivateLink.\n\n"+
		"A PrivateLink takes a TiDB Cloud Essential cluster on AWS and a Confluent Cloud environment, and makes everything "+
		"in between: a Confluent network of the type PRIVATELINK in the cluster's region and zones, a PrivateLink Access "+
		"for TiDB Cloud's AWS account, a Dedicated Kafka cluster in the network, a private link connection in TiDB Cloud and the "+
		"Confluent domains attached to it. The network, the access and the Kafka cluster can each be an existing one, given "+
		"by its `id`. It is what TiDB Cloud's documentation has a person do in two web consoles: "+
		"[Connect to Confluent Cloud via a Private Link Connection](https://docs.pingcap.com/tidbcloud/serverless-private-link-connection-to-aws-confluent).\n\n"+
		"Everything that can be known before money is spent is checked at preview: the cluster's plan, cloud and state, the region, "+
		"the zones, the CKUs and every part that is given by its `id`.\n\n"+
		"The resources are children of the component, with its name and a suffix: `-network`, `-access`, `-kafka`, `-connection` "+
		"and `-domains`. The network comes first; then the Kafka cluster, beside the access, the connection and the domains one "+
		"after the other. All outputs are known when all of it is ready.\n\n"+
		"With `vpcAccess` the same Kafka cluster can be reached from VPCs of your own too: each is a `VpcAccess` among the children, "+
		"with the component's name and its own, made beside the Kafka cluster. Without it AWS is not asked for anything, "+
		"and no AWS credentials are needed.")
	d.Describe(&l.EnvironmentId, "The id of the Confluent environment, `env-…`, as it was given.")
	d.Describe(&l.Region, "The AWS region of the TiDB Cloud cluster, the network and the Kafka cluster, such as `us-east-1`.")
	d.Describe(&l.TidbAwsAccountId, "TiDB Cloud's AWS account for this cluster, 12 digits: the one that the PrivateLink Access lets in.")
	d.Describe(&l.TidbAvailabilityZoneIds, "The AZ IDs that TiDB Cloud reports for private link connections of this cluster, in alphabetical order.")
	d.Describe(&l.NetworkId, "The id of the Confluent network, `n-…`.")
	d.Describe(&l.Zones, "The AZ IDs of the network, in alphabetical order.")
	d.Describe(&l.DnsDomain, "The DNS domain of the network, such as `domnprzqrog.us-east-1.aws.confluent.cloud`.")
	d.Describe(&l.DnsUniqueName, "The unique name of the network, by which TiDB Cloud knows its domains, such as `domnprzqrog.us-east-1`.")
	d.Describe(&l.ZonalSubdomains, "The DNS domain of each of the network's zones, by AZ ID.")
	d.Describe(&l.VpcEndpointServiceName, "The name of the network's VPC endpoint service, `com.amazonaws.vpce.<region>.vpce-svc-…`.")
	d.Describe(&l.PrivateLinkAccessId, "The id of the PrivateLink Access, `pla-…`.")
	d.Describe(&l.KafkaClusterId, "The id of the Kafka cluster, `lkc-…`.")
	d.Describe(&l.BootstrapEndpoint, "The Kafka cluster's address for Kafka clients, `<host>:9092`, without a protocol such as `SASL_SSL://` in front. It resolves and is reachable only "+
		"within the private networks.")
	d.Describe(&l.RestEndpoint, "The address of the Kafka cluster's REST API, `https://<host>:443`, reachable as the bootstrap endpoint is.")
	d.Describe(&l.KafkaClusterCrn, "The Kafka cluster's CRN (Confluent Resource Name), as Confluent's role bindings want it.")
	d.Describe(&l.PrivateLinkConnectionId, "The id of the private link connection in TiDB Cloud, `plc-…`: what a changefeed to Kafka names.")
	d.Describe(&l.AttachedDomains, "The domains attached to the connection, such as `*.domnprzqrog.us-east-1.aws.confluent.cloud`.")
	d.Describe(&l.VpcAccess, "What the input `vpcAccess` led to, in the same order; empty without it.")
}
