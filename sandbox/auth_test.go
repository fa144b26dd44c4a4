package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func TestConfluentCredentials(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good := f.Credentials()
	for name, test := range map[string]struct {
		authorize func(*http.Request)
		status    int
	}{
		"right": {
			func(r *http.Request) { r.SetBasicAuth(good.CloudAPIKey, good.CloudAPISecret) },
			http.StatusOK,
		},
		"none":         {func(*http.Request) {}, http.StatusUnauthorized},
		"wrong secret": {func(r *http.Request) { r.SetBasicAuth(good.CloudAPIKey, "guess") }, http.StatusUnauthorized},
		"unknown key": {
			func(r *http.Request) { r.SetBasicAuth("guess", good.CloudAPISecret) },
			http.StatusUnauthorized,
		},
		"unknown key, empty secret": {
			func(r *http.Request) { r.SetBasicAuth("guess", "") }, http.StatusUnauthorized,
		},
		"bearer": {
			func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+good.CloudAPISecret) },
			http.StatusUnauthorized,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil)
			test.authorize(r)
			got := send(t, r)
			require.Equal(t, test.status, got.status)
			assert.NotEmpty(t, got.header.Get("X-Request-Id"))
			if test.status != http.StatusOK {
				assert.Equal(t, "401", got.text("errors.0.status"))
				assert.Contains(t, got.header.Get("Www-Authenticate"), "Basic")
			}
		})
	}
}

func TestTiDBCloudCredentials(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, credentials := range map[string]sandbox.Credentials{
		"wrong private key":  {PublicKey: f.Credentials().PublicKey, PrivateKey: "guess"},
		"unknown public key": {PublicKey: "guess", PrivateKey: f.Credentials().PrivateKey},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			challenge := send(t, newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/projects", nil))
			r := newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/projects", nil)
			r.Header.Set("Authorization", signDigest(credentials, r, challenge.header.Get("Www-Authenticate")))
			got := send(t, r)
			assert.Equal(t, http.StatusUnauthorized, got.status)
			assert.InDelta(t, 16, got.at("code"), 0)
			assert.NotEmpty(t, got.header.Get("X-Debug-Trace-Id"))
		})
	}
	assert.Equal(t, http.StatusOK, f.tidb("GET", "/v1beta1/projects", nil).status)
}

func TestDigestOptions(t *testing.T) {
	t.Parallel()
	challenge := func(d sandbox.Digest) string {
		f := newFixture(t, sandbox.Options{Digest: d})
		return send(t, newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/projects", nil)).header.Get("Www-Authenticate")
	}
	assert.Contains(t, challenge(sandbox.Digest{}), `qop="auth", algorithm=MD5`)
	assert.Contains(t, challenge(sandbox.Digest{Algorithm: "SHA-256"}), "algorithm=SHA-256")
	assert.NotContains(t, challenge(sandbox.Digest{QOP: "none"}), "qop")
}

func TestStaleNonce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{Digest: sandbox.Digest{NonceLifetime: time.Minute}})
	challenge := send(t, newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/projects", nil))
	f.clock.advance(2 * time.Minute)
	r := newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/projects", nil)
	r.Header.Set("Authorization", signDigest(f.Credentials(), r, challenge.header.Get("Www-Authenticate")))
	got := send(t, r)
	assert.Equal(t, http.StatusUnauthorized, got.status)
	assert.Contains(t, got.header.Get("Www-Authenticate"), "stale=true")
}

func TestRotatedCredentials(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old, next := f.Credentials(), sandbox.Credentials{CloudAPIKey: "NEW", CloudAPISecret: "new"}
	list := func(key, secret string) int {
		r := newRequest(t, "GET", f.ConfluentURL()+"/org/v2/environments", nil)
		r.SetBasicAuth(key, secret)
		return send(t, r).status
	}
	f.AddCredentials(next)
	assert.Equal(t, http.StatusOK, list("NEW", "new"))
	assert.Equal(t, http.StatusOK, list(old.CloudAPIKey, old.CloudAPISecret))
	f.RevokeCredentials(old)
	assert.Equal(t, http.StatusUnauthorized, list(old.CloudAPIKey, old.CloudAPISecret))
	assert.Equal(t, http.StatusOK, list("NEW", "new"))
}

func TestGivenCredentials(t *testing.T) {
	t.Parallel()
	given := sandbox.Credentials{CloudAPIKey: "a", CloudAPISecret: "b", PublicKey: "c", PrivateKey: "d"}
	f := newFixture(t, sandbox.Options{Credentials: given})
	assert.Equal(t, given, f.Credentials())
	one, other := newFixture(t).Credentials(), newFixture(t).Credentials()
	assert.NotEqual(t, one, other, "what is not given is random")
}

// Anyone may read the call log, so it must not hold credentials.
func TestCallsHoldNoCredentials(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.confluent("POST", "/org/v2/environments", object{"display_name": "e"})
	f.tidb("GET", "/v1beta1/projects", nil)
	log := send(t, newRequest(t, "GET", f.ConfluentURL()+sandbox.SeedPath, nil)).body
	require.NotEmpty(t, log)
	for _, call := range f.Calls() {
		everything := call.Path + call.Query + string(call.RequestBody) + call.RequestID
		for _, secret := range []string{f.Credentials().CloudAPISecret, f.Credentials().PrivateKey} {
			assert.NotContains(t, everything, secret)
		}
	}
	assert.Len(t, f.Calls(), 3)
	assert.Equal(t, http.StatusUnauthorized, f.Calls()[1].Status)
	assert.JSONEq(t, `{"display_name":"e"}`, strings.TrimSpace(string(f.Calls()[0].RequestBody)))
}
