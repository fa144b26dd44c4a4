package tidbapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewEndpoint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, endpoint, want, err string }{
		{name: "default", endpoint: "", want: "https://serverless.tidbapi.com"},
		{name: "https", endpoint: "https://tidb.example.com:8443", want: "https://tidb.example.com:8443"},
		{name: "root path", endpoint: "https://tidb.example.com/", want: "https://tidb.example.com"},
		{name: "http on localhost", endpoint: "http://localhost:1", want: "http://localhost:1"},
		{name: "http on loopback", endpoint: "http://127.8.9.10:1", want: "http://127.8.9.10:1"},
		{name: "http on IPv6 loopback", endpoint: "http://[::1]:1", want: "http://[::1]:1"},
		{
			name: "http elsewhere", endpoint: "http://tidb.example.com",
			err: "plain http, which is accepted for loopback addresses only: use https://tidb.example.com",
		},
		{name: "http on a deceptive host", endpoint: "http://127.0.0.1.a.com", err: "use https://127.0.0.1.a.com"},
		{name: "http on a private address", endpoint: "http://10.0.0.1", err: "accepted for loopback addresses only"},
		{name: "user", endpoint: "https://me:pw-canary@tidb.example.com", err: "contains a user name or password"},
		{name: "path", endpoint: "https://tidb.example.com/pw-canary", err: "has a path behind the host"},
		{name: "query", endpoint: "https://tidb.example.com?pw-canary=1", err: "has a query or fragment"},
		{name: "fragment", endpoint: "https://tidb.example.com#pw-canary", err: "has a query or fragment"},
		{name: "scheme", endpoint: "ftp://tidb.example.com", err: `has the scheme "ftp"`},
		{name: "no scheme", endpoint: "tidb.example.com", err: "not an address with a scheme and a host"},
		{name: "host and port only", endpoint: "tidb.example.com:443", err: "not an address with a scheme and a host"},
		{name: "malformed", endpoint: "https://pw-canary%zz", err: "not an address with a scheme and a host"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(Options{Endpoint: tc.endpoint})
			if tc.err == "" {
				require.NoError(t, err)
				assert.Equal(t, tc.want, c.base.String())
				return
			}
			require.ErrorContains(t, err, tc.err)
			assert.Contains(t, err.Error(), "serverlessEndpoint", "the error names the property")
			assert.NotContains(t, err.Error(), "pw-canary")
		})
	}
}

func TestNewRefusesNegativeLimit(t *testing.T) {
	t.Parallel()
	_, err := New(Options{RequestsPerMinute: -1})
	require.ErrorContains(t, err, "requestsPerMinute is -1")
}

func TestMissingCredentials(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]Options{
		"both":        {},
		"private key": {PublicKey: newKey()},
		"public key":  {PrivateKey: canaryPrivateKey},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFake(always(http.StatusOK, `{}`))
			opts.Endpoint, opts.Transport = "http://localhost", &memory{service: fake}
			_, err := newClient(t, opts).GetCluster(t.Context(), "1")
			require.ErrorIs(t, err, ErrNoCredentials)
			for _, name := range []string{
				"publicKey", "TIDBCLOUD_PUBLIC_KEY", "privateKey", "TIDBCLOUD_PRIVATE_KEY",
			} {
				assert.Contains(t, err.Error(), name)
			}
			assert.Zero(t, fake.count())
		})
	}
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c, _ := fake.inMemory(t, func(o *Options) { o.UserAgent = "pulumi-tidbconfluent/1.2.3" })
	_, err := c.GetCluster(t.Context(), "1")
	require.NoError(t, err)
	for _, s := range fake.all() {
		assert.Equal(t, "pulumi-tidbconfluent/1.2.3", s.header.Get("User-Agent"))
		assert.Equal(t, "application/json", s.header.Get("Accept"))
	}
}

func TestBuildURL(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "https", Host: "h"}
	for _, tc := range []struct {
		elements []string
		verb     string
		query    url.Values
		want     string
	}{
		{elements: []string{"clusters", "1"}, want: "https://h/v1beta1/clusters/1"},
		{elements: []string{"clusters", "1"}, verb: "go", want: "https://h/v1beta1/clusters/1:go"},
		{elements: []string{"a/../b"}, want: "https://h/v1beta1/a%2F..%2Fb"},
		{elements: []string{"plc-1:detachDomains"}, want: "https://h/v1beta1/plc-1%3AdetachDomains"},
		{elements: []string{"a?b#c%d e"}, want: "https://h/v1beta1/a%3Fb%23c%25d%20e"},
		{elements: []string{"ü"}, want: "https://h/v1beta1/%C3%BC"},
		{
			elements: []string{"c"}, query: url.Values{"pageToken": {"a&b=c"}},
			want: "https://h/v1beta1/c?pageToken=a%26b%3Dc",
		},
	} {
		u, err := buildURL(base, tc.elements, tc.verb, tc.query)
		require.NoError(t, err)
		assert.Equal(t, tc.want, u.String())
	}
	for _, elements := range [][]string{{"clusters", "."}, {"clusters", ".."}} {
		_, err := buildURL(base, elements, "", nil)
		require.ErrorContains(t, err, "cannot be part of an API path")
	}
}

// holder has a client where fmt cannot call its methods.
type holder struct{ client *Client }

func TestCredentialsAreNeverShown(t *testing.T) {
	t.Parallel()
	opts := Options{PublicKey: newKey(), PrivateKey: canaryPrivateKey, Endpoint: "http://localhost:1"}
	c := newClient(t, opts)
	var shown bytes.Buffer
	for _, v := range []any{opts, &opts, c, holder{c}, &holder{c}, []any{c, opts}, map[string]any{"a": c, "b": opts}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&shown, verb+"\n", v)
		}
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
		slog.New(h).Info("here", "options", opts, "client", c)
	}
	for _, v := range []any{opts, c} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		shown.Write(b)
	}
	assert.NotContains(t, shown.String(), canaryPrivateKey)
	assert.NotContains(t, shown.String(), canaryPublicKey)
	assert.NotContains(t, shown.String(), fmt.Sprintf("%x", canaryPrivateKey))
}
