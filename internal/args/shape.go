package args

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// A field is an input or an output: the field of a struct whose tag names it.
type field struct {
	reflect.StructField

	name     string
	optional bool
}

func fieldsOf(of reflect.Type) (fields []field) {
	for i := range of.NumField() {
		f := of.Field(i)
		if name, option, _ := strings.Cut(f.Tag.Get("pulumi"), ","); name != "" {
			fields = append(fields, field{f, name, option == "optional"})
		}
	}
	return fields
}

// Names returns the names of the outputs in the struct of a component, or of the inputs in its arguments.
func Names(of reflect.Type) (names []string) {
	for _, f := range fieldsOf(of) {
		names = append(names, f.name)
	}
	return names
}

// A shape describes the values of a type. Some can be read from a string; lists and maps have elements.
type shape struct {
	name    string
	fits    func(property.Value) bool
	parse   func(string) (property.Value, error)
	element *shape
	unknown func(internals.UnsafeAwaitOutputResult) pulumi.Output
}

var (
	text    = shape{name: "a string", fits: property.Value.IsString}
	number  = shape{name: "a whole number", fits: whole, parse: parseNumber}
	boolean = shape{name: "a boolean", fits: property.Value.IsBool, parse: parseBoolean}
	texts   = shape{name: "a list of strings", fits: property.Value.IsArray, element: &text}
	tags    = shape{name: "an object of strings", fits: property.Value.IsMap, element: &text}

	// leaves are the types of arguments that have no properties.
	leaves = map[reflect.Type]shape{
		reflect.TypeFor[pulumi.StringInput]():      text.of(unknown[string]),
		reflect.TypeFor[pulumi.StringPtrInput]():   text.of(unknown[*string]),
		reflect.TypeFor[pulumi.IntPtrInput]():      number.of(unknown[*int]),
		reflect.TypeFor[pulumi.BoolPtrInput]():     boolean.of(unknown[*bool]),
		reflect.TypeFor[pulumi.StringArrayInput](): texts.of(unknown[[]string]),
		reflect.TypeFor[pulumi.StringMapInput]():   tags.of(unknown[map[string]string]),
	}

	// name is the type of an argument that the names of resources are derived from. They stand in clear in URNs.
	name = reflect.TypeFor[*string]()
)

// of adds the constructor of an unknown input of a type.
func (s shape) of(unknown func(internals.UnsafeAwaitOutputResult) pulumi.Output) shape {
	s.unknown = unknown
	return s
}

// unknown creates an unknown input of a type, with the secretness and the dependencies of what it stands for.
func unknown[T any](of internals.UnsafeAwaitOutputResult) pulumi.Output {
	var none T
	out := lookup.Unknown[pulumi.Output](none, of.Dependencies...)
	if of.Secret {
		return pulumi.ToSecret(out)
	}
	return out
}

func whole(v property.Value) bool { return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber()) }

// read parses a string, where the text fits the shape.
func (s shape) read(value property.Value) property.Value {
	if !value.IsString() || s.parse == nil {
		return value
	}
	if parsed, err := s.parse(value.AsString()); err == nil {
		return metadataOf(value).on(parsed)
	}
	return value
}

func parseNumber(text string) (property.Value, error) {
	n, err := strconv.Atoi(text)
	return property.New(float64(n)), err
}

func parseBoolean(text string) (property.Value, error) {
	if text != "true" && text != "false" {
		return property.Value{}, strconv.ErrSyntax
	}
	return property.New(text == "true"), nil
}

// mismatch is the error about a value of another type. It does not show the value: a program may have forgotten to
// mark a secret.
func mismatch(value property.Value, wanted string) error {
	return fmt.Errorf("is %s, but must be %s; write it as one", shapeOf(value), wanted)
}

func shapeOf(v property.Value) string {
	switch {
	case v.IsString():
		return "a string"
	case v.IsNumber() && !whole(v):
		return "a fraction"
	case v.IsNumber():
		return "a number"
	case v.IsBool():
		return "a boolean"
	case v.IsArray():
		return "a list"
	case v.IsMap():
		return "an object"
	case v.IsResourceReference():
		return "a resource"
	}
	return "a file"
}
