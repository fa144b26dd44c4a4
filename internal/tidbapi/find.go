package tidbapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// errContradiction is a connection that is there and not there.
var errContradiction = errors.New("it says that the connection does not exist, but the list of the cluster's connections has it; run the same command again")

// FindPrivateLinkConnection returns one connection, with its attached domains, or nil when it does not exist. That the
// service does not find it is no proof: it can say so for a moment, while parts of it are not in step. Only when the list
// of the cluster's connections lacks it too is it taken for gone. The error is IsNotFound when the cluster has no list.
//
// missing says which errors are about a connection that does not exist: IsNotFound, or IsGone after its deletion.
func (c *Client) FindPrivateLinkConnection(
	ctx context.Context, clusterID, id string, missing func(error) bool,
) (*PrivateLinkConnection, error) {
	started := time.Now()
	for try := 1; ; try++ {
		found, err := c.GetPrivateLinkConnection(ctx, clusterID, id)
		if err == nil || !missing(err) {
			return found, err
		}
		all, err := c.ListPrivateLinkConnections(ctx, clusterID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(p PrivateLinkConnection) bool { return p.PrivateLinkConnectionID == id }) {
			return nil, nil //nolint:nilnil // it does not exist, and nothing failed
		}
		k, err := connectionCall(http.MethodGet, clusterID, id, "")
		if err != nil {
			return nil, err
		}
		contradiction := &answerError{method: k.method, path: k.plainPath(), err: errContradiction, transient: true}
		// Something new may be in the list for some time before it is found.
		if try >= c.backoff.Tries && time.Since(started) >= c.backoff.Settle {
			return nil, giveUp(contradiction, try)
		}
		if err := pauseAfter(ctx, contradiction, c.backoff.delay(contradiction, try)); err != nil {
			return nil, err
		}
	}
}
