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

// limiter is a token bucket in the form of a schedule: next is when the bucket would be full again, and a request may
// go when that is no more than the bucket's depth away.
//
// A fifth of the limit may go at once; the rest is spread over the minute. Refilling at the full rate on top of that
// would allow burst+limit requests in the first minute, so the bucket refills slower by the burst: no minute, wherever
// it begins, sees more requests than the limit.
type limiter struct {
	mu        sync.Mutex
	perMinute int
	interval  time.Duration // between two requests in the long run
	depth     time.Duration // of the bucket: how far requests may run ahead of the schedule
	next      time.Time
	pauses    int // how often the service interrupted the schedule
}

// limitTo lowers the limit; clients that disagree about a key share the lowest.
func (l *limiter) limitTo(perMinute int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perMinute != 0 && l.perMinute <= perMinute {
		return
	}
	burst := max(1, perMinute/5)
	l.perMinute = perMinute
	l.interval = time.Minute / time.Duration(max(1, perMinute-burst))
	l.depth = time.Duration(burst-1) * l.interval
}

// wait returns when the caller may send one request.
func (l *limiter) wait(ctx context.Context) error {
	for {
		at, pauses := l.reserve()
		if err := sleep(ctx, time.Until(at)); err != nil {
			l.giveBack(pauses)
			return err
		}
		if l.stillValid(pauses) {
			return nil
		}
	}
}

// reserve takes the next place in the schedule.
func (l *limiter) reserve() (at time.Time, pauses int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.next.Before(now) {
		l.next = now
	}
	at = l.next.Add(-l.depth)
	l.next = l.next.Add(l.interval)
	return at, l.pauses
}

// giveBack returns a place that is not used.
func (l *limiter) giveBack(pauses int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pauses == pauses {
		l.next = l.next.Add(-l.interval)
	}
}

// stillValid tells whether the schedule that a place was taken from still holds.
func (l *limiter) stillValid(pauses int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pauses == pauses
}

// pause lets no request go for a while, and none but one by one after that: the service says that its count is
// exhausted, whatever ours is. Who waits already gets a new place.
func (l *limiter) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	until := time.Now().Add(d).Add(l.depth)
	if l.next.Before(until) {
		l.next = until
		l.pauses++
	}
}
