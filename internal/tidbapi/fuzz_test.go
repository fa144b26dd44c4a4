package tidbapi

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
)

// maxErrorLength is more than any error takes: two cut texts, each rune of which may be quoted as \U0010ffff.
const maxErrorLength = 16 * maxMessageLength

// assertShown checks that an error can be shown to a user, whatever the service answered.
func assertShown(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	assert.LessOrEqual(t, len(text), maxErrorLength)
	assert.True(t, utf8.ValidString(text))
	assert.Equal(t, -1, strings.IndexFunc(text, unicode.IsControl), "%q", text)
}

func fuzzRequest(tb testing.TB) *http.Request {
	tb.Helper()
	k := call{method: http.MethodGet, path: []string{"clusters", "1"}}
	req, err := k.request(tb.Context(), &url.URL{Scheme: "http", Host: "localhost"})
	require.NoError(tb, err)
	return req
}

// Any answer of success is read, or becomes an error that can be shown.
func FuzzAnswer(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		`{"clusterId":"1","region":{"regionId":"aws-us-east-1"},"labels":{"a":"b"}}`, `{"region":{"name":"regions/"}}`,
		`{"accountId":"123456789012","azIds":["use1-az1",null]}`, `{"azIds":"use1-az1"}`, `{"clusterId":1e999}`,
		`{"attachedDomains":[null,{"domains":[null]}],"awsEndpointService":null,"alicloudEndpointService":{}}`,
		`{"privateLinkConnections":[{},null],"nextPageToken":"x"}`, `{"privateLinkConnections":{}}`,
		"", "null", "[]", `"`, "{", "<html>\x1b[2J</html>", "\xff\xfe", strings.Repeat("[", 10001),
		`{"state":"\ud800\u0000"}`,
	} {
		target.Add([]byte(seed), "application/json")
	}
	target.Add([]byte("x"), strings.Repeat("a", 2*maxErrorLength)+"/b")
	target.Add([]byte("x"), "text/html; charset")
	m := fuzzRequest(f)
	target.Fuzz(func(t *testing.T, body []byte, contentType string) {
		a := &answer{status: http.StatusOK, header: http.Header{"Content-Type": {contentType}}, body: body}
		var (
			cluster    Cluster
			zones      PrivateLinkZones
			connection PrivateLinkConnection
			attached   AttachDomain
			changefeed Changefeed
			tables     SchemaTables
			anyPage    page
		)
		for _, out := range []any{
			&cluster, &zones, &connection, &attached, &changefeed, &tables, &anyPage,
		} {
			if err := a.decode(m, out); err != nil {
				assertShown(t, err)
				assert.Equal(t, Done, OutcomeOf(err), "the service did what it was asked")
			}
		}
		assert.Nil(t, connection.AttachedDomain("\x00no such id\xff"))
		_ = connection.EndpointServiceName()
	})
}

// Any answer of failure becomes an error that can be shown.
func FuzzErrorAnswer(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		`{"code":5,"message":"cluster 1 not found","trace_id":"abc"}`, `{"code":"5"}`, `{"code":1e99,"message":"m"}`,
		`{"message":"a\u001b[2J\u0000\ud800b"}`, "", "null", "{", "<html>\x1b[2J</html>", "\xff", "\u202e",
		`{"message":"` + strings.Repeat("ü", 2000) + `"}`, strings.Repeat("x", 1599) + "ü",
	} {
		target.Add(404, []byte(seed), "id", "https://me:pw@example.com/x")
	}
	target.Add(307, []byte{}, strings.Repeat("i", 1000), "//\u202eexample.com")
	target.Add(-1, []byte("x"), "\x00", "%zz")
	m := fuzzRequest(f)
	target.Fuzz(func(t *testing.T, status int, body []byte, id, location string) {
		e := newError(m, &answer{
			status: status, body: body, header: http.Header{"X-Request-Id": {id}, "Location": {location}},
		})
		assertShown(t, e)
		assert.Equal(t, status, e.StatusCode)
		if IsNotFound(e) {
			assert.NotZero(t, e.Code, "only the service itself can say that something is gone")
		}
	})
}

