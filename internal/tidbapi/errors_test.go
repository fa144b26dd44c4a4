package tidbapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func TestErrorText(t *testing.T) {
	t.Parallel()
	const said = "TiDB Cloud answered "
	const at = " to GET /v1beta1/clusters/1"
	for _, tc := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   string
	}{
		{
			name: "service error", status: 404, body: `{"code":5,"message":"cluster 1 not found","details":[]}`,
			want: said + "404 Not Found" + at +
				": cluster 1 not found; check the ID, and that the API key belongs to the organization of the cluster",
		},
		{
			name: "trace id in a header", status: 400, header: http.Header{"X-Debug-Trace-Id": {"abc"}},
			body: `{"code":3,"message":"bad","trace_id":"other"}`,
			want: said + "400 Bad Request" + at + ": bad (request id abc)",
		},
		{
			name: "trace id in the body", status: 400, body: `{"code":3,"message":"bad","trace_id":"abc"}`,
			want: said + "400 Bad Request" + at + ": bad (request id abc)",
		},
		{
			name: "another header", status: 400, header: http.Header{"X-Request-Id": {"abc"}}, body: `{"code":3}`,
			want: said + "400 Bad Request" + at + " (request id abc)",
		},
		{
			name: "forbidden", status: 403, body: `{"code":7,"message":"no"}`,
			want: said + "403 Forbidden" + at + ": no; check that the API key belongs to the organization of the " +
				"cluster and has the role Organization Owner, or another role that allows this, with a scope " +
				"(organization, project or instance) that the cluster is in",
		},
		{
			name: "not implemented", status: 501, body: `{"code":12,"message":"later"}`,
			want: said + "501 Not Implemented" + at + ": later",
		},
		{
			name: "page of a proxy", status: 404, body: "<html>\n\t<b>not\x00here</b>\x1b[0m</html>",
			want: said + "404 Not Found" + at + `: "<html> <b>not here</b> [0m</html>"; this is not an answer of the ` +
				"TiDB Cloud API; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)",
		},
		{
			name: "empty", status: 405,
			want: said + "405 Method Not Allowed" + at + "; this is not an answer of the TiDB Cloud API; " +
				"check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)",
		},
		{
			name: "terminal control in the message", status: 400, body: `{"code":3,"message":"a\u001b[2Jb\n\nc"}`,
			want: said + "400 Bad Request" + at + ": a [2Jb c",
		},
		{
			name: "credentials repeated", status: 400,
			body: `{"code":3,"message":"key ` + canaryPrivateKey + `","trace_id":"` + canaryPrivateKey + `"}`,
			want: said + "400 Bad Request" + at + ": key [redacted] (request id [redacted])",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, _ := newFake(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range tc.header {
					w.Header()[name] = values
				}
				reply(w, tc.status, tc.body)
			}).inMemory(t)
			_, err := c.GetCluster(t.Context(), "1")
			require.EqualError(t, err, tc.want)
		})
	}
}

func TestErrorFields(t *testing.T) {
	t.Parallel()
	c, _ := newFake(always(409, `{"code":6,"message":"exists","trace_id":"abc"}`)).inMemory(t)
	err := c.DeletePrivateLinkConnection(t.Context(), "1", "plc-1")
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, Error{
		StatusCode: 409, Code: 6, Message: "exists", RequestID: "abc",
		Method: "DELETE", Path: "/v1beta1/clusters/1/privateLinkConnections/plc-1",
	}, *e)
}

func TestLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 5000)
	c, _ := newFake(always(400, `{"code":3,"message":"`+long+`"}`)).inMemory(t)
	_, err := c.GetCluster(t.Context(), "1")
	assert.Contains(t, err.Error(), strings.Repeat("ü", maxMessageLength)+"…")
	assert.NotContains(t, err.Error(), strings.Repeat("ü", maxMessageLength+1))

	c, _ = newFake(always(400, long)).inMemory(t)
	_, err = c.GetCluster(t.Context(), "1")
	assert.Contains(t, err.Error(), strings.Repeat("ü", maxExcerptLength)+"…")
	assert.NotContains(t, err.Error(), strings.Repeat("ü", maxExcerptLength+1))
}

func TestPredicates(t *testing.T) {
	t.Parallel()
	type is struct{ notFound, conflict, temporary bool }
	for name, tc := range map[string]struct {
		err  error
		want is
	}{
		"nil":                 {nil, is{}},
		"something else":      {errors.New("x"), is{}},
		"not found":           {&Error{StatusCode: 404, Code: 5}, is{notFound: true}},
		"not found, own code": {&Error{StatusCode: 404, Code: 49900007}, is{notFound: true}},
		"404 of a proxy":      {&Error{StatusCode: 404}, is{}},
		"unauthorized":        {&Error{StatusCode: 401}, is{}},
		"forbidden":           {&Error{StatusCode: 403, Code: 7}, is{}},
		"conflict":            {&Error{StatusCode: 409}, is{conflict: true}},
		"already exists":      {&Error{StatusCode: 400, Code: 6}, is{conflict: true}},
		"aborted":             {&Error{StatusCode: 400, Code: 10}, is{conflict: true}},
		"failed precondition": {&Error{StatusCode: 400, Code: 9}, is{}},
		"too many":            {&Error{StatusCode: 429}, is{temporary: true}},
		"server error":        {&Error{StatusCode: 500}, is{temporary: true}},
		"not implemented":     {&Error{StatusCode: 501}, is{}},
		"canceled on the way": {&Error{StatusCode: 499, Code: 1}, is{temporary: true}},
		"request timeout":     {&Error{StatusCode: 408}, is{temporary: true}},
		"no answer":           {noAnswer(t, io.EOF), is{temporary: true}},
		"no answer, canceled": {noAnswer(t, context.Canceled), is{}},
		"wrong address":       {noAnswer(t, http.ErrSchemeMismatch), is{}},
		"half an answer":      {unreadable("GET", "/", io.EOF, true), is{temporary: true}},
		"unreadable answer":   {unreadable("GET", "/", io.EOF, false), is{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{tc.err, fmt.Errorf("wrapped: %w", tc.err)} {
				assert.Equal(t, tc.want, is{IsNotFound(err), IsConflict(err), IsTemporary(err)})
			}
		})
	}
}

// noAnswer is the error of a request that ended in err.
func noAnswer(t *testing.T, err error) error {
	t.Helper()
	return (&exchanger{client: &http.Client{}}).transportError(fuzzRequest(t), err)
}

// An error of a service that was never reached names what to check; after another error, trying again is enough.
func TestServiceNotReached(t *testing.T) {
	t.Parallel()
	const advice = "; check that this machine reaches TiDB Cloud, and that serverlessEndpoint " +
		"(TIDBCLOUD_SERVERLESS_ENDPOINT), if set, is right"
	const text = "no answer from TiDB Cloud to GET /v1beta1/clusters/1: "
	for want, err := range map[string]error{
		"EOF":                                   io.EOF,
		"dial: connection refused" + advice:     &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"proxyconnect: EOF" + advice:            &net.OpError{Op: "proxyconnect", Err: io.EOF},
		http.ErrSchemeMismatch.Error() + advice: http.ErrSchemeMismatch,
		"lookup : no such host" + advice:        &net.DNSError{Err: "no such host", IsNotFound: true},
		"lookup : i/o timeout" + advice:         &net.DNSError{Err: "i/o timeout", IsTimeout: true},
		"read: " + syscall.ECONNRESET.Error():   &net.OpError{Op: "read", Err: syscall.ECONNRESET},
	} {
		assert.EqualError(t, noAnswer(t, err), text+want)
	}
}
