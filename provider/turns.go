package provider

import (
	"context"
	"sync"
	"time"
)

const (
	// atOnce is how many components a preview builds at a time. More of them keep no processor busier, and need the memory of
	// all. An update has no such limit: there each waits for the services, for half an hour.
	atOnce = 64
	// patience is how long a component has its turn. One that takes longer waits for an answer of a service, and holds up the
	// others no longer.
	patience = time.Second
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
