package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A form has the fields of answers by path, each with the kinds of its values. The only values in it are words of
// enumerations.
type form map[string]map[string]bool

func (f form) note(path, kind string) {
	if f[path] == nil {
		f[path] = map[string]bool{}
	}
	f[path][kind] = true
}

// A reader reads forms.
type reader struct {
	// known is the form that the sandbox has. New names of fields are shown only in objects that are objects there too:
	// other keys may be values. Nil means that everything is known.
	known form
	// words are those of enumerations, which may be shown.
	words map[string]bool
	// hidden are texts that never count as words.
	hidden []string
	// shown are the words and names that were not known before.
	shown map[string]bool
}

// read adds an answer to a form.
func (r *reader) read(f form, body []byte) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var said any
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		f.note("(body)", "empty")
	case decoder.Decode(&said) != nil:
		f.note("(body)", "not JSON")
	default:
		r.add(f, "", said)
	}
}

// fieldName matches the services' names of fields. A name with digits may be an id, in an object whose keys are values.
var fieldName = regexp.MustCompile(`^[a-z][A-Za-z]{0,39}$|^[a-z]+(_[a-z]+){0,6}$`)

// mapping are the fields whose keys are values.
var mapping = regexp.MustCompile(
	`(^|[.\]])(labels|annotations|tags|zonal_subdomains|zonalSubdomains|spec\.endpoints|parameters)$`)

func (r *reader) add(f form, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		f.note(orRoot(path), "object")
		for _, name := range slices.Sorted(maps.Keys(v)) {
			child := join(path, name)
			switch {
			case mapping.MatchString(path):
				r.add(f, path+".*", v[name])
			case r.known == nil || r.known[child] != nil:
				r.add(f, child, v[name])
			case r.known[orRoot(path)]["object"] && !strings.Contains(path, ".*") && r.mayShow(name) &&
				fieldName.MatchString(name):
				r.shown[name] = true
				f.note(child, shape(v[name]))
			default:
				f.note(join(path, "(another field)"), shape(v[name]))
			}
		}
	case []any:
		f.note(orRoot(path), "list")
		for _, element := range v {
			if r.known == nil || r.known[path+"[]"] != nil {
				r.add(f, path+"[]", element)
			} else {
				f.note(path+"[]", shape(element))
			}
		}
	case string:
		f.note(orRoot(path), r.textKind(path, v))
	case json.Number:
		f.note(orRoot(path), numberKind(path, v))
	default:
		f.note(orRoot(path), shape(v))
	}
}

// shape is all that the report has of an unknown value.
func shape(value any) string {
	switch v := value.(type) {
	case map[string]any:
		return fmt.Sprintf("object of %d fields", len(v))
	case []any:
		return "list"
	case string:
		return "text"
	case json.Number:
		return "number"
	case bool:
		return "true or false"
	}
	return "null"
}

func (r *reader) mayShow(s string) bool {
	return !slices.ContainsFunc(r.hidden, func(hidden string) bool {
		return hidden != "" && strings.Contains(strings.ToLower(s), strings.ToLower(hidden))
	})
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func orRoot(path string) string {
	if path == "" {
		return "(body)"
	}
	return path
}
