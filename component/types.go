package component

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// argsOf are the arguments of each component.
var argsOf = map[tokens.Type]reflect.Type{
	Type:          reflect.TypeFor[PrivateLinkArgs](),
	VpcAccessType: reflect.TypeFor[VpcAccessArgs](),
}

// Typed refuses inputs that a component does not have, and those of another type than the schema's. The SDK, which copies
// what a program gives into the arguments, passes over each name that it does not know, so that a typing error in an object of
// the stack's settings would order a Kafka cluster of another kind; it makes 2 of 2.5; and what it refuses it describes by
// Go's types.
//
// It returns the inputs with strings that are numbers or booleans as such: in an object of the settings, Pulumi YAML has
// nothing but strings.
func Typed(component tokens.Type, inputs property.Map) (property.Map, error) {
	args, ok := argsOf[component]
	if !ok {
		return inputs, nil
	}
	var t typist
	typed := t.object("", inputs, args)
	return typed, t.err()
}

// A typist compares inputs with the arguments that they become, and notes what does not fit.
type typist struct{ problems }

func (t *typist) object(path string, inputs property.Map, args reflect.Type) property.Map {
	fields := map[string]reflect.Type{}
	for i := range args.NumField() {
		tag, _, _ := strings.Cut(args.Field(i).Tag.Get("pulumi"), ",")
		fields[tag] = args.Field(i).Type
	}
	for name, value := range inputs.AllStable {
		of, ok := fields[name]
		switch {
		case ok:
			inputs = inputs.Set(name, t.value(path+name, value, of))
		case value.IsNull(), strings.HasPrefix(name, "__"):
			// SDKs may give nothing to what is an output alone. Pulumi keeps notes of its own under such names.
		default:
			t.add(path+name, fmt.Errorf("there is no such input; use one of %s", strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
		}
	}
	return inputs
}

func (t *typist) value(path string, value property.Value, of reflect.Type) property.Value {
	if of.Kind() == reflect.Pointer && of.Elem().Kind() == reflect.Struct {
		of = of.Elem()
	}
	shape, leaf := leaves[of]
	switch {
	case !of.Implements(takesOutputs) && (value.Secret() || value.IsComputed() || len(value.Dependencies()) > 0):
		t.add(path, errors.New("it is a secret or an output as a whole, and must be a plain value; what it consists of may be secrets and outputs"))
	case value.IsNull():
	case leaf:
		return t.leaf(path, value, shape)
	case of.Kind() == reflect.Struct && value.IsMap():
		return property.New(t.object(path+".", value.AsMap(), of))
	case of.Kind() == reflect.Struct:
		t.mismatch(path, value, "an object")
	case of.Kind() == reflect.Slice && value.IsArray():
		elements := value.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = t.value(fmt.Sprintf("%s[%d]", path, i), element, of.Elem())
		}
		return property.New(property.NewArray(elements))
	case of.Kind() == reflect.Slice:
		t.mismatch(path, value, "a list of objects")
	}
	return value
}

var takesOutputs = reflect.TypeFor[pulumi.Input]()

// A shape is what values of a type look like. Some can be read from a string; lists and maps have elements.
type shape struct {
	name    string
	fits    func(property.Value) bool
	parse   func(string) property.Value
	element *shape
}

var (
	text    = shape{name: "a string", fits: property.Value.IsString}
	number  = shape{name: "a whole number", fits: whole, parse: parseNumber}
	boolean = shape{name: "a boolean", fits: property.Value.IsBool, parse: parseBoolean}
	texts   = shape{name: "a list of strings", fits: property.Value.IsArray, element: &text}
	tags    = shape{name: "an object of strings", fits: property.Value.IsMap, element: &text}

	// leaves are the types of arguments that have no properties.
	leaves = map[reflect.Type]shape{
		reflect.TypeFor[pulumi.StringInput]():      text,
		reflect.TypeFor[pulumi.StringPtrInput]():   text,
		reflect.TypeFor[*string]():                 text,
		reflect.TypeFor[pulumi.IntPtrInput]():      number,
		reflect.TypeFor[pulumi.BoolPtrInput]():     boolean,
		reflect.TypeFor[pulumi.StringArrayInput](): texts,
		reflect.TypeFor[pulumi.StringMapInput]():   tags,
	}
)

func whole(v property.Value) bool {
	return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber())
}

func (t *typist) leaf(path string, value property.Value, of shape) property.Value {
	value = of.read(value)
	switch {
	case value.IsNull(), value.IsComputed():
	case path == "tidbClusterId" && value.IsNumber():
		t.add(path, rules.ErrNumericClusterID)
	case !of.fits(value):
		t.mismatch(path, value, of.name)
	case value.IsArray():
		for i, element := range value.AsArray().All {
			t.leaf(fmt.Sprintf("%s[%d]", path, i), element, *of.element)
		}
	case value.IsMap():
		for key, element := range value.AsMap().AllStable {
			if value.Secret() {
				key = "[secret]"
			}
			t.leaf(path+"."+key, element, *of.element)
		}
	}
	return value
}

// read makes of a string what it says, where that is of the shape.
func (s shape) read(value property.Value) property.Value {
	if !value.IsString() || s.parse == nil {
		return value
	}
	if parsed := s.parse(value.AsString()); s.fits(parsed) {
		return parsed.WithSecret(value.Secret()).WithDependencies(value.Dependencies())
	}
	return value
}

func parseNumber(text string) property.Value {
	n, err := strconv.Atoi(text)
	if err != nil {
		return property.Value{}
	}
	return property.New(float64(n))
}

func parseBoolean(text string) property.Value {
	if text != "true" && text != "false" {
		return property.Value{}
	}
	return property.New(text == "true")
}

func (t *typist) mismatch(path string, value property.Value, wanted string) {
	t.add(path, Mismatch(value, wanted))
}

// Mismatch is the error about a value of another type than it must be. It does not show the value, which may be a secret in a
// program that forgot to say so.
func Mismatch(value property.Value, wanted string) error {
	return fmt.Errorf("it is %s, and must be %s; write it as one", shapeOf(value), wanted)
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
