package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// protoDecoder reads JSON as a gRPC gateway does: the names of fields are compared letter by letter, and 64-bit
// integers may be strings. The target consists of structs, whose json tags are the names of fields, pointers, slices,
// strings, booleans, int64 and time.Time.
type protoDecoder struct {
	// tolerant ignores unknown fields.
	tolerant bool
	// ignored are names of fields that are ignored in any case.
	ignored []string
}

// decodeProto reads the request's body.
func decodeProto(rq *request, into any, d protoDecoder) *failure {
	decoder := json.NewDecoder(bytes.NewReader(rq.body))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return invalidArgument("the body is not JSON: " + err.Error())
	}
	if decoder.More() {
		return invalidArgument("the body has something after the JSON object")
	}
	if err := d.set(reflect.ValueOf(into).Elem(), v, ""); err != nil {
		return invalidArgument(err.Error())
	}
	return nil
}

func (d protoDecoder) set(target reflect.Value, v any, path string) error {
	if v == nil {
		return nil
	}
	if target.Type() == reflect.TypeFor[time.Time]() {
		return setTime(target, v, path)
	}
	wrong := func(want string) error {
		return fmt.Errorf("%s is %s: it must be %s", orDefault(path, "the body"), quote(v), want)
	}
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(reflect.New(target.Type().Elem()))
		return d.set(target.Elem(), v, path)
	case reflect.Struct:
		object, ok := v.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		return d.setFields(target, object, path)
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			return wrong("a list")
		}
		return d.setElements(target, list, path)
	case reflect.String:
		text, ok := v.(string)
		if !ok {
			return wrong("a string")
		}
		target.SetString(text)
	case reflect.Bool:
		b, ok := v.(bool)
		if !ok {
			return wrong("true or false")
		}
		target.SetBool(b)
	case reflect.Int64:
		n, ok := integer(v)
		if !ok {
			return wrong("an integer")
		}
		target.SetInt(n)
	default:
		panic("sandbox: no JSON for " + target.Type().String()) // all types are ours
	}
	return nil
}

func (d protoDecoder) setFields(target reflect.Value, object map[string]any, path string) error {
	fields := map[string]reflect.Value{}
	for i := range target.NumField() {
		name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = target.Field(i)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		v := object[name]
		inner := strings.TrimPrefix(path+"."+name, ".")
		field, known := fields[name]
		switch {
		case known:
			if err := d.set(field, v, inner); err != nil {
				return err
			}
		case !d.tolerant && !slices.Contains(d.ignored, name):
			return fmt.Errorf("%s is no field of the API", inner)
		}
	}
	return nil
}

func (d protoDecoder) setElements(target reflect.Value, list []any, path string) error {
	target.Set(reflect.MakeSlice(target.Type(), len(list), len(list)))
	for i, v := range list {
		inner := fmt.Sprintf("%s[%d]", path, i)
		if v == nil {
			return fmt.Errorf("%s is null", inner)
		}
		if err := d.set(target.Index(i), v, inner); err != nil {
			return err
		}
	}
	return nil
}

func setTime(target reflect.Value, v any, path string) error {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("%s is %s: it must be a time like 2026-01-02T15:04:05Z", path, quote(v))
	}
	target.Set(reflect.ValueOf(t))
	return nil
}

// integer reads an integer, or a string that holds one. 1.0 is one too.
func integer(v any) (int64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	default:
		return 0, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53
}
