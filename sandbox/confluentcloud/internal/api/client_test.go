package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	testKey    = "KEY0123456789"
	testSecret = "cfltSecretOfTheTest"
)

// answer is one prepared answer; the last one is repeated.
type answer struct {
	status int
	header map[string]string
	body   string
}

// fakeServer sends its answers in order and records the requests.
type fakeServer struct {
	client *Client

	mu       sync.Mutex
	answers  []answer
	requests []*http.Request
	bodies   []string
}

func serve(t *testing.T, answers ...answer) *fakeServer {
	t.Helper()
	f := &fakeServer{answers: answers}
	server := httptest.NewServer(http.HandlerFunc(f.handle))
	t.Cleanup(server.Close)
	client, err := NewClient(Config{
		Endpoint: server.URL, Key: testKey, Secret: testSecret,
		Retries: MinRetries, RetryWait: time.Millisecond, UserAgent: "test/1",
	})
	require.NoError(t, err)
	f.client = client
	return f
}

func (f *fakeServer) handle(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests, f.bodies = append(f.requests, r), append(f.bodies, string(body))
	a := f.answers[min(len(f.requests), len(f.answers))-1]
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

const readyNetwork = `{"id":"n-1","spec":{"cloud":"AWS"},"status":{"phase":"READY","cloud":{"kind":"AwsNetwork"}}}`

func failure(detail string) string {
	return fmt.Sprintf(`{"errors":[{"id":"x","detail":%q,"source":{}},{"detail":"second"}]}`, detail)
}

func TestRequestsAreThoseOfTheRealProvider(t *testing.T) {
	t.Parallel()
	f := serve(t, answer{status: 202, body: readyNetwork})
	ctx := t.Context()

	_, err := f.client.Networks().Create(ctx, Network{Spec: &NetworkSpec{
		Cloud: "AWS", Region: "us-east-1", ConnectionTypes: []string{"PRIVATELINK"}, Environment: Ref("env-1"),
	}})
	require.NoError(t, err)
	_, err = f.client.Networks().Get(ctx, "env-1", "n-1")
	require.NoError(t, err)
	require.NoError(t, f.client.Networks().Update(ctx, "n-1", Network{Spec: &NetworkSpec{
		DisplayName: "new", Environment: Ref("env-1"),
	}}))
	require.NoError(t, f.client.Networks().Delete(ctx, "env-1", "n-1"))

	var seen []string
	for _, r := range f.requests {
		seen = append(seen, r.Method+" "+r.URL.String())
		user, password, ok := r.BasicAuth()
		assert.True(t, ok && user == testKey && password == testSecret)
		assert.Equal(t, "application/json", r.Header.Get("Accept"))
	}
	assert.Equal(t, []string{
		"POST /networking/v1/networks",
		"GET /networking/v1/networks/n-1?environment=env-1",
		"PATCH /networking/v1/networks/n-1",
		"DELETE /networking/v1/networks/n-1?environment=env-1",
	}, seen)
	assert.JSONEq(t, `{"spec":{"cloud":"AWS","connection_types":["PRIVATELINK"],"region":"us-east-1",
		"environment":{"id":"env-1","related":"","resource_name":""}}}`, f.bodies[0])
	assert.Equal(t, "application/json", f.requests[0].Header.Get("Content-Type"))
	assert.JSONEq(t, `{"spec":{"display_name":"new","environment":{"id":"env-1","related":"","resource_name":""}}}`,
		f.bodies[2])
}

func TestWithoutCredentialsNoneAreSent(t *testing.T) {
	t.Parallel()
	f := serve(t, answer{status: 200, body: `{"id":"env-1"}`})
	f.client.cfg.Key, f.client.cfg.Secret = "", ""
	_, err := f.client.Environments().Get(t.Context(), "", "env-1")
	require.NoError(t, err)
	assert.Empty(t, f.requests[0].Header.Get("Authorization"))
	assert.Empty(t, f.requests[0].URL.RawQuery, "an environment is not inside one")
}

func TestRetries(t *testing.T) {
	t.Parallel()
	ok := answer{status: 200, body: readyNetwork}
	tests := map[string]struct {
		answers []answer
		calls   int
		err     string
	}{
		"too many requests":    {[]answer{{status: 429}, {status: 429}, ok}, 3, ""},
		"a server's failure":   {[]answer{{status: 500}, {status: 503}, {status: 504}, ok}, 4, ""},
		"not implemented":      {[]answer{{status: 501, body: "{}"}, ok}, 1, "501 Not Implemented"},
		"the caller's mistake": {[]answer{{status: 400, body: failure("no")}, ok}, 1, "400 Bad Request: no"},
		"for ever":             {[]answer{{status: 429}}, 1 + MinRetries, "received HTTP 429 Too Many Requests"},
		"a connection that drops": {
			[]answer{{status: 200, header: map[string]string{"Content-Length": "9999"}}, ok},
			2,
			"",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serve(t, tt.answers...)
			_, err := f.client.Networks().Get(t.Context(), "env-1", "n-1")
			assert.Len(t, f.requests, tt.calls)
			if tt.err == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tt.err)
			}
		})
	}
}