// No part of a key that an answer repeats gets into an error, wherever in the answer it is.
func FuzzRepeatedCredentials(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, at := range []int{
		0, maxRequestIDLength - 8, maxExcerptLength - 8, maxMessageLength - 8,
		8*maxExcerptLength - 8,
	} {
		target.Add(strings.Repeat("x", at), "y")
		target.Add(strings.Repeat(" ", at), "y")
		target.Add(`{"code":3,"message":"`+strings.Repeat("x", at), `"}`)
		target.Add(`{"code":3,"trace_id":"`+strings.Repeat("x", at), `"}`)
	}
	m := fuzzRequest(f)
	keys := newRedactor(canaryPublicKey+"0", canaryPrivateKey)
	target.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, "canary") {
			return
		}
		text := before + canaryPrivateKey + after
		a := &answer{
			status: 400, body: []byte(text), secrets: keys,
			header: http.Header{"X-Trace-Id": {text}, "Location": {"https://" + text}, "Content-Type": {text}},
		}
		assert.NotContains(t, newError(m, a).Error(), "canary")
		a.status = http.StatusFound
		assert.NotContains(t, newError(m, a).Error(), "canary")
		var out Cluster
		if err := a.decode(m, &out); err != nil {
			assert.NotContains(t, err.Error(), "canary")
		}
	})
}

// Whatever the ids are, the service sees the elements of exactly this path, and this verb.
func FuzzBuildURL(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"plc-1", "", ".", "..", "../../x", "a/b", "a%2Fb", "..%2f..", "a:detachDomains", "a?b=c", "a#b", "a;b", "a\\b",
		"\r\nHost: x",
		"\x00", "\xff", "ä", " ", "+", "//example.com/", "%",
	} {
		target.Add("1", seed, "token")
		target.Add(seed, "plc-1", seed)
	}
	base := &url.URL{Scheme: "http", Host: "localhost:1"}
	target.Fuzz(func(t *testing.T, cluster, id, token string) {
		elements := connections(cluster, id)
		k := call{
			method: http.MethodPost, path: elements, verb: "attachDomains",
			query: url.Values{"pageToken": {token}},
		}
		req, err := k.request(t.Context(), base)
		if err != nil {
			bad := []string{"", ".", ".."}
			assert.True(t, slices.Contains(bad, cluster) || slices.Contains(bad, id), "%v", err)
			return
		}
		got := arrived(t, req)
		assert.Equal(t, base.Host, got.Host)
		assert.Equal(t, token, got.URL.Query().Get("pageToken"))
		path, ok := strings.CutSuffix(got.URL.EscapedPath(), ":attachDomains")
		assert.True(t, ok)
		assert.NotContains(t, path, ":")
		want := append([]string{"", apiVersion}, elements...)
		parts := strings.Split(path, "/")
		require.Len(t, parts, len(want))
		for i, part := range parts {
			plain, err := url.PathUnescape(part)
			require.NoError(t, err)
			assert.Equal(t, want[i], plain)
		}
	})
}

// arrived is the request as a server reads it.
func arrived(t *testing.T, req *http.Request) *http.Request {
	t.Helper()
	var wire bytes.Buffer
	require.NoError(t, req.Write(&wire))
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	require.NoError(t, err)
	assert.Equal(t, req.URL.RequestURI(), got.RequestURI, "what is signed is what is sent")
	return got
}

