package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// PrivateLinkConnection is a connection from a TiDB Cloud cluster to an endpoint service.
type PrivateLinkConnection struct{}

// PrivateLinkConnectionArgs are its inputs.
type PrivateLinkConnectionArgs struct {
	ClusterID               string                     `pulumi:"clusterId"`
	DisplayName             *string                    `pulumi:"displayName,optional"`
	Type                    *PrivateLinkConnectionType `pulumi:"type,optional"`
	AwsEndpointService      *AwsEndpointService        `pulumi:"awsEndpointService,optional"`
	AlicloudEndpointService *AlicloudEndpointService   `pulumi:"alicloudEndpointService,optional"`
}

// PrivateLinkConnectionState is what Pulumi keeps of it.
type PrivateLinkConnectionState struct {
	PrivateLinkConnectionArgs

	PrivateLinkConnectionID string   `pulumi:"privateLinkConnectionId"`
	State                   string   `pulumi:"state"`
	EndpointID              string   `pulumi:"endpointId"`
	AvailabilityZoneIDs     []string `pulumi:"availabilityZoneIds"`
	CreateTime              string   `pulumi:"createTime"`
}

// PrivateLinkConnectionType is the kind of service a connection leads to.
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

// AwsEndpointService names a VPC endpoint service on AWS.
type AwsEndpointService struct {
	Name   string  `pulumi:"name"`
	Region *string `pulumi:"region,optional"`
}

// AlicloudEndpointService names an endpoint service on Alibaba Cloud.
type AlicloudEndpointService struct {
	Name string `pulumi:"name"`
}

// A method of another shape than infer looks for would be passed over in silence.
var (
	_ infer.CustomCheck[PrivateLinkConnectionArgs]                                      = PrivateLinkConnection{}
	_ infer.CustomDiff[PrivateLinkConnectionArgs, PrivateLinkConnectionState]           = PrivateLinkConnection{}
	_ infer.CustomCreate[PrivateLinkConnectionArgs, PrivateLinkConnectionState]         = PrivateLinkConnection{}
	_ infer.CustomRead[PrivateLinkConnectionArgs, PrivateLinkConnectionState]           = PrivateLinkConnection{}
	_ infer.CustomUpdate[PrivateLinkConnectionArgs, PrivateLinkConnectionState]         = PrivateLinkConnection{}
	_ infer.CustomDelete[PrivateLinkConnectionState]                                    = PrivateLinkConnection{}
	_ infer.ExplicitDependencies[PrivateLinkConnectionArgs, PrivateLinkConnectionState] = PrivateLinkConnection{}
)

// Annotate describes the resource.
func (r *PrivateLinkConnection) Annotate(a infer.Annotator) {
	a.Describe(r, "A private link connection of a TiDB Cloud Essential cluster to an endpoint service, over which the "+
		"cluster's dataflow (changefeeds) reaches what lies behind that service.\n\n"+
		"Creation waits until the connection is `ACTIVE`. While it is `PENDING_ACCEPTANCE`, the owner of the endpoint "+
		"service has to accept it; Confluent Cloud does so by itself. Creation and deletion wait at most 60 minutes "+
		"unless `customTimeouts` sets another time; a wait that was cut short is resumed by the next `pulumi up`.\n\n"+
		"TiDB Cloud has no call that updates a connection, so every changed input replaces it. The new connection is "+
		"created before the old one is deleted.\n\n"+
		"Import it with the id `<clusterId>/<privateLinkConnectionId>`, for example `10684312905347001938/plc-abc123`.")
}

// Annotate describes the inputs.
func (r *PrivateLinkConnectionArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console "+
		"and API show it. It must be an Essential cluster in the cloud that `type` names.")
	a.Describe(&r.DisplayName, "The name of the connection in TiDB Cloud. An empty one is refused, and so is, when "+
		"the connection is created, that of another connection of the cluster to the same service: the two could not "+
		"be told apart after an interruption. Default: what `pulumi:autonaming` of the stack configuration sets, else "+
		"the resource's name and seven random hexadecimal digits; a resource's name of more than 56 characters is "+
		"cut, with a hash in place of its end. It is chosen once and then kept.")
	a.Describe(&r.Type, "What the connection leads to. Default: `AWS_ENDPOINT_SERVICE`.")
	a.SetDefault(&r.Type, TypeAWSEndpointService)
	a.Describe(&r.AwsEndpointService, "The VPC endpoint service on AWS. Required with the type "+
		"`AWS_ENDPOINT_SERVICE`, refused with another.")
	a.Describe(&r.AlicloudEndpointService, "The endpoint service on Alibaba Cloud. Required with the type "+
		"`ALICLOUD_ENDPOINT_SERVICE`, refused with another.")
}

