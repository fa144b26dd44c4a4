package standin

import (
	"fmt"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Diff compares the new inputs with the state, not with the old inputs, as Terraform does: that is how drift found by a
// refresh becomes visible.
func (k *Type) Diff(req p.DiffRequest) (p.DiffResponse, error) {
	state, inputs := Stripped(req.State), Stripped(req.Inputs)
	changes := k.Changes(state, inputs)
	for path := range changes {
		if ignored(path, req.IgnoreChanges) {
			delete(changes, path)
		}
	}
	if k.Refuse != nil {
		if err := k.Refuse(req.ID, state, inputs, changes); err != nil {
			return p.DiffResponse{}, err
		}
	}
	replaces := slices.ContainsFunc(SortedKeys(changes), func(path string) bool {
		return strings.HasSuffix(string(changes[path].Kind), "&replace")
	})
	return p.DiffResponse{
		HasChanges:   len(changes) > 0,
		DetailedDiff: changes,
		// The service may refuse two objects of one name, so a name that the user chose is freed first. A generated
		// name changes with the replacement.
		DeleteBeforeReplace: replaces && k.Autonamed != "" && !defaulted(inputs, k.Autonamed),
	}, nil
}

// Changes lists what differs, by property path.
func (k *Type) Changes(state, inputs property.Map) map[string]p.PropertyDiff {
	d := differ{kind: k, found: map[string]p.PropertyDiff{}}
	for name, f := range k.Inputs {
		d.compare(name, f, state.Get(name), inputs.Get(name), f.Replaces)
	}
	return d.found
}

type differ struct {
	kind  *Type
	found map[string]p.PropertyDiff
}

func (d differ) add(path string, kind p.DiffKind, replaces bool) {
	if replaces {
		kind += "&replace"
	}
	d.found[path] = p.PropertyDiff{Kind: kind}
}

func (d differ) compare(path string, f *Field, old, now property.Value, replaces bool) {
	switch {
	case now.IsNull():
		if !f.Decided && !IsZero(old) {
			d.add(path, p.Delete, replaces)
		}
	case now.IsComputed() && old.IsNull():
		d.add(path, p.Add, replaces)
	case now.IsComputed():
		d.add(path, p.Update, replaces)
	case IsZero(old) && IsZero(now) && f.Kind != Object:
	case d.kind.equivalent(path, old, now):
	case old.IsNull():
		d.add(path, p.Add, replaces || f.anyReplaces())
	case f.Kind == Object && old.IsMap() && now.IsMap():
		for name, nested := range f.Fields {
			d.compare(path+"."+name, nested, old.AsMap().Get(name), now.AsMap().Get(name), nested.Replaces)
		}
	case f.Kind == List && old.IsArray() && now.IsArray():
		d.compareLists(path, f, old.AsArray(), now.AsArray(), replaces)
	case !old.Equals(now):
		d.add(path, p.Update, replaces)
	}
}

func (d differ) compareLists(path string, f *Field, old, now property.Array, replaces bool) {
	for i := range max(old.Len(), now.Len()) {
		element := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= now.Len():
			d.add(element, p.Delete, replaces)
		case i >= old.Len():
			d.add(element, p.Add, replaces)
		default:
			d.compare(element, f.Elem, old.Get(i), now.Get(i), replaces)
		}
	}
}

// anyReplaces reports whether a part of an object forces a replacement, as adding the object then does too.
func (f *Field) anyReplaces() bool {
	for _, nested := range f.Fields {
		if nested.Replaces || nested.anyReplaces() {
			return true
		}
	}
	return false
}

// ignored reports whether one of the ignoreChanges paths is the path or above it. An asterisk stands for any element.
func ignored(path string, ignore []string) bool {
	have := Segments(path)
	for _, pattern := range ignore {
		want := Segments(pattern)
		if len(want) > len(have) {
			continue
		}
		if slices.EqualFunc(want, have[:len(want)], func(w, h string) bool { return w == "*" || w == h }) {
			return true
		}
	}
	return false
}

// Segments are the parts of a property path.
func Segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(`.[]"`, r) })
}
