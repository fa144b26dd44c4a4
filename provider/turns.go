package provider

import (
	"context"
	"sync"
	"time"
)

const (
	// atOnce is how many components a preview builds at a time. With more, a preview of hundreds is no faster, and needs the
	// memory of all of them. An update has no such limit: each waits for the services there, for half an hour.
	atOnce = 32
	// patience is how long a component has its turn: should it wait for one that has not had its own, neither waits forever.
	patience = 10 * time.Second
)

// turns are what components take to be built: so many at a time as the channel holds.
type turns chan struct{}

// take waits for a turn. It ends when it is given back, or when the patience does.
func (t turns) take(ctx context.Context, patience time.Duration) (giveBack func(), err error) {
	select {
	case t <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	end := sync.OnceFunc(func() { <-t })
	timer := time.AfterFunc(patience, end)
	return func() {
		timer.Stop()
		end()
	}, nil
}
