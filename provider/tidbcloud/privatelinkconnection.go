package tidbcloud

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// Check rejects what TiDB Cloud would reject, and names a connection that has no name.
func (PrivateLinkConnection) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[PrivateLinkConnectionArgs], error) {
	name := func(args *PrivateLinkConnectionArgs) **string { return &args.DisplayName }
	return check(ctx, req, name, (*checker).connection)
}

func (c *checker) connection(args PrivateLinkConnectionArgs) {
	c.rule("clusterId", rules.TiDBClusterID.Check(args.ClusterID))
	c.rule("displayName", checkDisplayName(value(args.DisplayName)))
	if isUnknown(c.inputs, "type") {
		return
	}
	switch *args.Type {
	case TypeAWSEndpointService:
		c.only(*args.Type, "awsEndpointService", "alicloudEndpointService")
		if service := args.AwsEndpointService; service != nil {
			_, err := rules.RegionOfEndpointService(service.Name)
			c.rule("awsEndpointService.name", err)
			c.rule("awsEndpointService.region", rules.Region(value(service.Region)))
		}
	case TypeAlicloudEndpointService:
		c.only(*args.Type, "alicloudEndpointService", "awsEndpointService")
	default:
		c.fail("type", fmt.Errorf("%q is not one of %s, %s; use one of these",
			*args.Type, TypeAWSEndpointService, TypeAlicloudEndpointService))
	}
}

// only requires the service that a type needs, and rejects the other one.
func (c *checker) only(kind PrivateLinkConnectionType, wanted, rejected string) {
	if !c.has(wanted) {
		c.fail(wanted, fmt.Errorf("is required for type %s; set the endpoint service", kind))
	}
	if c.has(rejected) {
		c.fail(rejected, fmt.Errorf("conflicts with type %s; leave it out, or change the type", kind))
	}
}

// Diff replaces for every change: TiDB Cloud cannot update a connection. A connection that failed or is being deleted
// never recovers. It is deleted first, because it carries nothing and counts against the cluster's quota. The same
// holds for one with an unconfirmed ID. In any other state it is still being created, and an update waits for it,
// whether or not a refresh came in between.
func (PrivateLinkConnection) Diff(
	ctx context.Context, req infer.DiffRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.DiffResponse, error) {
	was, is := req.State.PrivateLinkConnectionArgs, req.Inputs
	d := newDifference(ctx)
	d.replace("clusterId", was.ClusterID, is.ClusterID)
	d.replace("displayName", value(was.DisplayName), value(is.DisplayName))
	d.replace("type", value(was.Type), value(is.Type))
	before, after := value(was.AwsEndpointService), value(is.AwsEndpointService)
	d.replace("awsEndpointService.name", before.Name, after.Name)
	// A region that only the name has does not differ from the name, which may be unknown.
	hasBoth := was.AwsEndpointService != nil && is.AwsEndpointService != nil
	if !hasBoth || before.Region != nil || after.Region != nil || isUnknown(d.inputs, "awsEndpointService.region") {
		d.replace("awsEndpointService.region", before.region(), after.region())
	}
	d.replace("alicloudEndpointService.name",
		value(was.AlicloudEndpointService).Name, value(is.AlicloudEndpointService).Name)
	seen := tidbapi.PrivateLinkConnection{State: req.State.State}
	useless := seen.IsFailed() || seen.IsDeleting()
	switch {
	case useless:
		d.because("state")
		useless = !hasChangefeeds(ctx, req.ID)
	case !seen.IsActive():
		d.unfinished("state")
	}
	if _, ok := connections.unconfirmed(req.ID); ok {
		useless = true
		d.because("privateLinkConnectionId")
	}
	return d.response(useless), nil
}

// hasChangefeeds reports whether changefeeds use a connection. TiDB Cloud deletes it only after they have been
// replaced, for which they need the new one.
func hasChangefeeds(ctx context.Context, id string) bool {
	connection, err := connections.parse(id)
	if err != nil {
		return false
	}
	all, err := clientOf(ctx).ListChangefeeds(ctx, connection.within)
	return err == nil && slices.ContainsFunc(all, func(f tidbapi.Changefeed) bool {
		return f.Uses(connection.own)
	})
}

