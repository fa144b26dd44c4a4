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

// turns are what components take to be built.
type turns struct {
	// places holds who has a turn.
	places   chan struct{}
	patience time.Duration
}

func newTurns(atOnce int, patience time.Duration) turns {
	return turns{make(chan struct{}, atOnce), patience}
}

// take waits for a turn. It ends when it is given back, or when the patience does.
func (t turns) take(ctx context.Context) (giveBack func(), err error) {
	select {
	case t.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	end := sync.OnceFunc(func() { <-t.places })
	timer := time.AfterFunc(t.patience, end)
	return func() {
		timer.Stop()
		end()
	}, nil
}
