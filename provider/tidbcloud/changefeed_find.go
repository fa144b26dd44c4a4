package tidbcloud

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// changefeedType is the resource's type in Pulumi.
const changefeedType = "tidbconfluent:tidbcloud:Changefeed"

// changefeedCreation is the creation of a planned changefeed.
func changefeedCreation(
	ctx context.Context, logicalName string, args ChangefeedArgs, start *tidbapi.StartPosition,
) once.Creation[tidbapi.Changefeed] {
	wanted := changefeedOf(args)
	wanted.StartPosition = start
	pulumiID := func(f tidbapi.Changefeed) string { return changefeedID{args.ClusterID, f.ChangefeedID}.String() }
	named := couldBeNamed(ctx, logicalName, wanted.DisplayName)
	return once.Creation[tidbapi.Changefeed]{
		Of:         creator(ctx),
		What:       fmt.Sprintf("changefeed %q of TiDB Cloud cluster %s", wanted.DisplayName, wanted.ClusterID),
		Uniqueness: fmt.Sprintf("%q", []string{wanted.ClusterID, "changefeeds"}),
		Post: func(ctx context.Context) (*tidbapi.Changefeed, error) {
			return clientOf(ctx).CreateChangefeed(ctx, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.Changefeed, error) {
			return listWholeChangefeeds(ctx, wanted.ClusterID)
		},
		ID:       func(f tidbapi.Changefeed) string { return f.ChangefeedID },
		PulumiID: pulumiID,
		Form:     rules.ChangefeedID,
		IsResult: func(f tidbapi.Changefeed) bool { return f.IsLike(wanted) },
		Orphans: once.OrphanCheck[tidbapi.Changefeed]{
			Matches: func(f tidbapi.Changefeed) bool {
				return named(f.DisplayName) && f.WritesWhere(wanted)
			},
			InputsKey: func(f tidbapi.Changefeed) string { return changefeedKey(args.ClusterID, f.DisplayName) },
			Describe: func(f tidbapi.Changefeed) string {
				return fmt.Sprintf("changefeed %q, which is called %q and is %s",
					once.Shortened(pulumiID(f)), f.DisplayName, f.State)
			},
			InState:   "run the same command with --refresh",
			Elsewhere: "give the new one another displayName",
		},
	}
}

// searchChangefeed looks for the changefeed of an unconfirmed ID; nil means that it does not exist.
func searchChangefeed(ctx context.Context, id once.UnconfirmedID, args ChangefeedArgs) (*tidbapi.Changefeed, error) {
	creation := changefeedCreation(ctx, "", args, nil)
	creation.List = func(ctx context.Context) ([]tidbapi.Changefeed, error) {
		all, err := listWholeChangefeeds(ctx, id.Within)
		if tidbapi.IsNotFound(err) {
			err = noCluster(id.Within, err)
		}
		return all, err
	}
	return creation.Search(ctx, id.Others)
}

// readChangefeed fetches the changefeed of an id, which may be the one of an unanswered creation. Nil means that there
// is none.
func readChangefeed(
	ctx context.Context, req infer.ReadRequest[ChangefeedArgs, ChangefeedState],
) (changefeedID, *tidbapi.Changefeed, error) {
	if u, ok := parseUnconfirmedChangefeed(req.ID); ok {
		if req.State.ClusterID == "" {
			return changefeedID{}, nil, once.ErrImport(req.ID)
		}
		f, err := searchChangefeed(ctx, u, req.State.ChangefeedArgs)
		if f == nil || err != nil {
			return changefeedID{}, nil, err
		}
		id, err := parseChangefeedID(changefeedID{u.Within, f.ChangefeedID}.String())
		return id, f, err
	}
	id, err := parseChangefeedID(req.ID)
	if err != nil {
		return id, nil, err
	}
	f, err := patiently(ctx, "changefeed "+
		""+id.changefeed, req.State.isYoung(), func(ctx context.Context) (*tidbapi.Changefeed, error) {
		return findChangefeed(ctx, id, tidbapi.IsNotFound)
	})
	if err != nil {
		err = fmt.Errorf("reading changefeed %s: %w", req.ID, err)
	}
	return id, f, err
}

// findChangefeed fetches a changefeed; nil means that it does not exist. Only where the cluster is there can it be
// taken for gone. missing says which errors of GET are about a changefeed that does not exist.
func findChangefeed(ctx context.Context, id changefeedID, missing func(error) bool) (*tidbapi.Changefeed, error) {
	f, err := lookUpChangefeed(ctx, clientOf(ctx), id, missing)
	if tidbapi.IsNotFound(err) {
		return nil, noCluster(id.cluster, err)
	}
	return f, err
}

func errChangefeedGone(id changefeedID) error {
	return fmt.Errorf("changefeed %s of TiDB Cloud cluster %s is gone; run pulumi refresh and then pulumi up, which "+
		"creates a new one",
		id.changefeed, id.cluster)
}

// listWholeChangefeeds lists changefeeds that can be recognized: where the list does not say where one writes to, a GET
// does.
func listWholeChangefeeds(ctx context.Context, cluster string) ([]tidbapi.Changefeed, error) {
	client := clientOf(ctx)
	all, err := client.ListChangefeeds(ctx, cluster)
	if err != nil {
		return nil, err
	}
	return all, complete(all, func(f tidbapi.Changefeed) bool { return f.Sink != nil },
		func(f tidbapi.Changefeed) (*tidbapi.Changefeed, error) {
			return client.GetChangefeed(ctx, cluster, f.ChangefeedID)
		})
}

// lookUpChangefeed returns a changefeed, or nil when it does not exist; see [finder].
func lookUpChangefeed(
	ctx context.Context, client *tidbapi.Client, id changefeedID, missing func(error) bool,
) (*tidbapi.Changefeed, error) {
	return finder[tidbapi.Changefeed]{
		what: "changefeed", id: id.changefeed,
		get: func(ctx context.Context) (*tidbapi.Changefeed, error) {
			return client.GetChangefeed(ctx, id.cluster, id.changefeed)
		},
		list: func(ctx context.Context) ([]tidbapi.Changefeed, error) {
			return client.ListChangefeeds(ctx, id.cluster)
		},
		is:      func(f tidbapi.Changefeed) bool { return f.ChangefeedID == id.changefeed },
		missing: missing,
	}.find(ctx, client.Backoff())
}

// awaitChangefeed waits for a changefeed in parallel with all that wait for one of the same cluster: one listing
// reports all of them. For judge, a changefeed that is gone is nil; missing says which errors of GET are about such a
// one.
func awaitChangefeed(
	ctx context.Context, id changefeedID, options wait.Options, missing func(error) bool,
	judge func(f *tidbapi.Changefeed, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	list := func(ctx context.Context) ([]tidbapi.Changefeed, error) {
		return client.ListChangefeeds(ctx, id.cluster)
	}
	return wait.Shared(ctx, watchesOf(ctx), options, "changefeeds of "+id.cluster, list,
		func(ctx context.Context, all []tidbapi.Changefeed, err error) (string, bool, error) {
			if err != nil && !tidbapi.IsNotFound(err) {
				return judge(nil, err)
			}
			for i := range all {
				if all[i].ChangefeedID == id.changefeed && all[i].State != "" {
					return judge(&all[i], nil)
				}
			}
			if err != nil {
				return judge(findChangefeed(ctx, id, missing))
			}
			// The list shows that the cluster exists, so that the answer need not be doubted.
			f, err := client.GetChangefeed(ctx, id.cluster, id.changefeed)
			if err != nil && missing(err) {
				return judge(nil, nil)
			}
			return judge(f, err)
		})
}

// notRemoved is the error of a deletion that failed. What was stopped for it runs again: the program may keep it after
// all.
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
		err = awaitChangefeed(ctx, id, options, tidbapi.IsGone, func(
			f *tidbapi.Changefeed, err error,
		) (string, bool, error) {
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