// region is the region of the service. The service's name has it too, so setting or removing the input changes nothing.
func (s AwsEndpointService) region() string {
	named, _ := rules.RegionOfEndpointService(s.Name)
	return cmp.Or(value(s.Region), named)
}

// WireDependencies keeps the outputs of an existing connection known: an update only waits.
func (PrivateLinkConnection) WireDependencies(
	f infer.FieldSelector, args *PrivateLinkConnectionArgs, state *PrivateLinkConnectionState,
) {
	wire(f, args, &state.PrivateLinkConnectionArgs, "")
}

// connections are the connections in TiDB Cloud.
var connections = kind[tidbapi.PrivateLinkConnection]{
	source: connectionList,
	what:   "private link connection", deleting: "deleting private link connection",
	form: "<clusterId>/<privateLinkConnectionId>, such as 10684312905347001938/plc-abc123",
	own:  rules.PrivateLinkConnectionID, id: connectionList.id,
	remove: func(ctx context.Context, id resourceID) error {
		return clientOf(ctx).DeletePrivateLinkConnection(ctx, id.within, id.own)
	},
	state:   func(c *tidbapi.PrivateLinkConnection) (string, string) { return c.State, c.Message },
	leaving: func(c *tidbapi.PrivateLinkConnection) bool { return c.IsDeleting() },
	blocked: func(c *tidbapi.PrivateLinkConnection) bool {
		return slices.ContainsFunc(c.AttachedDomains, func(a tidbapi.AttachDomain) bool { return !isLeaving(&a) })
	},
	refused: func(_ context.Context, err error) error {
		if tidbapi.IsRefused(err) {
			return fmt.Errorf("%w; first delete the changefeeds that use it and the domains attached to it", err)
		}
		return err
	},
}

var connectionList = listing[tidbapi.PrivateLinkConnection]{
	what:    "connection",
	id:      func(c tidbapi.PrivateLinkConnection) string { return c.PrivateLinkConnectionID },
	get:     (*tidbapi.Client).GetPrivateLinkConnection,
	list:    (*tidbapi.Client).ListPrivateLinkConnections,
	isWhole: func(c tidbapi.PrivateLinkConnection) bool { return c.EndpointServiceName() != "" },
	isShown: tidbapi.PrivateLinkConnection.IsWhole,
}

// connectionCreation is the creation of a planned connection.
func connectionCreation(
	ctx context.Context, logicalName string, args PrivateLinkConnectionArgs,
) once.Creation[tidbapi.PrivateLinkConnection] {
	wanted, cluster := connectionOf(args), args.ClusterID
	named := couldBeNamed(ctx, logicalName, wanted.DisplayName)
	return connections.creation(ctx, cluster, once.Creation[tidbapi.PrivateLinkConnection]{
		What:       fmt.Sprintf("private link connection %q of TiDB Cloud cluster %s", wanted.DisplayName, cluster),
		Uniqueness: key(cluster, wanted.Type, wanted.EndpointServiceName()),
		Post: func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
			return clientOf(ctx).CreatePrivateLinkConnection(ctx, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			return connectionList.whole(ctx, cluster)
		},
		IsResult: func(c tidbapi.PrivateLinkConnection) bool { return c.IsLike(wanted) },
		Orphans: once.OrphanCheck[tidbapi.PrivateLinkConnection]{
			Matches: func(c tidbapi.PrivateLinkConnection) bool {
				return named(c.DisplayName) && c.LeadsWhere(wanted) && !c.IsDeleting()
			},
			InputsKey: func(c tidbapi.PrivateLinkConnection) string { return key(cluster, c.DisplayName) },
			Describe: func(c tidbapi.PrivateLinkConnection, id string) string {
				return fmt.Sprintf("private link connection %q, which is called %q and is %s",
					id, c.DisplayName, c.State)
			},
			InState:   "run the same command with --refresh",
			Elsewhere: "set another displayName for the new one (connection.displayName of a PrivateLink)",
		},
	})
}

