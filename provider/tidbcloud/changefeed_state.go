package tidbcloud

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// settle pauses or resumes the changefeed as its input asks for, and waits.
func (s *ChangefeedState) settle(ctx context.Context) error {
	paused, missing := value(s.Paused), newGrace(ctx, s.isYoung())
	if s.isYoung() {
		// It can be stopped only after it runs.
		if err := s.await(ctx, false); err != nil {
			return err
		}
	}
	if isInState(s.State, paused) {
		return nil
	}
	if s.State != tidbapi.ChangefeedStateCreateFailed {
		if err := switched(ctx, s.id(), paused, missing); err != nil {
			return err
		}
	}
	return s.await(ctx, paused)
}

// switched stops or starts a changefeed. TiDB Cloud may refuse that while something else is in progress, and may not
// find a changefeed that it has just created.
func switched(ctx context.Context, id resourceID, paused bool, missing grace) error {
	verb, call := "resuming", clientOf(ctx).StartChangefeed
	if paused {
		verb, call = "pausing", clientOf(ctx).StopChangefeed
	}
	p.GetLogger(ctx).InfoStatusf("%s changefeed %s", verb, id.own)
	doing := fmt.Sprintf("%s changefeed %s", verb, id)
	_, err := untilAccepted(ctx, doing, func(ctx context.Context) (struct{}, tidbapi.Refusal, error) {
		err := call(ctx, id.within, id.own)
		switch {
		case tidbapi.IsNotFound(err) && !missing.over():
			return struct{}{}, tidbapi.Busy, err
		case tidbapi.IsRefused(err):
			// A try with a lost answer had its effect: a paused changefeed cannot be paused again.
			f, _ := changefeeds.find(ctx, id, tidbapi.IsNotFound) // its error has no more than that of the call
			if f != nil && isInState(f.State, paused) {
				return struct{}{}, tidbapi.Final, nil
			}
		}
		return struct{}{}, refusalOfShown(ctx, id, err), err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// refusalOfShown classifies a refusal. A change may get "not found" for a changefeed that TiDB Cloud shows.
func refusalOfShown(ctx context.Context, id resourceID, err error) tidbapi.Refusal {
	if tidbapi.IsNotFound(err) {
		// Its error adds nothing to that of the change.
		if f, _ := changefeeds.find(ctx, id, tidbapi.IsNotFound); f != nil {
			return tidbapi.Unclear
		}
	}
	return tidbapi.RefusalOf(err)
}

// isYoung reports whether the changefeed was never seen finished. TiDB Cloud may not yet show it or its state.
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
func awaitState(ctx context.Context, id resourceID, paused bool, missing grace) (*tidbapi.Changefeed, error) {
	what := changefeeds.name(id)
	var last *tidbapi.Changefeed
	starting := true // a changefeed that failed before it was started reports its failure for a moment
	gone := func() error { return errChangefeedGone(id) }
	failed := func(f *tidbapi.Changefeed, remedy string) error {
		return fmt.Errorf("%s of TiDB Cloud cluster %s is %s: %s; fix the cause, then run pulumi up again, which %s "+
			"the changefeed", what, id.within, f.State, orNone(f.Error), remedy)
	}
	err := changefeeds.awaitReady(ctx, id, waitFor(ctx, what), missing, gone, func(
		f *tidbapi.Changefeed,
	) (string, bool, error) {
		if f.State == "" {
			return notShown, false, nil
		}
		last = f
		switch {
		case isInState(f.State, paused):
			return f.State, true, nil
		case f.State == tidbapi.ChangefeedStateCreateFailed:
			return f.State, false, failed(f, "replaces")
		case f.State == tidbapi.ChangefeedStateRunningFailed && !paused && !starting:
			return f.State, false, failed(f, "resumes")
		}
		starting = false
		return withMessage(f.State, f.Error), false, nil
	})
	return last, err
}

func errChangefeedGone(id resourceID) error {
	return fmt.Errorf("changefeed %s of TiDB Cloud cluster %s is gone; run pulumi refresh and then pulumi up, which "+
		"creates a new one", id.own, id.within)
}

// halfEdited is the fingerprint of a changefeed whose edit failed: it may have the old inputs or the new ones.
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
	p.GetLogger(ctx).InfoStatusf("changefeed %s is %s and is being edited", id.own, f.State)
	wanted := changefeedOf(s.ChangefeedArgs)
	wanted.ChangefeedID = id.own
	failed, notStopped := f.State == tidbapi.ChangefeedStateRunningFailed, error(nil)
	doing := fmt.Sprintf("editing changefeed %s", id)
	f, err = untilAccepted(ctx, doing, func(ctx context.Context) (f *tidbapi.Changefeed, _ tidbapi.Refusal, err error) {
		// TiDB Cloud does not document whether a failed changefeed must be paused before an edit.
		if failed {
			notStopped = clientOf(ctx).StopChangefeed(ctx, id.within, id.own)
		}
		if failed && notStopped == nil {
			failed = false
			_, err = awaitState(ctx, id, true, grace{})
		}
		if err == nil {
			f, err = clientOf(ctx).EditChangefeed(ctx, wanted)
		}
		return f, max(refusalOfShown(ctx, id, err), tidbapi.RefusalOf(notStopped)), err
	})
	if err != nil {
		return stopped, fmt.Errorf("%s: %w", doing, err)
	}
	s.observe(f)
	return stopped, nil
}

// resume restarts a changefeed whose edit failed, unless its input pauses it, and returns the error of the edit. It
// does so after an interruption too, but then does not wait.
func (s *ChangefeedState) resume(ctx context.Context, stopped bool, failure error) error {
	if value(s.Paused) {
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

// pause stops a changefeed that writes, and waits until it has stopped. Nil means that it is gone.
func pause(ctx context.Context, id resourceID, young bool) (f *tidbapi.Changefeed, stopped bool, err error) {
	f, err = changefeeds.look(ctx, id, young)
	if f == nil || err != nil {
		return nil, false, err
	}
	switch f.State {
	case tidbapi.ChangefeedStatePaused, tidbapi.ChangefeedStateCreateFailed, tidbapi.ChangefeedStateRunningFailed:
		return f, false, nil
	}
	if err := switched(ctx, id, true, newGrace(ctx, young)); err != nil {
		return nil, false, err
	}
	f, err = awaitState(ctx, id, true, grace{})
	return f, true, err // stopped, even where the wait for it failed
}

// restart starts a changefeed that was stopped for an operation that then failed. It looks first if it is not known
// whether it was stopped. After an interruption there is time for one call, but not to wait until TiDB Cloud accepts
// it.
func restart(ctx context.Context, id resourceID, stopped bool) (resumed bool, err error) {
	lasting := context.WithoutCancel(ctx)
	if !stopped {
		f, err := changefeeds.find(lasting, id, tidbapi.IsNotFound)
		if err != nil || f == nil || f.State != tidbapi.ChangefeedStatePaused {
			return false, err
		}
	}
	if ctx.Err() != nil {
		return true, clientOf(ctx).StartChangefeed(lasting, id.within, id.own)
	}
	return true, switched(ctx, id, false, grace{})
}