func TestRetriesRepeatTheBody(t *testing.T) {
	t.Parallel()
	f := serve(t, answer{status: 500}, answer{status: 202, body: readyNetwork})
	_, err := f.client.Networks().Create(t.Context(), Network{Spec: &NetworkSpec{Cloud: "AWS"}})
	require.NoError(t, err)
	require.Len(t, f.bodies, 2)
	assert.Equal(t, f.bodies[0], f.bodies[1])
	assert.NotEmpty(t, f.bodies[1])
}

func TestRetryWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := &Client{cfg: Config{RetryWait: time.Second}}
	after := func(v string) http.Header { return http.Header{"Retry-After": {v}} }
	for try, want := range []string{"1s", "2s", "4s", "8s", "16s", "30s", "30s"} {
		assert.Equal(t, want, c.retryWait(try, 500, after("7")).String(), "Retry-After is not for 500")
	}
	assert.Equal(t, 7*time.Second, c.retryWait(0, 429, after("7")))
	assert.Equal(t, 7*time.Second, c.retryWait(0, 503, after("7")))
	assert.Equal(t, time.Second, c.retryWait(0, 429, after("soon")))
	assert.Equal(t, time.Second, c.retryWait(0, 429, after("-3")))
	wait, ok := retryAfter(now.Add(time.Minute).Format(http.TimeFormat), now)
	assert.True(t, ok)
	assert.Equal(t, time.Minute, wait)
}

func TestACancelledContextEndsTheRetries(t *testing.T) {
	t.Parallel()
	f := serve(t, answer{status: 429, header: map[string]string{"Retry-After": "3600"}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := f.client.Networks().Get(ctx, "env-1", "n-1")
		done <- err
	}()
	cancel()
	assert.ErrorIs(t, <-done, context.Canceled)
}

func TestErrorsHideTheCredentials(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		failure("unknown key " + testKey + " with " + testSecret), "echo: " + testKey + ":" + testSecret,
	} {
		f := serve(t, answer{status: 403, body: body})
		_, err := f.client.Networks().Get(t.Context(), "env-1", "n-1")
		require.Error(t, err)
		assert.NotContains(t, err.Error(), testKey)
		assert.NotContains(t, err.Error(), testSecret)
		assert.True(t, IsGone(err), "hiding keeps what kind of error it is")
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	deleting := func(c *Client) error { return c.Networks().Delete(t.Context(), "env-1", "n-1") }
	tests := map[string]struct {
		answer answer
		call   func(*Client) error
		want   string
	}{
		"declared": {answer{status: 404, body: failure("gone")}, deleting, "404 Not Found: gone"},
		"a conflict that is not declared": {
			answer{status: 409, body: failure("in use")},
			deleting,
			"409 Conflict; could not parse error details; raw response body: ",
		},
		"a conflict that is declared": {
			answer{status: 409, body: failure("in use")},
			func(c *Client) error { return c.KafkaClusters().Delete(t.Context(), "env-1", "lkc-1") },
			"409 Conflict: in use",
		},
		"not the service's form": {
			answer{status: 400, body: "<html>"},
			deleting,
			`400 Bad Request; could not parse error details; raw response body: "<html>"`,
		},
		"not found in a POST": {
			answer{status: 404, body: failure("gone")},
			func(c *Client) error { _, err := c.Networks().Create(t.Context(), Network{}); return err },
			"404 Not Found; could not parse",
		},
		"not JSON": {
			answer{status: 200, header: map[string]string{"Content-Type": "text/html"}, body: "{}"},
			func(c *Client) error { _, err := c.Networks().Get(t.Context(), "env-1", "n-1"); return err },
			`content type "text/html"`,
		},
		"broken JSON": {
			answer{status: 200, body: "{"},
			func(c *Client) error { _, err := c.Networks().Get(t.Context(), "env-1", "n-1"); return err },
			"decoding the answer",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorContains(t, tt.call(serve(t, tt.answer).client), tt.want)
		})
	}
}

