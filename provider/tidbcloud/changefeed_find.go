package tidbcloud

import (
	"context"
	"fmt"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// changefeedType is the resource's type in Pulumi.
const changefeedType = "tidbconfluent:tidbcloud:Changefeed"

// changefeedLookout rejects a second changefeed beside an orphan: one of the same name and target that no resource of
// the stack stands for.
func changefeedLookout(ctx context.Context, logicalName string, args ChangefeedArgs) tidbapi.Lookout[tidbapi.Changefeed] {
	wanted := changefeedOf(args)
	id := func(f tidbapi.Changefeed) string { return changefeedID{args.ClusterID, f.ChangefeedID}.String() }
	named := namedLike(ctx, logicalName, wanted.DisplayName)
	l := lookout[tidbapi.Changefeed]{
		seen: seenOf(ctx), urn: shim.URNOf(ctx), id: id,
		alike: func(f tidbapi.Changefeed) bool {
			return named(f.DisplayName) && f.WritesWhere(wanted)
		},
		key: func(f tidbapi.Changefeed) string { return changefeedKey(args.ClusterID, f.DisplayName) },
		describe: func(f tidbapi.Changefeed) string {
			return fmt.Sprintf("changefeed %q, which is called %q and is %s", shortened(id(f)), f.DisplayName, f.State)
		},
		known:  "run the same command with --refresh",
		advice: "give the new one another displayName",
	}
	return tidbapi.Lookout[tidbapi.Changefeed]{Before: l.before, Made: l.made}
}

// searchChangefeed looks for the changefeed that these inputs would give.
func searchChangefeed(id unconfirmedID, args ChangefeedArgs) search[tidbapi.Changefeed] {
	wanted := changefeedOf(args)
	return search[tidbapi.Changefeed]{
		what:  fmt.Sprintf("changefeed %q of TiDB Cloud cluster %s", wanted.DisplayName, id.within),
		id:    func(f tidbapi.Changefeed) string { return f.ChangefeedID },
		whole: func(f tidbapi.Changefeed) string { return changefeedID{id.within, f.ChangefeedID}.String() },
		list: func(ctx context.Context) ([]tidbapi.Changefeed, error) {
			all, err := clientOf(ctx).ListWholeChangefeeds(ctx, id.within)
			if tidbapi.IsNotFound(err) {
				err = noCluster(id.within, err)
			}
			return all, err
		},
		equal:   func(f tidbapi.Changefeed) bool { return f.IsLike(wanted) },
		besides: id.besides,
	}
}

// awaitChangefeed waits for a changefeed in parallel with all that wait for one of the same cluster: one listing reports
// all of them. For judge, a changefeed that is gone is nil; missing says which errors of GET are about such a one.
func awaitChangefeed(
	ctx context.Context, id changefeedID, options tidbapi.WaitOptions, missing func(error) bool,
	judge func(f *tidbapi.Changefeed, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	list := func(ctx context.Context) ([]tidbapi.Changefeed, error) {
		return client.ListChangefeeds(ctx, id.cluster)
	}
	return tidbapi.WaitShared(ctx, client, options, "changefeeds of "+id.cluster, list,
		func(ctx context.Context, all []tidbapi.Changefeed, err error) (string, bool, error) {
			if err != nil && !tidbapi.IsNotFound(err) {
				return judge(nil, err)
			}
			for i := range all {
				if all[i].ChangefeedID == id.changefeed && all[i].State != "" {
					return judge(&all[i], nil)
				}
			}
			return judge(findChangefeed(ctx, id, missing))
		})
}

// notRemoved is the error of a deletion that failed. What was stopped for it runs again: the program may keep it after all.
func notRemoved(ctx context.Context, id changefeedID, stopped bool, failure error) error {
	if !stopped {
		return failure
	}
	err := clientOf(ctx).StartChangefeed(context.WithoutCancel(ctx), id.cluster, id.changefeed)
	if err != nil && !tidbapi.IsNotFound(err) {
		return fmt.Errorf("%w; it is paused and could not be resumed: %w", failure, err)
	}
	return failure
}

// removeChangefeed deletes a changefeed and waits until it is gone.
func removeChangefeed(ctx context.Context, id changefeedID, young bool) error {
	doing, stopped := fmt.Sprintf("deleting changefeed %s", id), false
	gone, err := removal[tidbapi.Changefeed]{
		doing: doing,
		send: func(ctx context.Context) error {
			err := clientOf(ctx).DeleteChangefeed(ctx, id.cluster, id.changefeed)
			if tidbapi.IsRefused(err) && !stopped {
				// Whether one that runs can be deleted is not documented.
				stopped = clientOf(ctx).StopChangefeed(ctx, id.cluster, id.changefeed) == nil
			}
			return err
		},
		look: func(ctx context.Context) (*tidbapi.Changefeed, error) {
			return findChangefeed(ctx, id, tidbapi.IsGone)
		},
		leaving: func(*tidbapi.Changefeed) bool { return false }, // no state says so
		young:   young,
	}.accepted(ctx)
	if err != nil {
		return notRemoved(ctx, id, stopped, fmt.Errorf("%s: %w", doing, err))
	}
	if !gone {
		options := waitFor(ctx, "changefeed "+id.changefeed)
		options.Advice = keepDeleting
		err = awaitChangefeed(ctx, id, options, tidbapi.IsGone, func(f *tidbapi.Changefeed, err error) (string, bool, error) {
			switch {
			case err != nil:
				return "", false, err
			case f == nil:
				return "gone", true, nil
			}
			return withMessage(f.State, f.Error), false, nil
		})
	}
	if err == nil {
		seenOf(ctx).noteRemoval(id.cluster)
	}
	return err
}
