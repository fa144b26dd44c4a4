package digest_test

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/digest"
)

// signature is what a client puts in its Authorization header.
type signature map[string]string

var quotedFields = regexp.MustCompile(`(\w+)="?([^",]+)"?`)

// answerTo creates the fields of a challenge's answer, without the response.
func answerTo(challenge, uri string) signature {
	fields := signature{"username": "user", "uri": uri, "nc": "00000001", "cnonce": "client"}
	for _, match := range quotedFields.FindAllStringSubmatch(strings.TrimPrefix(challenge, "Digest "), -1) {
		fields[match[1]] = match[2]
	}
	delete(fields, "stale")
	return fields
}

func (s signature) sign(method, password string) signature {
	newHash := map[string]func() hash.Hash{
		"": md5.New, "MD5": md5.New, "SHA-256": sha256.New, "SHA-512": sha512.New,
		"SHA-512-256": sha512.New512_256,
	}[s["algorithm"]]
	digestOf := func(parts ...string) string {
		h := newHash()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	ha1, ha2 := digestOf(s["username"], s["realm"], password), digestOf(method, s["uri"])
	s["response"] = digestOf(ha1, s["nonce"], ha2)
	if s["qop"] != "" {
		s["response"] = digestOf(ha1, s["nonce"], s["nc"], s["cnonce"], s["qop"], ha2)
	}
	return s
}

func (s signature) with(field, value string) signature {
	changed := maps.Clone(s)
	changed[field] = value
	return changed
}

func (s signature) request(method, uri string) *http.Request {
	var fields []string
	for name, value := range s {
		fields = append(fields, fmt.Sprintf("%s=%q", name, value))
	}
	r := httptest.NewRequest(method, uri, nil)
	r.Header.Set("Authorization", "Digest "+strings.Join(fields, ", "))
	return r
}

func newVerifier(t *testing.T, opts digest.Options) *digest.Verifier {
	t.Helper()
	opts.Password = func(user string) (string, bool) { return "secret", user == "user" }
	v, err := digest.New(opts)
	require.NoError(t, err)
	return v
}

const uri = "/v1/things:verb?filter=a%3Db&size=1"

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, opts := range []digest.Options{
		{},
		{Algorithm: "SHA-256"},
		{Algorithm: "SHA-512"},
		{Algorithm: "SHA-512-256"},
		{QOP: "none"},
		{Algorithm: "SHA-256", QOP: "none", Realm: "elsewhere"},
	} {
		t.Run(opts.Algorithm+"/"+opts.QOP, func(t *testing.T) {
			t.Parallel()
			v := newVerifier(t, opts)
			user, refused := v.Verify(answerTo(v.Challenge(false), uri).sign("POST", "secret").request("POST", uri))
			require.Nil(t, refused)
			assert.Equal(t, digest.User{Name: "user", First: true}, user)
		})
	}
}

// The example of RFC 2617, section 3.5, whose answer is known: the signature
// here is not calculated by this test.
func TestChallengeIsVerifiedAsTheRFCDoes(t *testing.T) {
	t.Parallel()
	s := answerTo(`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth"`,
		"/dir/index.html")
	s["username"], s["cnonce"] = "Mufasa", "0a4f113b"
	assert.Equal(t, "6629fae49393a05397450978507c4ef1", s.sign("GET", "Circle Of Life")["response"])
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	v := newVerifier(t, digest.Options{})
	fresh := func() signature { return answerTo(v.Challenge(false), uri) }
	for name, test := range map[string]struct {
		request *http.Request
		reason  string
		stale   bool
	}{
		"nothing": {request: httptest.NewRequest(http.MethodGet, uri, nil), reason: "missing"},
		"wrong password": {
			request: fresh().sign("GET", "guess").request("GET", uri), reason: "secret is wrong",
		},
		"unknown user": {
			request: fresh().with("username", "unknown").sign("GET", "secret").request("GET", uri), reason: "unknown",
		},
		"unknown user with empty password": {
			request: fresh().with("username", "unknown").sign("GET", "").request("GET", uri), reason: "unknown",
		},
		"signed for another method": {
			request: fresh().sign("GET", "secret").request("DELETE", uri), reason: "secret is wrong",
		},
		"signed for another uri": {
			request: fresh().sign("GET", "secret").request("GET", "/v1/other"), reason: "another uri",
		},
		"unknown nonce": {
			request: fresh().with("nonce", "made-up").sign("GET", "secret").request("GET", uri),
			reason:  "nonce", stale: true,
		},
		"other realm": {
			request: fresh().with("realm", "x").sign("GET", "secret").request("GET", uri), reason: "realm",
		},
		"no qop": {
			request: fresh().with("qop", "").sign("GET", "secret").request("GET", uri), reason: "qop",
		},
		"short count": {
			request: fresh().with("nc", "1").sign("GET", "secret").request("GET", uri), reason: "eight",
		},
		"long count": {
			request: fresh().with("nc", "000000001").sign("GET", "secret").request("GET", uri), reason: "eight",
		},
		"no count": {
			request: fresh().with("nc", "").sign("GET", "secret").request("GET", uri), reason: "not a digest",
		},
		"a count in another field": {
			request: fresh().with("nc", "1").with("cnonce", "nc=00000001").sign("GET", "secret").request("GET", uri),
			reason:  "eight",
		},
		"no cnonce": {
			request: fresh().with("cnonce", "").sign("GET", "secret").request("GET", uri), reason: "cnonce",
		},
		"other algorithm": {
			request: fresh().with("algorithm", "SHA-256").sign("GET", "secret").request("GET", uri),
			reason:  "algorithm",
		},
		"another opaque": {
			request: fresh().with("opaque", "x").sign("GET", "secret").request("GET", uri),
			reason:  "opaque",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user, refused := v.Verify(test.request)
			require.NotNil(t, refused)
			assert.Empty(t, user)
			assert.Contains(t, refused.Reason, test.reason)
			assert.Equal(t, test.stale, refused.Stale)
		})
	}
}