// Annotate describes the outputs.
func (s *PrivateLinkConnectionState) Annotate(a infer.Annotator) {
	a.Describe(&s.PrivateLinkConnectionID, "The id of the connection, `plc-…`.")
	a.Describe(&s.State, "The state of the connection as TiDB Cloud reports it: `CREATING`, `PENDING_ACCEPTANCE`, "+
		"`ACTIVE`, `FAILED` or `DELETING`. A connection that turned `FAILED` is replaced by the next `pulumi up` "+
		"after a refresh.")
	a.Describe(&s.EndpointID, "The id of TiDB Cloud's VPC endpoint, `vpce-…`; empty where there is none.")
	a.Describe(&s.AvailabilityZoneIDs, "The AZ IDs, such as `use1-az1`, in which TiDB Cloud's endpoint is.")
	a.Describe(&s.CreateTime, "When the connection was created, in the form of RFC 3339.")
}

// Annotate describes the endpoint service.
func (r *AwsEndpointService) Annotate(a infer.Annotator) {
	a.Describe(r, "A VPC endpoint service on AWS.")
	a.Describe(&r.Name, "The name of the service, `com.amazonaws.vpce.<region>.vpce-svc-…`. For Confluent Cloud it is "+
		"the network's VPC endpoint service name.")
	a.Describe(&r.Region, "The AWS region of the service, such as `us-east-1`. A preview warns when it, or the region "+
		"in the service's name, is not the cluster's: as far as documented, connections of Essential clusters do not "+
		"reach other regions. Default: not sent, which TiDB Cloud takes for the cluster's region; writing down the "+
		"region that is in the service's name, or no longer, changes nothing.")
}

// Annotate describes the endpoint service.
func (r *AlicloudEndpointService) Annotate(a infer.Annotator) {
	a.Describe(r, "An endpoint service on Alibaba Cloud.")
	a.Describe(&r.Name, "The name of the service, as Alibaba Cloud shows it.")
}

// Check refuses what TiDB Cloud would refuse, and names a connection that has no name.
func (PrivateLinkConnection) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[PrivateLinkConnectionArgs], error) {
	args, failures, err := infer.DefaultCheck[PrivateLinkConnectionArgs](ctx, req.NewInputs)
	if err != nil || len(failures) > 0 {
		return infer.CheckResponse[PrivateLinkConnectionArgs]{Inputs: args, Failures: failures}, err
	}
	if at(req.NewInputs, "displayName").IsNull() {
		if args.DisplayName, err = autoname(ctx, req.Name, req.OldInputs); err != nil {
			failures = append(failures, p.CheckFailure{Property: "displayName", Reason: err.Error()})
		}
	}
	return infer.CheckResponse[PrivateLinkConnectionArgs]{
		Inputs: args, Failures: append(failures, checkConnection(req.NewInputs, args)...),
	}, nil
}

func checkConnection(inputs property.Map, args PrivateLinkConnectionArgs) []p.CheckFailure {
	c := checker{inputs: inputs}
	c.rule(func() error { return rules.TiDBClusterID.Check(args.ClusterID) }, "clusterId")
	c.rule(func() error { return checkDisplayName(value(args.DisplayName)) }, "displayName")
	if isUnknown(inputs, "type") {
		return c.failures
	}
	switch *args.Type {
	case TypeAWSEndpointService:
		c.only(*args.Type, "awsEndpointService", "alicloudEndpointService")
		c.rule(func() error {
			_, err := rules.RegionOfEndpointService(args.AwsEndpointService.Name)
			return err
		}, "awsEndpointService", "name")
		c.rule(func() error { return rules.Region(value(args.AwsEndpointService.Region)) },
			"awsEndpointService", "region")
	case TypeAlicloudEndpointService:
		c.only(*args.Type, "alicloudEndpointService", "awsEndpointService")
	default:
		c.fail("type", fmt.Errorf("%q is not one of %s, %s; use one of these",
			*args.Type, TypeAWSEndpointService, TypeAlicloudEndpointService))
	}
	return c.failures
}

