package tidbcloud

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/quota"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// Create makes the changefeed and waits until it runs, or is paused where that is asked for. Once TiDB Cloud has given
// it an id, no error lets go of it: the state keeps the id, and the next update goes on.
func (Changefeed) Create(
	ctx context.Context, req infer.CreateRequest[ChangefeedArgs],
) (infer.CreateResponse[ChangefeedState], error) {
	state := ChangefeedState{ChangefeedArgs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[ChangefeedState]{Output: state}, planned(ctx, req.Inputs)
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	from, err := takeOver(ctx, req.Inputs)
	if err != nil {
		return infer.CreateResponse[ChangefeedState]{}, err
	}
	made, err := createChangefeed(ctx, req, &from)
	state.PredecessorTSO = from.tso
	if err != nil {
		err = fmt.Errorf("creating a changefeed of TiDB Cloud cluster %s: "+
			"%w", req.Inputs.ClusterID, from.giveBack(ctx, err))
		if from.alone && from.tso != "" && !once.IsUncertain(err) {
			// No second changefeed has the checkpoint: the state keeps it for the next update.
			id := once.UnconfirmedID{Within: state.ClusterID}.String()
			return infer.CreateResponse[ChangefeedState]{ID: id, Output: state}, stillThere(err)
		}
		return notCreated(state, state.ClusterID, err)
	}
	// From now on the engine deletes the predecessor, which has nothing to hand over any more.
	seenOf(ctx).forgetChangefeed(shim.URNOf(ctx))
	state.observe(made)
	if from.adopted && made.State != tidbapi.ChangefeedStateCreateFailed {
		// The program may have changed since it was created.
		if _, err = edit(ctx, &state); err != nil {
			state.Fingerprint = halfEdited
		}
	}
	if err == nil {
		err = state.settle(ctx)
	}
	return infer.CreateResponse[ChangefeedState]{ID: state.id().String(), Output: state}, stillThere(err)
}

// planned counts a changefeed that a preview creates.
func planned(ctx context.Context, args ChangefeedArgs) error {
	err := quota.Of(ctx).Plan(string(shim.URNOf(ctx)), args.ClusterID, func() (int, error) {
		all, err := clientOf(ctx).ListChangefeeds(ctx, args.ClusterID)
		return len(all), err
	})
	if err != nil {
		return fmt.Errorf("clusterId: %w", err)
	}
	return nil
}

func createChangefeed(
	ctx context.Context, req infer.CreateRequest[ChangefeedArgs], from *handover,
) (*tidbapi.Changefeed, error) {
	creation := changefeedCreation(ctx, req.Name, req.Inputs, from.start)
	if adopted, err := from.adopt(ctx, creation); adopted != nil || err != nil {
		return adopted, err
	}
	creating := change[*tidbapi.Changefeed]{
		doing: "creating " + creation.What, send: creation.Create, refusal: afterRemovals(req.Inputs.ClusterID),
	}
	made, err := creating.accepted(ctx)
	if err != nil && from.makeRoom(ctx, err) {
		made, err = creating.accepted(ctx)
	}
	return made, err
}

func (s *ChangefeedState) id() changefeedID { return changefeedID{s.ClusterID, s.ChangefeedID} }

// observe takes over what TiDB Cloud reports.
func (s *ChangefeedState) observe(f *tidbapi.Changefeed) {
	s.ChangefeedID, s.State, s.Error = f.ChangefeedID, f.State, f.Error
	if s.CreateTime == "" {
		// It never changes, however the service writes it.
		s.CreateTime = f.CreateTime
	}
	if f.Sink != nil && f.Sink.Kafka != nil {
		s.Fingerprint = fingerprint(s.ChangefeedArgs, f)
	}
}

// settle brings the changefeed into the state that its input asks for: it stops or starts one that is not, and waits.
func (s *ChangefeedState) settle(ctx context.Context) error {
	paused, missing := isTrue(s.Paused), newGrace(ctx, s.isYoung())
	if s.isYoung() {
		// It can be stopped only after it runs.
		if err := s.await(ctx, false); err != nil {
			return err
		}
	}
	if isInState(s.State, paused) {
		return nil
	}
	client := clientOf(ctx)
	verb, call := "resuming", client.StartChangefeed
	if paused {
		verb, call = "pausing", client.StopChangefeed
	}
	if s.State != tidbapi.ChangefeedStateCreateFailed {
		if err := switched(ctx, s.id(), verb, missing, call); err != nil {
			return err
		}
	}
	return s.await(ctx, paused)
}

// switched starts or stops a changefeed. TiDB Cloud may refuse that while something else is in progress, and may not
// find a changefeed that it has just created.
func switched(
	ctx context.Context, id changefeedID, verb string, missing grace,
	call func(ctx context.Context, cluster, changefeed string) error,
) error {
	p.GetLogger(ctx).InfoStatusf("%s changefeed %s", verb, id.changefeed)
	_, err := change[struct{}]{
		doing: fmt.Sprintf("%s changefeed %s", verb, id),
		send: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, call(ctx, id.cluster, id.changefeed)
		},
		refusal: func(ctx context.Context, err error) tidbapi.Refusal {
			if tidbapi.IsNotFound(err) && !missing.over() {
				return tidbapi.Busy
			}
			return refusalOfShown(ctx, id, err)
		},
	}.accepted(ctx)
	if err != nil {
		return fmt.Errorf("%s changefeed %s: %w", verb, id, err)
	}
	return nil
}