// Create creates the connection and waits until it is active. Once TiDB Cloud has assigned an ID, no error loses it:
// the state keeps the ID and the next update waits on.
func (PrivateLinkConnection) Create(
	ctx context.Context, req infer.CreateRequest[PrivateLinkConnectionArgs],
) (infer.CreateResponse[PrivateLinkConnectionState], error) {
	state := PrivateLinkConnectionState{PrivateLinkConnectionArgs: req.Inputs, AvailabilityZoneIDs: []string{}}
	if req.DryRun {
		warnOfOtherRegion(ctx, req.Inputs)
		return infer.CreateResponse[PrivateLinkConnectionState]{Output: state}, nil
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	created, err := connections.create(ctx, state.ClusterID, connectionCreation(ctx, req.Name, req.Inputs))
	if err != nil {
		err = fmt.Errorf("creating a private link connection of TiDB Cloud cluster %s: %w", state.ClusterID, err)
		if tidbapi.IsAlreadyThere(err) {
			// Whether a cluster may have two of one name, or to one endpoint service, is not documented.
			err = fmt.Errorf("%w; if this one replaces it, set the option deleteBeforeReplace of the resource, or "+
				"another displayName (connection.displayName of a PrivateLink), else delete it in TiDB Cloud or use "+
				"it", err)
		}
		return notCreated(state, state.ClusterID, err)
	}
	state.observe(created)
	err = state.await(ctx, true)
	return infer.CreateResponse[PrivateLinkConnectionState]{ID: state.id().String(), Output: state}, err
}

func connectionOf(args PrivateLinkConnectionArgs) tidbapi.PrivateLinkConnection {
	c := tidbapi.PrivateLinkConnection{
		ClusterID: args.ClusterID, DisplayName: value(args.DisplayName), Type: string(value(args.Type)),
	}
	if s := args.AwsEndpointService; s != nil {
		c.AWSEndpointService = &tidbapi.EndpointService{Name: s.Name, Region: value(s.Region)}
	}
	if s := args.AlicloudEndpointService; s != nil {
		c.AlicloudEndpointService = &tidbapi.EndpointService{Name: s.Name}
	}
	return c
}

func (s *PrivateLinkConnectionState) id() resourceID {
	return resourceID{s.ClusterID, s.PrivateLinkConnectionID}
}

// observe stores what TiDB Cloud reports.
func (s *PrivateLinkConnectionState) observe(c *tidbapi.PrivateLinkConnection) {
	s.PrivateLinkConnectionID = c.PrivateLinkConnectionID
	s.State = c.State
	if s.CreateTime == "" {
		// It never changes, however the service writes it.
		s.CreateTime = c.CreateTime
	}
	if aws := c.AWSEndpointService; aws != nil {
		s.EndpointID = aws.EndpointID
		s.AvailabilityZoneIDs = append([]string{}, aws.AvailabilityZoneIDs...)
		// The service does not define an order, so another order is no change.
		slices.Sort(s.AvailabilityZoneIDs)
	}
}

// isYoung reports whether the connection was never seen finished. TiDB Cloud may not show it yet.
func (s *PrivateLinkConnectionState) isYoung() bool {
	c := tidbapi.PrivateLinkConnection{State: s.State}
	return s.PrivateLinkConnectionID != "" && !c.IsActive() && !c.IsFailed() && !c.IsDeleting()
}

// Update has nothing to send: it only continues the wait of an interrupted creation.
func (PrivateLinkConnection) Update(
	ctx context.Context, req infer.UpdateRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.UpdateResponse[PrivateLinkConnectionState], error) {
	state := req.State
	if state.AvailabilityZoneIDs == nil {
		// The engine returns an empty list as null, which must not be stored: a later read would miss it.
		state.AvailabilityZoneIDs = []string{}
	}
	if _, ok := connections.unconfirmed(req.ID); ok && !req.DryRun {
		return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, errNotReplaced
	}
	state.PrivateLinkConnectionArgs = req.Inputs
	if req.DryRun {
		return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, nil
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	err := state.await(ctx, state.isYoung())
	return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, err
}

// await waits until the connection is active. Its errors keep the resource in the state.
func (s *PrivateLinkConnectionState) await(ctx context.Context, young bool) error {
	what := connections.name(s.id()) + " of TiDB Cloud cluster " + s.ClusterID
	options := waitFor(ctx, connections.name(s.id()))
	options.Advice = adviceWhilePending
	gone := func() error {
		s.State = tidbapi.ConnectionStateDeleting // the next update replaces it
		return fmt.Errorf("%s is gone; run pulumi up again, which creates a new one", what)
	}
	return stillThere(connections.awaitReady(ctx, s.id(), options, newGrace(ctx, young), gone, func(
		c *tidbapi.PrivateLinkConnection,
	) (string, bool, error) {
		s.observe(c)
		if c.IsFailed() || c.IsDeleting() {
			return c.State, false, fmt.Errorf("%s is %s: %s; check that the endpoint service %s exists and "+
				"authorizes TiDB Cloud's account, then run pulumi up again, which replaces the connection",
				what, c.State, orNone(c.Message), orNone(c.EndpointServiceName()))
		}
		return withMessage(c.State, c.Message), c.IsActive(), nil
	}))
}

// adviceWhilePending returns what to do about a connection that did not become active in time.
func adviceWhilePending(state string) string {
	if strings.HasPrefix(state, tidbapi.ConnectionStatePendingAcceptance) {
		return "the owner of the endpoint service has to accept it (for Confluent Cloud, check that the PrivateLink " +
			"Access is for TiDB Cloud's account), then run pulumi up again to keep waiting"
	}
	return "run pulumi up again to keep waiting"
}

// Read fetches the connection; one that is gone, or being deleted, gets no ID.
func (PrivateLinkConnection) Read(
	ctx context.Context, req infer.ReadRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (resp infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState], err error) {
	creation := connectionCreation(ctx, "", req.State.PrivateLinkConnectionArgs)
	id, c, err := connections.read(ctx, req.ID, req.State.ClusterID == "", req.State.isYoung(), creation)
	if err != nil || c == nil || c.IsDeleting() {
		return resp, err
	}
	resp.ID, resp.Inputs = id.String(), argsOf(id.within, c, req.Inputs)
	resp.State = PrivateLinkConnectionState{
		PrivateLinkConnectionArgs: resp.Inputs, AvailabilityZoneIDs: []string{}, CreateTime: req.State.CreateTime,
	}
	resp.State.observe(c)
	return resp, nil
}

// argsOf are the inputs of the connection that TiDB Cloud has. Inputs that the service writes in another way, or leaves
// out, stay as they were: a region that the service's name has too, a name that is too long for the service.
func argsOf(
	clusterID string, c *tidbapi.PrivateLinkConnection, old PrivateLinkConnectionArgs,
) PrivateLinkConnectionArgs {
	kind, name := PrivateLinkConnectionType(c.Type), c.DisplayName
	if rules.IsCutName(value(old.DisplayName), name) {
		name = *old.DisplayName
	}
	args := PrivateLinkConnectionArgs{ClusterID: clusterID, DisplayName: &name, Type: &kind}
	if kind == "" {
		args.Type = old.Type
	}
	if s := c.AWSEndpointService; s != nil {
		aws, before := &AwsEndpointService{Name: s.Name}, value(old.AwsEndpointService).Region
		switch implied := aws.region(); {
		case s.Region != "" && (s.Region != implied || before != nil):
			aws.Region = &s.Region
		case s.Region == "" && value(before) == implied:
			aws.Region = before
		}
		args.AwsEndpointService = aws
	}
	if s := c.AlicloudEndpointService; s != nil {
		args.AlicloudEndpointService = &AlicloudEndpointService{Name: s.Name}
	}
	return args
}

// Delete deletes the connection and waits until it is gone.
func (PrivateLinkConnection) Delete(
	ctx context.Context, req infer.DeleteRequest[PrivateLinkConnectionState],
) (resp infer.DeleteResponse, err error) {
	ctx, cancel := budget(ctx)
	defer cancel()
	creation := connectionCreation(ctx, "", req.State.PrivateLinkConnectionArgs)
	return resp, connections.deleteOf(ctx, req.ID, req.State.isYoung(), creation)
}
