package tidbapi

import (
	"context"
	"sync"
	"time"
)

// WaitShared is Wait for several who wait for things that one call tells of, such as the connections of a cluster: it
// looks once for all that wait with the same client and key, which stands for look, at the pace of the most impatient.
//
// The first look comes after a pause, since who waits has just been told the state. What came of a look goes to judge,
// its error too, which has the result as poll of Wait has.
func WaitShared[L any](
	ctx context.Context, c *Client, opts WaitOptions, key string, look func(context.Context) (L, error),
	judge func(ctx context.Context, seen L, err error) (state string, done bool, failure error),
) error {
	w := newWaiter(opts)
	ctx, cancel := w.limited(ctx)
	defer cancel()
	me := c.watches.join(key, w, func(ctx context.Context) (any, error) { return look(ctx) })
	defer c.watches.leave(key, me)
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

// watches are what a client looks at for those who wait, by key.
type watches struct {
	limiter *limiter

	mu    sync.Mutex
	byKey map[string]*watch
}

// watch is one thing that is looked at, as long as anybody waits.
type watch struct {
	look    func(context.Context) (any, error)
	members []*member
	changed chan struct{} // tells of fewer members, or of one who is in more of a hurry
	last    time.Time     // when it was looked at
	stop    context.CancelFunc
}

// member is one who waits.
type member struct {
	sights chan sight
	due    time.Time // when to look again, as far as this one is concerned
	waiter *waiter
}

// sight is what came of a look.
type sight struct {
	seen     any
	err      error
	panicked any
}

func (ws *watches) join(key string, w *waiter, look func(context.Context) (any, error)) *member {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	// A sight that its member has no time for yet is replaced by the next.
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
func (ws *watches) leave(key string, m *member) {
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
func (ws *watches) watch(ctx context.Context, k *watch) {
	for ws.rest(ctx, k) {
		addressees := ws.present(k)
		ws.show(k, addressees, k.lookOnce(ctx))
	}
}

// rest waits until a look is due; false says that nobody waits for one any more.
func (ws *watches) rest(ctx context.Context, k *watch) bool {
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

// untilDue is how long there is to wait for the next look. Where many things are watched, the looks would press
// everything else against the rate limit; so all of them together keep to it.
func (ws *watches) untilDue(k *watch) time.Duration {
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
	if fair := k.last.Add(time.Duration(len(ws.byKey)) * ws.limiter.spacing()); !k.last.IsZero() && due.Before(fair) {
		due = fair
	}
	return time.Until(due)
}

// present are those who wait when a look begins. It may be too old for who comes later.
func (ws *watches) present(k *watch) []*member {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return append([]*member(nil), k.members...)
}

func (k *watch) lookOnce(ctx context.Context) (s sight) {
	defer func() {
		// A panic here would end the process; those who wait know what to do about it.
		if r := recover(); r != nil {
			s = sight{panicked: r}
		}
	}()
	s.seen, s.err = k.look(ctx)
	return s
}

func (ws *watches) show(k *watch, addressees []*member, s sight) {
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
