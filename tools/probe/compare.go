package main

import (
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A call summarizes all answers to calls of one name.
type call struct {
	name     string
	count    int
	statuses set
	headers  set
	media    set
	asked    set // how credentials are asked for
	form     form
}

type set map[string]bool

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

// summarize puts the answers of each call together, in the order of the calls.
func summarize(seen []observation, r func(call string) *reader) []*call {
	var calls []*call
	for _, o := range seen {
		i := slices.IndexFunc(calls, func(c *call) bool { return c.name == o.call })
		if i < 0 {
			i = len(calls)
			calls = append(calls,
				&call{name: o.call, statuses: set{}, headers: set{}, media: set{}, asked: set{}, form: form{}})
		}
		c := calls[i]
		c.count++
		c.statuses[strconv.Itoa(o.status)] = true
		c.media[mediaOf(o.header.Get("Content-Type"))] = true
		for name := range o.header {
			if name = strings.ToLower(name); telling.MatchString(name) {
				c.headers[name] = true
			}
		}
		for _, challenge := range o.header.Values("Www-Authenticate") {
			c.asked[challengeOf(challenge)] = true
		}
		r(o.call).read(c.form, o.body)
	}
	return calls
}

// telling are the headers that belong to the API. A proxy may add others, with the name of a company in theirs.
var telling = regexp.MustCompile(
	`^(www-authenticate|retry-after|location|allow|` +
		`(x-)?rate-?limit(-(limit|remaining|reset|policy))?(-(second|minute|hour))?|` +
		`x-debug-trace-id|(x-)?trace-id|x-request-id)$`)

var mediaTypes = set{
	"application/json": true, "application/problem+json": true, "application/vnd.api+json": true, "text/html": true,
	"text/plain": true,
}

func mediaOf(header string) string {
	if header == "" {
		return "none"
	}
	media, parameters, err := mime.ParseMediaType(header)
	if err != nil || !mediaTypes[media] {
		return "another media type"
	}
	if strings.EqualFold(parameters["charset"], "utf-8") {
		media += "; charset=utf-8"
	}
	return media
}

var (
	challengePart = regexp.MustCompile(`([A-Za-z]+)\s*(=)\s*("(?:[^"\\]|\\.)*"|[^",\s]+)|([A-Za-z]+)`)
	schemes       = set{"digest": true, "basic": true, "bearer": true}
	parameters    = set{
		"realm": true, "nonce": true, "qop": true, "algorithm": true, "opaque": true, "stale": true, "domain": true,
		"charset":  true,
		"userhash": true, "error": true, "error_description": true, "scope": true,
	}
	parameterWord = regexp.MustCompile(
		`^"?(auth|auth-int|auth,\s?auth-int|auth-int,\s?auth|MD5|MD5-sess|` +
			`SHA-256|SHA-256-sess|SHA-512-256|true|false|UTF-8)"?$`)
)

// challengeOf is a challenge without its values.
func challengeOf(header string) string {
	var parts []string
	for _, m := range challengePart.FindAllStringSubmatch(header, -1) {
		name, value, scheme := m[1], m[3], m[4]
		switch {
		case scheme != "" && schemes[strings.ToLower(scheme)]:
			parts = append(parts, scheme)
		case scheme != "":
			parts = append(parts, "(another scheme)")
		case !parameters[strings.ToLower(name)]:
			parts = append(parts, "(another parameter)")
		case parameterWord.MatchString(value):
			parts = append(parts, name+"="+value)
		case strings.HasPrefix(value, `"`):
			parts = append(parts, name+`="…"`)
		default:
			parts = append(parts, name+"=…")
		}
	}
	return strings.Join(parts, " ")
}

// differences are how the live answers to a call differ from the sandbox's.
func differences(live, box *call) []string {
	var found []string
	compare := func(what string, live, box set) {
		if a, b := strings.Join(live.sorted(), ", "), strings.Join(box.sorted(), ", "); a != b {
			found = append(found, what+": "+orNothing(a)+"; in the sandbox "+orNothing(b))
		}
	}
	compare("status", live.statuses, box.statuses)
	compare("content type", live.media, box.media)
	compare("headers", live.headers, box.headers)
	compare("challenge", live.asked, box.asked)
	for _, path := range slices.Sorted(maps.Keys(live.form)) {
		if strings.HasPrefix(path, "(body)") && box.form[path] == nil {
			found = append(found,
				path+": "+strings.Join(set(live.form[path]).sorted(), ", ")+"; in the sandbox an object")
			continue
		}
		if box.form[path] == nil {
			found = append(found,
				"field "+path+" ("+strings.Join(set(live.form[path]).sorted(), ", ")+") is not in the sandbox")
			continue
		}
		for _, kind := range set(live.form[path]).sorted() {
			if !box.form[path][kind] && !(published(kind) && onlyOthers(box.form[path], kind)) {
				found = append(found,
					path+": "+kind+"; in the sandbox "+strings.Join(set(box.form[path]).sorted(), ", "))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(box.form)) {
		// Fields below a missing field are not reported.
		if live.form[path] == nil && live.form[parent(path)] != nil {
			found = append(found, "field "+path+" is only in the sandbox")
		}
	}
	return found
}

// published reports whether a kind is a word as the services' descriptions spell it. Another object may be in another
// state.
func published(kind string) bool {
	word, ok := strings.CutPrefix(kind, "`")
	return ok && slices.Contains(strings.Fields(knownWords), strings.TrimSuffix(word, "`"))
}

// onlyOthers reports whether the kinds are words, and none is the same in another spelling.
func onlyOthers(kinds map[string]bool, word string) bool {
	words := 0
	for kind := range kinds {
		if strings.EqualFold(kind, word) {
			return false
		}
		if strings.HasPrefix(kind, "`") {
			words++
		}
	}
	return words > 0
}

func parent(path string) string {
	path, isElement := strings.CutSuffix(path, "[]")
	if isElement {
		return "" // an empty list has no elements, so nothing is known
	}
	path, isValue := strings.CutSuffix(path, ".*")
	if isValue {
		return ""
	}
	if i := strings.LastIndex(path, "."); i >= 0 {
		return path[:i]
	}
	return "(body)"
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// isWrong reports whether a status means that the key may not see it.
func isWrong(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}
