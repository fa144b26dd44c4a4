// Package quota counts the changefeeds that a preview creates together with those that exist. A provider sees one
// creation at a time, and a component only its own children. Both count here.
package quota

import (
	"context"
	"fmt"
	"sync"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Changefeeds are the changefeeds that the previews of one provider create. The zero value has none.
type Changefeeds struct {
	mu       sync.Mutex
	clusters map[string]*cluster
	// had is the cluster of the changefeed that a resource has in the state, by URN.
	had map[string]string
}

type cluster struct {
	// existing counts the changefeeds that exist. It asks once.
	existing func() (int, error)
	planned  map[string]bool // by URN
}

type key struct{}

// With returns a context that carries the count of changefeeds.
func With(ctx context.Context, counted *Changefeeds) context.Context {
	return context.WithValue(ctx, key{}, counted)
}

// Of returns the count of changefeeds in a context. Nil, for a component in a user's Go program, counts none: the
// provider of the resource does.
func Of(ctx context.Context) *Changefeeds {
	counted, _ := ctx.Value(key{}).(*Changefeeds)
	return counted
}

// Reset removes the planned changefeeds at the beginning of a run. A provider that a user attaches to the engine serves
// many runs.
func (c *Changefeeds) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clusters = nil
}

// Had records that a resource has a changefeed of a cluster in the state.
func (c *Changefeeds) Had(urn, clusterID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.had == nil {
		c.had = map[string]string{}
	}
	c.had[urn] = clusterID
}

// Plan counts a planned changefeed, and rejects one that exceeds its cluster's limit. A replacement within a cluster
// adds none: at the limit its predecessor is deleted first. If the existing ones cannot be counted, TiDB Cloud decides
// when the changefeed is created. An empty cluster ID is unknown.
func (c *Changefeeds) Plan(urn, clusterID string, count func() (int, error)) error {
	if c == nil || clusterID == "" {
		return nil
	}
	of, planned := c.plan(urn, clusterID, count)
	if of == nil {
		return nil
	}
	existing, err := of.existing()
	if err != nil || existing+planned <= rules.MaxChangefeeds {
		return nil //nolint:nilerr // TiDB Cloud decides
	}
	return fmt.Errorf("TiDB Cloud cluster %s has %d changefeeds, but at most %d are possible, and this update "+
		"creates %d; create fewer, or delete an unused one in a separate update, then run pulumi again",
		clusterID, existing, rules.MaxChangefeeds, planned)
}

func (c *Changefeeds) plan(urn, clusterID string, count func() (int, error)) (of *cluster, planned int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.had[urn] == clusterID {
		return nil, 0
	}
	if c.clusters == nil {
		c.clusters = map[string]*cluster{}
	}
	of = c.clusters[clusterID]
	if of == nil {
		of = &cluster{existing: sync.OnceValues(count), planned: map[string]bool{}}
		c.clusters[clusterID] = of
	}
	of.planned[urn] = true
	return of, len(of.planned)
}
