package tidbcloud

import (
	"context"
	"errors"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
	TypeAWSEndpointService      PrivateLinkConnectionType = "AWS_ENDPOINT_SERVICE"
	TypeAlicloudEndpointService PrivateLinkConnectionType = "ALICLOUD_ENDPOINT_SERVICE"
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
	a.Describe(r, "A private link connection of a TiDB Cloud Essential cluster to an endpoint service, "+
		"over which the cluster's dataflow (changefeeds) reaches what lies behind that service.\n\n"+
		"Creation waits until the connection is `ACTIVE`. While it is `PENDING_ACCEPTANCE`, the owner of the endpoint "+
		"service has to accept it; Confluent Cloud does so by itself. Creation and deletion wait at most 60 minutes unless "+
		"`customTimeouts` says otherwise; a wait that was cut short is resumed by the next `pulumi up`.\n\n"+
		"TiDB Cloud has no call that updates a connection, so every changed input replaces it. The new connection is "+
		"made before the old one goes.\n\n"+
		"Import it with the id `<clusterId>/<privateLinkConnectionId>`, for example `10684312905347001938/plc-abc123`.")
}

// Annotate describes the inputs.
func (r *PrivateLinkConnectionArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console and "+
		"API show it. It must be an Essential cluster in the cloud that `type` names.")
	a.Describe(&r.DisplayName, "The name of the connection in TiDB Cloud; not empty. "+
		"Default: the resource's name and seven random hexadecimal digits, chosen once and then kept.")
	a.Describe(&r.Type, "What the connection leads to. Default: `AWS_ENDPOINT_SERVICE`.")
	a.SetDefault(&r.Type, TypeAWSEndpointService)
	a.Describe(&r.AwsEndpointService, "The VPC endpoint service on AWS. Required with the type `AWS_ENDPOINT_SERVICE`, "+
		"refused with another.")
	a.Describe(&r.AlicloudEndpointService, "The endpoint service on Alibaba Cloud. Required with the type "+
		"`ALICLOUD_ENDPOINT_SERVICE`, refused with another.")
}

// Annotate describes the outputs.
func (s *PrivateLinkConnectionState) Annotate(a infer.Annotator) {
	a.Describe(&s.PrivateLinkConnectionID, "The id of the connection, `plc-…`.")
	a.Describe(&s.State, "The state of the connection as TiDB Cloud reports it: `CREATING`, `PENDING_ACCEPTANCE`, `ACTIVE`, "+
		"`FAILED` or `DELETING`. A connection that turned `FAILED` is replaced by the next `pulumi up` after a refresh.")
	a.Describe(&s.EndpointID, "The id of TiDB Cloud's VPC endpoint, `vpce-…`; empty where there is none.")
	a.Describe(&s.AvailabilityZoneIDs, "The AZ IDs, such as `use1-az1`, in which TiDB Cloud's endpoint is.")
	a.Describe(&s.CreateTime, "When the connection was created, in the form of RFC 3339.")
}

// Annotate describes the endpoint service.
func (r *AwsEndpointService) Annotate(a infer.Annotator) {
	a.Describe(r, "A VPC endpoint service on AWS.")
	a.Describe(&r.Name, "The name of the service, `com.amazonaws.vpce.<region>.vpce-svc-…`. For Confluent Cloud it is the "+
		"network's VPC endpoint service name.")
	a.Describe(&r.Region, "The AWS region of the service, such as `us-east-1`. Default: not sent, which TiDB Cloud takes for the cluster's "+
		"region; writing down the region that is in the service's name, or no longer, changes nothing.")
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
		if args.DisplayName, err = autoname(req.Name, req.OldInputs); err != nil {
			return infer.CheckResponse[PrivateLinkConnectionArgs]{}, err
		}
	}
	return infer.CheckResponse[PrivateLinkConnectionArgs]{
		Inputs: args, Failures: checkConnection(req.NewInputs, args),
	}, nil
}

// autoname keeps the name that was chosen before, and chooses one the first time. When the
// engine replaces a resource it asks without old inputs, so that the new one gets another name.
func autoname(logicalName string, oldInputs property.Map) (*string, error) {
	if old := oldInputs.Get("displayName"); old.IsString() {
		return optional(old.AsString()), nil
	}
	const longest, digits = 64, 7
	if room := longest - digits - 1; len(logicalName) > room {
		logicalName = logicalName[:room]
	}
	name, err := resource.NewUniqueHex(logicalName+"-", digits, longest)
	return &name, err
}

