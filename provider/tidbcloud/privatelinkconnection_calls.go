package tidbcloud

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// Create makes the connection and waits until it is active. Once TiDB Cloud has given it an id,
// no error lets go of it: the state keeps the id and the next update waits on.
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
	creation := connectionCreation(ctx, req.Name, req.Inputs)
	made, err := change[*tidbapi.PrivateLinkConnection]{
		doing: "creating " + creation.What, send: creation.Create, refusal: afterRemovals(req.Inputs.ClusterID),
	}.accepted(ctx)
	if err != nil {
		return notCreated(state, state.ClusterID,
			fmt.Errorf("creating a private link connection of TiDB Cloud cluster %s: %w", req.Inputs.ClusterID, err))
	}
	state.observe(made)
	err = awaitActive(ctx, &state, newGrace(ctx, true))
	return infer.CreateResponse[PrivateLinkConnectionState]{
		ID: connectionID{state.ClusterID, state.PrivateLinkConnectionID}.String(), Output: state,
	}, err
}

func connectionOf(args PrivateLinkConnectionArgs) tidbapi.PrivateLinkConnection {
	c := tidbapi.PrivateLinkConnection{
		ClusterID: args.ClusterID, DisplayName: value(args.DisplayName), Type: value(args.Type),
	}
	if s := args.AwsEndpointService; s != nil {
		c.AWSEndpointService = &tidbapi.EndpointService{Name: s.Name, Region: value(s.Region)}
	}
	if s := args.AlicloudEndpointService; s != nil {
		c.AlicloudEndpointService = &tidbapi.EndpointService{Name: s.Name}
	}
	return c
}

// observe takes over what TiDB Cloud reports.
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
		// The service promises no order, and another order is no change.
		slices.Sort(s.AvailabilityZoneIDs)
	}
}

// isYoung reports whether the connection was never seen finished, so that TiDB Cloud may not show it yet.
func (s *PrivateLinkConnectionState) isYoung() bool {
	c := tidbapi.PrivateLinkConnection{State: s.State}
	return s.PrivateLinkConnectionID != "" && !c.IsActive() && !c.IsFailed() && !c.IsDeleting()
}

// Update has nothing to send: only a creation that was cut short comes here, to be waited for.
func (PrivateLinkConnection) Update(
	ctx context.Context, req infer.UpdateRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.UpdateResponse[PrivateLinkConnectionState], error) {
	state := req.State
	if state.AvailabilityZoneIDs == nil {
		// An empty list comes back as none, which must not be stored: it would be missing when it is read.
		state.AvailabilityZoneIDs = []string{}
	}
	if isUnconfirmed(req.ID) && !req.DryRun {
		// The engine updates what it should replace when only updates are wanted. What was asked for stays as it is, so
		// that it can be recognized.
		return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, errNotReplaced
	}
	state.PrivateLinkConnectionArgs = req.Inputs
	if req.DryRun {
		return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, nil
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	err := awaitActive(ctx, &state, newGrace(ctx, state.isYoung()))
	return infer.UpdateResponse[PrivateLinkConnectionState]{Output: state}, err
}

// awaitActive waits until the connection is active. Its errors keep the resource in the state.
func awaitActive(ctx context.Context, s *PrivateLinkConnectionState, missing grace) error {
	id := connectionID{s.ClusterID, s.PrivateLinkConnectionID}
	what := "private link connection " + s.PrivateLinkConnectionID
	options := waitFor(ctx, what)
	options.Advice = advice
	err := awaitConnection(ctx, id, options, tidbapi.IsNotFound, func(
		c *tidbapi.PrivateLinkConnection, err error,
	) (string, bool, error) {
		if err != nil {
			return s.State, false, err
		}
		if c == nil && !missing.over() {
			return notShown, false, nil
		}
		if c == nil {
			s.State = tidbapi.ConnectionStateDeleting
			return s.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is gone; run pulumi up again, which "+
				"creates a new one", what, s.ClusterID)
		}
		s.observe(c)
		switch {
		case c.IsActive():
			return c.State, true, nil
		case c.IsFailed() || c.IsDeleting():
			return c.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is %s: %s; see that the endpoint service "+
				"%s "+
				"exists and authorizes TiDB Cloud's account, then run pulumi up again, which replaces the connection",
				what, s.ClusterID, c.State, orNone(c.Message), orNone(c.EndpointServiceName()))
		}
		return withMessage(c.State, c.Message), false, nil
	})
	return stillThere(err)
}

