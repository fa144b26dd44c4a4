package tidbcloud

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// A listing shows the resources of a kind in a cluster of TiDB Cloud: one by one, and all in a list.
type listing[T any] struct {
	what string // as in "connection"
	id   func(T) string
	get  func(c *tidbapi.Client, ctx context.Context, cluster, id string) (*T, error)
	list func(c *tidbapi.Client, ctx context.Context, cluster string) ([]T, error)
	// isWhole reports whether an element of a list shows enough to recognize it; isShown, to judge its state.
	isWhole, isShown func(T) bool
}

// find returns one, or nil when it does not exist. It is gone only if its cluster exists: to a key of another
// organization, the API may answer as if nothing existed.
func (l listing[T]) find(ctx context.Context, id resourceID, missing func(error) bool) (*T, error) {
	found, err := l.lookUp(ctx, clientOf(ctx), id, missing)
	if found == nil && err == nil {
		// A list without it proves too little.
		_, err = getCluster(ctx, id.within)
	}
	return found, explainMissing(id.within, err)
}

// lookUp returns one, or nil when neither GET nor the list has it. While parts of the service are not in sync, only GET
// may lack it. The error is IsNotFound when the cluster has no list.
func (l listing[T]) lookUp(
	ctx context.Context, client *tidbapi.Client, id resourceID, missing func(error) bool,
) (*T, error) {
	backoff, started, settle := client.Backoff(), time.Now(), timingOf(ctx).Settle
	for try := 1; ; try++ {
		found, err := l.get(client, ctx, id.within, id.own)
		if err == nil || !missing(err) {
			return found, err
		}
		all, err := l.list(client, ctx, id.within)
		if err != nil || l.in(all, id) == nil {
			return nil, err
		}
		contradiction := wait.Transient(fmt.Errorf("TiDB Cloud reports that %s does not exist, but the list of the "+
			"cluster's %ss has it; run the same command again", l.what+" "+id.own, l.what))
		// Something new may be in the list for some time before it is found.
		if try >= backoff.Tries && time.Since(started) >= settle {
			return nil, tidbapi.GaveUp(contradiction, try)
		}
		if err := backoff.Pause(ctx, contradiction, try); err != nil {
			return nil, err
		}
	}
}

// in returns one from a list, or nil.
func (l listing[T]) in(all []T, id resourceID) *T {
	i := slices.IndexFunc(all, func(t T) bool { return l.id(t) == id.own })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// whole lists all. Where the list shows too little of one, a GET follows.
func (l listing[T]) whole(ctx context.Context, cluster string) ([]T, error) {
	client := clientOf(ctx)
	all, err := l.list(client, ctx, cluster)
	for i := range all {
		if l.isWhole(all[i]) {
			continue
		}
		whole, err := l.get(client, ctx, cluster, l.id(all[i]))
		switch {
		case err == nil:
			all[i] = *whole
		case !tidbapi.IsNotFound(err):
			return nil, err
		}
	}
	return all, err
}

func (l listing[T]) existing(ctx context.Context, cluster string) ([]T, error) {
	all, err := l.whole(ctx, cluster)
	return all, explainMissing(cluster, err)
}

// await waits for one: a listing serves all waits for those of a cluster. A GET follows where the list lacks one, since
// the list may be older, or shows too little of it. The list proves that the cluster exists, so an answer of 404 is
// reliable.
func (l listing[T]) await(
	ctx context.Context, id resourceID, options wait.Options, missing func(error) bool, judge judge[*T],
) error {
	client := clientOf(ctx)
	list := func(ctx context.Context) ([]T, error) { return l.list(client, ctx, id.within) }
	return wait.Shared(ctx, watchesOf(ctx), options, l.what+"s of "+id.within, list,
		func(ctx context.Context, all []T, err error) (string, bool, error) {
			if tidbapi.IsNotFound(err) {
				return judge(l.find(ctx, id, missing))
			}
			if seen := l.in(all, id); err != nil || seen != nil && l.isShown(*seen) {
				return judge(seen, err)
			}
			seen, err := l.get(client, ctx, id.within, id.own)
			if err != nil && missing(err) {
				return judge(nil, nil)
			}
			return judge(seen, err)
		})
}

// explainMissing explains an error that means that the cluster is not there.
func explainMissing(cluster string, err error) error {
	if !tidbapi.IsNotFound(err) {
		return err
	}
	return fmt.Errorf("TiDB Cloud cluster %s is not visible to this API key; if the key belongs to another "+
		"organization, or its scope lacks the cluster, set the right key; if the cluster was deleted, remove what "+
		"belonged to it from the state with pulumi state delete: %w", cluster, err)
}
