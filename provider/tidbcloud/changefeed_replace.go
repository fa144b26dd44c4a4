package tidbcloud

import (
	"context"
	"errors"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// A handover is what a replacement takes over from the changefeed that it replaces.
type handover struct {
	start *tidbapi.StartPosition
	// tso is that of the predecessor's checkpoint; empty where the replacement starts somewhere else.
	tso string
	// stopped is the predecessor, if this process stopped it.
	stopped *changefeedID
}

// takeOver stops the changefeed that a new one replaces, and returns where the new one starts. It stays until the new
// one exists: its checkpoint is kept nowhere else, and an interruption in between would lose it.
func takeOver(ctx context.Context, args ChangefeedArgs) (handover, error) {
	seen, urn := seenOf(ctx), shim.URNOf(ctx)
	h := handover{start: args.StartPosition.request()}
	old, replaces := seen.predecessorOf(urn)
	if !replaces {
		return h, nil
	}
	if old.start != nil {
		h.inherit(args, old.start)
		return h, nil
	}
	id, err := parseChangefeedID(old.id)
	if err != nil {
		return h, nil //nolint:nilerr // a creation that was never answered has nothing to hand over
	}
	f, stopped, err := pause(ctx, id)
	switch {
	case tidbapi.IsNotFound(err):
		if args.StartPosition == nil {
			return h, fmt.Errorf("changefeed %s, which this one replaces, is gone, and its checkpoint with it; set startPosition.time to a "+
				"time before it stopped, so that no rows are lost, then run pulumi up again", id.changefeed)
		}
		return h, nil
	case err != nil:
		return h, fmt.Errorf("stopping changefeed %s, which this one replaces: %w", id.changefeed, err)
	}
	if stopped {
		h.stopped = &id
	}
	// Another cluster has other rows, and its own clock.
	if id.cluster == args.ClusterID {
		h.inherit(args, positionOf(f))
	}
	return h, nil
}

// inherit makes the replacement start where its predecessor stopped, unless an input says otherwise.
func (h *handover) inherit(args ChangefeedArgs, start *tidbapi.StartPosition) {
	if args.StartPosition == nil && start != nil {
		h.start, h.tso = start, string(start.TSO)
	}
}

// positionOf is how far a changefeed is. One that never ran is as far as the place where it was to start.
func positionOf(f *tidbapi.Changefeed) *tidbapi.StartPosition {
	if c := f.Checkpoint; c != nil && c.TSO != "" && c.TSO != "0" {
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromTSO, TSO: c.TSO}
	}
	if s := f.StartPosition; s != nil && s.Mode != tidbapi.StartFromNow && (s.TSO != "" || s.Time != "") {
		return s
	}
	if f.CreateTime != "" {
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromTime, Time: f.CreateTime}
	}
	return nil
}

// giveBack resumes the predecessor of a changefeed that could not be created.
func (h handover) giveBack(ctx context.Context, failure error) error {
	var uncertain *tidbapi.UncertainError
	if h.stopped == nil || errors.As(failure, &uncertain) {
		return failure
	}
	if _, err := clientOf(ctx).StartChangefeed(context.WithoutCancel(ctx), h.stopped.cluster, h.stopped.changefeed); err != nil {
		return fmt.Errorf("%w; changefeed %s, which it was to replace, is paused and could not be resumed: %w",
			failure, h.stopped.changefeed, err)
	}
	p.GetLogger(ctx).InfoStatusf("changefeed %s, which was to be replaced, is resumed", h.stopped.changefeed)
	return failure
}

// makeRoom deletes the predecessor where TiDB Cloud refuses a second changefeed beside it: at the limit of a cluster, or
// with a name that only one may have. The checkpoint then exists in this process alone.
func (h *handover) makeRoom(ctx context.Context, failure error) bool {
	seen, urn := seenOf(ctx), shim.URNOf(ctx)
	old, replaces := seen.predecessorOf(urn)
	id, err := parseChangefeedID(old.id)
	if !replaces || err != nil || !tidbapi.IsLimit(failure) && !tidbapi.IsConflict(failure) {
		return false
	}
	if err := removeChangefeed(ctx, id, false); err != nil {
		return false
	}
	seen.noteChangefeed(urn, predecessor{start: h.start})
	h.stopped = nil
	return true
}

// pause stops a changefeed, unless it does not write anyway, and waits until it has stopped.
func pause(ctx context.Context, id changefeedID) (f *tidbapi.Changefeed, stopped bool, err error) {
	client := clientOf(ctx)
	f, err = client.GetChangefeed(ctx, id.cluster, id.changefeed)
	if err != nil {
		return nil, false, err
	}
	switch f.State {
	case tidbapi.ChangefeedStatePaused, tidbapi.ChangefeedStateCreateFailed, tidbapi.ChangefeedStateRunningFailed:
		return f, false, nil
	}
	if _, err := switched(ctx, id, "pausing", client.StopChangefeed); err != nil {
		return nil, false, err
	}
	f, err = awaitState(ctx, id, true, grace{})
	return f, true, err
}