// refusalOfShown says what a refusal means. TiDB Cloud may not find, in order to change it, what it shows.
func refusalOfShown(ctx context.Context, id changefeedID, err error) tidbapi.Refusal {
	if tidbapi.IsNotFound(err) {
		// Its error says no more than that of the change.
		if f, _ := findChangefeed(ctx, id, tidbapi.IsNotFound); f != nil {
			return tidbapi.Unclear
		}
	}
	return tidbapi.RefusalOf(err)
}

// isYoung reports whether the changefeed was never seen finished, so that TiDB Cloud may not show it, or its state,
// yet.
func (s *ChangefeedState) isYoung() bool {
	return s.ChangefeedID != "" && (s.State == "" || s.State == tidbapi.ChangefeedStateCreating)
}

// await waits until the changefeed runs or is paused.
func (s *ChangefeedState) await(ctx context.Context, paused bool) error {
	f, err := awaitState(ctx, s.id(), paused, newGrace(ctx, s.isYoung()))
	if f != nil {
		s.observe(f)
	}
	return err
}

// awaitState waits until a changefeed runs or is paused, and returns what was seen last.
func awaitState(ctx context.Context, id changefeedID, paused bool, missing grace) (*tidbapi.Changefeed, error) {
	what := "changefeed " + id.changefeed
	var last *tidbapi.Changefeed
	starting := true // a changefeed that failed before it was started reports its failure for a moment
	err := awaitChangefeed(ctx, id, waitFor(ctx, what), tidbapi.IsNotFound, func(
		f *tidbapi.Changefeed, err error,
	) (string, bool, error) {
		switch {
		case err != nil:
			return "", false, err
		case f != nil && f.State == "":
			return notShown, false, nil
		case f == nil && !missing.over():
			return notShown, false, nil
		case f == nil:
			return "gone", false, errChangefeedGone(id)
		}
		last = f
		switch {
		case isInState(f.State, paused):
			return f.State, true, nil
		case f.State == tidbapi.ChangefeedStateCreateFailed:
			return f.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is %s: %s; correct what it names, then "+
				"run pulumi up again, "+
				"which replaces the changefeed", what, id.cluster, f.State, orNone(f.Error))
		case f.State == tidbapi.ChangefeedStateRunningFailed && !paused && !starting:
			return f.State, false, fmt.Errorf("%s of TiDB Cloud cluster %s is %s: %s; correct what it names, then "+
				"run pulumi up again, "+
				"which resumes the changefeed", what, id.cluster, f.State, orNone(f.Error))
		}
		starting = false
		return withMessage(f.State, f.Error), false, nil
	})
	return last, err
}

