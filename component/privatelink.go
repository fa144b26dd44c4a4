package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Type is the component's type in Pulumi.
const Type = "tidbconfluent:index:PrivateLink"

// PrivateLink is a private path from a TiDB Cloud cluster to a Confluent Cloud Kafka cluster, over AWS PrivateLink.
//
// A PrivateLink takes a TiDB Cloud Essential cluster on AWS and a Confluent Cloud environment, and creates what is
// between them: a Confluent network of the type PRIVATELINK in the cluster's region and zones, a PrivateLink Access for
// TiDB Cloud's AWS account, a Dedicated Kafka cluster in the network, a private link connection in TiDB Cloud and the
// Confluent domains attached to it. The network, the access and the Kafka cluster can each be an existing one: set its
// `id`. TiDB Cloud's documentation describes the same steps in two web consoles: [Connect to Confluent Cloud via a
// Private Link Connection](https://docs.pingcap.com/tidbcloud/serverless-private-link-connection-to-aws-confluent).
//
// A preview checks, before money is spent, the cluster's plan, cloud and state, the region, the zones, the CKUs and
// every existing part.
//
// The resources are children of the component, with its name and a suffix: `-network`, `-access`, `-kafka`,
// `-connection` and `-domains`. The network comes first; then the Kafka cluster, in parallel with the access, the
// connection and the domains one after the other. All outputs are known when everything is ready.
//
// With `vpcAccess` the same Kafka cluster can be reached from VPCs of your own too: each is a `VpcAccess` among the
// children, with the component's name and its own, created in parallel with the Kafka cluster. Without it there are no
// calls to AWS, and no AWS credentials are needed.
type PrivateLink struct {
	pulumi.ResourceState
	// The id of the Confluent environment, `env-…`, as the input has it.
	EnvironmentId pulumi.StringOutput `pulumi:"environmentId"`
	// The AWS region of the TiDB Cloud cluster, the network and the Kafka cluster, such as `us-east-1`.
	Region pulumi.StringOutput `pulumi:"region"`
	// TiDB Cloud's AWS account for this cluster, 12 digits: the one that the PrivateLink Access authorizes.
	TidbAwsAccountId pulumi.StringOutput `pulumi:"tidbAwsAccountId"`
	// The AZ IDs that TiDB Cloud reports for private link connections of this cluster, in alphabetical order.
	TidbAvailabilityZoneIds pulumi.StringArrayOutput `pulumi:"tidbAvailabilityZoneIds"`
	// The id of the Confluent network, `n-…`.
	NetworkId pulumi.StringOutput `pulumi:"networkId"`
	// The AZ IDs of the network, in alphabetical order.
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
	// The DNS domain of the network, such as `domnprzqrog.us-east-1.aws.confluent.cloud`.
	DnsDomain pulumi.StringOutput `pulumi:"dnsDomain"`
	// The unique name of the network, by which TiDB Cloud knows its domains, such as `domnprzqrog.us-east-1`.
	DnsUniqueName pulumi.StringOutput `pulumi:"dnsUniqueName"`
	// The DNS domain of each of the network's zones, by AZ ID.
	ZonalSubdomains pulumi.StringMapOutput `pulumi:"zonalSubdomains"`
	// The name of the network's VPC endpoint service, `com.amazonaws.vpce.<region>.vpce-svc-…`.
	VpcEndpointServiceName pulumi.StringOutput `pulumi:"vpcEndpointServiceName"`
	// The id of the PrivateLink Access, `pla-…`.
	PrivateLinkAccessId pulumi.StringOutput `pulumi:"privateLinkAccessId"`
	// The id of the Kafka cluster, `lkc-…`.
	KafkaClusterId pulumi.StringOutput `pulumi:"kafkaClusterId"`
	// The Kafka cluster's address for Kafka clients, `<host>:9092`, without a protocol such as `SASL_SSL://` in front.
	// It resolves and is reachable only within the private networks.
	BootstrapEndpoint pulumi.StringOutput `pulumi:"bootstrapEndpoint"`
	// The address of the Kafka cluster's REST API, `https://<host>:443`, reachable as the bootstrap endpoint is.
	RestEndpoint pulumi.StringOutput `pulumi:"restEndpoint"`
	// The Kafka cluster's CRN (Confluent Resource Name), as Confluent's role bindings want it.
	KafkaClusterCrn pulumi.StringOutput `pulumi:"kafkaClusterCrn"`
	// The id of the private link connection in TiDB Cloud, `plc-…`. A changefeed to Kafka needs it.
	PrivateLinkConnectionId pulumi.StringOutput `pulumi:"privateLinkConnectionId"`
	// The domains attached to the connection, such as `*.domnprzqrog.us-east-1.aws.confluent.cloud`.
	AttachedDomains pulumi.StringArrayOutput `pulumi:"attachedDomains"`
	// The results of the input `vpcAccess`, in the same order; empty without it.
	VpcAccess vpcaccess.VpcAccessResultArrayOutput `pulumi:"vpcAccess"`
}

