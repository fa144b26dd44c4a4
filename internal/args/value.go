package args

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// leaf is what is known now of an input. An input may be set and unknown: at preview as the output of a resource that
// does not exist yet, at an update as that of a resource that the update skips.
type leaf struct {
	// Path names the input in messages, such as network.id and vpcAccess[0].vpcId.
	Path                 string
	Given, Known, Secret bool
	// Made is set when the input comes from resources of the program, which the run may change.
	Made bool
	// Elements is how many elements the program has written down in a list, whether or not they are known.
	Elements int

	plain any
	input pulumi.Input
}

// A Value is an input: what is known of it now, and the Pulumi input for a child.
type Value[T any, I pulumi.Input] struct {
	leaf

	// Plain is the value if it is known, else the zero value.
	Plain T
}

// Input is the value for a child, or nil.
func (v Value[T, I]) Input() (input I) {
	if v.Given {
		input, _ = v.input.(I)
	}
	return input
}

// Check applies a rule to a value that is known.
func (v Value[T, I]) Check(p *Problems, rule func(T) error) {
	if v.Given && v.Known {
		p.Add(v.Path, rule(v.Plain))
	}
}

// PlainOr is the plain value of an input, or its default.
func (v Value[T, I]) PlainOr(otherwise T) T {
	if v.Given {
		return v.Plain
	}
	return otherwise
}

// Show is the value for a message.
func (v Value[T, I]) Show() string {
	if !v.Known {
		return "an ID that is not known yet"
	}
	return fmt.Sprint(v.Plain)
}

// The types of inputs.
type (
	// Text is an input that is a string.
	Text struct {
		Value[string, pulumi.StringPtrInput]
	}
	// Number is an input that is a whole number.
	Number = Value[int, pulumi.IntPtrInput]
	// Bool is an input that is true or false.
	Bool = Value[bool, pulumi.BoolPtrInput]
	// List is an input that is a list of strings.
	List struct {
		Value[[]string, pulumi.StringArrayInput]
	}
	// Map is an input that is an object of strings.
	Map = Value[map[string]string, pulumi.StringMapInput]
)

// Input is the string for a child, or nil.
func (t Text) Input() pulumi.StringPtrInput {
	if !t.Given {
		return nil
	}
	return t.Output().ToStringPtrOutput()
}

// Output is the string. It is empty if it is not set.
func (t Text) Output() pulumi.StringOutput { return t.Or("") }

// Or is the string, or the default if it is not set.
func (t Text) Or(otherwise string) pulumi.StringOutput {
	if !t.Given {
		return pulumi.String(otherwise).ToStringOutput()
	}
	if input, ok := t.input.(pulumi.StringInput); ok {
		return input.ToStringOutput()
	}
	out, _ := pulumi.ToOutput(t.input).ApplyT(func(given *string) string {
		if given == nil {
			return otherwise
		}
		return *given
	}).(pulumi.StringOutput)
	return out
}

// CheckOnNetwork rejects the ID of an existing part when its network does not exist yet.
func (t Text) CheckOnNetwork(p *Problems, network Text) {
	if t.Given && !network.Given {
		p.Add(t.Path, fmt.Errorf("%s exists, so it cannot be on a new network; set network.id to the ID of its "+
			"network", t.Show()))
	}
}

// Output is the list. It is empty if it is not set.
func (l List) Output() pulumi.StringArrayOutput {
	if input := l.Input(); input != nil {
		return input.ToStringArrayOutput()
	}
	return pulumi.StringArray{}.ToStringArrayOutput()
}

// A Set are the inputs of a component, or of an object in them, by their paths.
type Set struct {
	prefix string
	leaves map[string]leaf
}

// Text returns the string at a path.
func (s *Set) Text(path string) Text { return Text{get[string, pulumi.StringPtrInput](s, path)} }

// Number returns the whole number at a path.
func (s *Set) Number(path string) Number { return get[int, pulumi.IntPtrInput](s, path) }

// Bool returns the boolean at a path.
func (s *Set) Bool(path string) Bool { return get[bool, pulumi.BoolPtrInput](s, path) }

// List returns the list of strings at a path.
func (s *Set) List(path string) List { return List{get[[]string, pulumi.StringArrayInput](s, path)} }

// Map returns the object of strings at a path.
func (s *Set) Map(path string) Map { return get[map[string]string, pulumi.StringMapInput](s, path) }

func get[T any, I pulumi.Input](s *Set, path string) Value[T, I] {
	leaf := s.leaf(path)
	plain, _ := leaf.plain.(T)
	return Value[T, I]{leaf, plain}
}

func (s *Set) leaf(path string) leaf {
	leaf, ok := s.leaves[s.prefix+path]
	if !ok {
		panic("there is no input " + s.prefix + path)
	}
	return leaf
}

// Given reports whether the input at a path, which may also be an object or a list of objects, is set.
func (s *Set) Given(path string) bool { return s.leaf(path).Given }

// At returns the inputs of an object, such as an element of a list of objects.
func (s *Set) At(path string) *Set { return &Set{s.prefix + path + ".", s.leaves} }

// Path names the object in messages, such as vpcAccess[0].
func (s *Set) Path() string { return strings.TrimSuffix(s.prefix, ".") }

// Objects returns the objects of a list.
func (s *Set) Objects(path string) []*Set {
	objects := make([]*Set, s.leaf(path).Elements)
	for i := range objects {
		objects[i] = s.At(fmt.Sprintf("%s[%d]", path, i))
	}
	return objects
}

// Inputs are the component's inputs as Pulumi keeps them, so that a preview shows a change of the component itself.
func (s *Set) Inputs() pulumi.Map {
	inputs, _ := s.leaves[s.Path()].input.(pulumi.Map)
	return inputs
}

// CheckExisting rejects an object, such as the network, that has an id and any other input, since those describe a new
// one. The id counts when it is set, known or not.
func (s *Set) CheckExisting(p *Problems, object string) {
	id := s.Text(object + ".id")
	if !id.Given {
		return
	}
	var others []string
	for _, path := range slices.Sorted(maps.Keys(s.leaves)) {
		name, ok := strings.CutPrefix(path, s.prefix+object+".")
		if ok && name != "id" && !strings.Contains(name, ".") && s.leaves[path].Given {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		p.Add(id.Path, fmt.Errorf("%s conflicts with %s, which applies only to a new one; leave one of them out",
			id.Show(), strings.Join(others, ", ")))
	}
}
