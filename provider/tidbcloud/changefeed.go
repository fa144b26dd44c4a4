package tidbcloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/quota"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// changefeeds are the changefeeds in TiDB Cloud.
var changefeeds = kind[tidbapi.Changefeed]{
	source: changefeedList,
	what:   "changefeed", deleting: "deleting changefeed",
	form: "<clusterId>/<changefeedId>",
	own:  rules.ChangefeedID, id: changefeedList.id,
	state:   func(f *tidbapi.Changefeed) (string, string) { return f.State, f.Error },
	leaving: func(*tidbapi.Changefeed) bool { return false }, // no state reports it
}

var changefeedList = listing[tidbapi.Changefeed]{
	what:    "changefeed",
	id:      func(f tidbapi.Changefeed) string { return f.ChangefeedID },
	get:     (*tidbapi.Client).GetChangefeed,
	list:    (*tidbapi.Client).ListChangefeeds,
	isWhole: func(f tidbapi.Changefeed) bool { return f.Sink != nil },
	isShown: func(f tidbapi.Changefeed) bool { return f.State != "" },
}

// changefeedCreation is the creation of a planned changefeed.
func changefeedCreation(
	ctx context.Context, logicalName string, args ChangefeedArgs, start *tidbapi.StartPosition,
) once.Creation[tidbapi.Changefeed] {
	wanted, cluster := changefeedOf(args), args.ClusterID
	wanted.StartPosition = start
	named := couldBeNamed(ctx, logicalName, wanted.DisplayName)
	return changefeeds.creation(ctx, cluster, once.Creation[tidbapi.Changefeed]{
		What:       fmt.Sprintf("changefeed %q of TiDB Cloud cluster %s", wanted.DisplayName, cluster),
		Uniqueness: key(cluster, "changefeeds"),
		Post: func(ctx context.Context) (*tidbapi.Changefeed, error) {
			return clientOf(ctx).CreateChangefeed(ctx, wanted)
		},
		List:     func(ctx context.Context) ([]tidbapi.Changefeed, error) { return changefeedList.whole(ctx, cluster) },
		IsResult: func(f tidbapi.Changefeed) bool { return f.IsLike(wanted) },
		Orphans: once.OrphanCheck[tidbapi.Changefeed]{
			Matches:   func(f tidbapi.Changefeed) bool { return named(f.DisplayName) && f.WritesWhere(wanted) },
			InputsKey: func(f tidbapi.Changefeed) string { return key("changefeed", cluster, f.DisplayName) },
			Describe: func(f tidbapi.Changefeed, id string) string {
				return fmt.Sprintf("changefeed %q, which is called %q and is %s", id, f.DisplayName, f.State)
			},
			InState:   "run the same command with --refresh",
			Elsewhere: "set another displayName for the new one",
		},
	})
}

// Diff compares inputs with inputs: values that TiDB Cloud fills in make no difference.
func (Changefeed) Diff(
	ctx context.Context, req infer.DiffRequest[ChangefeedArgs, ChangefeedState],
) (infer.DiffResponse, error) {
	was, is := req.State.ChangefeedArgs, req.Inputs
	d := newDifference(ctx)
	d.replace("clusterId", was.ClusterID, is.ClusterID)
	d.replace("kafka.network", was.Kafka.Network.String(), is.Kafka.Network.String())
	// The start position of an existing changefeed matters only when the input sets another one.
	if from := is.StartPosition.String(); is.StartPosition != nil || isUnknown(d.inputs, "startPosition") {
		d.replace("startPosition", was.StartPosition.String(), from)
	}
	d.edit("displayName", value(was.DisplayName), value(is.DisplayName))
	d.editLeaves(sent(was), sent(is))
	d.edit("paused", value(was.Paused), value(is.Paused))
	useless := false
	switch state := req.State.State; {
	case state == tidbapi.ChangefeedStateCreateFailed, state == tidbapi.ChangefeedStateDeleted:
		useless = true
		d.because("state")
	case d.has("paused"): // that changes the state
	case !isInState(state, value(is.Paused)):
		d.unfinished("state")
	}
	if _, ok := changefeeds.unconfirmed(req.ID); ok {
		useless = true
		d.because("changefeedId")
	}
	resp := d.response(useless)
	seenOf(ctx).noteChangefeed(shim.RequestOf(ctx).URN, predecessor{
		id: req.ID, replaced: replaces(resp), paused: value(was.Paused),
	})
	return resp, nil
}

