package confluentcloud

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// planCreate is the state that a new resource is going to have: what the program gives, and unknown what the service
// decides.
func (k *resourceKind) planCreate(inputs property.Map) property.Map {
	out := values{}
	for name, f := range k.outputs {
		switch given := inputs.Get(name); {
		case !given.IsNull():
			out[name] = fill(f, given)
		case f.decided:
			out[name] = property.New(property.Computed)
		}
	}
	return property.NewMap(out)
}

// fill adds what the service decides to an object that the program gives in part.
func fill(f *field, given property.Value) property.Value {
	switch {
	case f.kind == object && given.IsMap():
		m := given.AsMap()
		for name, nested := range f.fields {
			if v := m.Get(name); !v.IsNull() {
				m = m.Set(name, fill(nested, v))
			} else if nested.decided {
				m = m.Set(name, property.New(property.Computed))
			}
		}
		return property.New(m)
	case f.kind == list && given.IsArray():
		items := make([]property.Value, 0, given.AsArray().Len())
		for _, item := range given.AsArray().All {
			items = append(items, fill(f.elem, item))
		}
		return property.New(items)
	}
	return given
}

// planUpdate is the state that an updated resource is going to have. What the service decided stays known, because no
// update in place changes it.
func (k *resourceKind) planUpdate(state, inputs property.Map) property.Map {
	out := values{}
	for name, f := range k.outputs {
		old := state.Get(name)
		in, isInput := k.inputs[name]
		switch given := inputs.Get(name); {
		case !isInput:
			out[name] = old
		case !given.IsNull() && k.equivalent(name, old, given):
			out[name] = old
		case !given.IsNull():
			out[name] = overlay(f, old, given)
		case in.decided || isZero(old):
			out[name] = old
		}
		if out[name].IsNull() {
			delete(out, name)
		}
	}
	return property.NewMap(out)
}

// overlay lays what the program gives over what there is.
func overlay(f *field, old, given property.Value) property.Value {
	if f.kind != object || !old.IsMap() || !given.IsMap() {
		return fill(f, given)
	}
	m := old.AsMap()
	for name, nested := range f.fields {
		switch v := given.AsMap().Get(name); {
		case !v.IsNull():
			m = m.Set(name, overlay(nested, m.Get(name), v))
		case !nested.decided:
			m = m.Delete(name)
		}
	}
	return property.New(m)
}

// known drops what is not known, for the state of a resource whose creation stopped half-way.
func known(m property.Map) property.Map {
	out := values{}
	for name, v := range m.All {
		if v.IsMap() {
			v = property.New(known(v.AsMap()))
		}
		if !v.HasComputed() {
			out[name] = v
		}
	}
	return property.NewMap(out)
}

// importedInputs are the inputs that a program would have to give to arrive at the state.
func (k *resourceKind) importedInputs(state property.Map) property.Map {
	in := k.settable(&field{kind: object, fields: k.inputs}, property.New(state), "").AsMap()
	return in.Set(defaultsProperty, listOf())
}

// settable drops from a value what says nothing and what only the service decides.
func (k *resourceKind) settable(f *field, v property.Value, rulePath string) property.Value {
	switch {
	case k.isFixed(rulePath):
		return property.Value{}
	case f.kind == list && v.IsArray():
		items := make([]property.Value, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, k.settable(f.elem, item, rulePath+anyElement))
		}
		return listOf(items...)
	case f.kind == object && v.IsMap():
		out := values{}
		for name, nested := range f.fields {
			path := strings.TrimPrefix(rulePath+"."+name, ".")
			if part := k.settable(nested, v.AsMap().Get(name), path); !isZero(part) {
				out[name] = part
			}
		}
		return objectOf(out)
	}
	return v
}

// refreshedInputs are the old inputs with what the service says now in place of each value.
func (k *resourceKind) refreshedInputs(old, state property.Map) property.Map {
	for name, v := range old.All {
		if f, ok := k.inputs[name]; ok && !k.equivalent(name, state.Get(name), strip(v)) {
			if now := project(f, v, state.Get(name)); now.IsNull() {
				old = old.Delete(name)
			} else {
				old = old.Set(name, now.WithSecret(v.HasSecrets()))
			}
		}
	}
	return old
}

// project takes those parts of an object that were given before.
func project(f *field, given, now property.Value) property.Value {
	if f.kind != object || !given.IsMap() || !now.IsMap() {
		return now
	}
	out := values{}
	for name := range given.AsMap().All {
		if nested, ok := f.fields[name]; ok {
			if v := project(nested, given.AsMap().Get(name), now.AsMap().Get(name)); !v.IsNull() {
				out[name] = v
			}
		}
	}
	return objectOf(out)
}
