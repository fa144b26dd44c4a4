package tidbapi

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
)

const (
	canaryPrivateKey = "canary-private-8d1f"
	canaryPublicKey  = "canary-public-"
)

var keySerial atomic.Int64

// newKey returns a public key of its own for each client under test, since clients of one key share a limiter.
func newKey() string { return fmt.Sprintf("%s%d", canaryPublicKey, keySerial.Add(1)) }

// seen is a request as the fake service got it, challenged ones included.
type seen struct {
	method, uri, body string
	header            http.Header
	challenged        bool
}

// fakeService verifies digest signatures with an implementation of its own, and passes valid requests to handle.
type fakeService struct {
	publicKey string
	algorithm string // MD5 or SHA-256; empty leaves it out of the challenge
	qop       string // auth, auth-int, or empty for none
	// nonceUses is how many requests a nonce is good for; zero means any number.
	nonceUses int
	noStale   bool // it does not mark the challenge after a nonce that is used up
	handle    http.HandlerFunc

	mu       sync.Mutex
	requests []seen
	nonces   map[string]map[string]bool // nonce -> the counts used with it
	issued   int
}

func newFake(handle http.HandlerFunc) *fakeService {
	return &fakeService{
		publicKey: newKey(), algorithm: "MD5", qop: "auth", handle: handle, nonces: map[string]map[string]bool{},
	}
}

// always answers with the same status and body.
func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }
}

var reply, replyJSON, replyError = testkit.Reply, testkit.ReplyJSON, testkit.ReplyError

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	ok, stale := f.authorized(r, body)
	f.record(seen{r.Method, r.RequestURI, string(body), r.Header.Clone(), !ok})
	if !ok {
		w.Header().Set("WWW-Authenticate", f.newChallenge(stale))
		replyError(w, http.StatusUnauthorized, 16, "unauthenticated")
		return
	}
	f.handle(w, r)
}

func (f *fakeService) record(s seen) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, s)
}

func (f *fakeService) newChallenge(stale bool) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.issued++
	nonce := fmt.Sprintf("nonce-%d", f.issued)
	f.nonces[nonce] = map[string]bool{}
	challenge := fmt.Sprintf(`Digest realm="tidb.cloud", nonce="%s", opaque="o"`, nonce)
	if f.qop != "" {
		challenge += fmt.Sprintf(`, qop="%s"`, f.qop)
	}
	if f.algorithm != "" {
		challenge += ", algorithm=" + f.algorithm
	}
	if stale && !f.noStale {
		challenge += ", stale=true"
	}
	return challenge
}

var parameter = regexp.MustCompile(`(\w+)=("([^"]*)"|[^,]*)`)

// authorized verifies the signature; stale means that only the nonce is wrong.
func (f *fakeService) authorized(r *http.Request, body []byte) (ok, stale bool) {
	rest, found := strings.CutPrefix(r.Header.Get("Authorization"), "Digest ")
	if !found {
		return false, false
	}
	p := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(rest, -1) {
		p[m[1]] = strings.Trim(m[2], `"`)
	}
	if p["uri"] != r.RequestURI || p["username"] != f.publicKey || p["response"] != f.expected(r.Method, body, p) {
		return false, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	used, known := f.nonces[p["nonce"]]
	if !known || used[p["nc"]] && f.qop != "" || f.nonceUses > 0 && len(used) >= f.nonceUses {
		return false, true
	}
	used[p["nc"]] = true
	return true, false
}

func (f *fakeService) expected(method string, body []byte, p map[string]string) string {
	sum := func(s string) string {
		if f.algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(s)))
	}
	a1 := sum(f.publicKey + ":tidb.cloud:" + canaryPrivateKey)
	switch f.qop {
	case "":
		return sum(a1 + ":" + p["nonce"] + ":" + sum(method+":"+p["uri"]))
	case "auth-int":
		a2 := sum(method + ":" + p["uri"] + ":" + sum(string(body)))
		return sum(strings.Join([]string{a1, p["nonce"], p["nc"], p["cnonce"], "auth-int", a2}, ":"))
	}
	return sum(strings.Join([]string{a1, p["nonce"], p["nc"], p["cnonce"], "auth", sum(method + ":" + p["uri"])}, ":"))
}

// expireNonces lets all nonces go stale.
func (f *fakeService) expireNonces() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.nonces)
}

// all returns the requests so far.
func (f *fakeService) all() []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]seen(nil), f.requests...)
}

// calls returns them as "METHOD uri", without those that were only challenged.
func (f *fakeService) calls() []string {
	var out []string
	for _, s := range f.all() {
		if !s.challenged {
			out = append(out, s.method+" "+s.uri)
		}
	}
	return out
}

func (f *fakeService) count() int { return len(f.all()) }

// options are those of a client of the fake, with a high limit and without real pauses.
func (f *fakeService) options(endpoint string) Options {
	return Options{
		PublicKey: f.publicKey, PrivateKey: canaryPrivateKey, Endpoint: endpoint, RequestsPerMinute: 60_000_000,
		Backoff: Backoff{Initial: 1, Max: 1},
	}
}

// start serves the fake on a loopback port and returns a client of it.
func (f *fakeService) start(tb testing.TB) *Client {
	tb.Helper()
	return newClient(tb, f.options(newHTTPServer(tb, f)))
}

// newHTTPServer serves a handler on a loopback port and returns its address.
func newHTTPServer(tb testing.TB, handler http.Handler) string {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server.URL
}

func newClient(tb testing.TB, opts Options) *Client {
	tb.Helper()
	c, err := New(opts)
	require.NoError(tb, err)
	return c
}

// memory serves the fake without a network, as tests with virtual time need it.
type memory struct {
	service http.Handler
	// fail, when it returns an error, breaks the connection: before the service sees the request, or after it answered.
	before, after func(*http.Request) error
}

func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if m.before != nil {
		if err := m.before(r); err != nil {
			return nil, err
		}
	}
	arrived := httptest.NewRequest(r.Method, r.URL.String(), r.Body).WithContext(r.Context())
	arrived.Header = r.Header.Clone()
	arrived.RequestURI = r.URL.RequestURI()
	recorder := httptest.NewRecorder()
	m.service.ServeHTTP(recorder, arrived)
	if m.after != nil {
		if err := m.after(r); err != nil {
			return nil, err
		}
	}
	res := recorder.Result()
	res.Request = r
	return res, nil
}

// inMemory returns a client with the real pauses, for tests with virtual time, and its transport.
func (f *fakeService) inMemory(tb testing.TB, change ...func(*Options)) (*Client, *memory) {
	tb.Helper()
	m := &memory{service: f}
	opts := f.options("http://127.0.0.1:1")
	opts.Transport, opts.Backoff = m, Backoff{}
	for _, c := range change {
		c(&opts)
	}
	return newClient(tb, opts), m
}
