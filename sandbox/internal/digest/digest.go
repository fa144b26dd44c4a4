// Package digest verifies HTTP digest authentication (RFC 7616, and the older form of RFC 2069 without qop) in a
// server.
package digest

import (
	"cmp"
	"crypto/md5" //nolint:gosec // HTTP digest authentication prescribes it.
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/icholy/digest"
)

// Options configures a [Verifier]. The zero value asks for MD5 with qop=auth.
type Options struct {
	// Realm is shown to the client. Empty means "api".
	Realm string
	// Algorithm is "MD5" (the default), "SHA-256", "SHA-512" or "SHA-512-256".
	Algorithm string
	// QOP is "auth" (the default) or "none".
	QOP string
	// NonceLifetime is how long a nonce is good for. Zero means five minutes.
	NonceLifetime time.Duration
	// Clock returns the time. Nil means [time.Now].
	Clock func() time.Time
	// Once lets a nonce sign one request, and does not report it as stale then.
	Once bool
	// Spell changes how a challenge is written. Nil leaves it as it is.
	Spell func(challenge string) string
	// Password looks up a user.
	Password func(user string) (password string, ok bool)
}

// Verifier checks the Authorization header of requests against the nonces it issued. It may be used from any goroutine.
type Verifier struct {
	opts    Options
	newHash func() hash.Hash
	opaque  string // which clients return as it is

	mu     sync.Mutex
	nonces map[string]*nonce
}

// User is the user that signed a request.
type User struct {
	Name string
	// First reports whether the nonce signed no request before.
	First bool
}

// nonce is what a client signs with. Each nonce count may be used once, in any order: parallel requests overtake each
// other.
type nonce struct {
	issued time.Time
	signed bool
	used   map[int]struct{}
}

// Refusal is why a request was rejected.
type Refusal struct {
	// Reason is for the error message; it contains nothing of the request.
	Reason string
	// Stale means that the credentials may be right, only the nonce is not.
	Stale bool
}

// New creates a verifier.
func New(opts Options) (*Verifier, error) {
	v := &Verifier{opts: opts, opaque: randomText(), nonces: map[string]*nonce{}}
	if opts.Realm == "" {
		v.opts.Realm = "api"
	}
	if opts.NonceLifetime == 0 {
		v.opts.NonceLifetime = 5 * time.Minute
	}
	if opts.Clock == nil {
		v.opts.Clock = time.Now
	}
	switch opts.Algorithm {
	case "", "MD5":
		v.opts.Algorithm, v.newHash = "MD5", md5.New
	case "SHA-256":
		v.newHash = sha256.New
	case "SHA-512":
		v.newHash = sha512.New
	case "SHA-512-256":
		v.newHash = sha512.New512_256
	default:
		return nil, fmt.Errorf("unknown digest algorithm %q: use MD5, SHA-256, SHA-512 or SHA-512-256",
			opts.Algorithm)
	}
	switch opts.QOP {
	case "":
		v.opts.QOP = "auth"
	case "auth", "none":
	default:
		return nil, fmt.Errorf("unknown digest qop %q: use auth or none", opts.QOP)
	}
	return v, nil
}

// Challenge returns the value of a WWW-Authenticate header, with a fresh nonce.
func (v *Verifier) Challenge(stale bool) string {
	value := randomText()
	v.remember(value)
	challenge := fmt.Sprintf(`Digest realm=%q, nonce=%q, opaque=%q`, v.opts.Realm, value, v.opaque)
	if v.opts.QOP != "none" {
		challenge += fmt.Sprintf(`, qop=%q`, v.opts.QOP)
	}
	challenge += ", algorithm=" + v.opts.Algorithm
	if stale && !v.opts.Once {
		challenge += ", stale=true"
	}
	if v.opts.Spell != nil {
		challenge = v.opts.Spell(challenge)
	}
	return challenge
}

