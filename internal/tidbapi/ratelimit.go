package tidbapi

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiters are the rate limiters of the process. All clients of one API key have the same, since the service counts by
// key.
var limiters sync.Map

type limiterKey struct{ endpoint, publicKey string }

func sharedLimiter(endpoint, publicKey string, perMinute int) *limiter {
	shared, _ := limiters.LoadOrStore(limiterKey{endpoint, publicKey}, &limiter{})
	l := shared.(*limiter) //nolint:forcetypeassert // nothing else is stored
	l.limitTo(perMinute)
	return l
}

const (
	// countedFor is how long a request counts: a minute, and a second for requests that take different times to arrive.
	// Each second slows a long run by a sixtieth. A request that is refused nevertheless is repeated.
	countedFor = time.Minute + time.Second

	// burstPart is the part of the limit that may go at once.
	burstPart = 10
)

// limiter spaces requests so that no minute sees more of them than the limit, wherever the minute begins. So the limit
// holds whether the service counts in fixed minutes or in sliding ones.
type limiter struct {
	bucket *rate.Limiter

	mu          sync.Mutex
	perMinute   int
	pausedUntil time.Time
	emptyFirst  bool // of the bucket, when the pause is over
}

// limitTo lowers the limit; clients that disagree about a key share the lowest.
//
// A bucket of b tokens that gains one in each interval lets at most b + countedFor/interval - 1 requests go in the time
// for which a request counts. The interval is such that this is the limit.
func (l *limiter) limitTo(perMinute int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perMinute != 0 && l.perMinute <= perMinute {
		return
	}
	burst := max(1, perMinute/burstPart)
	l.perMinute = perMinute
	steady := rate.Every(countedFor / time.Duration(perMinute-burst+1))
	if l.bucket == nil {
		l.bucket = rate.NewLimiter(steady, burst)
		return
	}
	l.bucket.SetLimit(steady)
	l.bucket.SetBurst(burst)
}

// Spacing returns the time between two requests of the client's API key in the long run.
func (c *Client) Spacing() time.Duration { return c.limiter.spacing() }

func (l *limiter) spacing() time.Duration {
	return time.Duration(float64(time.Second) / float64(l.bucket.Limit()))
}

// wait returns when the caller may send one request.
func (l *limiter) wait(ctx context.Context) error {
	for {
		if err := l.outlastPause(ctx); err != nil {
			return err
		}
		place := l.bucket.Reserve()
		if err := sleep(ctx, place.Delay()); err != nil {
			place.Cancel()
			return err
		}
		if l.pauseLeft() <= 0 {
			return nil
		}
		// A pause began meanwhile. After it, all places that were reserved before would be due at once.
	}
}

// outlastPause waits until no pause is under way. A burst must not follow a pause, so the first caller empties the
// bucket.
func (l *limiter) outlastPause(ctx context.Context) error {
	for pause := l.pauseLeft(); pause > 0; pause = l.pauseLeft() {
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if spare := int(l.bucket.Tokens()); l.emptyFirst && spare > 0 {
		l.bucket.ReserveN(time.Now(), spare)
	}
	l.emptyFirst = false
	return ctx.Err()
}

func (l *limiter) pauseLeft() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.pausedUntil)
}

// pause holds all requests for a while: the service reports that the limit is used up, whatever our count.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); d > 0 && until.After(l.pausedUntil) {
		l.pausedUntil, l.emptyFirst = until, true
	}
}
