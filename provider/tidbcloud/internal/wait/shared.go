package wait

import (
	"context"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// Shared is [Until] for several waits that one call serves, such as those for the connections of a cluster. It looks
// once for all waits with the same watches and key, which stands for look, as often as the most impatient one asks for.
//
// The first look comes after a pause, since the caller has just seen the state. The result of a look goes to judge,
// with its error; judge returns what poll of [Until] returns.
func Shared[L any](
	ctx context.Context, ws *Watches, opts Options, key string, look func(context.Context) (L, error),
	judge func(ctx context.Context, seen L, err error) (state string, done bool, failure error),
) error {
	w := newWaiter(opts)
	ctx, cancel := w.limited(ctx)
	defer cancel()
	me := ws.join(key, w, func(ctx context.Context) (any, error) { return look(ctx) })
	defer ws.leave(key, me)
	for {
		select {
		case <-ctx.Done():
			return w.cutShort(ctx)
		case sight := <-me.sights:
			if sight.panicked != nil {
				panic(sight.panicked)
			}
			seen, _ := sight.seen.(L)
			state, done, err := judge(ctx, seen, sight.err)
			if err == nil {
				w.state, w.failures = state, 0
				w.report()
				if done {
					return nil
				}
			} else if err := w.failed(ctx, err); err != nil {
				return err
			}
		}
	}
}

// Watches are the looks of a provider, by key.
type Watches struct {
	// Spacing returns the time between two requests at the rate limit.
	Spacing func() time.Duration

	mu    sync.Mutex
	byKey map[string]*watch
}

// watch is one thing that is looked at, as long as it has members.
type watch struct {
	look    func(context.Context) (any, error)
	members []*member
	changed chan struct{} // signals fewer members, or a more impatient one
	last    time.Time     // when it was looked at
	stop    context.CancelFunc
}

// member is one wait.
type member struct {
	sights chan sight
	due    time.Time // when this wait wants the next look
	waiter *waiter
}

// sight is the result of a look.
type sight struct {
	seen     any
	err      error
	panicked *shim.Panic
}

func (ws *Watches) join(key string, w *waiter, look func(context.Context) (any, error)) *member {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	// The next sight replaces one that its member has not judged yet.
	m := &member{sights: make(chan sight, 1), waiter: w, due: time.Now().Add(w.pause())}
	if ws.byKey == nil {
		ws.byKey = map[string]*watch{}
	}
	known, ok := ws.byKey[key]
	if !ok {
		ctx, stop := context.WithCancel(context.Background())
		known = &watch{look: look, changed: make(chan struct{}, 1), stop: stop}
		ws.byKey[key] = known
		go ws.watch(ctx, known)
	}
	known.members = append(known.members, m)
	known.wake()
	return m
}

// leave ends the watch with the last of its members.
func (ws *Watches) leave(key string, m *member) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	known := ws.byKey[key]
	for i, other := range known.members {
		if other == m {
			known.members = append(known.members[:i:i], known.members[i+1:]...)
			break
		}
	}
	if len(known.members) == 0 {
		known.stop()
		delete(ws.byKey, key)
		return
	}
	known.wake()
}

func (k *watch) wake() {
	select {
	case k.changed <- struct{}{}:
	default: // it will look anyway
	}
}

// watch looks whenever that is due, until it is stopped.
func (ws *Watches) watch(ctx context.Context, k *watch) {
	for ws.rest(ctx, k) {
		addressees := ws.present(k)
		ws.show(k, addressees, k.lookOnce(ctx))
	}
}

// rest waits until a look is due; it returns false when no member is left.
func (ws *Watches) rest(ctx context.Context, k *watch) bool {
	for delay := ws.untilDue(k); delay > 0; delay = ws.untilDue(k) {
		select {
		case <-time.After(delay):
		case <-k.changed:
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}

// untilDue is the time until the next look. All looks together stay within the rate limit, so that other calls are not
// delayed where many things are watched.
func (ws *Watches) untilDue(k *watch) time.Duration {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if len(k.members) == 0 {
		return time.Hour // it is being stopped
	}
	due := k.members[0].due
	for _, m := range k.members[1:] {
		if m.due.Before(due) {
			due = m.due
		}
	}
	if fair := k.last.Add(time.Duration(len(ws.byKey)) * ws.Spacing()); !k.last.IsZero() && due.Before(fair) {
		due = fair
	}
	return time.Until(due)
}

// present are the members when a look begins. Its result may be too old for one that comes later.
func (ws *Watches) present(k *watch) []*member {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return append([]*member(nil), k.members...)
}

func (k *watch) lookOnce(ctx context.Context) (s sight) {
	defer func() {
		// A panic here would end the process; the callers of Shared report it.
		if p := shim.AsPanic(recover()); p != nil {
			s = sight{panicked: p}
		}
	}()
	s.seen, s.err = k.look(ctx)
	return s
}

func (ws *Watches) show(k *watch, addressees []*member, s sight) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	k.last = time.Now()
	for _, m := range addressees {
		select {
		case <-m.sights:
		default:
		}
		m.sights <- s
		m.due = k.last.Add(m.waiter.pause())
	}
}
