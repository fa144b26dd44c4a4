package standin

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Stripped is the map without secretness, dependencies and nulls, so that values can be compared and sent.
func Stripped(m property.Map) property.Map {
	out := map[string]property.Value{}
	for k, v := range m.All {
		if v = Strip(v); !v.IsNull() {
			out[k] = v
		}
	}
	return property.NewMap(out)
}

// Strip is [Stripped] for one value.
func Strip(v property.Value) property.Value {
	switch {
	case v.IsComputed():
		return property.New(property.Computed)
	case v.IsMap():
		return property.New(Stripped(v.AsMap()))
	case v.IsArray():
		items := make([]property.Value, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, Strip(item))
		}
		return property.New(items)
	}
	return v.WithSecret(false).WithDependencies(nil)
}

// WithSecretsOf marks each property secret that is secret, wholly or in part, in one of the sources.
func WithSecretsOf(m property.Map, sources ...property.Map) property.Map {
	for _, source := range sources {
		for k, v := range source.All {
			if out, ok := m.GetOk(k); ok && v.HasSecrets() {
				m = m.Set(k, out.WithSecret(true))
			}
		}
	}
	return m
}

// IsZero reports whether a value means the same as its absence.
func IsZero(v property.Value) bool {
	switch {
	case v.IsNull():
		return true
	case v.IsString():
		return v.AsString() == ""
	case v.IsNumber():
		return v.AsNumber() == 0
	case v.IsBool():
		return !v.AsBool()
	case v.IsArray():
		return v.AsArray().Len() == 0
	case v.IsMap():
		for _, item := range v.AsMap().All {
			if !IsZero(item) {
				return false
			}
		}
		return true
	}
	return false
}

// TextAt follows names into nested objects and returns the string there, empty for none or an unknown one.
func TextAt(m property.Map, path ...string) string {
	if v := At(m, path...); v.IsString() {
		return v.AsString()
	}
	return ""
}

// At follows names into nested objects and returns the value there, null for none.
func At(m property.Map, path ...string) property.Value {
	v := m.Get(path[0])
	for _, name := range path[1:] {
		if !v.IsMap() {
			return property.Value{}
		}
		v = v.AsMap().Get(name)
	}
	return v
}

// IntAt is [TextAt] for a whole number.
func IntAt(m property.Map, path ...string) int {
	if v := At(m, path...); v.IsNumber() {
		return int(v.AsNumber())
	}
	return 0
}

// BoolAt is [TextAt] for a boolean.
func BoolAt(m property.Map, path ...string) bool {
	v := At(m, path...)
	return v.IsBool() && v.AsBool()
}

// TextsAt is [TextAt] for a list of strings.
func TextsAt(m property.Map, path ...string) []string {
	v := At(m, path...)
	if !v.IsArray() {
		return nil
	}
	var texts []string
	for _, item := range v.AsArray().All {
		if item.IsString() {
			texts = append(texts, item.AsString())
		}
	}
	return texts
}

// SameSet reports whether two lists hold the same strings in whatever order.
func SameSet(a, b property.Value) bool {
	if a.HasComputed() || b.HasComputed() || !a.IsArray() || !b.IsArray() {
		return false
	}
	wrap := func(v property.Value) []string {
		texts := TextsAt(property.NewMap(map[string]property.Value{"": v}), "")
		slices.Sort(texts)
		return texts
	}
	return slices.Equal(wrap(a), wrap(b))
}

// Values are properties by name, to build an object out of what a service answers.
type Values = map[string]property.Value

// ObjectOf is an object.
func ObjectOf(m Values) property.Value { return property.New(property.NewMap(m)) }

// NumberOf is a whole number.
func NumberOf(n int) property.Value { return property.New(float64(n)) }

// TextsOf is a list of strings.
func TextsOf(texts []string) property.Value {
	items := make([]property.Value, 0, len(texts))
	for _, t := range texts {
		items = append(items, property.New(t))
	}
	return property.New(items)
}

// TextMapOf is a mapping of strings.
func TextMapOf(m map[string]string) property.Value {
	out := Values{}
	for k, v := range m {
		out[k] = property.New(v)
	}
	return ObjectOf(out)
}

// ListOf is a list.
func ListOf(items ...property.Value) property.Value {
	return property.New(append([]property.Value{}, items...))
}

// SortedKeys are the keys of a map in order.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
