package tidbapi

import (
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
		{public + "\n", private, "publicKey ends in a line feed: give the key alone"},
		{public, private + "\n", "privateKey ends in a line feed: give the key alone"},
		{public, " " + private, "privateKey has white space around it: give"},
		{
			public + "\r\n", private + " ",
			"publicKey ends in a line feed, and privateKey has white space around it: give",
		},
		{`"` + public + `"`, private, "publicKey is in quotes: give"},
		{public, "'" + private + "'", "privateKey is in quotes: give"},
		{public + "\u200b", private, "publicKey has white space around it: give"},
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
			assert.NotContains(t, err.Error(), "give the key")
		}
		if tc.private != "••••••••" {
			assert.NotContains(t, err.Error(), "canary")
		}
	}
}
