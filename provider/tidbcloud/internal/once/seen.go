package once

import (
	"context"
	"sync"
)

// Seen are the resources of the stack that the engine has shown a provider, by their IDs, or by a key of their inputs.
// What else TiDB Cloud has, and looks like a planned resource, is an orphan: a run that was killed left it behind, or
// it belongs to something else. The zero value is ready for use.
type Seen struct {
	keys     sync.Map
	creating keyedLock
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
	return s.creating.lock(ctx, uniqueness)
}

// keyedLock is held by one goroutine per key. Its zero value is ready for use.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the key is free again
}

func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	for {
		l.mu.Lock()
		wait, taken := l.held[key]
		if !taken {
			free := make(chan struct{})
			if l.held == nil {
				l.held = map[string]chan struct{}{}
			}
			l.held[key] = free
			l.mu.Unlock()
			return func() { l.unlock(key, free) }, nil
		}
		l.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *keyedLock) unlock(key string, free chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, key)
	close(free)
}
