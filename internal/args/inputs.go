package args

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Inputs returns the given arguments as the inputs that Pulumi keeps of the component, so that a preview shows a
// change of the component itself. The arguments are those that the set was read from. An update leaves out what is
// unknown. The set of an object, which [Set.At] returns, is for that object of the arguments.
func (s *Set) Inputs(args any) pulumi.Map {
	return s.object(s.prefix, reflect.ValueOf(args).Elem())
}

func (s *Set) object(path string, args reflect.Value) pulumi.Map {
	inputs := pulumi.Map{}
	for i := range args.NumField() {
		name, _, _ := strings.Cut(args.Type().Field(i).Tag.Get("pulumi"), ",")
		if input := s.input(path+name, args.Field(i)); input != nil {
			inputs[name] = input
		}
	}
	return inputs
}

func (s *Set) input(path string, field reflect.Value) pulumi.Input {
	if field.IsNil() {
		return nil
	}
	if input, ok := field.Interface().(pulumi.Input); ok {
		if leaf := s.leaves[path]; leaf.Given && (leaf.Known || s.dryRun) {
			return input
		}
		return nil
	}
	switch {
	case field.Type() == name:
		return pulumi.String(field.Elem().String())
	case field.Kind() == reflect.Pointer:
		return s.object(path+".", field.Elem())
	case field.Len() == 0:
		return nil
	}
	var list pulumi.Array
	for i := range field.Len() {
		list = append(list, s.object(fmt.Sprintf("%s[%d].", path, i), field.Index(i)))
	}
	return list
}