// An endpoint that is accepted is an address without anything else, and plain http stays on this machine.
func FuzzEndpoint(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"", DefaultEndpoint, "http://localhost:1/", "http://[::1]:1", "http://127.1", "http://127.0.0.1.a.com",
		"http://LOCALHOST",
		"https://me:pw@example.com", "https://example.com/x", "https://example.com?", "https://example.com#",
		"https:example.com",
		"https://%zz", "https://[::1%25en0]", "https://:1", "https://a b", "HTTPS://A", "http://[::ffff:127.0.0.1]",
		"https://a\x00",
	} {
		target.Add(seed)
	}
	target.Fuzz(func(t *testing.T, endpoint string) {
		u, err := parseEndpoint(endpoint)
		if err != nil {
			assert.ErrorContains(t, err, "serverlessEndpoint")
			return
		}
		assert.Equal(t, url.URL{Scheme: u.Scheme, Host: u.Host}, *u)
		assert.True(t, u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()), u.String())
		again, err := parseEndpoint(u.String())
		require.NoError(t, err)
		assert.Equal(t, u, again)
	})
}

// Whatever challenges come, a call ends after a few, and no key is sent in clear.
func FuzzChallenge(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		`Digest realm="tidb.cloud", nonce="n", qop="auth", algorithm=MD5`, `Digest realm="r", nonce="n", stale=true`,
		`Digest realm="r", nonce="n", qop="auth-int, auth", algorithm=SHA-256, userhash=true, opaque="o"`,
		`Digest nonce="\"\\", qop=auth`, `Digest nonce="`, `Digest `, `Digest =`, `Digest ,,`, `Digest algorithm=SHA-1`,
		`Digest qop=""`,
		`Basic realm="r"`, ``, `digest nonce="n"`, "Digest nonce=\"\u0085ü\xff\"", `Digest nonce="%s%!d(x)"`,
	} {
		target.Add(seed)
	}
	m := fuzzRequest(f)
	target.Fuzz(func(t *testing.T, header string) {
		if strings.Contains(header, "canary") {
			return
		}
		sent := 0
		auth := newDigestAuth(canaryPublicKey+"0", canaryPrivateKey,
			func(req *http.Request, sign signature) (*answer, error) {
				sent++
				require.NoError(t, sign(req))
				authorization := req.Header.Get("Authorization")
				assert.NotContains(t, authorization, canaryPrivateKey)
				assert.Equal(t, -1, strings.IndexFunc(authorization, unicode.IsControl), "%q", authorization)
				return &answer{status: http.StatusUnauthorized, header: http.Header{"Www-Authenticate": {header}}}, nil
			})
		ans, err := auth.send(m)
		require.NoError(t, err, "a challenge that cannot be met is a refusal")
		assert.Equal(t, http.StatusUnauthorized, ans.status)
		assert.LessOrEqual(t, sent, maxChallenges)
	})
}

// No header makes a deployment wait longer than the cap, or a negative time.
func FuzzRetryAfter(f *testing.F) {
	target := testkit.NewTarget(f)
	for _, seed := range []string{
		"", "0", "1", "120", "-1", "1e300", "-1e300", "1e999", "NaN", "Inf", "-Inf", "0x1p-2", "1_0", " 3 ", "1.5",
		"1700000000",
		"1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT",
		"soon", "\xff",
	} {
		target.Add(seed, "")
		target.Add("", seed)
	}
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	target.Fuzz(func(t *testing.T, after, reset string) {
		a := &answer{status: http.StatusTooManyRequests, header: http.Header{
			"Retry-After": {after}, "X-Ratelimit-Reset": {reset}, "Ratelimit-Reset": {after + reset},
		}}
		for _, d := range []time.Duration{retryAfter(a), parseRetryAfter(after, now), parseRetryAfter(reset, now)} {
			assert.GreaterOrEqual(t, d, time.Duration(0))
			assert.LessOrEqual(t, d, maxRetryAfter)
		}
		pause := Backoff{}.withDefaults().delay(newError(fuzzRequest(t), a), 1)
		assert.Positive(t, pause)
		assert.LessOrEqual(t, pause, maxRetryAfter+time.Second)
	})
}
