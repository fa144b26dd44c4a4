package sandbox

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter counts the requests of each key in windows of one minute, which
// begin with the key's first request.
type limiter struct {
	limit int // per minute; zero or less means no limit
	clock func() time.Time

	mu      sync.Mutex
	windows map[string]*window
}

type window struct {
	start time.Time
	used  int
}

// verdict is the answer to a request about its key's limit.
type verdict struct {
	limited   bool // whether there is a limit at all
	allowed   bool
	limit     int
	remaining int
	reset     time.Duration // until the window ends
}

func newLimiter(limit int, clock func() time.Time) *limiter {
	return &limiter{limit: limit, clock: clock, windows: map[string]*window{}}
}

func (l *limiter) take(key string) verdict {
	if l.limit <= 0 {
		return verdict{allowed: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	w := l.windows[key]
	if w == nil || now.Sub(w.start) >= time.Minute {
		w = &window{start: now}
		l.windows[key] = w
	}
	v := verdict{limited: true, limit: l.limit, reset: time.Minute - now.Sub(w.start)}
	if w.used < l.limit {
		w.used++
		v.allowed = true
	}
	v.remaining = l.limit - w.used
	return v
}

// headers reports a client's limit. The two services spell the names
// differently: suffix is "-Minute" for TiDB Cloud.
func (v verdict) headers(prefix, suffix string) http.Header {
	header := http.Header{}
	if !v.limited {
		return header
	}
	seconds := strconv.Itoa(int(math.Ceil(v.reset.Seconds())))
	header.Set(prefix+"-Limit"+suffix, strconv.Itoa(v.limit))
	header.Set(prefix+"-Remaining"+suffix, strconv.Itoa(v.remaining))
	header.Set(prefix+"-Reset", seconds)
	if !v.allowed {
		header.Set("Retry-After", seconds)
	}
	return header
}