func randomText() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// Verify returns the user that sent a request, or why it is rejected.
func (v *Verifier) Verify(r *http.Request) (user User, refused *Refusal) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return user, &Refusal{Reason: "credentials are missing"}
	}
	sent, err := digest.ParseCredentials(header)
	if err != nil {
		return user, &Refusal{Reason: "the Authorization header is not a digest"}
	}
	if reason := v.checkForm(r, header, sent); reason != "" {
		return user, &Refusal{Reason: reason}
	}
	if !v.issued(sent.Nonce) {
		return user, &Refusal{Reason: "the nonce is unknown or too old", Stale: true}
	}
	password, known := v.opts.Password(sent.Username)
	want := v.response(r.Method, sent, password)
	same := subtle.ConstantTimeCompare([]byte(want), []byte(sent.Response)) == 1
	if !known || !same {
		return user, &Refusal{Reason: "the key is unknown or its secret is wrong"}
	}
	// Only after the signature: no other client may use up the counts.
	first, spent := v.spend(sent)
	if !spent {
		return user, &Refusal{Reason: "the nonce count was used before", Stale: true}
	}
	return User{sent.Username, first}, nil
}

// eightDigits is a nonce count as RFC 7616 has it. The parser accepts shorter ones.
var eightDigits = regexp.MustCompile(`[ ,]nc="?[0-9a-fA-F]{8}"?(,|$)`)

// checkForm checks everything but the nonce and the signature.
func (v *Verifier) checkForm(r *http.Request, header string, sent *digest.Credentials) string {
	switch {
	case sent.URI != r.RequestURI:
		return "the digest is for another uri"
	case sent.Realm != v.opts.Realm:
		return "the digest is for another realm"
	case sent.Opaque != v.opaque:
		return "the digest does not have the opaque of its challenge"
	case !strings.EqualFold(cmp.Or(sent.Algorithm, "MD5"), v.opts.Algorithm):
		return "the digest uses another algorithm than " + v.opts.Algorithm
	case v.opts.QOP == "none" && sent.QOP != "":
		return "the digest has a qop that was not asked for"
	case v.opts.QOP == "auth" && sent.QOP != "auth":
		return "the digest does not have qop=auth"
	case v.opts.QOP == "auth" && sent.Cnonce == "":
		return "the digest has no cnonce"
	case v.opts.QOP == "auth" && !eightDigits.MatchString(header):
		return "the nonce count is not eight hex digits"
	}
	return ""
}

func (v *Verifier) response(method string, sent *digest.Credentials, password string) string {
	ha1 := v.hash(sent.Username, v.opts.Realm, password)
	ha2 := v.hash(method, sent.URI)
	if v.opts.QOP == "none" {
		return v.hash(ha1, sent.Nonce, ha2)
	}
	return v.hash(ha1, sent.Nonce, fmt.Sprintf("%08x", sent.Nc), sent.Cnonce, sent.QOP, ha2)
}

func (v *Verifier) hash(parts ...string) string {
	h := v.newHash()
	_, _ = h.Write([]byte(strings.Join(parts, ":"))) // never fails
	return hex.EncodeToString(h.Sum(nil))
}

// remember stores a nonce and drops those that are too old.
func (v *Verifier) remember(value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.opts.Clock()
	for old, n := range v.nonces {
		if now.Sub(n.issued) > v.opts.NonceLifetime {
			delete(v.nonces, old)
		}
	}
	v.nonces[value] = &nonce{issued: now, used: map[int]struct{}{}}
}

func (v *Verifier) issued(value string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	n, ok := v.nonces[value]
	return ok && v.opts.Clock().Sub(n.issued) <= v.opts.NonceLifetime
}

// spend marks the nonce count as used and reports whether it was not before, and whether it is the nonce's first.
func (v *Verifier) spend(sent *digest.Credentials) (first, spent bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	n, known := v.nonces[sent.Nonce]
	if !known {
		return false, false
	}
	first, n.signed = !n.signed, true
	if v.opts.Once {
		delete(v.nonces, sent.Nonce)
		return first, true
	}
	if v.opts.QOP == "none" {
		return first, true // that form has no counts
	}
	if _, used := n.used[sent.Nc]; used {
		return false, false
	}
	n.used[sent.Nc] = struct{}{}
	return first, true
}
