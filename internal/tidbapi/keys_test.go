package tidbapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKeysCopiedWrongly: an error with a 401 names what is wrong with a key, and shows none of it, even where the
// service repeats it without what surrounds it.
func TestKeysCopiedWrongly(t *testing.T) {
	t.Parallel()
	const public, private = "canary-public", "canary-private"
	for _, tc := range []struct{ public, private, hint string }{
		{public, private, ""},
		{public + "\n", private, "publicKey ends in a line feed: use the key alone"},
		{public, private + "\n", "privateKey ends in a line feed: use the key alone"},
		{public, " " + private, "privateKey has white space around it: use"},
		{
			public + "\r\n", private + " ",
			"publicKey ends in a line feed, and privateKey has white space around it: use",
		},
		{`"` + public + `"`, private, "publicKey is in quotes: use"},
		{public, "'" + private + "'", "privateKey is in quotes: use"},
		{public + "\u200b", private, "publicKey has white space around it: use"},
		{public, "••••••••", "privateKey is a masked text"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`)
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"code":16,"message":"the key %s is unknown, and so is %s"}`, public, private)
		}))
		t.Cleanup(server.Close)
		c, err := New(Options{PublicKey: tc.public, PrivateKey: tc.private, Endpoint: server.URL})
		require.NoError(t, err)
		_, err = c.GetCluster(t.Context(), "1")
		require.ErrorContains(t, err, "; check publicKey (TIDBCLOUD_PUBLIC_KEY) and privateKey (TIDBCLOUD_PRIVATE_KEY)")
		require.ErrorContains(t, err, tc.hint)
		if tc.hint == "" {
			assert.NotContains(t, err.Error(), "use the key")
		}
		if tc.private != "••••••••" {
			assert.NotContains(t, err.Error(), "canary")
		}
	}
}

// TestHiddenSecrets: a password in a request shows in no text of the service, in whatever form it repeats it.
func TestHiddenSecrets(t *testing.T) {
	t.Parallel()
	const password, longer = `canary<&"p w\d`, `canary<&"p w\d and more`
	var answer string
	status := http.StatusBadRequest
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	c, err := New(Options{PublicKey: "public", PrivateKey: "private", Endpoint: server.URL})
	require.NoError(t, err)
	for _, secret := range []string{password, longer, password} {
		c.Hide(secret)
	}
	assert.Len(t, c.hidden.secrets, 2)

	sent, err := json.Marshal(map[string]string{"password": password, "other": longer})
	require.NoError(t, err)
	inMessage, err := json.Marshal(map[string]any{"code": 3, "message": "wrong: " + string(sent) + password + longer})
	require.NoError(t, err)
	quoted, err := json.Marshal(map[string]any{"code": 3, "message": fmt.Sprintf("wrong: %q %q", password, longer)})
	require.NoError(t, err)
	for _, answer = range []string{string(inMessage), string(quoted), "no JSON: " + string(sent)} {
		_, err = c.GetChangefeed(t.Context(), "1", "cf-1")
		require.ErrorContains(t, err, "[redacted]")
		require.NotContains(t, err.Error(), "canary")
		require.NotContains(t, err.Error(), "and more")
	}

	status = http.StatusOK
	failed, err := json.Marshal(map[string]any{"changefeedId": "cf-1", "error": "no login with " + password})
	require.NoError(t, err)
	answer = string(failed)
	f, err := c.GetChangefeed(t.Context(), "1", "cf-1")
	require.NoError(t, err)
	assert.Equal(t, "no login with [redacted]", f.Error)
}