// Update edits the changefeed in place, and brings it into the state that its input asks for. It also goes on where a
// creation or an edit was interrupted.
func (Changefeed) Update(
	ctx context.Context, req infer.UpdateRequest[ChangefeedArgs, ChangefeedState],
) (infer.UpdateResponse[ChangefeedState], error) {
	state := req.State
	if isUnconfirmed(req.ID) && !req.DryRun {
		return infer.UpdateResponse[ChangefeedState]{Output: state}, errNotReplaced
	}
	wanted := state
	wanted.ChangefeedArgs = req.Inputs
	if req.DryRun {
		return infer.UpdateResponse[ChangefeedState]{Output: wanted}, nil
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	if differs(state.ChangefeedArgs, req.Inputs) || state.Fingerprint == halfEdited {
		if stopped, err := edit(ctx, &wanted); err != nil {
			// What was there before is what TiDB Cloud has, unless an answer was lost.
			err = state.resume(ctx, stopped, err)
			state.Fingerprint = halfEdited
			return infer.UpdateResponse[ChangefeedState]{Output: state}, stillThere(err)
		}
	} else if f, err := state.look(ctx); err != nil {
		return infer.UpdateResponse[ChangefeedState]{Output: state}, stillThere(err)
	} else if f != nil {
		wanted.observe(f)
	}
	err := wanted.settle(ctx)
	return infer.UpdateResponse[ChangefeedState]{Output: wanted}, stillThere(err)
}

// look fetches the changefeed. Nil means that it does not exist, which a wait for it reports.
func (s *ChangefeedState) look(ctx context.Context) (*tidbapi.Changefeed, error) {
	return patiently(ctx, "changefeed "+
		""+s.ChangefeedID, s.isYoung(), func(ctx context.Context) (*tidbapi.Changefeed, error) {
		return findChangefeed(ctx, s.id(), tidbapi.IsNotFound)
	})
}

// halfEdited is the fingerprint of a changefeed whose edit failed: it may be what it was, or what it was to be.
const halfEdited = "unknown"

// edit pauses the changefeed and replaces its name, sink and filter.
func edit(ctx context.Context, s *ChangefeedState) (stopped bool, err error) {
	id := s.id()
	f, stopped, err := pause(ctx, id, s.isYoung())
	if err != nil {
		return stopped, fmt.Errorf("pausing changefeed %s for an edit: %w", id, err)
	}
	if f == nil {
		return false, errChangefeedGone(id)
	}
	s.observe(f)
	p.GetLogger(ctx).InfoStatusf("changefeed %s is %s and is being edited", id.changefeed, f.State)
	wanted := changefeedOf(s.ChangefeedArgs)
	wanted.ChangefeedID = id.changefeed
	failed, notStopped := f.State == tidbapi.ChangefeedStateRunningFailed, error(nil)
	f, err = change[*tidbapi.Changefeed]{
		doing: fmt.Sprintf("editing changefeed %s", id),
		send: func(ctx context.Context) (*tidbapi.Changefeed, error) {
			// Whether one that failed can be edited as it is, or has to be paused, is not documented.
			if failed {
				notStopped = clientOf(ctx).StopChangefeed(ctx, id.cluster, id.changefeed)
			}
			if failed && notStopped == nil {
				failed = false
				if _, err := awaitState(ctx, id, true, grace{}); err != nil {
					return nil, err
				}
			}
			return clientOf(ctx).EditChangefeed(ctx, wanted)
		},
		refusal: func(ctx context.Context, err error) tidbapi.Refusal {
			return max(refusalOfShown(ctx, id, err), tidbapi.RefusalOf(notStopped))
		},
	}.accepted(ctx)
	if err != nil {
		return stopped, fmt.Errorf("editing changefeed %s: %w", id, err)
	}
	s.observe(f)
	return stopped, nil
}

// resume starts a changefeed again whose edit failed, as far as its input wants it to run, and returns the error of the
// edit. An interruption must not keep it from that, but ends the wait for it.
func (s *ChangefeedState) resume(ctx context.Context, stopped bool, failure error) error {
	if isTrue(s.Paused) {
		return failure
	}
	resumed, err := restart(ctx, s.id(), stopped)
	if err != nil {
		return fmt.Errorf("%w; changefeed %s may be paused and could not be resumed: %w; run pulumi up "+
			"again", failure, s.id(), err)
	}
	if !resumed {
		return failure
	}
	p.GetLogger(ctx).InfoStatusf("changefeed %s was not edited and is being resumed", s.ChangefeedID)
	if ctx.Err() != nil {
		return failure // it resumes by itself
	}
	if err := s.await(ctx, false); err != nil {
		return fmt.Errorf("%w; and resuming it: %w", failure, err)
	}
	return failure
}

// Read fetches the changefeed. Its inputs stay as they were given, unless it was edited by hand.
func (Changefeed) Read(
	ctx context.Context, req infer.ReadRequest[ChangefeedArgs, ChangefeedState],
) (infer.ReadResponse[ChangefeedArgs, ChangefeedState], error) {
	var none infer.ReadResponse[ChangefeedArgs, ChangefeedState]
	id, f, err := readChangefeed(ctx, req)
	if err != nil {
		return none, err
	}
	if f == nil && isUnconfirmed(req.ID) && req.State.PredecessorTSO != "" {
		// The state alone says where the next creation starts.
		return infer.ReadResponse[ChangefeedArgs, ChangefeedState](req), nil
	}
	if f == nil {
		seenOf(ctx).forgetChangefeed(shim.URNOf(ctx))
		return none, nil
	}
	if f.Sink == nil || f.Sink.Kafka == nil {
		return none, fmt.Errorf("changefeed %s does not write into Kafka; this resource is for changefeeds that do", id)
	}
	state := req.State
	if state.ClusterID == "" {
		state = ChangefeedState{ChangefeedArgs: inputsOf(id.cluster, f)}
	} else {
		if state.Fingerprint != "" && state.Fingerprint != fingerprint(state.ChangefeedArgs, f) {
			state.ChangefeedArgs = editedByHand(state.ChangefeedArgs, f)
		}
		if f.DisplayName != "" && !rules.IsCutName(value(state.DisplayName), f.DisplayName) {
			state.DisplayName = &f.DisplayName
		}
	}
	state.observe(f)
	return infer.ReadResponse[ChangefeedArgs, ChangefeedState]{
		ID: id.String(), Inputs: state.ChangefeedArgs, State: state,
	}, nil
}

// Delete removes the changefeed and waits until it is gone. Where a replacement follows, it starts at the checkpoint.
func (Changefeed) Delete(
	ctx context.Context, req infer.DeleteRequest[ChangefeedState],
) (infer.DeleteResponse, error) {
	seen, urn := seenOf(ctx), shim.URNOf(ctx)
	ctx, cancel := budget(ctx)
	defer cancel()
	old, known := seen.predecessorOf(urn)
	replaced := known && old.id == req.ID && old.replaced
	if u, ok := parseUnconfirmedChangefeed(req.ID); ok {
		f, err := searchChangefeed(ctx, u, req.State.ChangefeedArgs)
		if err != nil {
			return infer.DeleteResponse{}, err
		}
		if f == nil {
			if tso := req.State.PredecessorTSO; tso != "" {
				start := &tidbapi.StartPosition{Mode: tidbapi.StartFromTSO, TSO: tso}
				seen.noteChangefeed(urn, predecessor{start: start})
			}
			return infer.DeleteResponse{}, nil
		}
		req.ID = changefeedID{u.Within, f.ChangefeedID}.String()
	}
	id, err := parseChangefeedID(req.ID)
	if err != nil {
		return infer.DeleteResponse{}, err
	}
	if replaced {
		// The engine deletes it before its replacement is made, on demand or since something that it uses goes first.
		f, stopped, err := pause(ctx, id, req.State.isYoung())
		if err != nil {
			err = fmt.Errorf("pausing changefeed %s before its deletion: %w", id, err)
			return infer.DeleteResponse{}, notRemoved(ctx, id, stopped, err)
		}
		start := req.State.neverRan()
		if f != nil {
			start = positionOf(f)
		}
		if err := removeChangefeed(ctx, id, req.State.isYoung()); err != nil {
			err = notRemoved(ctx, id, stopped, err)
			if start != nil {
				err = fmt.Errorf("%w; should it be gone before the next run replaces it, no rows are lost from "+
					"startPosition %s on", err, start)
			}
			return infer.DeleteResponse{}, err
		}
		if start != nil {
			seen.noteChangefeed(urn, predecessor{start: start})
		}
		return infer.DeleteResponse{}, nil
	}
	return infer.DeleteResponse{}, removeChangefeed(ctx, id, req.State.isYoung())
}
