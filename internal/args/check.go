// Package args is how a component reads its inputs. An input is a field of the component's arguments: its tag names
// the input, its Go type says what the input takes.
package args

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Check rejects inputs that the arguments do not have, and those of another type. Pulumi's SDK, which copies the inputs
// into the arguments, ignores unknown names, so that a typing error in an object of the stack configuration would order
// another Kafka cluster. It rounds 2.5 down to 2, and names Go's types in its errors.
//
// Check returns the inputs in a form that the SDK copies faithfully:
//   - Secretness and dependencies of an object are on its leaves. A transform anywhere in the stack makes the engine
//     put them on the object, and so does a secret anywhere in a stack configuration object.
//   - A list or a map of which a part is unknown is not known as a whole.
//   - An unknown input without dependencies, as a transform of the component leaves it, is in the context instead: the
//     SDK fails on an unknown list or number, and drops every such input and element at an update. [Read] puts it back.
//     So is one that is null.
//   - A string that is a number or a boolean is one. In an object of the stack configuration, Pulumi YAML has only
//     strings.
func Check(ctx context.Context, args reflect.Type, inputs property.Map) (context.Context, property.Map, error) {
	c := checker{unknown: map[string]property.Value{}}
	checked := c.object("", inputs, args, metadata{})
	return context.WithValue(ctx, unknownKey{}, c.unknown), checked, c.Err()
}

// unknownKey is the key of the unknown and the null inputs in a context, by their paths.
type unknownKey struct{}

// metadata is what a value carries in addition to itself.
type metadata struct {
	secret       bool
	dependencies []urn.URN
}

func metadataOf(v property.Value) metadata { return metadata{v.Secret(), v.Dependencies()} }

func (f metadata) isPlain() bool { return !f.secret && len(f.dependencies) == 0 }

// on adds the metadata to a value.
func (f metadata) on(v property.Value) property.Value {
	return v.WithSecret(v.Secret() || f.secret).WithDependencies(append(v.Dependencies(), f.dependencies...))
}

// A checker compares inputs with the arguments that they become.
type checker struct {
	Problems

	unknown map[string]property.Value
}

// fieldsOf returns the types of the inputs of a struct of arguments, by name.
func fieldsOf(args reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range args.NumField() {
		name, _, _ := strings.Cut(args.Field(i).Tag.Get("pulumi"), ",")
		if name != "" {
			fields[name] = args.Field(i).Type
		}
	}
	return fields
}

func (c *checker) object(path string, inputs property.Map, args reflect.Type, outer metadata) property.Map {
	fields := fieldsOf(args)
	for name, value := range inputs.AllStable {
		of, ok := fields[name]
		switch {
		case ok:
			inputs = inputs.Set(name, c.value(path+name, value, of, outer))
		case value.IsNull(), strings.HasPrefix(name, "__"):
			// SDKs send null for a property that is an output only, and Pulumi's own notes have such names.
		default:
			c.Add(path+shownName(name, outer.secret), errNoSuchInput(fields))
		}
	}
	return inputs
}

// hidden stands for a secret in messages.
const hidden = "[secret]"

func (c *checker) value(path string, value property.Value, of reflect.Type, outer metadata) property.Value {
	if of.Kind() == reflect.Pointer && of.Elem().Kind() == reflect.Struct {
		of = of.Elem()
	}
	if shape, ok := leaves[of]; ok {
		return c.known(path, c.leaf(path, value, shape, outer))
	}
	value = outer.on(value)
	switch {
	case value.IsNull():
		return property.New(property.Null)
	case of == name && value.IsComputed():
		c.Add(path, errors.New("must be a plain string; the names of resources are derived from it"))
	case of == name && value.IsString():
		return property.New(value.AsString())
	case of == name:
		c.Add(path, mismatch(value, text.name))
	case of.Kind() == reflect.Slice && value.IsComputed():
		c.Add(path, errors.New("must be a plain list of objects; their fields may be secrets or outputs"))
	case value.IsComputed():
		c.Add(path, errors.New("must be a plain object; its fields may be secrets or outputs"))
	case of.Kind() == reflect.Struct && value.IsMap():
		return property.New(c.object(path+".", value.AsMap(), of, metadataOf(value)))
	case of.Kind() == reflect.Struct:
		c.Add(path, mismatch(value, "an object"))
	case of.Kind() == reflect.Slice && value.IsArray():
		elements := value.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = c.value(fmt.Sprintf("%s[%d]", path, i), element, of.Elem(), metadataOf(value))
		}
		return property.New(property.NewArray(elements))
	case of.Kind() == reflect.Slice:
		c.Add(path, mismatch(value, "a list of objects"))
	}
	return value
}

