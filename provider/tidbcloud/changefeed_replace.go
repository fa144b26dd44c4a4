package tidbcloud

import (
	"context"
	"fmt"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// A handover is the data that a replacement takes over from the changefeed that it replaces.
type handover struct {
	// replacement is the name of the replacement.
	replacement string
	start       *tidbapi.StartPosition
	// tso is that of the predecessor's checkpoint; empty if the replacement starts somewhere else.
	tso string
	// stopped is the predecessor, if it must run again after a failed replacement.
	stopped *resourceID
	// name is the predecessor's.
	name string
	// interrupted reports whether another run stopped the predecessor, and may have created the replacement. adopted
	// reports whether it has.
	interrupted, adopted bool
	// alone reports whether the predecessor is gone, so that only the handover has its checkpoint.
	alone bool
}

// takeOver stops the changefeed that a new one replaces, and returns where the new one starts. The old one stays until
// the new one exists: only it has the checkpoint, and an interruption in between would lose it.
func takeOver(ctx context.Context, args ChangefeedArgs) (handover, error) {
	seen, urn := seenOf(ctx), shim.RequestOf(ctx).URN
	h := handover{replacement: value(args.DisplayName), start: args.StartPosition.request()}
	old, replaces := seen.predecessorOf(urn)
	if !replaces {
		return h, nil
	}
	// Another cluster has other rows and its own TSOs.
	if old.start != nil && old.cluster == args.ClusterID {
		h.inherit(args, old.start)
		h.alone = true
	}
	if old.start != nil {
		return h, nil
	}
	id, err := changefeeds.parse(old.id)
	if err != nil {
		return h, nil //nolint:nilerr // an unanswered creation has nothing to hand over
	}
	f, stopped, err := pause(ctx, id, false)
	switch {
	case err == nil && f == nil:
		if args.StartPosition == nil {
			return h, fmt.Errorf("the old changefeed %s is gone, and its checkpoint with it; set startPosition.time "+
				"to a time before it stopped, so that no rows are lost, then run pulumi up again",
				id.own)
		}
		return h, nil
	case err != nil:
		err = fmt.Errorf("stopping the old changefeed %s: %w", id.own, err)
		if !old.paused {
			err = giveBack(ctx, id, stopped, err)
		}
		return h, err
	}
	h.name = f.DisplayName
	if stopped || f.State == tidbapi.ChangefeedStatePaused && !old.paused {
		// An update that was interrupted may have stopped it.
		h.stopped = &id
	}
	if id.within == args.ClusterID {
		h.inherit(args, positionOf(f))
	}
	h.interrupted = !stopped && h.stopped != nil && h.tso != ""
	return h, nil
}

// adopt looks for the replacement that an interrupted run has created: no other changefeed starts at the checkpoint of
// the predecessor.
func (h *handover) adopt(ctx context.Context, creation once.Creation[tidbapi.Changefeed]) (*tidbapi.Changefeed, error) {
	if !h.interrupted {
		return nil, nil //nolint:nilnil // there is none
	}
	all, err := creation.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		ours := creation.Orphans.Matches(f) && f.StartPosition != nil && f.StartPosition.String() == h.start.String()
		if ours && !seenOf(ctx).Has(creation.PulumiID(f)) {
			h.adopted = true
			return &f, nil
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

// inherit starts the replacement where its predecessor stopped, unless an input sets another position.
func (h *handover) inherit(args ChangefeedArgs, start *tidbapi.StartPosition) {
	if args.StartPosition == nil && start != nil {
		h.start, h.tso = start, start.TSO
		if at, err := time.Parse(time.RFC3339, start.Time); err == nil && h.tso == "" {
			h.tso = strconv.FormatInt(at.UnixMilli()<<18, 10) // the physical part of a TSO
		}
	}
}

// positionOf is the checkpoint of a changefeed or, if it never ran, its start position.
func positionOf(f *tidbapi.Changefeed) *tidbapi.StartPosition {
	if c := f.Checkpoint; c != nil && c.TSO != "" && c.TSO != "0" {
		return startAt(c.TSO)
	}
	if s := f.StartPosition; s != nil && s.Mode != tidbapi.StartFromNow && (s.TSO != "" || s.Time != "") {
		return s
	}
	if f.CreateTime != "" {
		return &tidbapi.StartPosition{Mode: tidbapi.StartFromTime, Time: f.CreateTime}
	}
	return nil
}

// neverRan is the start position, as far as the state has it, of a changefeed that never ran; nil for any other.
func (s *ChangefeedState) neverRan() *tidbapi.StartPosition {
	switch {
	case s.State != tidbapi.ChangefeedStateCreateFailed && !s.isYoung():
		return nil
	case s.PredecessorTSO != "":
		return startAt(s.PredecessorTSO)
	}
	return positionOf(&tidbapi.Changefeed{StartPosition: s.StartPosition.request(), CreateTime: s.CreateTime})
}

// startAt is the start position at a TSO.
func startAt(tso string) *tidbapi.StartPosition {
	return &tidbapi.StartPosition{Mode: tidbapi.StartFromTSO, TSO: tso}
}

// giveBack resumes the predecessor when its replacement could not be created.
func (h handover) giveBack(ctx context.Context, failure error) error {
	if h.alone && h.tso != "" {
		return fmt.Errorf("%w; the old changefeed is deleted, and the state has its checkpoint %s: run pulumi up "+
			"again, which creates one that starts there", failure, h.tso)
	}
	if h.stopped == nil || once.IsUncertain(failure) {
		return failure
	}
	return giveBack(ctx, *h.stopped, true, failure)
}

func giveBack(ctx context.Context, id resourceID, stopped bool, failure error) error {
	resumed, err := restart(ctx, id, stopped)
	if err != nil {
		return fmt.Errorf("%w; the old changefeed %s is paused and could not be resumed: %w",
			failure, id.own, err)
	}
	if resumed {
		p.GetLogger(ctx).InfoStatusf("the old changefeed %s is resumed", id.own)
	}
	return failure
}

// isInTheWay reports whether TiDB Cloud refuses a second changefeed next to the predecessor: at the limit of their
// cluster, or with a name that must be unique.
func (h *handover) isInTheWay(ctx context.Context, cluster string, failure error) bool {
	old, replaces := seenOf(ctx).predecessorOf(shim.RequestOf(ctx).URN)
	id, err := changefeeds.parse(old.id)
	sameName := tidbapi.IsAlreadyThere(failure) && rules.IsSameName(h.replacement, h.name)
	return replaces && err == nil && id.within == cluster && (tidbapi.IsLimit(failure) || sameName)
}

// makeRoom deletes the predecessor. Then only this process has the checkpoint.
func (h *handover) makeRoom(ctx context.Context) error {
	seen, urn := seenOf(ctx), shim.RequestOf(ctx).URN
	old, _ := seen.predecessorOf(urn)
	id, err := changefeeds.parse(old.id)
	if err != nil {
		return err
	}
	stopped := h.stopped != nil
	h.stopped = nil // its deletion resumes it, where that is refused
	if err := deleteChangefeed(ctx, id, false, stopped); err != nil {
		if h.tso == "" {
			return err
		}
		return withStart(err, h.start)
	}
	seen.noteChangefeed(urn, predecessor{cluster: id.within, start: h.start})
	h.alone = true
	return nil
}
