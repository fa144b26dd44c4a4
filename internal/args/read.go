package args

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Read waits for the inputs in a struct of arguments, and returns what is known of them. A Go program that calls the
// component's constructor may pass outputs of resources that are being created. Inputs that come from resources that
// the update skips are unknown.
func Read(ctx *pulumi.Context, args any, opts ...pulumi.ResourceOption) (*Set, error) {
	lost, _ := ctx.Context().Value(unknownKey{}).(map[string]property.Value)
	r := reader{ctx: ctx, opts: opts, lost: lost, leaves: map[string]leaf{}}
	r.leaves[""] = leaf{input: r.object("", reflect.ValueOf(args).Elem(), true)}
	return &Set{leaves: r.leaves}, r.Err()
}

type reader struct {
	Problems

	ctx    *pulumi.Context
	opts   []pulumi.ResourceOption
	leaves map[string]leaf
	// lost are the inputs that [Check] took out.
	lost map[string]property.Value
}

// object reads the fields of a struct, and returns what Pulumi keeps of it.
func (r *reader) object(path string, args reflect.Value, given bool) pulumi.Map {
	inputs := pulumi.Map{}
	for _, f := range fieldsOf(args.Type()) {
		value := r.field(path+f.name, args.FieldByIndex(f.Index), f.Tag)
		value.Path = path + f.name
		r.leaves[value.Path] = value
		if given && !f.optional && !value.Given {
			r.Add(value.Path, fmt.Errorf("is required: %s", f.Tag.Get("required")))
		}
		if value.Given && (value.Known || r.ctx.DryRun()) {
			inputs[f.name] = value.input
		}
	}
	return inputs
}

func (r *reader) field(path string, field reflect.Value, tag reflect.StructTag) leaf {
	shape, isLeaf := leaves[field.Type()]
	switch {
	case isLeaf:
		return r.leaf(path, field.Interface(), shape, tag)
	case field.Type() == name && field.IsNil():
		return leaf{}
	case field.Type() == name:
		text := field.Elem().String()
		return leaf{Given: true, Known: true, plain: text, input: pulumi.String(text)}
	case field.Kind() == reflect.Pointer && field.IsNil():
		r.object(path+".", reflect.Zero(field.Type().Elem()), false)
		return leaf{}
	case field.Kind() == reflect.Pointer:
		return leaf{Given: true, Known: true, input: r.object(path+".", field.Elem(), true)}
	}
	var list pulumi.Array
	for i := range field.Len() {
		place := fmt.Sprintf("%s[%d]", path, i)
		object := r.object(place+".", field.Index(i), true)
		r.leaves[place] = leaf{input: object}
		list = append(list, object)
	}
	return leaf{Given: len(list) > 0, Known: true, Elements: len(list), input: list}
}

func (r *reader) leaf(path string, given any, shape shape, tag reflect.StructTag) leaf {
	if value, ok := r.lost[path]; ok && r.isUnknown(value) {
		given = shape.unknown(internals.UnsafeAwaitOutputResult{Secret: value.Secret()})
	}
	if given == nil {
		return leaf{}
	}
	result, err := internals.UnsafeAwaitOutput(r.ctx.Context(), pulumi.ToOutput(given))
	if err != nil {
		r.Add(path, err)
		return leaf{Given: true}
	}
	list, _ := given.(pulumi.StringArray)
	if result.Known && r.isSkipped(result) {
		result.Known, given = false, shape.unknown(result)
	}
	value := leaf{
		Given: true, Known: result.Known, Secret: result.Secret, Made: len(result.Dependencies) > 0,
		Elements: len(list),
	}
	if result.Known {
		value.plain, value.Given = plain(result.Value)
	}
	if tag.Get("provider") == "secret" {
		given, value.Secret = pulumi.ToSecret(given), true
	}
	if order, ok := orders[tag.Get("list")]; ok {
		all, _ := given.(pulumi.StringArrayInput)
		given = all.ToStringArrayOutput().ApplyT(order)
		if known, ok := value.plain.([]string); ok && tag.Get("list") == "set" {
			value.plain = order(known)
		}
	}
	value.input, _ = given.(pulumi.Input)
	return value
}

// orders are the values of the tag list: the order of such a list means nothing, so another order is no change. In a
// set, repetitions mean nothing either. Messages show a sorted list as the program has it.
var orders = map[string]func([]string) []string{
	"sorted": Sorted,
	"set":    func(list []string) []string { return slices.Compact(Sorted(list)) },
}

// Sorted returns a list in alphabetical order. An empty one is not nil, which would be null.
func Sorted(list []string) []string {
	return append([]string{}, slices.Sorted(slices.Values(list))...)
}

// SortedOutput does the same for a list from a service.
func SortedOutput(list pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	out, _ := list.ApplyT(Sorted).(pulumi.StringArrayOutput)
	return out
}

// isUnknown reports whether a value that [Check] took out is unknown.
func (r *reader) isUnknown(value property.Value) bool {
	switch {
	case value.IsComputed():
		return true
	case value.IsNull():
		return r.isSkipped(internals.UnsafeAwaitOutputResult{})
	}
	return !r.ctx.DryRun()
}

// plain dereferences a value. A null output is not set.
func plain(value any) (plain any, given bool) {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, false
	}
	return v.Interface(), true
}

// isEmpty reports whether a value, or one of its elements, is empty as an SDK writes null.
func isEmpty(value any) bool {
	plain, given := plain(value)
	switch v := plain.(type) {
	case []string:
		return len(v) == 0 || slices.Contains(v, "")
	case map[string]string:
		return len(v) == 0 || slices.Contains(slices.Collect(maps.Values(v)), "")
	}
	return !given || reflect.ValueOf(plain).IsZero()
}