// advice says what to do about a connection that did not become active in time.
func advice(state string) string {
	if strings.HasPrefix(state, tidbapi.ConnectionStatePendingAcceptance) {
		return "the owner of the endpoint service has to accept it (for Confluent Cloud, see that the PrivateLink " +
			"Access is for " +
			"TiDB Cloud's account), then run pulumi up again to keep waiting"
	}
	return "run pulumi up again to keep waiting"
}

// Read fetches the connection; one that is gone, or on its way out, gets no id.
func (PrivateLinkConnection) Read(
	ctx context.Context, req infer.ReadRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState], error) {
	id, c, err := readConnection(ctx, req)
	if err == nil && (c == nil || c.IsDeleting()) {
		return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{}, nil
	}
	if err != nil {
		return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{}, err
	}
	inputs := argsOf(id.cluster, c, req.Inputs)
	state := PrivateLinkConnectionState{
		PrivateLinkConnectionArgs: inputs, AvailabilityZoneIDs: []string{}, CreateTime: req.State.CreateTime,
	}
	state.observe(c)
	return infer.ReadResponse[PrivateLinkConnectionArgs, PrivateLinkConnectionState]{
		ID: id.String(), Inputs: inputs, State: state,
	}, nil
}

// argsOf says which inputs give the connection that TiDB Cloud has. What the service writes in another way than the
// program, or leaves out, stays as it was: the region of a service whose name says the same, a name that is too long
// for the service.
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
		args.AwsEndpointService = &AwsEndpointService{Name: s.Name}
		switch implied := awsRegion(args); {
		case s.Region != "" && (s.Region != implied || hasRegion(old)):
			args.AwsEndpointService.Region = &s.Region
		case s.Region == "" && hasRegion(old) && *old.AwsEndpointService.Region == implied:
			args.AwsEndpointService.Region = old.AwsEndpointService.Region
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
	if u, ok := parseUnconfirmedConnection(req.ID); ok {
		c, err := searchConnection(ctx, u, req.State.PrivateLinkConnectionArgs)
		if c == nil || err != nil {
			return infer.DeleteResponse{}, err
		}
		req.ID = connectionID{u.Within, c.PrivateLinkConnectionID}.String()
	}
	id, err := parseConnectionID(req.ID)
	if err != nil {
		return infer.DeleteResponse{}, err
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	return infer.DeleteResponse{}, removeConnection(ctx, id, req.State.isYoung())
}

func removeConnection(ctx context.Context, id connectionID, young bool) error {
	doing := fmt.Sprintf("deleting private link connection %s", id)
	gone, err := removal[tidbapi.PrivateLinkConnection]{
		doing: doing,
		send: func(ctx context.Context) error {
			return clientOf(ctx).DeletePrivateLinkConnection(ctx, id.cluster, id.connection)
		},
		look: func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
			return findConnection(ctx, id, tidbapi.IsGone)
		},
		leaving: func(c *tidbapi.PrivateLinkConnection) bool { return c.IsDeleting() },
		blocked: hasDomains,
		young:   young,
	}.accepted(ctx)
	if tidbapi.IsRefused(err) {
		return fmt.Errorf("%s: %w; changefeeds that use it and domains attached to it must go first", doing, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if !gone {
		err = awaitDeleted(ctx, id)
	}
	if err == nil {
		seenOf(ctx).noteRemoval(id.cluster)
	}
	return err
}

// hasDomains reports whether domains are attached to a connection, and not being detached.
func hasDomains(c *tidbapi.PrivateLinkConnection) bool {
	return slices.ContainsFunc(c.AttachedDomains, func(a tidbapi.AttachDomain) bool { return !isLeaving(&a) })
}

// awaitDeleted waits until a connection whose deletion has begun is gone.
func awaitDeleted(ctx context.Context, id connectionID) error {
	what := "private link connection " + id.connection
	options := waitFor(ctx, what)
	options.Advice = keepDeleting
	leaving := false
	return awaitConnection(ctx, id, options, tidbapi.IsGone, func(
		c *tidbapi.PrivateLinkConnection, err error,
	) (string, bool, error) {
		switch {
		case err != nil:
			return "", false, err
		case c == nil:
			return "gone", true, nil
		case leaving && !c.IsDeleting():
			return "", false, deletionFailed(what, c.State, c.Message)
		}
		leaving = c.IsDeleting()
		return withMessage(c.State, c.Message), false, nil
	})
}
