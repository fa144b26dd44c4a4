package tidbapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

const (
	maxMessageLength   = 1000 // runes of a message that the service wrote
	maxExcerptLength   = 200  // runes of an answer that is no service error
	maxRequestIDLength = 128
	maxWordLength      = 200 // runes of a state, a type, an id
	maxNameLength      = 1000
)

// Error is a refusal by the service.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Code is the service's own code, usually a gRPC code, whether it came as a number or as a word; zero when the
	// answer was not one of its errors, as when it comes from a proxy.
	Code int
	// Message is what the service says, shortened where it is very long.
	Message string
	// RequestID identifies the request to TiDB Cloud's support; it may be empty.
	RequestID string
	// Method and Path are the call.
	Method, Path string

	retryAfter time.Duration // how long the service wants to be left alone; zero when it does not say
	hint       string        // what is wrong with the key, if it shows
}

// Error says what was called, what the service answered, and what to do about it.
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
			"Owner, or another role " +
			"that allows this, with a scope (organization, project or instance) that the cluster is in"
	case e.StatusCode == http.StatusNotFound && e.Code != 0:
		// The service says the same of what another organization has.
		return "check the id, and that the API key belongs to the organization of the cluster"
	case e.StatusCode == http.StatusTooManyRequests:
		return "lower requestsPerMinute, or stop other programs that use the same API key"
	case e.StatusCode >= 300 && e.StatusCode < 400:
		return "redirects are not followed; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)"
	case e.Code == 0 && e.StatusCode < 500:
		return "this is not an answer of the TiDB Cloud API; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)"
	}
	return ""
}

// IsTemporary reports whether the same call may well succeed later: the service was busy, broken or out of reach.
func IsTemporary(err error) bool {
	return !errors.Is(err, context.Canceled) && worthRepeating(err)
}

// newError reads an unsuccessful answer.
func newError(m message, a *answer) *Error {
	e := &Error{
		StatusCode: a.status,
		Method:     m.method,
		Path:       m.url.Path,
		RequestID:  requestID(a),
		retryAfter: retryAfter(a),
	}
	said := parseError(a.body)
	switch {
	case said != nil:
		e.Code, e.Message = said.code, a.clean(said.message, maxMessageLength)
	case len(a.body) > 0:
		e.Message = fmt.Sprintf("%q", a.excerpt())
	}
	if target, err := url.Parse(a.header.Get("Location")); err == nil && target.Host != "" && a.status < 400 {
		e.Message = "it points to " + a.clean(target.Scheme+"://"+target.Host, maxExcerptLength)
	}
	return e
}

// requestID finds the id under the names that TiDB Cloud and the gateways before it use.
func requestID(a *answer) string {
	for _, name := range []string{"X-Debug-Trace-Id", "X-Trace-Id", "Trace-Id", "X-Request-Id"} {
		if id := a.clean(a.header.Get(name), maxRequestIDLength); id != "" {
			return id
		}
	}
	var body struct {
		TraceID string `json:"trace_id"`
	}
	_ = json.Unmarshal(a.body, &body) // an answer without the field has no id
	return a.clean(body.TraceID, maxRequestIDLength)
}

// errDeleted is about something that is shown as deleted, which is to say that it does not exist.
var errDeleted = errors.New("TiDB Cloud shows it as deleted")

// answerError is an answer of success that cannot be read: the service did what it was asked, and we do not know what
// came of it.
type answerError struct {
	method, path string
	err          error
	transient    bool // reading it again may work
}

// Error says which answer cannot be read, and why.
func (e *answerError) Error() string {
	return fmt.Sprintf("cannot read the answer of TiDB Cloud to %s %s: %v", e.method, e.path, e.err)
}

// Unwrap returns the cause.
func (e *answerError) Unwrap() error { return e.err }

// scrub takes the credentials out of the error of an answer that cannot be read.
func (a *digestAuth) scrub(err error) error {
	var e *answerError
	if errors.As(err, &e) && a.redact(e.err.Error()) != e.err.Error() {
		e.err = errors.New(a.redact(e.err.Error()))
	}
	return err
}

// excerpt is the beginning of an answer that has no known form.
func (a *answer) excerpt() string {
	const enough = 8 * maxExcerptLength // bytes: plenty for the runes that remain
	return clean(head(a.redacted(string(a.body)), enough), maxExcerptLength)
}

// clean makes a text of the answer fit to be shown. The credentials go first: of one that the end is cut off, the
// rest would not be recognized.
func (a *answer) clean(s string, limit int) string { return clean(a.redacted(s), limit) }

func (a *answer) redacted(s string) string {
	if a.redact == nil {
		return s
	}
	return a.redact(s)
}

func head(s string, limit int) string { return s[:min(len(s), limit)] }

// clean makes foreign text fit for one line of a terminal: no control characters, single spaces, bounded length.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return string(runes)
}
