package once

import (
	"context"
	"sync"
)

// Seen are the resources of the stack that the engine has shown a provider, by their IDs, or by a key of their inputs.
// Any other resource in TiDB Cloud that looks like a planned one is an orphan: a killed run left it behind, or it
// belongs to something else. The zero value is ready for use.
type Seen struct {
	keys     sync.Map
	creating sync.Map // of channels with room for one creation, by uniqueness key
}

// Note adds a resource; an empty key is ignored.
func (s *Seen) Note(key string) {
	if key != "" {
		s.keys.Store(key, true)
	}
}

// Forget removes a resource.
func (s *Seen) Forget(key string) { s.keys.Delete(key) }

// Has reports whether a resource is there.
func (s *Seen) Has(key string) bool {
	_, ok := s.keys.Load(key)
	return ok
}

// lock waits for other creations of the same uniqueness key.
func (s *Seen) lock(ctx context.Context, uniqueness string) (unlock func(), err error) {
	known, _ := s.creating.LoadOrStore(uniqueness, make(chan struct{}, 1))
	turn, _ := known.(chan struct{})
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
