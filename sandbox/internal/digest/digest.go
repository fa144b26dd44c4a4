// Package digest verifies HTTP digest authentication (RFC 7616, and the older
// form of RFC 2069 without qop) on the side of the server.
package digest

import (
	"crypto/md5" //nolint:gosec // HTTP digest authentication prescribes it.
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options configures a [Verifier]. The zero value asks for MD5 with qop=auth.
type Options struct {
	// Realm is shown to the client. Empty means "api".
	Realm string
	// Algorithm is "MD5" (the default) or "SHA-256".
	Algorithm string
	// QOP is "auth" (the default) or "none".
	QOP string
	// NonceLifetime is how long a nonce is good for. Zero means five minutes.
	NonceLifetime time.Duration
	// Clock tells the time. Nil means [time.Now].
	Clock func() time.Time
	// Once lets a nonce sign one request, and does not say then that it is stale.
	Once bool
	// Spell changes how a challenge is written. Nil leaves it as it is.
	Spell func(challenge string) string
	// Password looks up a user.
	Password func(user string) (password string, ok bool)
}

// Verifier checks the Authorization header of requests against the nonces it
// gave out. It may be used from any goroutine.
type Verifier struct {
	opts    Options
	newHash func() hash.Hash

	mu     sync.Mutex
	nonces map[string]*nonce
}

// nonce is what a client signs with. Each nonce count may be used once, in any
// order: concurrent requests overtake each other.
type nonce struct {
	issued time.Time
	used   map[uint64]struct{}
}

// Refusal says why a request was not let in.
type Refusal struct {
	// Reason is for the error message; it contains nothing of what was sent.
	Reason string
	// Stale means that the credentials may be right, only the nonce is not.
	Stale bool
}

// New makes a verifier.
func New(opts Options) (*Verifier, error) {
	v := &Verifier{opts: opts, nonces: map[string]*nonce{}}
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
	default:
		return nil, fmt.Errorf("unknown digest algorithm %q: use MD5 or SHA-256", opts.Algorithm)
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

// Challenge makes the value of a WWW-Authenticate header, with a fresh nonce.
func (v *Verifier) Challenge(stale bool) string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	value := hex.EncodeToString(random[:])
	v.remember(value)
	challenge := fmt.Sprintf(`Digest realm=%q, nonce=%q`, v.opts.Realm, value)
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

// Verify returns the user a request was made by, or why it is refused.
func (v *Verifier) Verify(r *http.Request) (user string, refused *Refusal) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", &Refusal{Reason: "credentials are missing"}
	}
	fields, ok := parse(header)
	if !ok {
		return "", &Refusal{Reason: "the Authorization header is not a digest"}
	}
	if reason := v.checkForm(r, fields); reason != "" {
		return "", &Refusal{Reason: reason}
	}
	if !v.issued(fields["nonce"]) {
		return "", &Refusal{Reason: "the nonce is unknown or too old", Stale: true}
	}
	password, known := v.opts.Password(fields["username"])
	want := v.response(r.Method, fields, password)
	same := subtle.ConstantTimeCompare([]byte(want), []byte(fields["response"])) == 1
	if !known || !same {
		return "", &Refusal{Reason: "the key is unknown or its secret is wrong"}
	}
	// Only after the signature: nobody else may use up a client's counts.
	if !v.spend(fields) {
		return "", &Refusal{Reason: "the nonce count was used before", Stale: true}
	}
	return fields["username"], nil
}

// checkForm looks at everything but the nonce and the signature.
func (v *Verifier) checkForm(r *http.Request, fields map[string]string) string {
	algorithm := fields["algorithm"]
	if algorithm == "" {
		algorithm = "MD5"
	}
	switch {
	case fields["uri"] != r.RequestURI:
		return "the digest is for another uri"
	case fields["realm"] != v.opts.Realm:
		return "the digest is for another realm"
	case !strings.EqualFold(algorithm, v.opts.Algorithm):
		return "the digest uses another algorithm than " + v.opts.Algorithm
	case v.opts.QOP == "none" && fields["qop"] != "":
		return "the digest has a qop nobody asked for"
	case v.opts.QOP == "auth" && fields["qop"] != "auth":
		return "the digest does not have qop=auth"
	case v.opts.QOP == "auth" && fields["cnonce"] == "":
		return "the digest has no cnonce"
	}
	if _, ok := count(fields["nc"]); v.opts.QOP == "auth" && !ok {
		return "the nonce count is not eight hex digits"
	}
	return ""
}

func (v *Verifier) response(method string, fields map[string]string, password string) string {
	ha1 := v.hash(fields["username"], v.opts.Realm, password)
	ha2 := v.hash(method, fields["uri"])
	if v.opts.QOP == "none" {
		return v.hash(ha1, fields["nonce"], ha2)
	}
	return v.hash(ha1, fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"], ha2)
}

func (v *Verifier) hash(parts ...string) string {
	h := v.newHash()
	_, _ = h.Write([]byte(strings.Join(parts, ":"))) // never fails
	return hex.EncodeToString(h.Sum(nil))
}

// remember notes a nonce and forgets those that are too old.
func (v *Verifier) remember(value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.opts.Clock()
	for old, n := range v.nonces {
		if now.Sub(n.issued) > v.opts.NonceLifetime {
			delete(v.nonces, old)
		}
	}
	v.nonces[value] = &nonce{issued: now, used: map[uint64]struct{}{}}
}

func (v *Verifier) issued(value string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	n, ok := v.nonces[value]
	return ok && v.opts.Clock().Sub(n.issued) <= v.opts.NonceLifetime
}

// spend marks the nonce count as used and reports whether it was not before.
func (v *Verifier) spend(fields map[string]string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.opts.Once {
		_, known := v.nonces[fields["nonce"]]
		delete(v.nonces, fields["nonce"])
		return known
	}
	if v.opts.QOP == "none" {
		return true // that form has no counts
	}
	n, known := v.nonces[fields["nonce"]]
	nc, ok := count(fields["nc"])
	if !known || !ok {
		return false
	}
	if _, used := n.used[nc]; used {
		return false
	}
	n.used[nc] = struct{}{}
	return true
}

func count(nc string) (uint64, bool) {
	value, err := strconv.ParseUint(nc, 16, 32)
	return value, err == nil && len(nc) == 8
}

// parse reads the fields of a digest Authorization header.
func parse(header string) (map[string]string, bool) {
	rest, ok := strings.CutPrefix(header, "Digest ")
	if !ok {
		return nil, false
	}
	fields := map[string]string{}
	for rest = strings.TrimSpace(rest); rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			return nil, false
		}
		value, remainder, ok := cutValue(after)
		if !ok {
			return nil, false
		}
		fields[strings.ToLower(strings.TrimSpace(name))] = value
		rest = strings.TrimSpace(remainder)
	}
	return fields, true
}

// cutValue takes a plain or quoted value and the comma behind it.
func cutValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(value), rest, true
	}
	var unquoted strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
			if i < len(text) {
				unquoted.WriteByte(text[i])
			}
		case '"':
			rest = strings.TrimSpace(text[i+1:])
			if rest != "" && rest[0] != ',' {
				return "", "", false
			}
			return unquoted.String(), strings.TrimPrefix(rest, ","), true
		default:
			unquoted.WriteByte(text[i])
		}
	}
	return "", "", false
}
