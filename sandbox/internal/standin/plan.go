package standin

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// PlanCreate is the state that a new resource is going to have: what the program sets, and unknown what the service
// decides.
func (k *Type) PlanCreate(inputs property.Map) property.Map {
	out := Values{}
	for name, f := range k.Outputs {
		switch given := inputs.Get(name); {
		case !given.IsNull():
			out[name] = fill(f, given)
		case f.Decided:
			out[name] = property.New(property.Computed)
		}
	}
	return property.NewMap(out)
}

// fill adds what the service decides to an object that the program sets in part.
func fill(f *Field, given property.Value) property.Value {
	switch {
	case f.Kind == Object && given.IsMap():
		m := given.AsMap()
		for name, nested := range f.Fields {
			if v := m.Get(name); !v.IsNull() {
				m = m.Set(name, fill(nested, v))
			} else if nested.Decided {
				m = m.Set(name, property.New(property.Computed))
			}
		}
		return property.New(m)
	case f.Kind == List && given.IsArray():
		items := make([]property.Value, 0, given.AsArray().Len())
		for _, item := range given.AsArray().All {
			items = append(items, fill(f.Elem, item))
		}
		return property.New(items)
	}
	return given
}

// PlanUpdate is the state that an updated resource is going to have. Values of the service stay known, because no
// update in place changes them. Those that are missing after a creation failed half way are null, not unknown, except
// for the lists and maps that only the service fills.
func (k *Type) PlanUpdate(state, inputs property.Map) property.Map {
	out := Values{}
	for name, f := range k.Outputs {
		old := state.Get(name)
		in, isInput := k.Inputs[name]
		switch given := inputs.Get(name); {
		case !isInput && old.IsNull() && (f.Kind == List || f.Kind == Mapping):
			out[name] = property.New(property.Computed)
		case !isInput:
			out[name] = old
		case !given.IsNull() && k.equivalent(name, old, given):
			out[name] = old
		case !given.IsNull():
			out[name] = overlay(f, old, given)
		case in.Decided || IsZero(old):
			out[name] = old
		}
	}
	return property.NewMap(out)
}

// overlay replaces present values by those that the program sets.
func overlay(f *Field, old, given property.Value) property.Value {
	if f.Kind != Object || !old.IsMap() || !given.IsMap() {
		return fill(f, given)
	}
	m := old.AsMap()
	for name, nested := range f.Fields {
		switch v := given.AsMap().Get(name); {
		case !v.IsNull():
			m = m.Set(name, overlay(nested, m.Get(name), v))
		case !nested.Decided:
			m = m.Delete(name)
		}
	}
	return property.New(m)
}

// Known drops unknown values, for the state of a resource whose creation failed half way.
func Known(m property.Map) property.Map {
	out := Values{}
	for name, v := range m.All {
		if v.IsMap() {
			v = property.New(Known(v.AsMap()))
		}
		if !v.HasComputed() {
			out[name] = v
		}
	}
	return property.NewMap(out)
}

// ImportedInputs are the inputs that a program needs to arrive at the state.
func (k *Type) ImportedInputs(state property.Map) property.Map {
	in := k.settable(&Field{Kind: Object, Fields: k.Inputs}, property.New(state), "").AsMap()
	return in.Set(DefaultsProperty, ListOf())
}

// settable drops empty values and those that only the service decides.
func (k *Type) settable(f *Field, v property.Value, rulePath string) property.Value {
	switch {
	case k.isFixed(rulePath):
		return property.Value{}
	case f.Kind == List && v.IsArray():
		items := make([]property.Value, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, k.settable(f.Elem, item, rulePath+anyElement))
		}
		return ListOf(items...)
	case f.Kind == Object && v.IsMap():
		out := Values{}
		for name, nested := range f.Fields {
			path := strings.TrimPrefix(rulePath+"."+name, ".")
			if part := k.settable(nested, v.AsMap().Get(name), path); !IsZero(part) {
				out[name] = part
			}
		}
		return ObjectOf(out)
	}
	return v
}

// RefreshedInputs are the old inputs with the service's present values.
func (k *Type) RefreshedInputs(old, state property.Map) property.Map {
	for name, v := range old.All {
		if f, ok := k.Inputs[name]; ok && !k.equivalent(name, state.Get(name), Strip(v)) {
			if now := project(f, v, state.Get(name)); now.IsNull() {
				old = old.Delete(name)
			} else {
				old = old.Set(name, now.WithSecret(v.HasSecrets()))
			}
		}
	}
	return old
}

// project takes those parts of an object that were set before.
func project(f *Field, given, now property.Value) property.Value {
	if f.Kind != Object || !given.IsMap() || !now.IsMap() {
		return now
	}
	out := Values{}
	for name := range given.AsMap().All {
		if nested, ok := f.Fields[name]; ok {
			if v := project(nested, given.AsMap().Get(name), now.AsMap().Get(name)); !v.IsNull() {
				out[name] = v
			}
		}
	}
	return ObjectOf(out)
}
