package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// Error is an answer that is not a success.
type Error struct {
	Status int
	// line reports what happened, without the service's words. detail is the one part of the service's words that the
	// real provider understands: empty for none.
	line, detail string
	// body is what the real provider shows where it understands nothing.
	body []byte
	// bare leaves the body out.
	bare bool
	// invalidKey is set for a 403 that is about the caller rather than the object.
	invalidKey bool
}

func (e *Error) Error() string {
	switch {
	case e.detail != "":
		return e.line + ": " + e.detail
	case e.bare:
		return e.line
	}
	return e.line + unreadable(e.body)
}

// unreadable is what the real provider appends where it understands nothing of an answer.
func unreadable(body []byte) string {
	return fmt.Sprintf("; could not parse error details; raw response body: %q", body)
}

// Bare is the error as the real provider shows it where it no longer has the answer: without the body of one that it
// does not understand.
func Bare(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	short := *e
	short.bare = true
	return &short
}

// WithBody is the error of a wait as the real provider shows it: unless it understands the service's answer, it shows
// the body of the answer that began the wait.
func WithBody(err error, answer []byte) error {
	var e *Error
	if errors.As(err, &e) && e.detail != "" {
		return err
	}
	return errors.New(Bare(err).Error() + unreadable(answer))
}

// invalidKeyPhrase is what the real provider looks for in the body of a 403.
const invalidKeyPhrase = "invalid API key"

// IsGone reports whether an error means that the object does not exist. The service also answers 403 for objects that
// are gone, so a 403 counts unless its body is about the key, in the one form that the real provider understands.
func IsGone(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Status == http.StatusNotFound || e.Status == http.StatusForbidden && !e.invalidKey
}

func newError(req call, status int, body []byte) *Error {
	e := &Error{Status: status, line: fmt.Sprintf("%d %s", status, http.StatusText(status)), body: body}
	if req.declares(status) {
		e.detail = firstDetail(body)
	}
	// The real provider has read a body that it does not understand before it looks for the phrase, and finds nothing
	// then.
	e.invalidKey = status == http.StatusForbidden && e.detail != "" && bytes.Contains(body, []byte(invalidKeyPhrase))
	return e
}

// firstDetail is the one part of an error answer that reaches a user.
func firstDetail(body []byte) string {
	var failure struct {
		Errors []struct {
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &failure) != nil || len(failure.Errors) == 0 {
		return ""
	}
	return failure.Errors[0].Detail
}

// declares reports whether the API's description lists the status for the operation. A client generated from it decodes
// the error of no other.
func (c call) declares(status int) bool {
	declared := []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
		http.StatusTooManyRequests, http.StatusInternalServerError,
	}
	switch c.method {
	case http.MethodPost:
		declared = append(declared, http.StatusPaymentRequired, http.StatusConflict, http.StatusUnprocessableEntity)
	case http.MethodPatch:
		declared = append(declared, http.StatusPaymentRequired, http.StatusConflict, http.StatusUnprocessableEntity,
			http.StatusNotFound)
	default:
		if !c.listing {
			declared = append(declared, http.StatusNotFound)
		}
	}
	return slices.Contains(declared, status) || status == http.StatusConflict && c.conflict
}
