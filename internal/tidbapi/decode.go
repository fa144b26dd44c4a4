package tidbapi

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// reader reads JSON into the structs of this package. The service's description leaves the form of values open, so it
// accepts what encoding/json rejects or ignores: a number for a string, with all of its digits, and the reverse; names
// of fields in snake case; the whole answer in an envelope, such as {"privateLinkConnection": {…}}. The tags of the
// fields choose how their texts are cleaned, see [reader.clean].
type reader struct{ secrets redactor }

// completer is a struct that corrects its fields once they are read.
type completer interface{ complete() }

func (r reader) read(data []byte, out any) error {
	v, err := parseJSON(data)
	if err != nil {
		return err
	}
	to := reflect.ValueOf(out).Elem()
	return r.set(to, unwrapped(to.Type(), v), reflect.StructField{})
}

// parseJSON keeps all digits of numbers.
func parseJSON(data []byte) (v any, err error) {
	if err := json.Unmarshal(data, &json.RawMessage{}); err != nil {
		return nil, err // a decoder ignores what follows
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return v, decoder.Decode(&v)
}

// set stores a decoded value: in a field, an element of one, or the whole answer. Null changes nothing.
func (r reader) set(to reflect.Value, v any, field reflect.StructField) error {
	isPointer := to.Kind() == reflect.Pointer
	if isPointer && v == "" && to.Type().Elem().Kind() == reflect.String {
		return nil // it is left out
	}
	if isPointer && v != nil {
		to.Set(reflect.New(to.Type().Elem()))
		return r.set(to.Elem(), v, field)
	}
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		if to.Kind() == reflect.Struct {
			return r.setFields(to, v)
		}
	case []any:
		if to.Kind() == reflect.Slice {
			return r.setElements(to, v, field)
		}
	case bool:
		if to.Kind() == reflect.Bool {
			to.SetBool(v)
			return nil
		}
	case json.Number:
		if r.setText(to, digits(v.String()), field) {
			return nil
		}
	case string:
		if r.setText(to, v, field) {
			return nil
		}
	}
	kind := reflect.TypeOf(v).Kind().String()
	return &json.UnmarshalTypeError{Value: kind, Type: to.Type(), Struct: "answer", Field: jsonName(field)}
}

// setText sets a string or a number, and reports whether it can.
func (r reader) setText(to reflect.Value, text string, field reflect.StructField) bool {
	switch {
	case to.Kind() == reflect.String:
		to.SetString(r.clean(text, field))
		return true
	case to.CanInt() && text != "":
		n, err := strconv.ParseInt(text, 10, 64)
		to.SetInt(n)
		return err == nil
	}
	return to.CanInt()
}

func (r reader) setElements(to reflect.Value, all []any, field reflect.StructField) error {
	to.Set(reflect.MakeSlice(to.Type(), len(all), len(all)))
	for i, element := range all {
		if err := r.set(to.Index(i), element, field); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) setFields(to reflect.Value, o map[string]any) error {
	for i := range to.NumField() {
		field := to.Type().Field(i)
		if field.Anonymous {
			if err := r.setFields(to.Field(i), o); err != nil {
				return err
			}
			continue
		}
		if v, found := lookUp(o, jsonName(field)); found {
			if err := r.set(to.Field(i), v, field); err != nil {
				return err
			}
		}
	}
	if c, ok := to.Addr().Interface().(completer); ok {
		c.complete()
	}
	return nil
}

// unwrapped is the content of an envelope: an object that has none of the fields of a type, and one object that has
// some.
func unwrapped(t reflect.Type, v any) any {
	o, _ := v.(map[string]any)
	if t.Kind() != reflect.Struct || hasFieldOf(t, o) {
		return v
	}
	var inside []any
	for _, element := range o {
		if inner, ok := element.(map[string]any); ok && hasFieldOf(t, inner) {
			inside = append(inside, inner)
		}
	}
	if len(inside) == 1 {
		return inside[0]
	}
	return v
}

func hasFieldOf(t reflect.Type, o map[string]any) bool {
	for i := range t.NumField() {
		if _, found := lookUp(o, jsonName(t.Field(i))); found {
			return true
		}
	}
	return false
}

// lookUp finds the value of a field, whatever the case of its name is, with or without underscores. The name's own
// spelling comes first.
func lookUp(o map[string]any, name string) (v any, found bool) {
	if v, found = o[name]; found {
		return v, true
	}
	first := ""
	for key := range o {
		if strings.EqualFold(strings.ReplaceAll(key, "_", ""), name) && (first == "" || key < first) {
			first = key
		}
	}
	v, found = o[first]
	return v, found && first != ""
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

var scientific = regexp.MustCompile(`^[0-9]{1,40}(\.[0-9]{1,40})?[eE]\+?[0-9]{1,2}$`)

// digits are the digits of a whole number in any notation.
func digits(number string) string {
	if scientific.MatchString(number) {
		if r, ok := new(big.Rat).SetString(number); ok && r.IsInt() {
			return r.Num().String()
		}
	}
	return number
}
