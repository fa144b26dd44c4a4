package confluentcloud

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// stripped is the map without secretness, dependencies and nulls, so that values can be compared and sent.
func stripped(m property.Map) property.Map {
	out := map[string]property.Value{}
	for k, v := range m.All {
		if v = strip(v); !v.IsNull() {
			out[k] = v
		}
	}
	return property.NewMap(out)
}

func strip(v property.Value) property.Value {
	switch {
	case v.IsComputed():
		return property.New(property.Computed)
	case v.IsMap():
		return property.New(stripped(v.AsMap()))
	case v.IsArray():
		items := make([]property.Value, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, strip(item))
		}
		return property.New(items)
	}
	return v.WithSecret(false).WithDependencies(nil)
}

// withSecretsOf marks each property secret that is secret, wholly or in part, in one of the sources.
func withSecretsOf(m property.Map, sources ...property.Map) property.Map {
	for _, source := range sources {
		for k, v := range source.All {
			if out, ok := m.GetOk(k); ok && v.HasSecrets() {
				m = m.Set(k, out.WithSecret(true))
			}
		}
	}
	return m
}

// isZero tells whether a value says no more than its absence.
func isZero(v property.Value) bool {
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
			if !isZero(item) {
				return false
			}
		}
		return true
	}
	return false
}

// textAt follows names into nested objects and returns the string there, empty for none or an unknown one.
func textAt(m property.Map, path ...string) string {
	if v := at(m, path...); v.IsString() {
		return v.AsString()
	}
	return ""
}

func at(m property.Map, path ...string) property.Value {
	v := m.Get(path[0])
	for _, name := range path[1:] {
		if !v.IsMap() {
			return property.Value{}
		}
		v = v.AsMap().Get(name)
	}
	return v
}

func intAt(m property.Map, path ...string) int {
	if v := at(m, path...); v.IsNumber() {
		return int(v.AsNumber())
	}
	return 0
}

func boolAt(m property.Map, path ...string) bool {
	v := at(m, path...)
	return v.IsBool() && v.AsBool()
}

func textsAt(m property.Map, path ...string) []string {
	v := at(m, path...)
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

// sameSet tells whether two lists hold the same strings in whatever order.
func sameSet(a, b property.Value) bool {
	if a.HasComputed() || b.HasComputed() || !a.IsArray() || !b.IsArray() {
		return false
	}
	wrap := func(v property.Value) []string {
		texts := textsAt(property.NewMap(map[string]property.Value{"": v}), "")
		slices.Sort(texts)
		return texts
	}
	return slices.Equal(wrap(a), wrap(b))
}

// The following build property values out of what the API answers.

type values = map[string]property.Value

func objectOf(m values) property.Value { return property.New(property.NewMap(m)) }

func idOf(id string) property.Value { return objectOf(values{"id": property.New(id)}) }

func numberOf(n int) property.Value { return property.New(float64(n)) }

func textsOf(texts []string) property.Value {
	items := make([]property.Value, 0, len(texts))
	for _, t := range texts {
		items = append(items, property.New(t))
	}
	return property.New(items)
}

func textMapOf(m map[string]string) property.Value {
	out := values{}
	for k, v := range m {
		out[k] = property.New(v)
	}
	return objectOf(out)
}

func listOf(items ...property.Value) property.Value {
	return property.New(append([]property.Value{}, items...))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
