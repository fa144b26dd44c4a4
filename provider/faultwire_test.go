package provider_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// wire carries requests, and breaks them in ways that no server can.
type wire struct {
	mu      sync.Mutex
	failing func(*http.Request, []byte) (*http.Response, error, bool)
	// expiring are the requests that end when expire is called; the last of them is in flight.
	expiring func(sandbox.Call) bool
	underWay *patience

	// The sabotages of a client: it repeats every creation, follows every redirect, or sees every list as empty.
	blind, following, hidden bool
	// fromNow starts each changefeed at its creation, whatever start position it has.
	fromNow bool
}

// patience is the context of a request that times out when the test decides. On a busy machine, a real timeout would
// also end good requests.
type patience struct {
	context.Context
	up   chan struct{}
	once sync.Once
}

// Done is closed when the time is up.
func (p *patience) Done() <-chan struct{} { return p.up }

// Err means that the time is up, or that the request was canceled.
func (p *patience) Err() error {
	select {
	case <-p.up:
		if err := p.Context.Err(); err != nil {
			return err
		}
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func (p *patience) end() { p.once.Do(func() { close(p.up) }) }

// expire times out the request in flight.
func (w *wire) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.underWay != nil {
		time.AfterFunc(10*time.Millisecond, w.underWay.end)
	}
}

// timed is the request, with a timeout that a test controls.
func (w *wire) timed(r *http.Request, body []byte) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expiring == nil || !w.expiring(sandbox.Call{Method: r.Method, Path: r.URL.Path, RequestBody: body}) {
		return r
	}
	w.underWay = &patience{Context: r.Context(), up: make(chan struct{})}
	context.AfterFunc(r.Context(), w.underWay.end)
	return r.WithContext(w.underWay)
}

// RoundTrip sends a request, or makes it fail.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	hook := w.failing
	w.mu.Unlock()
	if r.Header.Get("Authorization") == "" {
		return plainTransport.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if w.fromNow && r.Method == http.MethodPost && bytes.Contains(body, []byte("startPosition")) {
		body = regexp.MustCompile(`"startPosition":\{[^}]*\}`).ReplaceAll(body,
			[]byte(`"startPosition":{"mode":"FROM_NOW"}`))
		r.ContentLength = int64(len(body))
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if hook != nil {
		if resp, err, hit := hook(r, body); hit {
			return resp, err
		}
	}
	return w.spoil(r, func() (*http.Response, error) {
		timed := w.timed(r, body)
		again := timed.Clone(timed.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return plainTransport.RoundTrip(again)
	})
}

// plainTransport is shared by all stacks; it trusts the machine's authorities.
var plainTransport = &http.Transport{MaxIdleConnsPerHost: 4}

func (w *wire) calm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failing, w.expiring, w.underWay = nil, nil, nil
}

// inject diverts the calls of an operation.
func (w *wire) inject(s *stack, op operation, way func(*stack) string, times int, hits *atomic.Int64) {
	s.t.Helper()
	target, err := url.Parse(way(s))
	require.NoError(s.t, err)
	left, skip := times, op.skip
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failing = func(r *http.Request, body []byte) (*http.Response, error, bool) {
		if !op.hit(sandbox.Call{Method: r.Method, Path: r.URL.Path, RequestBody: body}) {
			return nil, nil, false
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if skip > 0 || left == 0 {
			skip--
			return nil, nil, false
		}
		left--
		hits.Add(1)
		elsewhere := r.Clone(r.Context())
		elsewhere.URL.Scheme, elsewhere.URL.Host, elsewhere.Host = target.Scheme, target.Host, ""
		resp, err := plainTransport.RoundTrip(elsewhere)
		return resp, err, true
	}
}

// untrusted is where the service has a certificate that is not trusted.
func untrusted(s *stack) string { return s.box.TiDBCloudTLSURL() }

// closing is where every connection is closed at once.
func closing(s *stack) string { return "https://" + listen(s, func(c net.Conn) { _ = c.Close() }) }

// refusing is where nothing listens. A port that was free a moment ago may belong to another test by now.
func refusing(*stack) string { return "http://127.0.0.1:1" }

// listen hands the connections to an address to a function, and returns the address.
func listen(s *stack, take func(net.Conn)) string {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			take(c)
		}
	}()
	return listener.Addr().String()
}
