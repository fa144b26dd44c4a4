package tidbapi

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// The service's description leaves open how JSON has its values. unmarshal reads what encoding/json would refuse, or
// pass over in silence: a number for a string, with all of its digits, and the other way round; names of fields in
// snake case; the whole answer in an envelope, {"privateLinkConnection": {…}}.
func unmarshal(data []byte, out any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := json.Unmarshal(data, &json.RawMessage{}); err != nil {
		return err
	}
	if err := decoder.Decode(&v); err != nil {
		return err
	}
	t := reflect.TypeOf(out).Elem()
	fitted, err := json.Marshal(fit(t, unwrapped(t, v)))
	if err != nil {
		return err
	}
	return json.Unmarshal(fitted, out)
}

// unwrapped is what is in an envelope: an object that has none of the fields of a type, and one object that has some.
func unwrapped(t reflect.Type, v any) any {
	o, ok := v.(map[string]any)
	if !ok || t.Kind() != reflect.Struct || knows(t, o) {
		return v
	}
	var inside []any
	for _, element := range o {
		if inner, ok := element.(map[string]any); ok && knows(t, inner) {
			inside = append(inside, inner)
		}
	}
	if len(inside) == 1 {
		return inside[0]
	}
	return v
}

// knows reports whether a type has any of an object's fields.
func knows(t reflect.Type, o map[string]any) bool {
	for key := range o {
		if _, known := fieldOf(t, key); known {
			return true
		}
	}
	return false
}

// fit turns a decoded value into one that encoding/json reads into a type.
func fit(t reflect.Type, v any) any {
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return v
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v == nil {
			return nil
		}
		return fit(t.Elem(), v)
	case reflect.Slice:
		if all, ok := v.([]any); ok {
			fitted := make([]any, len(all))
			for i, element := range all {
				fitted[i] = fit(t.Elem(), element)
			}
			return fitted
		}
	case reflect.Struct:
		if o, ok := v.(map[string]any); ok {
			return fitObject(t, o)
		}
	case reflect.String:
		if n, ok := v.(json.Number); ok {
			return digits(n)
		}
	case reflect.Int, reflect.Int64, reflect.Int32:
		if text, ok := v.(string); ok && wholeNumber.MatchString(text) {
			return json.Number(text)
		}
	}
	return v
}

var (
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,18})$`)
	scientific  = regexp.MustCompile(`^[0-9]{1,40}(\.[0-9]{1,40})?[eE]\+?[0-9]{1,2}$`)
)

// fitObject keeps the fields that a type knows. Of two that stand for the same one, that in the type's own spelling
// counts.
func fitObject(t reflect.Type, o map[string]any) map[string]any {
	fitted := map[string]any{}
	keys := make([]string, 0, len(o))
	for key := range o {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		field, known := fieldOf(t, key)
		if !known {
			continue
		}
		name := jsonName(field)
		if _, there := fitted[name]; !there || key == name {
			fitted[name] = fit(field.Type, o[key])
		}
	}
	return fitted
}

// fieldOf is the field that a key stands for, in whatever case it is.
func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Tag.Get("json") != "-" && isSpelling(key, jsonName(f)) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// isSpelling reports whether a key is the name of a field, in whatever case, with or without underscores.
func isSpelling(key, name string) bool {
	return strings.EqualFold(strings.ReplaceAll(key, "_", ""), name)
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}

// digits are the digits of a whole number, however it is written.
func digits(n json.Number) string {
	if scientific.MatchString(n.String()) {
		if r, ok := new(big.Rat).SetString(n.String()); ok && r.IsInt() {
			return r.Num().String()
		}
	}
	return n.String()
}
