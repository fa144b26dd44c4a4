package tidbapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is a refusal by the service.
type Error struct {
	StatusCode int
	// Code is the service's own code, usually a gRPC code, whether it came as a number or as a word; zero when the
	// answer was not one of its errors, as when it comes from a proxy.
	Code int
	// Message is that of the service; a very long one is shortened.
	Message string
	// RequestID identifies the request to TiDB Cloud's support; it may be empty.
	RequestID    string
	Method, Path string

	retryAfter time.Duration // how long the service asks to wait; zero when it does not
	hint       string        // a visible fault of the key
}

// Error names the call, the answer, and what to do about it.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "TiDB Cloud answered %d %s to %s %s", e.StatusCode, http.StatusText(e.StatusCode), e.Method, e.Path)
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	if advice := e.advice(); advice != "" {
		b.WriteString("; " + advice)
	}
	return b.String()
}

func (e *Error) advice() string {
	switch {
	case e.StatusCode == http.StatusUnauthorized:
		const check = "check publicKey (TIDBCLOUD_PUBLIC_KEY) and privateKey (TIDBCLOUD_PRIVATE_KEY)"
		if e.hint != "" {
			return check + "; " + e.hint
		}
		return check
	case e.StatusCode == http.StatusForbidden:
		return "check that the API key belongs to the organization of the cluster and has the role Organization " +
			"Owner, or another role that allows this, with a scope (organization, project or instance) that the " +
			"cluster is in"
	case e.StatusCode == http.StatusNotFound && e.Code != 0:
		// The service answers the same about another organization's things.
		return "check the ID, and that the API key belongs to the organization of the cluster"
	case e.StatusCode == http.StatusTooManyRequests:
		return "lower requestsPerMinute, or stop other programs that use the same API key"
	case e.StatusCode >= 300 && e.StatusCode < 400:
		return "redirects are not followed; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)"
	case e.Code == 0 && e.StatusCode < 500:
		return "this is not an answer of the TiDB Cloud API; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)"
	}
	return ""
}

// IsTemporary reports whether the same call may succeed later: the service was busy, broken or unreachable.
func IsTemporary(err error) bool {
	return !errors.Is(err, context.Canceled) && worthRepeating(err)
}

// newError reads an unsuccessful answer.
func newError(req *http.Request, a *answer) *Error {
	e := &Error{StatusCode: a.status, Method: req.Method, Path: req.URL.Path, retryAfter: retryAfter(a)}
	body, _ := parseJSON(a.body)
	o, _ := body.(map[string]any) // nil for anything but an object, which has no key then
	if code, message := readError(o); code != 0 || message != "" {
		e.Code, e.Message = code, a.secrets.clean(message, maxMessageLength)
	} else if len(a.body) > 0 {
		e.Message = fmt.Sprintf("%q", a.excerpt())
	}
	if target, err := url.Parse(a.header.Get("Location")); err == nil && target.Host != "" && a.status < 400 {
		e.Message = "it points to " + a.secrets.clean(target.Scheme+"://"+target.Host, maxExcerptLength)
	}
	// TiDB Cloud and the gateways before it have several names for the id of a request.
	trace, _ := o["trace_id"].(string)
	e.RequestID = a.secrets.clean(cmp.Or(
		a.header.Get("X-Debug-Trace-Id"), a.header.Get("X-Trace-Id"), a.header.Get("Trace-Id"),
		a.header.Get("X-Request-Id"), trace), maxRequestIDLength)
	return e
}

// errDeleted is the error about something that the service shows as deleted: it does not exist.
var errDeleted = errors.New("TiDB Cloud shows it as deleted")

// callError is a call without an answer that can be read.
type callError struct {
	text      string
	err       error
	outcome   Outcome
	transient bool // another try may work
}

// Error names the call, and what is wrong.
func (e *callError) Error() string { return e.text }

// Unwrap returns the cause.
func (e *callError) Unwrap() error { return e.err }

// unreadable is the error about an unreadable answer of success: the service has done the call, but the result is
// unknown.
func unreadable(method, path string, err error, transient bool) error {
	text := fmt.Sprintf("cannot read the answer of TiDB Cloud to %s %s: %v", method, path, err)
	return &callError{text, err, Done, transient}
}
