package tidbapi

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
)

// readError reads the body of an unsuccessful answer: {"code": 5, "message": "…"} with a number or a word for the
// code, and that in {"error": …} or {"errors": […]} too. It returns nothing for a body that has none of these forms.
func readError(o map[string]any) (code int, message string) {
	code, word := readCode(o["code"])
	// A number there is the HTTP status, which a page of a proxy may have too.
	if named, status := readCode(o["status"]); status != "" && word == "" {
		word = status
		if code == 0 {
			code = named
		}
	}
	named, known := codeOf(word)
	if known && code >= 100 && code < 600 {
		code = named // The word is more exact than the number of the HTTP status.
	}
	for _, key := range []string{"message", "msg", "detail", "error_description", "error"} {
		if text, ok := o[key].(string); ok && message == "" {
			message = text
		}
	}
	if word != "" && !known {
		message = strings.TrimPrefix(word+": "+message, ": ")
	}
	inner, _ := o["error"].(map[string]any)
	if all, ok := o["errors"].([]any); ok && len(all) > 0 {
		inner, _ = all[0].(map[string]any)
	}
	if inner == nil {
		return code, message
	}
	innerCode, innerMessage := readError(inner)
	if message == "" || innerCode != 0 && innerMessage != "" {
		message = innerMessage
	}
	if code == 0 {
		code = innerCode
	}
	return code, message
}

var (
	humps  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	isWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_ -]{0,63}$`)
)

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
	if !isWord.MatchString(text) {
		return 0, ""
	}
	word = strings.ToUpper(humps.ReplaceAllString(text, "${1}_${2}"))
	word = strings.NewReplacer("-", "_", " ", "_").Replace(word)
	if code, known := codeOf(word); known {
		return code, word
	}
	return int(codes.Unknown), word
}

// codeOf returns the gRPC code of a name such as NOT_FOUND.
func codeOf(name string) (code int, known bool) {
	var c codes.Code
	err := c.UnmarshalJSON([]byte(strconv.Quote(name)))
	return int(c), err == nil && c != codes.OK
}