func TestIsGone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer answer
		want   bool
	}{
		"404":                       {answer{status: 404, body: failure("not found")}, true},
		"403":                       {answer{status: 403, body: failure("forbidden")}, true},
		"403 that cannot be read":   {answer{status: 403, body: "no"}, true},
		"403 about the key":         {answer{status: 403, body: failure("invalid API key: make sure")}, false},
		"401":                       {answer{status: 401, body: failure("unauthorized")}, false},
		"500, even after all tries": {answer{status: 500, body: failure("oops")}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, tt.answer).client.Networks().Get(t.Context(), "env-1", "n-1")
			require.Error(t, err)
			assert.Equal(t, tt.want, IsGone(err))
		})
	}
	assert.False(t, IsGone(io.EOF))
	assert.False(t, IsGone(nil))
}

func TestList(t *testing.T) {
	t.Parallel()
	page := func(id, next string) answer {
		return answer{status: 200, body: fmt.Sprintf(`{"data":[{"id":%q}],"metadata":{%s}}`, id, next)}
	}
	f := serve(t, page("env-1", `"next":"https://api.confluent.cloud/org/v2/environments?page_token=two"`),
		page("env-2", `"next":"/org/v2/environments?page_token=three"`), page("env-3", `"next":""`))
	all, err := f.client.Environments().List(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, all, 3)
	assert.Equal(t, "env-3", all[2].ID)
	assert.Equal(t, "99", f.requests[0].URL.Query().Get("page_size"))
	assert.Empty(t, f.requests[0].URL.Query().Get("page_token"))
	assert.Equal(t, "two", f.requests[1].URL.Query().Get("page_token"))
	assert.Equal(t, "three", f.requests[2].URL.Query().Get("page_token"))

	all, err = serve(t, page("env-1", "")).client.Environments().List(t.Context(), "")
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

// Where the real provider panics, the stand-in must not succeed.
func TestAnswersThatWouldPanic(t *testing.T) {
	t.Parallel()
	network := func(c *Client) error { _, err := c.Networks().Get(t.Context(), "env-1", "n-1"); return err }
	tests := map[string]struct {
		body string
		call func(*Client) error
		want string
	}{
		"a network without status": {`{"id":"n-1","spec":{}}`, network, "without status.cloud"},
		"a network without cloud":  {`{"id":"n-1","spec":{},"status":{}}`, network, "without status.cloud"},
		"an access without cloud": {
			`{"id":"pla-1","spec":{},"status":{}}`,
			func(c *Client) error {
				_, err := c.PrivateLinkAccesses().Get(t.Context(), "env-1", "pla-1")
				return err
			},
			"without spec.cloud",
		},
		"a cluster without config": {
			`{"id":"lkc-1","spec":{},"status":{}}`,
			func(c *Client) error { _, err := c.KafkaClusters().Get(t.Context(), "env-1", "lkc-1"); return err },
			"without spec.config",
		},
		"a next page of null": {
			`{"data":[],"metadata":{"next":null}}`,
			func(c *Client) error { _, err := c.Networks().List(t.Context(), "env-1"); return err },
			"metadata.next is null",
		},
		"one of them in a list": {
			`{"data":[{"id":"n-1","spec":{}}],"metadata":{}}`,
			func(c *Client) error { _, err := c.Networks().List(t.Context(), "env-1"); return err },
			"without status.cloud",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, json.Valid([]byte(tt.body)))
			assert.ErrorContains(t, tt.call(serve(t, answer{status: 200, body: tt.body}).client), tt.want)
		})
	}
}

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for _, good := range []string{DefaultEndpoint, "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"} {
		assert.NoError(t, CheckEndpoint(good), good)
	}
	for _, bad := range []string{
		"http://api.confluent.cloud", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1:80",
		"https://", "https://key:secret@api.confluent.cloud", "http://localhost.example.org",
	} {
		err := CheckEndpoint(bad)
		if assert.Error(t, err, bad) {
			assert.NotContains(t, err.Error(), "key:secret")
		}
	}
	_, err := NewClient(Config{Endpoint: "http://example.org"})
	assert.Error(t, err)
}