func checkConnection(inputs property.Map, args PrivateLinkConnectionArgs) []p.CheckFailure {
	c := checker{inputs: inputs}
	c.rule(func() error { return rules.TiDBClusterID.Check(args.ClusterID) }, "clusterId")
	c.rule(func() error {
		if value(args.DisplayName) == "" {
			return errors.New("it is empty; give a name, or leave it out to have one chosen")
		}
		return nil
	}, "displayName")
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
		c.rule(func() error { return rules.Region(value(args.AwsEndpointService.Region)) }, "awsEndpointService", "region")
	case TypeAlicloudEndpointService:
		c.only(*args.Type, "alicloudEndpointService", "awsEndpointService")
	default:
		c.fail("type", fmt.Errorf("%q is not one of %s, %s; use one of these",
			*args.Type, TypeAWSEndpointService, TypeAlicloudEndpointService))
	}
	return c.failures
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
// recovers; one that is on its way in is waited for, by an update, whether or not a refresh came in between.
func (PrivateLinkConnection) Diff(
	ctx context.Context, req infer.DiffRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.DiffResponse, error) {
	was, is := req.State.PrivateLinkConnectionArgs, req.Inputs
	r := newReplacement(ctx)
	r.compare(was.ClusterID, is.ClusterID, "clusterId", "clusterId")
	r.compare(value(was.DisplayName), value(is.DisplayName), "displayName", "displayName")
	r.compare(value(was.Type), value(is.Type), "type", "type")
	r.compare(awsName(was), awsName(is), "awsEndpointService.name", "awsEndpointService", "name")
	// A region that only the name says is no difference beside the name, which may not be known yet.
	if !impliesRegion(was) || !impliesRegion(is) || isUnknown(r.inputs, "awsEndpointService", "region") {
		r.compare(awsRegion(was), awsRegion(is), "awsEndpointService.region", "awsEndpointService", "region")
	}
	r.compare(alicloudName(was), alicloudName(is), "alicloudEndpointService.name", "alicloudEndpointService", "name")
	switch req.State.State {
	case tidbapi.ConnectionStateFailed, tidbapi.ConnectionStateDeleting:
		r.because("state")
	case tidbapi.ConnectionStateCreating, tidbapi.ConnectionStatePendingAcceptance:
		r.unfinished("state")
	}
	return r.response(false), nil
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

// Create makes the connection and waits until it is active. Once TiDB Cloud has given it an id,
// no error lets go of it: the state keeps the id and the next update waits on.
func (PrivateLinkConnection) Create(
	ctx context.Context, req infer.CreateRequest[PrivateLinkConnectionArgs],
) (infer.CreateResponse[PrivateLinkConnectionState], error) {
	state := PrivateLinkConnectionState{PrivateLinkConnectionArgs: req.Inputs, AvailabilityZoneIDs: []string{}}
	if req.DryRun {
		return infer.CreateResponse[PrivateLinkConnectionState]{Output: state}, nil
	}
	made, err := clientOf(ctx).CreatePrivateLinkConnection(ctx, connectionOf(req.Inputs))
	if err != nil {
		return infer.CreateResponse[PrivateLinkConnectionState]{}, fmt.Errorf(
			"creating a private link connection of TiDB Cloud cluster %s: %w", req.Inputs.ClusterID, err)
	}
	state.observe(made)
	err = awaitActive(ctx, &state)
	return infer.CreateResponse[PrivateLinkConnectionState]{
		ID: connectionID{state.ClusterID, state.PrivateLinkConnectionID}.String(), Output: state,
	}, err
}

func connectionOf(args PrivateLinkConnectionArgs) tidbapi.PrivateLinkConnection {
	c := tidbapi.PrivateLinkConnection{
		ClusterID: args.ClusterID, DisplayName: value(args.DisplayName), Type: value(args.Type),
	}
	if s := args.AwsEndpointService; s != nil {
		c.AWSEndpointService = &tidbapi.AWSEndpointService{Name: s.Name, Region: value(s.Region)}
	}
	if s := args.AlicloudEndpointService; s != nil {
		c.AlicloudEndpointService = &tidbapi.AlicloudEndpointService{Name: s.Name}
	}
	return c
}

// observe takes over what TiDB Cloud says of the connection.
func (s *PrivateLinkConnectionState) observe(c *tidbapi.PrivateLinkConnection) {
	s.PrivateLinkConnectionID = c.PrivateLinkConnectionID
	s.State = c.State
	s.CreateTime = c.CreateTime
	if aws := c.AWSEndpointService; aws != nil {
		s.EndpointID = aws.EndpointID
		s.AvailabilityZoneIDs = append([]string{}, aws.AvailabilityZoneIDs...)
	}
}

// Update has nothing to send: only a creation that was cut short comes here, to be waited for.
func (PrivateLinkConnection) Update(
	ctx context.Context, req infer.UpdateRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.UpdateResponse[PrivateLinkConnectionState], error) {
	state := req.State
	state.PrivateLinkConnectionArgs = req.Inputs
	if state.AvailabilityZoneIDs == nil {
		// An empty list comes back as none, which must not be stored: it would be missing when it is read.
		state.AvailabilityZoneIDs = []string{}
	}
	if req.DryRun {
		return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, nil
	}
	err := awaitActive(ctx, &state)
	return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, err
}

// awaitActive waits until the connection is active. Its errors keep the resource in the state.
func awaitActive(ctx context.Context, s *PrivateLinkConnectionState) error {
	client := clientOf(ctx)
	what := "private link connection " + s.PrivateLinkConnectionID
	_, err := tidbapi.Wait(ctx, waitFor(ctx, what), func(ctx context.Context) (*tidbapi.PrivateLinkConnection, string, bool, error) {
		c, err := client.GetPrivateLinkConnection(ctx, s.ClusterID, s.PrivateLinkConnectionID)
		if tidbapi.IsNotFound(err) {
			s.State = tidbapi.ConnectionStateDeleting
			return nil, s.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is gone; run pulumi up again, which makes a new one",
				what, s.ClusterID)
		}
		if err != nil {
			return nil, s.State, false, err
		}
		s.observe(c)
		switch c.State {
		case tidbapi.ConnectionStateActive:
			return c, c.State, true, nil
		case tidbapi.ConnectionStateFailed, tidbapi.ConnectionStateDeleting:
			return nil, c.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is %s: %s; see that the endpoint service %s "+
				"exists and lets TiDB Cloud's account in, then run pulumi up again, which replaces the connection",
				what, s.ClusterID, c.State, orNone(c.Message), orNone(awsName(s.PrivateLinkConnectionArgs)+alicloudName(s.PrivateLinkConnectionArgs)))
		}
		return nil, c.State, false, nil
	})
	return stillThere(err)
}

