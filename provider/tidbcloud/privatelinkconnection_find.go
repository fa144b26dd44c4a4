package tidbapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// FindPrivateLinkConnection returns one connection, with its attached domains, or nil when it does not exist. That the
// service does not find it is no proof: it can say so for a moment, while parts of it are not in step. Only when the list
// of the cluster's connections lacks it too is it taken for gone. The error is IsNotFound when the cluster has no list.
//
// missing says which errors are about a connection that does not exist: IsNotFound, or IsGone after its deletion.
func (c *Client) FindPrivateLinkConnection(
	ctx context.Context, clusterID, id string, missing func(error) bool,
) (*PrivateLinkConnection, error) {
	k, err := connectionCall(http.MethodGet, clusterID, id, "")
	if err != nil {
		return nil, err
	}
	return find(ctx, c, k, "connection", finder[PrivateLinkConnection]{
		get: func(ctx context.Context) (*PrivateLinkConnection, error) {
			return c.GetPrivateLinkConnection(ctx, clusterID, id)
		},
		list: func(ctx context.Context) ([]PrivateLinkConnection, error) {
			return c.ListPrivateLinkConnections(ctx, clusterID)
		},
		is:      func(p PrivateLinkConnection) bool { return p.PrivateLinkConnectionID == id },
		missing: missing,
	})
}

// FindChangefeed does so for a changefeed.
func (c *Client) FindChangefeed(ctx context.Context, clusterID, id string, missing func(error) bool) (*Changefeed, error) {
	k, err := changefeedCall(call{method: http.MethodGet}, clusterID, id)
	if err != nil {
		return nil, err
	}
	return find(ctx, c, k, "changefeed", finder[Changefeed]{
		get:     func(ctx context.Context) (*Changefeed, error) { return c.GetChangefeed(ctx, clusterID, id) },
		list:    func(ctx context.Context) ([]Changefeed, error) { return c.ListChangefeeds(ctx, clusterID) },
		is:      func(f Changefeed) bool { return f.ChangefeedID == id },
		missing: missing,
	})
}

// finder has two ways to see something.
type finder[T any] struct {
	get     func(context.Context) (*T, error)
	list    func(context.Context) ([]T, error)
	is      func(T) bool // whether it is what is looked for
	missing func(error) bool
}

func find[T any](ctx context.Context, c *Client, k call, what string, f finder[T]) (*T, error) {
	started := time.Now()
	for try := 1; ; try++ {
		found, err := f.get(ctx)
		if err == nil || !f.missing(err) {
			return found, err
		}
		all, err := f.list(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, f.is) {
			return nil, nil //nolint:nilnil // it does not exist, and nothing failed
		}
		contradiction := &answerError{method: k.method, path: k.plainPath(), transient: true, err: fmt.Errorf(
			"it says that the %s does not exist, but the list of the cluster's %ss has it; run the same command again", what, what)}
		// Something new may be in the list for some time before it is found.
		if try >= c.backoff.Tries && time.Since(started) >= c.backoff.Settle {
			return nil, giveUp(contradiction, try)
		}
		if err := pauseAfter(ctx, contradiction, c.backoff.delay(contradiction, try)); err != nil {
			return nil, err
		}
	}
}
