package component

import (
	"embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Sources have the descriptions of inputs and outputs, in comments.
//
//go:embed args.go privatelink.go
var Sources embed.FS

// PrivateLinkArgs are the inputs of a PrivateLink.
type PrivateLinkArgs struct {
	// The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console and API show it. Refused
	// unless the cluster is an Essential one on AWS; while it is not `ACTIVE`, nothing is created for it. A change
	// replaces the connection and the attached domains; to a cluster in another region, everything.
	TidbClusterId pulumi.StringInput `pulumi:"tidbClusterId" required:"the ID of the TiDB Cloud cluster"`
	// The id of the Confluent environment, `env-…`, as Confluent Cloud's console shows it. Refused when it does not
	// exist, or the Confluent Cloud API key may not see it. A change replaces the network and everything on it.
	EnvironmentId pulumi.StringInput `pulumi:"environmentId" required:"the ID of the Confluent environment"`
	// The AWS region of the TiDB Cloud cluster, such as `us-east-1`, in which the network and the Kafka cluster are
	// too. Refused when the TiDB Cloud cluster is in another one. Default: that cluster's region.
	Region pulumi.StringPtrInput `pulumi:"region,optional"`
	// The Confluent network: an existing one by its `id`, or the settings of a new one. Default: a new one.
	Network *Network `pulumi:"network,optional"`
	// The PrivateLink Access that authorizes TiDB Cloud's AWS account in the network: an existing one by its `id`, or
	// the settings of a new one. Confluent Cloud has one per account and network, so a second TiDB Cloud cluster of the
	// same region must use the first one's, by its `id`. Default: a new one.
	PrivateLinkAccess *PrivateLinkAccess `pulumi:"privateLinkAccess,optional"`
	// The Kafka cluster: an existing one by its `id`, or the settings of a new Dedicated one, which Confluent Cloud
	// charges for by CKU and hour, used or not. Default: a new one.
	KafkaCluster *KafkaCluster `pulumi:"kafkaCluster,optional"`
	// The settings of the private link connection in TiDB Cloud, which is always a new one. Default: a generated name.
	Connection *Connection `pulumi:"connection,optional"`
	// VPCs of your own from which the Kafka cluster can be reached, in the AWS account and region of the `aws`
	// provider, in addition to TiDB Cloud. They are created as soon as the network is ready, in parallel with the Kafka
	// cluster. Default: none, without any call to AWS.
	VpcAccess []VpcAccessEntry `pulumi:"vpcAccess,optional"`
}

// Network is a Confluent Cloud network of the type PRIVATELINK on AWS. With `id` an existing one is used and nothing
// else may be set.
type Network struct {
	// The id of an existing network, `n-…` or `nr-…`. Refused unless it is a PRIVATELINK network on AWS, in the TiDB
	// Cloud cluster's region, READY, and in at least one of that cluster's AZs. Its presence alone decides that no
	// network is created.
	Id pulumi.StringPtrInput `pulumi:"id,optional"`
	// The name of a new network; an empty one is refused. A change is an update in place. Default: the name of the
	// component.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
	// The zones of a new network: exactly three different AZ IDs, such as `use1-az1` (not AZ names, such as
	// `us-east-1a`), of which at least one is an AZ of the TiDB Cloud cluster. Their order does not matter; a change
	// replaces the network. Default: the AZ IDs that TiDB Cloud reports, the first three at most, filled up to three
	// with other AZ IDs of the region; where these are not known, Confluent Cloud chooses. They are chosen when the
	// network is created and kept from then on.
	Zones pulumi.StringArrayInput `pulumi:"zones,optional" list:"sorted"`
	// How the names in a new network resolve; a change replaces the network. Default: `PRIVATE`.
	DnsResolution pulumi.StringPtrInput `pulumi:"dnsResolution,optional" enum:"DnsResolution"`
}

// PrivateLinkAccess describes the PrivateLink Access to use or to create.
type PrivateLinkAccess = access.PrivateLinkAccess

// VpcAccessEntry is one of a PrivateLink's VPCs.
type VpcAccessEntry = vpcaccess.VpcAccessEntry

// KafkaCluster is a Confluent Cloud Dedicated Kafka cluster. With `id` an existing one is used and nothing else may be
// set.
type KafkaCluster struct {
	// The id of an existing Kafka cluster, `lkc-…`. Refused without `network.id`, since it cannot be on a new
	// network, and when it is not Dedicated, or not in the network. Its presence alone decides that no cluster is
	// created.
	Id pulumi.StringPtrInput `pulumi:"id,optional"`
	// The name of a new cluster; an empty one is refused. A change is an update in place. Default: the name of the
	// component.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
	// In how many AZs a new cluster is; a change replaces the cluster, and its data is lost. Default: `MULTI_ZONE`.
	Availability pulumi.StringPtrInput `pulumi:"availability,optional" enum:"Availability"`
	// The number of CKUs (Confluent Units for Kafka) of a new cluster: at least 2 for `MULTI_ZONE`, at least 1 for
	// `SINGLE_ZONE`. Only Confluent Cloud knows the maximum. A change resizes the cluster in place. Default: that
	// minimum.
	Cku pulumi.IntPtrInput `pulumi:"cku,optional"`
	// The id of a self-managed encryption key in Confluent Cloud, `cck-…` (not the cloud's own name of the key), for a
	// new cluster; a change replaces the cluster, and its data is lost. Default: Confluent Cloud manages the key.
	ByokKeyId pulumi.StringPtrInput `pulumi:"byokKeyId,optional"`
	// Whether Confluent Cloud refuses to delete a new cluster. With true, Pulumi also refuses to delete or replace it,
	// as with the option `protect`: a preview of `pulumi destroy` fails. With `--skip-preview` the domains, the
	// connection and the access may be gone before the cluster is refused. To delete the cluster, set false, and run
	// `pulumi up` first. Default: Confluent Cloud's, which is false.
	DeletionProtection pulumi.BoolPtrInput `pulumi:"deletionProtection,optional"`
}

// Connection is a private link connection in TiDB Cloud.
type Connection struct {
	// The name of the connection in TiDB Cloud; an empty one is refused. A change replaces the connection and the
	// attached domains. Default: what `pulumi:autonaming` of the stack configuration sets, else the name of the
	// connection's resource and seven random hexadecimal digits; chosen once and then kept.
	DisplayName pulumi.StringPtrInput `pulumi:"displayName,optional"`
}

// Enums are the inputs' fixed sets of words: those that the tag enum names.
var Enums = []args.Enum{availabilities, dnsResolutions}

var (
	availabilities = args.Enum{
		Name:        "Availability",
		Description: "In how many AZs a Dedicated Kafka cluster is, as Confluent Cloud's cmk/v2 API spells it.",
		Words: []args.Word{
			{Name: "MultiZone", Value: rules.MultiZone, Description: "In three AZs; at least 2 CKU."},
			{
				Name: "SingleZone", Value: rules.SingleZone,
				Description: "In one AZ, which Confluent Cloud chooses; at least 1 CKU.",
			},
		},
	}
	dnsResolutions = args.Enum{
		Name: "DnsResolution",
		Description: "How the names in a PrivateLink network resolve, as Confluent Cloud's networking/v1 API spells " +
			"it.",
		Words: []args.Word{
			{
				Name: "Private", Value: rules.Private,
				Description: "Only private DNS resolves the names. TiDB Cloud resolves the attached domains itself.",
			},
			{
				Name: "ChasedPrivate", Value: rules.ChasedPrivate,
				Description: "Public DNS points to names that private DNS resolves.",
			},
		},
	}
)