// isInState reports whether a changefeed is in the state that its input asks for.
func isInState(state string, paused bool) bool {
	if paused {
		return state == tidbapi.ChangefeedStatePaused
	}
	return state == tidbapi.ChangefeedStateRunning || state == tidbapi.ChangefeedStateWarning
}

// editLeaves notes the differences of all settings, which are updates.
func (d *difference) editLeaves(was, is leaves) {
	paths := append(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is))...)
	paths = slices.DeleteFunc(paths, func(path string) bool { return was[path] == is[path] })
	for _, object := range []string{"kafka", "filter"} {
		for _, path := range unknownLeaves(object, at(d.inputs, object)) {
			if !strings.HasPrefix(path, "kafka.network") {
				paths = append(paths, path)
			}
		}
	}
	for _, path := range paths {
		d.diff[path] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
	}
}

// WireDependencies keeps the outputs of an existing changefeed known: an update changes what is edited alone.
func (Changefeed) WireDependencies(f infer.FieldSelector, args *ChangefeedArgs, state *ChangefeedState) {
	wire(f, args, &state.ChangefeedArgs, "")
}

// Create creates the changefeed and waits until it runs or, with the input paused, is paused. Once TiDB Cloud has
// assigned an ID, no error loses it: the state keeps the ID, and the next update goes on.
func (Changefeed) Create(
	ctx context.Context, req infer.CreateRequest[ChangefeedArgs],
) (infer.CreateResponse[ChangefeedState], error) {
	state := ChangefeedState{ChangefeedArgs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[ChangefeedState]{Output: state}, planned(ctx, req.Inputs)
	}
	hideSecrets(ctx, req.Inputs)
	ctx, cancel := budget(ctx)
	defer cancel()
	from, err := takeOver(ctx, req.Inputs)
	if err != nil {
		return infer.CreateResponse[ChangefeedState]{}, err
	}
	created, err := createChangefeed(ctx, req, &from)
	state.PredecessorTSO = from.tso
	if err != nil {
		err = fmt.Errorf("creating a changefeed of TiDB Cloud cluster %s: %w",
			req.Inputs.ClusterID, from.giveBack(ctx, err))
		if from.alone && from.tso != "" && !once.IsUncertain(err) {
			// No second changefeed has the checkpoint: the state keeps it for the next update.
			id := once.UnconfirmedID{Within: state.ClusterID}.String()
			return infer.CreateResponse[ChangefeedState]{ID: id, Output: state}, stillThere(err)
		}
		return notCreated(state, state.ClusterID, err)
	}
	// From now on the engine deletes the predecessor: its checkpoint has been handed over.
	seenOf(ctx).forgetChangefeed(shim.RequestOf(ctx).URN)
	state.observe(created)
	if from.adopted && created.State != tidbapi.ChangefeedStateCreateFailed {
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
	err := quota.Of(ctx).Plan(string(shim.RequestOf(ctx).URN), args.ClusterID, func() (int, error) {
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
	created, err := changefeeds.create(ctx, req.Inputs.ClusterID, creation)
	if err == nil || !from.isInTheWay(ctx, req.Inputs.ClusterID, err) {
		return created, err
	}
	if roomErr := from.makeRoom(ctx); roomErr != nil {
		return nil, fmt.Errorf("%w; and making room for it: %w", err, roomErr)
	}
	return changefeeds.create(ctx, req.Inputs.ClusterID, creation)
}

func (s *ChangefeedState) id() resourceID { return resourceID{s.ClusterID, s.ChangefeedID} }

// observe stores what TiDB Cloud reports.
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

// Update edits the changefeed in place, and pauses or resumes it as its input asks for. It also continues an
// interrupted creation or edit.
func (Changefeed) Update(
	ctx context.Context, req infer.UpdateRequest[ChangefeedArgs, ChangefeedState],
) (infer.UpdateResponse[ChangefeedState], error) {
	state := req.State
	if _, ok := changefeeds.unconfirmed(req.ID); ok && !req.DryRun {
		return infer.UpdateResponse[ChangefeedState]{Output: state}, errNotReplaced
	}
	wanted := state
	wanted.ChangefeedArgs = req.Inputs
	if req.DryRun {
		return infer.UpdateResponse[ChangefeedState]{Output: wanted}, nil
	}
	hideSecrets(ctx, state.ChangefeedArgs)
	hideSecrets(ctx, req.Inputs)
	ctx, cancel := budget(ctx)
	defer cancel()
	var stopped bool
	var err error
	if differs(state.ChangefeedArgs, req.Inputs) || state.Fingerprint == halfEdited {
		if stopped, err = edit(ctx, &wanted); err != nil {
			// TiDB Cloud has the old inputs, unless an answer was lost.
			err = state.resume(ctx, stopped, err)
			state.Fingerprint = halfEdited
			return infer.UpdateResponse[ChangefeedState]{Output: state}, stillThere(err)
		}
	} else if f, err := changefeeds.look(ctx, state.id(), state.isYoung()); err != nil {
		return infer.UpdateResponse[ChangefeedState]{Output: state}, stillThere(err)
	} else if f != nil {
		wanted.observe(f)
	}
	if err = wanted.settle(ctx); err != nil && stopped && !value(wanted.Paused) && ctx.Err() != nil {
		// An interruption must not leave it paused. Where that fails too, the next update resumes it.
		_, _ = restart(ctx, wanted.id(), true)
	}
	return infer.UpdateResponse[ChangefeedState]{Output: wanted}, stillThere(err)
}

// Read fetches the changefeed. Its inputs stay as the program set them, unless it was edited by hand.
func (Changefeed) Read(
	ctx context.Context, req infer.ReadRequest[ChangefeedArgs, ChangefeedState],
) (infer.ReadResponse[ChangefeedArgs, ChangefeedState], error) {
	var none infer.ReadResponse[ChangefeedArgs, ChangefeedState]
	state := req.State
	hideSecrets(ctx, state.ChangefeedArgs)
	seenOf(ctx).noteChangefeed(shim.RequestOf(ctx).URN, predecessor{id: req.ID, paused: value(state.Paused)})
	creation := changefeedCreation(ctx, "", state.ChangefeedArgs, nil)
	id, f, err := changefeeds.read(ctx, req.ID, state.ClusterID == "", state.isYoung(), creation)
	if err != nil {
		return none, err
	}
	if _, ok := changefeeds.unconfirmed(req.ID); ok && f == nil && state.PredecessorTSO != "" {
		// Only the state has the start position of the next creation.
		return infer.ReadResponse[ChangefeedArgs, ChangefeedState](req), nil
	}
	if f == nil {
		seenOf(ctx).forgetChangefeed(shim.RequestOf(ctx).URN)
		return none, nil
	}
	if f.Sink == nil || f.Sink.Kafka == nil {
		return none, fmt.Errorf("changefeed %s does not write into Kafka; this resource is for changefeeds that do", id)
	}
	if state.ClusterID == "" {
		state = ChangefeedState{ChangefeedArgs: inputsOf(id.within, f)}
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

// Delete deletes the changefeed and waits until it is gone. A replacement that follows starts at the checkpoint.
func (Changefeed) Delete(
	ctx context.Context, req infer.DeleteRequest[ChangefeedState],
) (resp infer.DeleteResponse, err error) {
	hideSecrets(ctx, req.State.ChangefeedArgs)
	seen, urn := seenOf(ctx), shim.RequestOf(ctx).URN
	ctx, cancel := budget(ctx)
	defer cancel()
	old, _ := seen.predecessorOf(urn)
	id, _, err := changefeeds.resolve(ctx, req.ID, changefeedCreation(ctx, "", req.State.ChangefeedArgs, nil))
	switch {
	case err != nil:
		return resp, err
	case id.own == "":
		if tso := req.State.PredecessorTSO; tso != "" {
			seen.noteChangefeed(urn, predecessor{cluster: req.State.ClusterID, start: startAt(tso)})
		}
		return resp, nil
	case old.id != req.ID || !old.replaced:
		return resp, deleteChangefeed(ctx, id, req.State.isYoung(), false)
	}
	// The engine deletes it before it creates the replacement: on demand, or because something that it uses goes first.
	f, stopped, err := pause(ctx, id, req.State.isYoung())
	if err != nil {
		err = fmt.Errorf("pausing changefeed %s before its deletion: %w", id, err)
		if value(req.State.Paused) {
			return resp, err
		}
		return resp, resumeUndeleted(ctx, id, stopped, err)
	}
	start := req.State.neverRan()
	if f != nil {
		start = positionOf(f)
	}
	if err = deleteChangefeed(ctx, id, req.State.isYoung(), stopped); err != nil {
		return resp, withStart(err, start)
	}
	if start != nil {
		seen.noteChangefeed(urn, predecessor{cluster: id.within, start: start})
	}
	return resp, nil
}

// withStart adds a replacement's start position to the error of a deletion: the changefeed may be gone before the next
// run can read it.
func withStart(err error, start *tidbapi.StartPosition) error {
	if start == nil {
		return err
	}
	return fmt.Errorf("%w; if it is gone before the next run replaces it, no rows are lost from startPosition %s "+
		"on", err, start)
}

// deleteChangefeed deletes a changefeed and waits until it is gone. One that was stopped for it is resumed when TiDB
// Cloud refuses the deletion.
func deleteChangefeed(ctx context.Context, id resourceID, young, stopped bool) error {
	deletion := changefeeds
	deletion.remove = func(ctx context.Context, id resourceID) error {
		err := clientOf(ctx).DeleteChangefeed(ctx, id.within, id.own)
		if tidbapi.IsRefused(err) && !stopped {
			// TiDB Cloud does not document whether it deletes one that runs.
			stopped = clientOf(ctx).StopChangefeed(ctx, id.within, id.own) == nil
		}
		return err
	}
	deletion.refusal = func(err error) tidbapi.Refusal {
		refusal := tidbapi.RefusalOf(err)
		if stopped && tidbapi.IsRefused(err) {
			return max(refusal, tidbapi.Unclear) // that it ran may have been the reason
		}
		return refusal
	}
	deletion.refused = func(ctx context.Context, err error) error {
		if !stopped {
			return err
		}
		return resumeUndeleted(ctx, id, true, err)
	}
	return deletion.delete(ctx, id, young)
}

// resumeUndeleted resumes a changefeed that was stopped, or may have been, for a deletion that then failed: the program
// may keep it after all. It returns the error of the deletion.
func resumeUndeleted(ctx context.Context, id resourceID, stopped bool, failure error) error {
	ctx, cancel := context.WithTimeout(ctx, unclearPatience*timingOf(ctx).Patience)
	defer cancel()
	if _, err := restart(ctx, id, stopped); err != nil && !tidbapi.IsNotFound(err) {
		return fmt.Errorf("%w; it may be paused and could not be resumed: %w", failure, err)
	}
	return failure
}
