package wait

import (
	"context"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// Shared is [Until] for several waits that one call serves, such as those for the connections of a cluster. All waits
// with the same watches and key share the calls of look, at the shortest interval that one of them asks for.
//
// The first look comes after a pause, since the caller has just seen the state. judge gets the result of a look with
// its error, and returns what poll of [Until] returns.
func Shared[L any](
	ctx context.Context, ws *Watches, opts Options, key string, look func(context.Context) (L, error),
	judge func(ctx context.Context, seen L, err error) (state string, done bool, failure error),
) error {
	k := ws.join(key, func(ctx context.Context) (any, error) { return look(ctx) })
	defer ws.leave(key, k)
	w := newWaiter(opts)
	return w.poll(ctx, time.Now().Add(w.pause()), func(ctx context.Context, due time.Time) (string, bool, error) {
		s, err := ws.next(ctx, k, due)
		if err != nil {
			return "", false, err
		}
		if s.panicked != nil {
			panic(s.panicked)
		}
		seen, _ := s.seen.(L)
		return judge(ctx, seen, s.err)
	})
}

// Watches are the watches of a provider, by key.
type Watches struct {
	// Spacing returns the time between two requests at the rate limit.
	Spacing func() time.Duration

	mu    sync.Mutex
	byKey map[string]*watch
}

// watch is one thing that waits look at. It ends with its last wait.
type watch struct {
	look    func() (any, error)
	stop    context.CancelFunc
	waits   int
	last    time.Time     // when it was looked at
	next    *sight        // of the look that has not begun yet
	looking chan struct{} // has room for one look at a time
}

// sight is the result of a look.
type sight struct {
	begin    sync.Once
	done     chan struct{}
	seen     any
	err      error
	panicked *shim.Panic
}

func newSight() *sight { return &sight{done: make(chan struct{})} }

func (ws *Watches) join(key string, look func(context.Context) (any, error)) *watch {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	k, ok := ws.byKey[key]
	if !ok {
		ctx, stop := context.WithCancel(context.Background())
		k = &watch{look: func() (any, error) {
			return look(ctx)
		}, stop: stop, next: newSight(), looking: make(chan struct{}, 1)}
		if ws.byKey == nil {
			ws.byKey = map[string]*watch{}
		}
		ws.byKey[key] = k
	}
	k.waits++
	return k
}

// leave ends the watch with the last of its waits.
func (ws *Watches) leave(key string, k *watch) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if k.waits--; k.waits == 0 {
		k.stop()
		delete(ws.byKey, key)
	}
}

// next returns the result of the next look. A look begins when it is due for any of the waits.
func (ws *Watches) next(ctx context.Context, k *watch, due time.Time) (*sight, error) {
	ws.mu.Lock()
	s := k.next
	ws.mu.Unlock()
	for {
		var isDue <-chan time.Time
		if delay := ws.untilDue(k, due); delay > 0 {
			isDue = time.After(delay)
		} else {
			s.begin.Do(func() { go ws.lookOnce(k, s) })
		}
		select {
		case <-s.done:
			return s, nil
		case <-isDue:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// untilDue is the time until the next look. All looks together stay within the rate limit, so that other calls are not
// delayed where many things are watched.
func (ws *Watches) untilDue(k *watch, due time.Time) time.Duration {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if fair := k.last.Add(time.Duration(len(ws.byKey)) * ws.Spacing()); due.Before(fair) {
		due = fair
	}
	return time.Until(due)
}

// lookOnce looks. A wait that begins during a look gets the result of the next one, since this one may be too old.
func (ws *Watches) lookOnce(k *watch, s *sight) {
	k.looking <- struct{}{}
	defer func() { <-k.looking }()
	ws.mu.Lock()
	k.next = newSight()
	ws.mu.Unlock()
	defer func() {
		// A panic here would end the process; the callers of Shared report it.
		s.panicked = shim.AsPanic(recover())
		ws.mu.Lock()
		k.last = time.Now()
		ws.mu.Unlock()
		close(s.done)
	}()
	s.seen, s.err = k.look()
}
