package args

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Value is an input: what is known of it now, and the Pulumi input for a child. One that is given need not be known:
// at preview it may be the output of a resource that does not exist yet, at an update that of a resource that the
// update skips.
type Value[T any] struct {
	// Path names the input in messages, such as network.id and vpcAccess[0].vpcId.
	Path                 string
	Given, Known, Secret bool
	// Made says that the input comes from resources of the program, which the run may change.
	Made bool
	// Plain is the value if it is known, else the zero value.
	Plain T
	// Elements is how many elements the program has written down in a list, whether or not they are known.
	Elements int

	input pulumi.Input
}

// Check applies a rule to a value that is known.
func (v Value[T]) Check(p *Problems, rule func(T) error) {
	if v.Given && v.Known {
		p.Add(v.Path, rule(v.Plain))
	}
}

// PlainOr is the plain value of an input, or what leaving it out means.
func (v Value[T]) PlainOr(otherwise T) T {
	if v.Given {
		return v.Plain
	}
	return otherwise
}

// Show is the value for a message.
func (v Value[T]) Show() string {
	if !v.Known {
		return "an id that is not known yet"
	}
	return fmt.Sprint(v.Plain)
}

// Text is an input that is a string.
type Text struct{ Value[string] }

// Input is the string for a child, or nil if it is not given.
func (t Text) Input() pulumi.StringPtrInput {
	if !t.Given {
		return nil
	}
	return t.Output().ToStringPtrOutput()
}

// Output is the string. It is empty if it is not given.
func (t Text) Output() pulumi.StringOutput { return t.Or("") }

// Or is the string, or the default if it is not given.
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

// Number is an input that is a whole number.
type Number struct{ Value[int] }

// Input is the number for a child, or nil if it is not given.
func (n Number) Input() pulumi.IntPtrInput { return inputOf[pulumi.IntPtrInput](n.Value) }

// Bool is an input that is true or false.
type Bool struct{ Value[bool] }

// Input is the boolean for a child, or nil if it is not given.
func (b Bool) Input() pulumi.BoolPtrInput { return inputOf[pulumi.BoolPtrInput](b.Value) }

// List is an input that is a list of strings.
type List struct{ Value[[]string] }

// Input is the list for a child, or nil if it is not given.
func (l List) Input() pulumi.StringArrayInput { return inputOf[pulumi.StringArrayInput](l.Value) }

// Output is the list. It is empty if it is not given.
func (l List) Output() pulumi.StringArrayOutput {
	if input := l.Input(); input != nil {
		return input.ToStringArrayOutput()
	}
	return pulumi.StringArray{}.ToStringArrayOutput()
}

// Map is an input that is an object of strings.
type Map struct{ Value[map[string]string] }

// Input is the object for a child, or nil if it is not given.
func (m Map) Input() pulumi.StringMapInput { return inputOf[pulumi.StringMapInput](m.Value) }

func inputOf[I pulumi.Input, T any](v Value[T]) (input I) {
	if v.Given {
		input, _ = v.input.(I)
	}
	return input
}

// A Set are the inputs of a component, by their paths.
type Set struct {
	dryRun bool
	prefix string
	leaves map[string]Value[any]
}

// Text returns the string at a path.
func (s *Set) Text(path string) Text { return Text{get[string](s, path)} }

// Number returns the whole number at a path.
func (s *Set) Number(path string) Number { return Number{get[int](s, path)} }

// Bool returns the boolean at a path.
func (s *Set) Bool(path string) Bool { return Bool{get[bool](s, path)} }

// List returns the list of strings at a path.
func (s *Set) List(path string) List { return List{get[[]string](s, path)} }

// Map returns the object of strings at a path.
func (s *Set) Map(path string) Map { return Map{get[map[string]string](s, path)} }

// Given reports whether the input at a path, which may also be an object or a list of objects, is given.
func (s *Set) Given(path string) bool { return get[any](s, path).Given }

// At returns the inputs of an object, such as an element of a list of objects.
func (s *Set) At(path string) *Set { return &Set{s.dryRun, s.prefix + path + ".", s.leaves} }

// Path is what comes before the paths of the set in messages.
func (s *Set) Path() string { return s.prefix }

// Objects returns the objects of a list.
func (s *Set) Objects(path string) []*Set {
	objects := make([]*Set, get[any](s, path).Elements)
	for i := range objects {
		objects[i] = s.At(fmt.Sprintf("%s[%d]", path, i))
	}
	return objects
}

func get[T any](s *Set, path string) Value[T] {
	leaf, ok := s.leaves[s.prefix+path]
	if !ok {
		panic("there is no input " + s.prefix + path)
	}
	plain, _ := leaf.Plain.(T)
	return Value[T]{leaf.Path, leaf.Given, leaf.Known, leaf.Secret, leaf.Made, plain, leaf.Elements, leaf.input}
}
