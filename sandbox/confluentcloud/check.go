package confluentcloud

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const (
	nameProperty = "displayName"
	// defaultsProperty lists, as in the real package's state, the inputs that Check filled in.
	defaultsProperty = "__defaults"

	nameSuffixDigits = 7
	maxNameLength    = 255
)

// applyDefaults gives an autonamed resource its name: the old one if that was made up too, else a new one.
func (k *resourceKind) applyDefaults(name string, old, inputs property.Map) (property.Map, error) {
	given := inputs.Get(nameProperty)
	if !k.autonamed || !given.IsNull() {
		return inputs.Set(defaultsProperty, listOf()), nil
	}
	made := strip(old.Get(nameProperty))
	if !made.IsString() || !defaulted(old, nameProperty) {
		unique, err := resource.NewUniqueHex(name+"-", nameSuffixDigits, maxNameLength)
		if err != nil {
			return inputs, fmt.Errorf("naming the %s: %w; give %s", k.label, err, nameProperty)
		}
		made = property.New(unique)
	}
	return inputs.Set(nameProperty, made).Set(defaultsProperty, listOf(property.New(nameProperty))), nil
}

// defaulted tells whether Check filled the property in. Inputs without the list, such as imported ones, count as such.
func defaulted(inputs property.Map, name string) bool {
	made := inputs.Get(defaultsProperty)
	return !made.IsArray() || slices.Contains(textsAt(inputs, defaultsProperty), name)
}

// rule says what is wrong with a known value, or nothing.
type rule func(v property.Value) string

var (
	notEmpty  = matching(`^.+$`, "a text that is not empty")
	clouds    = oneOfTexts("AWS", "AZURE", "GCP")
	networkID = matching(`^(n-|nr-)`, "a network ID, which starts with n- or nr-")
)

func notEmptyList(v property.Value) string {
	if v.AsArray().Len() == 0 {
		return "at least one element is expected"
	}
	return ""
}

func matching(pattern, what string) rule {
	re := regexp.MustCompile(pattern)
	return func(v property.Value) string {
		if re.MatchString(v.AsString()) {
			return ""
		}
		return fmt.Sprintf("%q is not %s", v.AsString(), what)
	}
}

func oneOfTexts(allowed ...string) rule {
	return func(v property.Value) string {
		if slices.Contains(allowed, v.AsString()) {
			return ""
		}
		return fmt.Sprintf("%q is none of %s", v.AsString(), strings.Join(allowed, ", "))
	}
}

func atLeast(least int) rule {
	return func(v property.Value) string {
		if v.AsNumber() >= float64(least) {
			return ""
		}
		return fmt.Sprintf("%v is less than %d", v.AsNumber(), least)
	}
}

// validate reports everything that is wrong with the inputs and can be seen without calling the API.
func (k *resourceKind) validate(inputs property.Map) []p.CheckFailure {
	v := validator{kind: k}
	v.object("", "", k.inputs, inputs)
	k.checkOneOf(&v, inputs)
	for _, pair := range k.conflicts {
		if inputs.Get(pair[0]).IsNull() || inputs.Get(pair[1]).IsNull() {
			continue
		}
		v.fail(pair[0], fmt.Sprintf("it cannot be given together with %s", pair[1]))
	}
	slices.SortStableFunc(v.failures, func(a, b p.CheckFailure) int { return strings.Compare(a.Property, b.Property) })
	return v.failures
}

func (k *resourceKind) checkOneOf(v *validator, inputs property.Map) {
	if len(k.oneOf) == 0 {
		return
	}
	var given []string
	for _, name := range k.oneOf {
		value := inputs.Get(name)
		if empty := value.IsArray() && value.AsArray().Len() == 0; !value.IsNull() && !empty {
			given = append(given, name)
		}
	}
	all := strings.Join(k.oneOf, ", ")
	switch len(given) {
	case 0:
		v.fail(k.oneOf[0], fmt.Sprintf("exactly one of %s is expected, and none is given", all))
	case 1:
	default:
		v.fail(given[0], fmt.Sprintf("exactly one of %s is expected, and %s are given", all, strings.Join(given, ", ")))
	}
}

type validator struct {
	kind     *resourceKind
	failures []p.CheckFailure
}

func (v *validator) fail(path, reason string) {
	v.failures = append(v.failures, p.CheckFailure{Property: path, Reason: reason})
}

// object checks the properties of an object. Like value it takes the path twice.
func (v *validator) object(prefix, rulePrefix string, fields fieldSet, m property.Map) {
	for name := range m.All {
		if _, ok := fields[name]; !ok && !strings.HasPrefix(name, "__") {
			v.fail(prefix+name, "there is no such property")
		}
	}
	for name, f := range fields {
		value, ok := m.GetOk(name)
		switch {
		case ok:
			v.value(prefix+name, rulePrefix+name, f, value)
		case f.required:
			v.fail(prefix+name, "it is required and not given")
		}
	}
}

// anyElement stands in the paths of rules for a position in a list.
const anyElement = "[]"

// value checks one value. The rule path is the path without the positions in lists.
func (v *validator) value(path, rulePath string, f *field, value property.Value) {
	if value.IsComputed() {
		return
	}
	if v.kind != nil && v.kind.isFixed(rulePath) && !isZero(value) {
		v.fail(path, "the service decides it; leave it out")
		return
	}
	if !f.accepts(value) {
		v.fail(path, fmt.Sprintf("it is expected to be of type %s", f.kind))
		return
	}
	switch f.kind {
	case object:
		v.object(path+".", rulePath+".", f.fields, value.AsMap())
	case list:
		for i, item := range value.AsArray().All {
			v.value(fmt.Sprintf("%s[%d]", path, i), rulePath+anyElement, f.elem, item)
		}
	case mapping:
		for key, item := range value.AsMap().All {
			v.value(fmt.Sprintf("%s[%q]", path, key), rulePath+anyElement, f.elem, item)
		}
	}
	v.rule(path, rulePath, value)
}

func (v *validator) rule(path, rulePath string, value property.Value) {
	if v.kind == nil {
		return
	}
	if rule, ok := v.kind.rules[rulePath]; ok {
		if reason := rule(value); reason != "" {
			v.fail(path, reason)
		}
	}
}

func (f *field) accepts(v property.Value) bool {
	switch f.kind {
	case text:
		return v.IsString()
	case integer:
		return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber())
	case boolean:
		return v.IsBool()
	case list:
		return v.IsArray()
	}
	return v.IsMap()
}
