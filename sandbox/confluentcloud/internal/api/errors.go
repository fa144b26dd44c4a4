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
	Status  int
	message string
	// invalidKey is set for a 403 that is about the caller rather than the object.
	invalidKey bool
}

func (e *Error) Error() string { return e.message }

// invalidKeyPhrase is what the real provider looks for in the body of a 403.
const invalidKeyPhrase = "invalid API key"

// IsGone tells whether an error means that the object does not exist. The service also answers 403 for objects that are
// gone, so a 403 counts unless its body is about the key.
func IsGone(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Status == http.StatusNotFound || e.Status == http.StatusForbidden && !e.invalidKey
}

func newError(req call, status int, body []byte) *Error {
	e := &Error{
		Status:     status,
		message:    fmt.Sprintf("%d %s", status, http.StatusText(status)),
		invalidKey: status == http.StatusForbidden && bytes.Contains(body, []byte(invalidKeyPhrase)),
	}
	if detail := firstDetail(body); detail != "" && req.declares(status) {
		e.message += ": " + detail
		return e
	}
	e.message += fmt.Sprintf("; could not parse error details; raw response body: %q", body)
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

// declares tells whether the API's description lists the status for the operation. A client generated from it decodes
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
		declared = append(declared, http.StatusNotFound)
	}
	return slices.Contains(declared, status) || status == http.StatusConflict && c.conflict
}