// Read fetches the connection; one that is gone, or on its way out, gets no id.
func (PrivateLinkConnection) Read(
	ctx context.Context, req infer.ReadRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState], error) {
	id, err := parseConnectionID(req.ID)
	if err != nil {
		return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{}, err
	}
	c, err := getConnection(ctx, id)
	if err == nil && (c == nil || c.State == tidbapi.ConnectionStateDeleting) {
		return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{}, nil
	}
	if err != nil {
		return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{}, fmt.Errorf(
			"reading private link connection %s: %w", req.ID, err)
	}
	inputs := argsOf(id.cluster, c, req.Inputs)
	state := PrivateLinkConnectionState{PrivateLinkConnectionArgs: inputs, AvailabilityZoneIDs: []string{}}
	state.observe(c)
	return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{
		ID: id.String(), Inputs: inputs, State: state,
	}, nil
}

// getConnection fetches a connection; nil says that it does not exist. The API may answer a key of another organization
// as if nothing existed. Only where the cluster is there can the connection be taken for gone.
func getConnection(ctx context.Context, id connectionID) (*tidbapi.PrivateLinkConnection, error) {
	c, err := clientOf(ctx).GetPrivateLinkConnection(ctx, id.cluster, id.connection)
	if !tidbapi.IsNotFound(err) {
		return c, err
	}
	_, err = getCluster(ctx, id.cluster)
	if tidbapi.IsNotFound(err) {
		return nil, fmt.Errorf("TiDB Cloud cluster %s is not there for this API key; if the key is another organization's, "+
			"give the right one; if the cluster was deleted, take what belonged to it out of the state with pulumi state delete: %w",
			id.cluster, err)
	}
	return nil, err
}

// argsOf says which inputs give the connection that TiDB Cloud has. The region of the service
// stays left out if it was, as long as the service's name says the same.
func argsOf(clusterID string, c *tidbapi.PrivateLinkConnection, old PrivateLinkConnectionArgs) PrivateLinkConnectionArgs {
	kind := PrivateLinkConnectionType(c.Type)
	args := PrivateLinkConnectionArgs{ClusterID: clusterID, DisplayName: &c.DisplayName, Type: &kind}
	if s := c.AWSEndpointService; s != nil {
		args.AwsEndpointService = &AwsEndpointService{Name: s.Name}
		if implied := awsRegion(args); s.Region != "" && (s.Region != implied || hasRegion(old)) {
			args.AwsEndpointService.Region = &s.Region
		}
	}
	if s := c.AlicloudEndpointService; s != nil {
		args.AlicloudEndpointService = &AlicloudEndpointService{Name: s.Name}
	}
	return args
}

func hasRegion(args PrivateLinkConnectionArgs) bool {
	return args.AwsEndpointService != nil && args.AwsEndpointService.Region != nil
}

// Delete removes the connection and waits until it is gone.
func (PrivateLinkConnection) Delete(
	ctx context.Context, req infer.DeleteRequest[PrivateLinkConnectionState],
) (infer.DeleteResponse, error) {
	id, err := parseConnectionID(req.ID)
	if err != nil {
		return infer.DeleteResponse{}, err
	}
	err = clientOf(ctx).DeletePrivateLinkConnection(ctx, id.cluster, id.connection)
	missing := tidbapi.IsNotFound(err)
	if err != nil && !missing {
		return infer.DeleteResponse{}, fmt.Errorf("deleting private link connection %s: %w; "+
			"changefeeds that use it and domains attached to it must go first", req.ID, err)
	}
	what := "private link connection " + id.connection
	_, err = tidbapi.Wait(ctx, waitFor(ctx, what), func(ctx context.Context) (struct{}, string, bool, error) {
		c, err := getConnection(ctx, id)
		switch {
		case err != nil:
			return struct{}{}, "", false, err
		case c == nil:
			return struct{}{}, "gone", true, nil
		case missing && !c.IsDeleting():
			return struct{}{}, "", false, notDeleted(req.ID)
		}
		return struct{}{}, c.State, false, nil
	})
	return infer.DeleteResponse{}, err
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