// known notes what is unknown of a leaf without dependencies, and returns the rest.
func (c *checker) known(path string, leaf property.Value) property.Value {
	isLost := func(v property.Value) bool { return v.IsComputed() && len(v.Dependencies()) == 0 }
	switch {
	case isLost(leaf), leaf.IsNull() && len(leaf.Dependencies()) == 0:
		c.unknown[path] = leaf
		return property.New(property.Null)
	case leaf.IsArray() && slices.ContainsFunc(leaf.AsArray().AsSlice(), isLost):
		c.unknown[path] = leaf
	case leaf.IsMap() && slices.ContainsFunc(slices.Collect(maps.Values(leaf.AsMap().AsMap())), isLost):
		c.unknown[path] = leaf
	}
	return leaf
}

// name is the type of an argument that the names of resources are derived from. They stand in clear in URNs.
var name = reflect.TypeFor[*string]()

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
		reflect.TypeFor[pulumi.IntPtrInput]():      number,
		reflect.TypeFor[pulumi.BoolPtrInput]():     boolean,
		reflect.TypeFor[pulumi.StringArrayInput](): texts,
		reflect.TypeFor[pulumi.StringMapInput]():   tags,
	}
)

func whole(v property.Value) bool {
	return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber())
}

func (c *checker) leaf(path string, value property.Value, of shape, outer metadata) property.Value {
	value = outer.on(of.read(value))
	switch {
	case value.IsNull(), value.IsComputed():
	case path == "tidbClusterId" && value.IsNumber():
		c.Add(path, rules.ErrNumericClusterID)
	case !of.fits(value):
		c.Add(path, mismatch(value, of.name))
	case value.IsArray():
		for i, element := range value.AsArray().All {
			c.leaf(fmt.Sprintf("%s[%d]", path, i), element, *of.element, metadata{})
		}
	case value.IsMap():
		for key, element := range value.AsMap().AllStable {
			if value.Secret() {
				key = hidden
			}
			c.leaf(path+"."+key, element, *of.element, metadata{})
		}
	}
	return spread(value)
}

// spread makes the metadata of a list or a map that of its elements where one of them is unknown: the SDK takes a list
// that carries a metadata for known, and its unknown elements for empty. The names in a secret map are secret as well,
// so such a map is unknown as a whole.
func spread(value property.Value) property.Value {
	metadata := metadataOf(value)
	switch {
	case metadata.isPlain() || value.IsComputed() || !value.HasComputed():
		return value
	case value.IsMap() && value.Secret():
		return metadata.on(property.New(property.Computed))
	case value.IsMap():
		elements := value.AsMap().AsMap()
		for key, element := range elements {
			elements[key] = metadata.on(element)
		}
		return property.New(elements)
	case value.IsArray():
		elements := value.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = metadata.on(element)
		}
		return property.New(elements)
	}
	return value
}

// read parses a string, where what it says fits the shape.
func (s shape) read(value property.Value) property.Value {
	if !value.IsString() || s.parse == nil {
		return value
	}
	if parsed := s.parse(value.AsString()); s.fits(parsed) {
		return metadataOf(value).on(parsed)
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

// mismatch is the error about a value of another type. It does not show the value: a program may have forgotten to
// mark a secret.
func mismatch(value property.Value, wanted string) error {
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