// NewPrivateLink declares a PrivateLink. It follows TiDB Cloud's manual procedure step by step.
//
// It checks everything that can be known before it creates anything: the inputs, the TiDB Cloud cluster, existing
// parts.
func NewPrivateLink(
	ctx *pulumi.Context, name string, given PrivateLinkArgs, opts ...pulumi.ResourceOption,
) (*PrivateLink, error) {
	link := &PrivateLink{}
	return link, children.Declare(ctx, Type, name, link, &given, opts, check, func(m children.Maker) error {
		b := &builder{Maker: m, link: link}
		b.networkName.Planned = preflight.Plan(&b.Maker, networks)
		b.kafkaName.Planned = preflight.Plan(&b.Maker, kafkaClusters)
		return b.steps()
	})
}

// A builder carries what the steps share.
type builder struct {
	children.Maker

	link *PrivateLink
	tidb tidbCluster
	// The planned network and Kafka cluster, whose names something else in Confluent Cloud may have too.
	networkName, kafkaName preflight.Part
}

// steps are the steps of the manual procedure, in its order. Each of them sets its outputs.
func (b *builder) steps() error {
	// Prerequisites: TiDB Cloud's AWS account and AZs, and whatever exists already.
	existing, err := b.lookUp()
	if err != nil {
		return err
	}
	// The VPCs of vpcAccess are checked now, too. Without any, vpcs does nothing.
	vpcs, err := vpcaccess.NewList(&b.Maker, vpcaccess.Known{
		What: "TiDB Cloud cluster " + b.tidb.id, Region: b.tidb.region,
		DNSDomain: existing.network.DnsDomain, Zones: existing.network.Zones,
	})
	if err != nil {
		return err
	}

	// Step 1: set up a Confluent Cloud network.
	network, err := b.network(existing.network, vpcs)
	if err != nil {
		return err
	}

	// Step 2: add a PrivateLink Access to the network, for TiDB Cloud's account.
	access, err := b.privateLinkAccess(network)
	if err != nil {
		return err
	}

	// Step 3: create a Dedicated cluster in the network. It need not wait for step 2.
	if err := b.kafkaCluster(network, existing.kafka); err != nil {
		return err
	}

	// Step 4: create a private link connection in TiDB Cloud, and attach the Confluent domains to it.
	connection, err := b.connection(network, access)
	if err != nil {
		return err
	}
	if err := b.domains(connection); err != nil {
		return err
	}

	// The user's own VPCs, in parallel with steps 2 to 4.
	if b.link.VpcAccess, err = vpcs.Create(network); err != nil {
		return err
	}

	// A preview warns of others with the names of the network and the Kafka cluster.
	return b.checkNames(network, access, vpcs.Access())
}
