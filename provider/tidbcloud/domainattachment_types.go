package tidbcloud

import (
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// DomainAttachment is an attachment of domains to a private link connection of a TiDB Cloud cluster: all traffic of the
// cluster's dataflow to these domains goes through the connection.
//
// The connection must be `ACTIVE`. Creation waits until TiDB Cloud has attached or refused every domain, at most 60
// minutes unless `customTimeouts` sets another time.
//
// TiDB Cloud has no call that updates an attachment, so every changed input replaces it. The old one goes first: a
// domain cannot be attached twice.
//
// Import it with the id `<clusterId>/<privateLinkConnectionId>/<attachDomainId>`.
type DomainAttachment struct{}

// DomainAttachmentArgs are its inputs.
type DomainAttachmentArgs struct {
	// The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console and API show it.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// The id of the private link connection, `plc-…`. Connections to an AWS endpoint service take both types, those to
	// an Alibaba Cloud one only `TIDBCLOUD_MANAGED`.
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId" required:"the ID of the private link connection"`
	// Whose domains are attached.
	Type DomainType `pulumi:"type" required:"one of CONFLUENT, TIDBCLOUD_MANAGED"`
	// The unique name in the domains. For `CONFLUENT`, where it is required: the Confluent network's DNS domain without
	// `.aws.confluent.cloud`, of the form `<label>.<region>`, such as `domnprzqrog.us-east-1`. Default for
	// `TIDBCLOUD_MANAGED`: a name that TiDB Cloud generates.
	UniqueName *string `pulumi:"uniqueName,optional"`
}

// DomainAttachmentState is what Pulumi keeps of it.
type DomainAttachmentState struct {
	DomainAttachmentArgs

	// The id of the attachment.
	AttachDomainID string `pulumi:"attachDomainId"`
	// The attached domains, wildcards such as `*.domnprzqrog.us-east-1.aws.confluent.cloud`.
	Domains []Domain `pulumi:"domains"`
}

// Domain is a domain attached to a private link connection.
type Domain struct {
	// The domain, usually a wildcard.
	Name string `pulumi:"name"`
	// The state of the domain as TiDB Cloud reports it; the API does not list the possible states.
	State string `pulumi:"state"`
	// What TiDB Cloud reports about the state; may be empty.
	Message string `pulumi:"message"`
}

// DomainType is whose domains are attached to a private link connection, as TiDB Cloud's API spells it.
type DomainType string

// The providers of domains that TiDB Cloud's API knows.
const (
	DomainTypeConfluent        DomainType = tidbapi.DomainTypeConfluent
	DomainTypeTiDBCloudManaged DomainType = tidbapi.DomainTypeTiDBCloudManaged
)

// Values lists the providers.
func (DomainType) Values() []infer.EnumValue[DomainType] {
	return []infer.EnumValue[DomainType]{
		{
			Name: "Confluent", Value: DomainTypeConfluent,
			Description: "The domains of a Confluent Cloud network, `<uniqueName>.<provider>.confluent.cloud`.",
		},
		{
			Name: "TidbcloudManaged", Value: DomainTypeTiDBCloudManaged,
			Description: "Domains that TiDB Cloud creates and keeps, `<uniqueName>.<provider>.plc.tidbcloud.com`.",
		},
	}
}