// checkDisplayName rejects the unreadable name of a program.
func checkDisplayName(name string) error {
	if name == "" {
		return errors.New("it is empty; give a name, or leave it out to have one chosen")
	}
	return checkName(name)
}

func checkName(name string) error {
	if strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%q has a control character, such as a line feed; give a name without", name)
	}
	return nil
}

// only wants the one service that a type needs, and refuses the other.
func (c *checker) only(kind PrivateLinkConnectionType, wanted, refused string) {
	if at(c.inputs, wanted).IsNull() {
		c.fail(wanted, fmt.Errorf("type %s needs it; give the endpoint service", kind))
	}
	if !at(c.inputs, refused).IsNull() {
		c.fail(refused, fmt.Errorf("it does not go with type %s; leave it out or change the type", kind))
	}
}

// Diff replaces for every change: TiDB Cloud cannot update a connection. One that failed or is on its way out never
// recovers; it goes first, because it carries nothing, and would count against the cluster's quota with every try. The
// same goes for one with an unconfirmed ID. One in any other state is on its way in, and waited for, by an update,
// whether or not a refresh came in between.
func (PrivateLinkConnection) Diff(
	ctx context.Context, req infer.DiffRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.DiffResponse, error) {
	was, is := req.State.PrivateLinkConnectionArgs, req.Inputs
	r := newReplacement(ctx)
	r.compare(was.ClusterID, is.ClusterID, "clusterId", "clusterId")
	r.compare(value(was.DisplayName), value(is.DisplayName), "displayName", "displayName")
	r.compare(value(was.Type), value(is.Type), "type", "type")
	r.compare(awsName(was), awsName(is), "awsEndpointService.name", "awsEndpointService", "name")
	// A region that only the name says is no difference from the name, which may not be known yet.
	if !impliesRegion(was) || !impliesRegion(is) || isUnknown(r.inputs, "awsEndpointService", "region") {
		r.compare(awsRegion(was), awsRegion(is), "awsEndpointService.region", "awsEndpointService", "region")
	}
	r.compare(alicloudName(was), alicloudName(is), "alicloudEndpointService.name", "alicloudEndpointService", "name")
	seen := tidbapi.PrivateLinkConnection{State: req.State.State}
	useless := seen.IsFailed() || seen.IsDeleting()
	switch {
	case useless:
		r.because("state")
	case !seen.IsActive():
		r.unfinished("state")
	}
	if _, ok := parseUnconfirmedConnection(req.ID); ok {
		useless = true
		r.because("privateLinkConnectionId")
	}
	return r.response(useless), nil
}

func awsName(args PrivateLinkConnectionArgs) string {
	if args.AwsEndpointService == nil {
		return ""
	}
	return args.AwsEndpointService.Name
}

// awsRegion is the region that the service is looked for in. The name of the service says it,
// so that writing the region down, or no longer, changes nothing.
func awsRegion(args PrivateLinkConnectionArgs) string {
	if args.AwsEndpointService == nil {
		return ""
	}
	if region := value(args.AwsEndpointService.Region); region != "" {
		return region
	}
	region, err := rules.RegionOfEndpointService(args.AwsEndpointService.Name)
	if err != nil {
		return ""
	}
	return region
}

func impliesRegion(args PrivateLinkConnectionArgs) bool {
	return args.AwsEndpointService != nil && !hasRegion(args)
}

func alicloudName(args PrivateLinkConnectionArgs) string {
	if args.AlicloudEndpointService == nil {
		return ""
	}
	return args.AlicloudEndpointService.Name
}

// WireDependencies says that no output of an existing connection ever turns unknown by an
// update: an update only waits.
func (PrivateLinkConnection) WireDependencies(
	f infer.FieldSelector, args *PrivateLinkConnectionArgs, state *PrivateLinkConnectionState,
) {
	f.OutputField(&state.ClusterID).DependsOn(f.InputField(&args.ClusterID))
	f.OutputField(&state.DisplayName).DependsOn(f.InputField(&args.DisplayName))
	f.OutputField(&state.Type).DependsOn(f.InputField(&args.Type))
	f.OutputField(&state.AwsEndpointService).DependsOn(f.InputField(&args.AwsEndpointService))
	f.OutputField(&state.AlicloudEndpointService).DependsOn(f.InputField(&args.AlicloudEndpointService))
}
