// Package args reads the inputs of a component. An input is a field of the component's arguments: its tag names the
// input, its Go type is the type that the input accepts.
package args

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Check rejects inputs that the arguments do not have, and those of another type. Pulumi's SDK, which copies the inputs
// into the arguments, ignores unknown names, rounds 2.5 down to 2, and names Go's types in its errors.
//
// Check returns the inputs in a form that the SDK copies faithfully:
//   - Secretness and dependencies of an object are on its leaves. A transform, or a secret in an object of the stack
//     configuration, has the engine put them on the object.
//   - A list or a map of which a part is unknown is not known as a whole.
//   - An unknown or null input without dependencies is in the context instead: the SDK fails on an unknown list or
//     number, and drops every such input and element at an update. [Read] puts it back.
//   - A string that is a number or a boolean is one: Pulumi YAML has only strings in the stack configuration.
func Check(ctx context.Context, args reflect.Type, inputs property.Map) (context.Context, property.Map, error) {
	c := checker{unknown: map[string]property.Value{}}
	checked := c.object("", inputs, args, metadata{})
	return context.WithValue(ctx, unknownKey{}, c.unknown), checked, c.Err()
}

// Explain reports, in the schema's terms, what is wrong with the inputs of a native resource, a function or the
// configuration, to which the engine adds keys of its own. The arguments have plain Go types, which infer names in its
// errors. Explain does not need to know everything that infer accepts, such as an unknown or a secret.
func Explain(inputs property.Map, args reflect.Type, isConfig bool) Problems {
	c := checker{unknown: map[string]property.Value{}, isNative: true, isConfig: isConfig}
	c.object("", inputs, args, metadata{})
	return c.Problems
}

// unknownKey is the key of the unknown and the null inputs in a context, by their paths.
type unknownKey struct{}

// metadata is the secretness and the dependencies of a value.
type metadata struct {
	secret       bool
	dependencies []urn.URN
}

func metadataOf(v property.Value) metadata { return metadata{v.Secret(), v.Dependencies()} }

// on adds the metadata to a value.
func (f metadata) on(v property.Value) property.Value {
	return v.WithSecret(v.Secret() || f.secret).WithDependencies(append(v.Dependencies(), f.dependencies...))
}

// A checker compares inputs with the arguments that the SDK copies them into.
type checker struct {
	Problems

	unknown map[string]property.Value
	// isNative: the arguments are not a component's, and have plain Go types. isConfig: they are the configuration.
	isNative, isConfig bool
}

// hidden replaces a secret in messages.
const hidden = "[secret]"

func (c *checker) object(path string, inputs property.Map, args reflect.Type, outer metadata) property.Map {
	fields := map[string]reflect.Type{}
	for _, f := range fieldsOf(args) {
		fields[f.name] = f.Type
		if c.isNative && !f.optional && inputs.Get(f.name).IsNull() {
			c.Add(path+f.name, fmt.Errorf("is required: %s", f.Tag.Get("required")))
		}
	}
	for name, value := range inputs.AllStable {
		of, ok := fields[name]
		switch {
		case ok && c.isNative && value.IsNull(), c.isConfig && !ok:
		case ok:
			inputs = inputs.Set(name, c.value(path+name, value, of, outer))
		case !c.isNative && (value.IsNull() || strings.HasPrefix(name, "__")):
			// SDKs send null for a property that is an output only. Pulumi's own annotations have such names.
		default:
			if outer.secret {
				name = hidden // it is part of the secret
			}
			c.Add(path+name, fmt.Errorf("there is no such input; use one of %s",
				strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
		}
	}
	return inputs
}

// shapeOf returns the shape of a type that has no properties.
func (c *checker) shapeOf(of reflect.Type) (shape, bool) {
	switch {
	case c.isNative && of.Kind() == reflect.String:
		return text, true
	case c.isNative && of.Kind() == reflect.Int:
		return number, true
	}
	leaf, ok := leaves[of]
	return leaf, ok
}

func (c *checker) value(path string, value property.Value, of reflect.Type, outer metadata) property.Value {
	if of.Kind() == reflect.Pointer && (c.isNative || of.Elem().Kind() == reflect.Struct) {
		of = of.Elem()
	}
	if shape, ok := c.shapeOf(of); ok {
		return c.known(path, c.leaf(path, value, shape, outer))
	}
	value = outer.on(value)
	switch {
	case value.IsNull():
		return property.New(property.Null)
	case c.isNative && (value.IsComputed() || of.Kind() != reflect.Struct):
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
	case value.IsArray():
		elements := value.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = c.value(fmt.Sprintf("%s[%d]", path, i), element, of.Elem(), metadataOf(value))
		}
		return property.New(property.NewArray(elements))
	default:
		c.Add(path, mismatch(value, "a list of objects"))
	}
	return value
}

func (c *checker) leaf(path string, value property.Value, of shape, outer metadata) property.Value {
	value = outer.on(of.read(value))
	switch {
	case value.IsNull(), value.IsComputed():
	case (path == "tidbClusterId" || path == "clusterId") && value.IsNumber():
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

// spread moves the metadata of a list or a map to its elements where one of them is unknown: the SDK takes a list with
// metadata for known, and its unknown elements for empty. The keys of a secret map are secret as well, so that it is
// unknown as a whole.
func spread(value property.Value) property.Value {
	metadata := metadataOf(value)
	switch {
	case !metadata.secret && len(metadata.dependencies) == 0 || value.IsComputed() || !value.HasComputed():
		return value
	case value.IsMap() && value.Secret():
		return metadata.on(property.New(property.Computed))
	case value.IsMap():
		elements := value.AsMap().AsMap()
		for key, element := range elements {
			elements[key] = metadata.on(element)
		}
		return property.New(elements)
	}
	elements := value.AsArray().AsSlice()
	for i, element := range elements {
		elements[i] = metadata.on(element)
	}
	return property.New(elements)
}

// known records an unknown leaf without dependencies, and returns the known rest.
func (c *checker) known(path string, leaf property.Value) property.Value {
	isLost := func(v property.Value) bool { return v.IsComputed() && len(v.Dependencies()) == 0 }
	switch {
	case isLost(leaf), leaf.IsNull() && len(leaf.Dependencies()) == 0:
		c.unknown[path] = leaf
		return property.New(property.Null)
	case leaf.IsArray() && slices.ContainsFunc(leaf.AsArray().AsSlice(), isLost),
		leaf.IsMap() && slices.ContainsFunc(slices.Collect(maps.Values(leaf.AsMap().AsMap())), isLost):
		c.unknown[path] = leaf
	}
	return leaf
}
