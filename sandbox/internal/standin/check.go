package standin

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
	// DefaultsProperty lists, as in the real package's state, the inputs that Check filled in.
	DefaultsProperty = "__defaults"

	nameSuffixDigits = 7
	maxNameLength    = 255
)

// ApplyDefaults fills in what the program leaves out, and names an autonamed resource: with the old name if that was
// generated too, else with a new one. A saved plan and its update have the same seed, and so the same name.
func (k *Type) ApplyDefaults(name string, seed []byte, old, inputs property.Map) (property.Map, error) {
	var filled []property.Value
	for _, missing := range SortedKeys(k.Defaults) {
		if inputs.Get(missing).IsNull() {
			inputs = inputs.Set(missing, k.Defaults[missing])
			filled = append(filled, property.New(missing))
		}
	}
	if k.Autonamed == "" || !inputs.Get(k.Autonamed).IsNull() {
		return inputs.Set(DefaultsProperty, ListOf(filled...)), nil
	}
	made := Strip(old.Get(k.Autonamed))
	if !made.IsString() || !defaulted(old, k.Autonamed) {
		unique, err := resource.NewUniqueName(seed, name+"-", nameSuffixDigits, maxNameLength, nil)
		if err != nil {
			return inputs, fmt.Errorf("naming the %s: %w; give %s", k.Label, err, k.Autonamed)
		}
		made = property.New(unique)
	}
	filled = append(filled, property.New(k.Autonamed))
	return inputs.Set(k.Autonamed, made).Set(DefaultsProperty, ListOf(filled...)), nil
}

// defaulted reports whether Check filled the property in. Inputs without the list, such as imported ones, count too.
func defaulted(inputs property.Map, name string) bool {
	made := inputs.Get(DefaultsProperty)
	return !made.IsArray() || slices.Contains(TextsAt(inputs, DefaultsProperty), name)
}

// A Rule reports what is wrong with a known value, or nothing.
type Rule func(v property.Value) string

// NotEmpty requires a text that is not empty.
var NotEmpty = Matching(`(?s)^.+$`, "a text that is not empty")

// NotEmptyList requires a list that is not empty.
func NotEmptyList(v property.Value) string {
	if v.AsArray().Len() == 0 {
		return "at least one element is expected"
	}
	return ""
}

// Matching requires a text that matches a pattern, which the message calls what.
func Matching(pattern, what string) Rule {
	re := regexp.MustCompile(pattern)
	return func(v property.Value) string {
		if re.MatchString(v.AsString()) {
			return ""
		}
		return fmt.Sprintf("%q is not %s", v.AsString(), what)
	}
}

// OneOfTexts requires one of some texts.
func OneOfTexts(allowed ...string) Rule {
	return func(v property.Value) string {
		if slices.Contains(allowed, v.AsString()) {
			return ""
		}
		return fmt.Sprintf("%q is none of %s", v.AsString(), strings.Join(allowed, ", "))
	}
}

// AtLeast requires a number that is at least this.
func AtLeast(least int) Rule {
	return func(v property.Value) string {
		if v.AsNumber() >= float64(least) {
			return ""
		}
		return fmt.Sprintf("%v is less than %d", v.AsNumber(), least)
	}
}

// Validate reports everything that is wrong with the inputs and can be seen without calling the API.
func (k *Type) Validate(inputs property.Map) []p.CheckFailure {
	v := Validator{kind: k}
	v.object("", "", k.Inputs, inputs)
	k.checkOneOf(&v, inputs)
	for _, pair := range k.Conflicts {
		if inputs.Get(pair[0]).IsNull() || inputs.Get(pair[1]).IsNull() {
			continue
		}
		v.Fail(pair[0], fmt.Sprintf("it cannot be given together with %s", pair[1]))
	}
	slices.SortStableFunc(v.Failures, func(a, b p.CheckFailure) int { return strings.Compare(a.Property, b.Property) })
	return v.Failures
}

func (k *Type) checkOneOf(v *Validator, inputs property.Map) {
	if len(k.OneOf) == 0 {
		return
	}
	var given []string
	for _, name := range k.OneOf {
		value := inputs.Get(name)
		if empty := value.IsArray() && value.AsArray().Len() == 0; !value.IsNull() && !empty {
			given = append(given, name)
		}
	}
	all := strings.Join(k.OneOf, ", ")
	switch len(given) {
	case 0:
		v.Fail(k.OneOf[0], fmt.Sprintf("exactly one of %s is expected, and none is given", all))
	case 1:
	default:
		v.Fail(given[0], fmt.Sprintf("exactly one of %s is expected, and %s are given", all, strings.Join(given, ", ")))
	}
}

// Validator collects what is wrong with values.
type Validator struct {
	kind     *Type
	Failures []p.CheckFailure
}

// Fail adds what is wrong with the value at a path.
func (v *Validator) Fail(path, reason string) {
	v.Failures = append(v.Failures, p.CheckFailure{Property: path, Reason: reason})
}

// Arguments checks the types of a function's arguments.
func (v *Validator) Arguments(fields FieldSet, args property.Map) { v.object("", "", fields, args) }

// object checks the properties of an object. Like value it takes the path twice.
func (v *Validator) object(prefix, rulePrefix string, fields FieldSet, m property.Map) {
	for name := range m.All {
		if _, ok := fields[name]; !ok && !strings.HasPrefix(name, "__") {
			v.Fail(prefix+name, "there is no such property")
		}
	}
	for name, f := range fields {
		value, ok := m.GetOk(name)
		switch {
		case ok:
			v.value(prefix+name, rulePrefix+name, f, value)
		case f.Required:
			v.Fail(prefix+name, "it is required and not given")
		}
	}
}

// anyElement stands in the paths of rules for a position in a list.
const anyElement = "[]"

// value checks one value. The rule path is the path without the positions in lists.
func (v *Validator) value(path, rulePath string, f *Field, value property.Value) {
	if value.IsComputed() {
		return
	}
	if v.kind != nil && v.kind.isFixed(rulePath) && !IsZero(value) {
		v.Fail(path, "the service decides it; leave it out")
		return
	}
	if !f.accepts(value) {
		v.Fail(path, fmt.Sprintf("it is expected to be of type %s", f.Kind))
		return
	}
	switch f.Kind {
	case Object:
		v.object(path+".", rulePath+".", f.Fields, value.AsMap())
	case List:
		for i, item := range value.AsArray().All {
			v.value(fmt.Sprintf("%s[%d]", path, i), rulePath+anyElement, f.Elem, item)
		}
	case Mapping:
		for key, item := range value.AsMap().All {
			v.value(fmt.Sprintf("%s[%q]", path, key), rulePath+anyElement, f.Elem, item)
		}
	}
	v.rule(path, rulePath, value)
}

func (v *Validator) rule(path, rulePath string, value property.Value) {
	if v.kind == nil {
		return
	}
	if rule, ok := v.kind.Rules[rulePath]; ok {
		if reason := rule(value); reason != "" {
			v.Fail(path, reason)
		}
	}
}

func (f *Field) accepts(v property.Value) bool {
	switch f.Kind {
	case Text:
		return v.IsString()
	case Integer:
		return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber())
	case Boolean:
		return v.IsBool()
	case List:
		return v.IsArray()
	}
	return v.IsMap()
}
