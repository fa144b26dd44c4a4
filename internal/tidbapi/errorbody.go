package tidbapi

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// gRPC codes that the service puts into its errors.
const (
	codeUnknown            = 2
	codeInvalidArgument    = 3
	codeNotFound           = 5
	codeAlreadyExists      = 6
	codePermissionDenied   = 7
	codeResourceExhausted  = 8
	codeFailedPrecondition = 9
	codeAborted            = 10
	codeOutOfRange         = 11
	codeUnimplemented      = 12
	codeUnavailable        = 14
	codeUnauthenticated    = 16
)

// codesOfWords are the gRPC codes by their names.
var codesOfWords = map[string]int{
	"CANCELLED": 1, //nolint:misspell // gRPC spells it so
	"UNKNOWN":   codeUnknown, "INVALID_ARGUMENT": codeInvalidArgument, "DEADLINE_EXCEEDED": 4,
	"NOT_FOUND": codeNotFound, "ALREADY_EXISTS": codeAlreadyExists, "PERMISSION_DENIED": codePermissionDenied,
	"RESOURCE_EXHAUSTED": codeResourceExhausted, "FAILED_PRECONDITION": codeFailedPrecondition, "ABORTED": codeAborted,
	"OUT_OF_RANGE": codeOutOfRange, "UNIMPLEMENTED": codeUnimplemented, "INTERNAL": 13, "UNAVAILABLE": codeUnavailable,
	"DATA_LOSS": 15, "UNAUTHENTICATED": codeUnauthenticated,
}

// serviceError is what an unsuccessful answer says in its body.
type serviceError struct {
	code    int
	message string
}

// parseError reads the body of an unsuccessful answer: {"code": 5, "message": "…"} with a number or a word for the
// code, and that in {"error": …} or {"errors": […]} too. Nil means that it has none of these forms.
func parseError(body []byte) *serviceError {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil || decoder.More() {
		return nil
	}
	o, ok := decoded.(map[string]any)
	if !ok {
		return nil
	}
	e := readError(o)
	if e.code == 0 && e.message == "" {
		return nil
	}
	return &e
}

func readError(o map[string]any) serviceError {
	var e serviceError
	var word string
	for _, key := range []string{"status", "code"} {
		code, name := readCode(o[key])
		if key == "status" && name == "" {
			continue // the HTTP status, which a page of a proxy may repeat as well
		}
		if code != 0 {
			e.code = code
		}
		if name != "" {
			word = name
		}
	}
	// The word says more than the number of the HTTP status.
	if named, known := codesOfWords[word]; known && (e.code == 0 || e.code >= 100 && e.code < 600) {
		e.code = named
	}
	for _, key := range []string{"message", "msg", "detail", "error_description", "error"} {
		if text, ok := o[key].(string); ok && e.message == "" {
			e.message = text
		}
	}
	if _, known := codesOfWords[word]; !known && word != "" {
		e.message = strings.TrimPrefix(word+": "+e.message, ": ")
	}
	return e.or(innerError(o))
}

// or fills in what only the other says.
func (e serviceError) or(other serviceError) serviceError {
	if e.code == 0 {
		e.code = other.code
	}
	if e.message == "" || other.code != 0 && other.message != "" {
		e.message = other.message
	}
	return e
}

// innerError is the error in an envelope.
func innerError(o map[string]any) serviceError {
	inner := o["error"]
	if all, ok := o["errors"].([]any); ok && len(all) > 0 {
		inner = all[0]
	}
	if enveloped, ok := inner.(map[string]any); ok {
		return readError(enveloped)
	}
	return serviceError{}
}

var humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// readCode reads a code that is a number, a number as text, or a word. A word that gRPC does not have is one of the
// service's own; its number is that of UNKNOWN.
func readCode(v any) (code int, word string) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimSpace(v)
	}
	if n, err := strconv.Atoi(text); err == nil {
		return n, ""
	}
	if text == "" || !isWord.MatchString(text) {
		return 0, ""
	}
	word = strings.ToUpper(humps.ReplaceAllString(text, "${1}_${2}"))
	word = strings.NewReplacer("-", "_", " ", "_").Replace(word)
	if code, known := codesOfWords[word]; known {
		return code, word
	}
	return codeUnknown, word
}

var isWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_ -]{0,63}$`)
