package tidbapi

import (
	"context"
	"sync"
	"time"
)

// limiters holds the rate limiters of the process.
var limiters = limiterRegistry{byKey: map[limiterKey]*limiter{}}

type limiterKey struct{ endpoint, publicKey string }

// limiterRegistry gives all clients of one API key the same limiter, since the service counts by key.
type limiterRegistry struct {
	mu    sync.Mutex
	byKey map[limiterKey]*limiter
}

func (r *limiterRegistry) get(endpoint, publicKey string, perMinute int) *limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := limiterKey{endpoint, publicKey}
	l, ok := r.byKey[key]
	if !ok {
		l = &limiter{}
		r.byKey[key] = l
	}
	l.limitTo(perMinute)
	return l
}

// countedFor is how long the service may count a request after it was answered: a minute, and a little for two
// clocks that do not run at quite the same rate.
const countedFor = time.Minute + 50*time.Millisecond

// limiter lets requests go so that no minute, wherever it begins, sees more of them arrive than the limit. How the
// service counts, in fixed minutes or in sliding ones, then does not matter.
//
// A request arrives at some time between its start and its answer. So it counts from its start until a minute after its
// answer, and the next one may go when fewer than the limit count. In the long run that is as many as the limit.
//
// By that alone, the limit would go at once and nothing for the rest of the minute. So a fifth of the limit may go at
// once, and the rest goes in even steps: next is when the step after the last request is over, if there was no burst.
type limiter struct {
	mu        sync.Mutex
	perMinute int
	interval  time.Duration // a step
	depth     time.Duration // how far a burst may run ahead of the steps
	next      time.Time
	inFlight  int
	answered  []time.Time   // when requests were answered, no longer than a minute ago
	queue     []*queueEntry // who waits, in order
}

type queueEntry struct{ changed chan struct{} }

// limitTo lowers the limit; clients that disagree about a key share the lowest.
func (l *limiter) limitTo(perMinute int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perMinute != 0 && l.perMinute <= perMinute {
		return
	}
	l.perMinute = perMinute
	l.interval = time.Minute / time.Duration(perMinute)
	l.depth = time.Duration(max(1, perMinute/5)-1) * l.interval
}

// spacing is the time that one request takes up in the long run.
func (l *limiter) spacing() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.interval
}

// wait returns when the caller may send one request, after which it must call done. Without an error it must.
func (l *limiter) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	me := &queueEntry{changed: make(chan struct{}, 1)}
	l.mu.Lock()
	l.queue = append(l.queue, me)
	l.mu.Unlock()
	defer l.leave(me)
	for {
		delay, mayGo := l.tryToGo(me)
		if mayGo {
			return nil
		}
		var timer <-chan time.Time
		if delay > 0 {
			timer = time.After(delay)
		}
		select {
		case <-timer:
		case <-me.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryToGo takes a place if the caller's turn has come. Otherwise it says how long to wait before the next try; zero
// means until something changes.
func (l *limiter) tryToGo(me *queueEntry) (delay time.Duration, mayGo bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queue[0] != me {
		return 0, false
	}
	now := time.Now()
	for len(l.answered) > 0 && now.Sub(l.answered[0]) >= countedFor {
		l.answered = l.answered[1:]
	}
	delay = l.next.Add(-l.depth).Sub(now)
	if l.inFlight+len(l.answered) >= l.perMinute {
		if len(l.answered) == 0 {
			return 0, false // done will tell
		}
		delay = max(delay, l.answered[0].Add(countedFor).Sub(now))
	}
	if delay > 0 {
		return delay, false
	}
	if l.next.Before(now) {
		l.next = now
	}
	l.next = l.next.Add(l.interval)
	l.inFlight++
	return 0, true
}

// leave takes the caller out of the queue.
func (l *limiter) leave(me *queueEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, entry := range l.queue {
		if entry == me {
			l.queue = append(l.queue[:i:i], l.queue[i+1:]...)
			break
		}
	}
	l.wakeFirst()
}

// done says that a request that went was answered, or never will be.
func (l *limiter) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.answered = append(l.answered, time.Now())
	l.wakeFirst()
}

// wakeFirst lets whoever is first look again. The lock is held.
func (l *limiter) wakeFirst() {
	if len(l.queue) == 0 {
		return
	}
	select {
	case l.queue[0].changed <- struct{}{}:
	default: // it will look anyway
	}
}

// pause lets no request go for a while, and none but one by one after that: the service says that its count is
// exhausted, whatever ours is.
func (l *limiter) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if full := time.Now().Add(d + l.depth); l.next.Before(full) {
		l.next = full
	}
}
