package sandbox

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// limiter counts the requests of each key in the minute before, wherever that begins. A client below that limit is also
// below one that counts fixed minutes.
type limiter struct {
	limit int // per minute; zero or less means no limit
	clock func() time.Time

	mu   sync.Mutex
	sent map[string][]time.Time // of the last minute, by key
}

// verdict is the answer to a request about its key's limit.
type verdict struct {
	limited   bool // whether there is a limit at all
	allowed   bool
	limit     int
	remaining int
	reset     time.Duration // until one more is allowed than now
}

func newLimiter(limit int, clock func() time.Time) *limiter {
	return &limiter{limit: limit, clock: clock, sent: map[string][]time.Time{}}
}

// take counts a request, and the challenge that it is signed with.
func (l *limiter) take(key string, before int) verdict {
	if l.limit <= 0 {
		return verdict{allowed: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	sent := slices.DeleteFunc(l.sent[key], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	v := verdict{limited: true, limit: l.limit}
	for range before + 1 {
		if v.allowed = len(sent) < l.limit; v.allowed {
			sent = append(sent, now)
		}
	}
	l.sent[key] = sent
	v.remaining = l.limit - len(sent)
	v.reset = time.Minute - now.Sub(sent[0])
	return v
}

// headers reports a client's limit. The two services spell the names
// differently: suffix is "-Minute" for TiDB Cloud.
//
// Only Confluent Cloud sends Retry-After.
func (v verdict) headers(prefix, suffix string) http.Header {
	header := http.Header{}
	if !v.limited {
		return header
	}
	seconds := strconv.Itoa(int(math.Ceil(v.reset.Seconds())))
	header.Set(prefix+"-Limit"+suffix, strconv.Itoa(v.limit))
	header.Set(prefix+"-Remaining"+suffix, strconv.Itoa(v.remaining))
	header.Set(prefix+"-Reset", seconds)
	if !v.allowed && suffix == "" {
		header.Set("Retry-After", seconds)
	}
	return header
}