func TestMalformedHeaders(t *testing.T) {
	t.Parallel()
	v := newVerifier(t, digest.Options{})
	for _, header := range []string{
		"Basic dTpw", "digest username=\"user\"", "Digest username", `Digest username="user`,
		`Digest username="user" realm="x"`, "Digest ", `Digest username="us\`,
	} {
		r := httptest.NewRequest(http.MethodGet, uri, nil)
		r.Header.Set("Authorization", header)
		_, refused := v.Verify(r)
		assert.NotNil(t, refused, header)
	}
}

func TestEscapedQuotes(t *testing.T) {
	t.Parallel()
	v, err := digest.New(digest.Options{Password: func(user string) (string, bool) { return "p", user == `a"b` }})
	require.NoError(t, err)
	s := answerTo(v.Challenge(false), uri)
	s["username"] = `a"b`
	user, refused := v.Verify(s.sign("GET", "p").request("GET", uri))
	require.Nil(t, refused)
	assert.Equal(t, `a"b`, user.Name)
}

// Concurrent requests overtake each other, so counts arrive in any order, but
// none may come twice.
func TestNonceCounts(t *testing.T) {
	t.Parallel()
	v := newVerifier(t, digest.Options{})
	s := answerTo(v.Challenge(false), uri)
	var wg sync.WaitGroup
	for i := 40; i > 0; i-- {
		wg.Go(func() {
			r := s.with("nc", fmt.Sprintf("%08x", i)).sign("GET", "secret").request("GET", uri)
			_, refused := v.Verify(r)
			assert.Nil(t, refused, "count %d", i)
		})
	}
	wg.Wait()
	_, refused := v.Verify(s.with("nc", "00000007").sign("GET", "secret").request("GET", uri))
	require.NotNil(t, refused)
	assert.True(t, refused.Stale)
}

// A forged request must not use up a count of the real client.
func TestForgeryDoesNotSpendCounts(t *testing.T) {
	t.Parallel()
	v := newVerifier(t, digest.Options{})
	s := answerTo(v.Challenge(false), uri)
	_, refused := v.Verify(s.with("nc", "00000001").sign("GET", "guess").request("GET", uri))
	require.NotNil(t, refused)
	_, refused = v.Verify(s.with("nc", "00000001").sign("GET", "secret").request("GET", uri))
	assert.Nil(t, refused)
}

func TestNoncesGrowOld(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	v := newVerifier(t, digest.Options{NonceLifetime: time.Minute, Clock: func() time.Time { return now }})
	s := answerTo(v.Challenge(false), uri)
	now = now.Add(time.Minute)
	_, refused := v.Verify(s.with("nc", "00000001").sign("GET", "secret").request("GET", uri))
	require.Nil(t, refused)
	now = now.Add(time.Second)
	_, refused = v.Verify(s.with("nc", "00000002").sign("GET", "secret").request("GET", uri))
	require.NotNil(t, refused)
	assert.True(t, refused.Stale)
	challenge := v.Challenge(refused.Stale)
	assert.Contains(t, challenge, "stale=true")
	_, refused = v.Verify(answerTo(challenge, uri).sign("GET", "secret").request("GET", uri))
	assert.Nil(t, refused)
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := digest.New(digest.Options{Algorithm: "MD4"})
	assert.ErrorContains(t, err, "MD4")
	_, err = digest.New(digest.Options{QOP: "auth-int"})
	assert.ErrorContains(t, err, "auth-int")
}
