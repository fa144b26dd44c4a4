package tidbcloud

import (
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// PrivateLinkConnection is a private link connection of a TiDB Cloud Essential cluster to an endpoint service, over
// which the cluster's dataflow (changefeeds) reaches what lies behind that service.
//
// Creation waits until the connection is `ACTIVE`. While it is `PENDING_ACCEPTANCE`, the owner of the endpoint service
// has to accept it; Confluent Cloud does so by itself. Creation and deletion wait at most 60 minutes unless
// `customTimeouts` sets another time; a wait that was cut short is resumed by the next `pulumi up`.
//
// TiDB Cloud has no call that updates a connection, so every changed input replaces it. The new connection is created
// before the old one is deleted.
//
// Import it with the id `<clusterId>/<privateLinkConnectionId>`, for example `10684312905347001938/plc-abc123`.
type PrivateLinkConnection struct{}

// PrivateLinkConnectionArgs are its inputs.
type PrivateLinkConnectionArgs struct {
	// The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console and API show it. It must
	// be an Essential cluster in the cloud that `type` names.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// The name of the connection in TiDB Cloud. An empty one is refused. When the connection is created, the name of
	// another connection of the cluster to the same service is refused too: an interruption could make the two
	// indistinguishable. Default: what `pulumi:autonaming` of the stack configuration sets, else the resource's name
	// and seven random hexadecimal digits; a resource's name of more than 56 characters is cut, with a hash in place of
	// its end. It is chosen once and then kept.
	DisplayName *string `pulumi:"displayName,optional"`
	// What the connection leads to. Default: `AWS_ENDPOINT_SERVICE`.
	Type *PrivateLinkConnectionType `pulumi:"type,optional"`
	// The VPC endpoint service on AWS. Required with the type `AWS_ENDPOINT_SERVICE`, refused with another.
	AwsEndpointService *AwsEndpointService `pulumi:"awsEndpointService,optional"`
	// The endpoint service on Alibaba Cloud. Required with the type `ALICLOUD_ENDPOINT_SERVICE`, refused with another.
	AlicloudEndpointService *AlicloudEndpointService `pulumi:"alicloudEndpointService,optional"`
}

// PrivateLinkConnectionState is what Pulumi keeps of it.
type PrivateLinkConnectionState struct {
	PrivateLinkConnectionArgs

	// The id of the connection, `plc-…`.
	PrivateLinkConnectionID string `pulumi:"privateLinkConnectionId"`
	// The state of the connection as TiDB Cloud reports it: `CREATING`, `PENDING_ACCEPTANCE`, `ACTIVE`, `FAILED` or
	// `DELETING`. A connection that turned `FAILED` is replaced by the next `pulumi up` after a refresh.
	State string `pulumi:"state"`
	// The id of TiDB Cloud's VPC endpoint, `vpce-…`; empty where there is none.
	EndpointID string `pulumi:"endpointId"`
	// The AZ IDs, such as `use1-az1`, in which TiDB Cloud's endpoint is.
	AvailabilityZoneIDs []string `pulumi:"availabilityZoneIds"`
	// When the connection was created, in the form of RFC 3339.
	CreateTime string `pulumi:"createTime"`
}

// PrivateLinkConnectionType is what a private link connection leads to, as TiDB Cloud's API spells it.
type PrivateLinkConnectionType string

// The kinds of service that TiDB Cloud's API knows.
const (
	TypeAWSEndpointService      PrivateLinkConnectionType = tidbapi.ConnectionTypeAWSEndpointService
	TypeAlicloudEndpointService PrivateLinkConnectionType = tidbapi.ConnectionTypeAlicloudEndpointService
)

// Values lists the kinds.
func (PrivateLinkConnectionType) Values() []infer.EnumValue[PrivateLinkConnectionType] {
	return []infer.EnumValue[PrivateLinkConnectionType]{
		{Name: "AwsEndpointService", Value: TypeAWSEndpointService, Description: "A VPC endpoint service on AWS."},
		{
			Name: "AlicloudEndpointService", Value: TypeAlicloudEndpointService,
			Description: "An endpoint service on Alibaba Cloud.",
		},
	}
}

// AwsEndpointService is a VPC endpoint service on AWS.
type AwsEndpointService struct {
	// The name of the service, `com.amazonaws.vpce.<region>.vpce-svc-…`. For Confluent Cloud it is the network's VPC
	// endpoint service name.
	Name string `pulumi:"name" required:"the name of the endpoint service"`
	// The AWS region of the service, such as `us-east-1`. A preview warns when it, or the region in the service's name,
	// is not the cluster's: as far as documented, connections of Essential clusters do not reach other regions.
	// Default: not sent, which TiDB Cloud takes for the cluster's region; writing down the region that is in the
	// service's name, or no longer, changes nothing.
	Region *string `pulumi:"region,optional"`
}

// AlicloudEndpointService is an endpoint service on Alibaba Cloud.
type AlicloudEndpointService struct {
	// The name of the service, as Alibaba Cloud shows it.
	Name string `pulumi:"name" required:"the name of the endpoint service"`
}

// Annotate sets the defaults.
func (r *PrivateLinkConnectionArgs) Annotate(a infer.Annotator) {
	a.SetDefault(&r.Type, TypeAWSEndpointService)
}
