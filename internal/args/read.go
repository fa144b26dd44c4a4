package args

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Read waits for the inputs in a struct of arguments, and returns what is known of them. The engine calls a component
// of a plugin when its inputs are known; a Go program that calls the component's constructor may pass outputs of
// resources that are being created.
//
// Read puts unknown inputs in the place of those that come from resources that the update skips. It changes neither
// the structs nor the lists that the arguments point to: the caller keeps those.
func Read(ctx *pulumi.Context, args any, opts ...pulumi.ResourceOption) (*Set, error) {
	unknown, _ := ctx.Context().Value(unknownKey{}).(map[string]property.Value)
	r := reader{ctx: ctx, opts: opts, unknown: unknown, set: Set{dryRun: ctx.DryRun(), leaves: map[string]Value[any]{}}}
	r.object("", reflect.ValueOf(args).Elem(), true)
	return &r.set, r.Err()
}

type reader struct {
	Problems

	ctx  *pulumi.Context
	opts []pulumi.ResourceOption
	set  Set
	// unknown are the inputs that [Check] took out.
	unknown map[string]property.Value
}

// object reads the fields of a struct. Of an object that is not given it notes which inputs there are.
func (r *reader) object(path string, args reflect.Value, given bool) {
	for i := range args.NumField() {
		field := args.Type().Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if value, ok := r.unknown[path+name]; ok && r.isUnknown(value) {
			args.Field(i).Set(reflect.ValueOf(unknowns[field.Type](internals.UnsafeAwaitOutputResult{Secret: value.Secret()})))
		}
		r.field(path+name, args.Field(i), field.Tag)
		if given && option != "optional" && !r.set.leaves[path+name].Given {
			r.Add(path+name, fmt.Errorf("is required: %s", field.Tag.Get("required")))
		}
	}
}

func (r *reader) field(path string, field reflect.Value, tag reflect.StructTag) {
	value := Value[any]{Path: path, Given: !field.IsNil()}
	switch _, leaf := leaves[field.Type()]; {
	case leaf && value.Given:
		value = r.leaf(path, field, tag)
	case leaf:
	case field.Type() == name && value.Given:
		value.Known, value.Plain = true, field.Elem().String()
	case field.Type() == name:
	case field.Kind() == reflect.Pointer:
		own := reflect.New(field.Type().Elem())
		if value.Given {
			own.Elem().Set(field.Elem())
			field.Set(own)
		}
		r.object(path+".", own.Elem(), value.Given)
	default:
		own := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
		reflect.Copy(own, field)
		field.Set(own)
		for i := range own.Len() {
			r.object(fmt.Sprintf("%s[%d].", path, i), own.Index(i), true)
		}
		value.Elements, value.Given = own.Len(), own.Len() > 0
	}
	r.set.leaves[path] = value
}

func (r *reader) leaf(path string, field reflect.Value, tag reflect.StructTag) Value[any] {
	result, err := internals.UnsafeAwaitOutput(r.ctx.Context(), pulumi.ToOutput(field.Interface()))
	if err != nil {
		r.Add(path, err)
		return Value[any]{Path: path, Given: true}
	}
	if result.Known && r.isSkipped(result) {
		result.Known = false
		field.Set(reflect.ValueOf(unknowns[field.Type()](result)))
	}
	value := Value[any]{Path: path, Given: true, Known: result.Known, Secret: result.Secret}
	value.Made = len(result.Dependencies) > 0
	if result.Known {
		value.Plain, value.Given = plain(result.Value)
	}
	if list, ok := field.Interface().(pulumi.StringArray); ok {
		value.Elements = len(list)
	}
	if tag.Get("provider") == "secret" {
		// The state has it encrypted, also where a program gives it in clear.
		field.Set(reflect.ValueOf(pulumi.ToSecret(field.Interface())))
		value.Secret = true
	}
	if order, ok := orders[tag.Get("list")]; ok {
		list, _ := field.Interface().(pulumi.StringArrayInput)
		field.Set(reflect.ValueOf(list.ToStringArrayOutput().ApplyT(order)))
		if known, ok := value.Plain.([]string); ok && tag.Get("list") == "set" {
			value.Plain = order(known)
		}
	}
	value.input, _ = field.Interface().(pulumi.Input)
	return value
}

// orders are the values of the tag list: the order of such a list means nothing, so that another one is no change. In
// a set repetitions mean nothing either. Rules see a sorted list as it was given, so that messages show it so.
var orders = map[string]func([]string) []string{
	"sorted": Sorted,
	"set":    func(list []string) []string { return slices.Compact(Sorted(list)) },
}

// Sorted returns a list in alphabetical order. An empty one is not nil, which would be null.
func Sorted(list []string) []string {
	return append([]string{}, slices.Sorted(slices.Values(list))...)
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

// isSkipped reports whether an input is empty because the update skips the resource that it comes from. Only the
// engine knows which resources it skips. A null that has lost its dependencies may come from any that the component
// depends on; any other value without dependencies, such as false, is what the program gives.
func (r *reader) isSkipped(result internals.UnsafeAwaitOutputResult) bool {
	if r.ctx.DryRun() || !isEmpty(result.Value) {
		return false
	}
	options, err := pulumi.NewResourceOptions(r.opts...)
	if err != nil {
		return false
	}
	from := result.Dependencies
	if _, given := plain(result.Value); len(from) == 0 && given {
		return false
	}
	if len(from) == 0 {
		from = options.DependsOn
	}
	return isSkipped(r.ctx, from, ancestorsOf(r.ctx, options.Parent))
}

// plain takes a value out of its pointer. An output that turned out to be null is not given.
func plain(value any) (plain any, given bool) {
	v := reflect.ValueOf(value)
	if !v.IsValid() || (v.Kind() == reflect.Pointer && v.IsNil()) {
		return nil, false
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v.Interface(), true
}

// isEmpty reports whether a value, or one of its elements, is what an SDK makes of null.
func isEmpty(value any) bool {
	plain, given := plain(value)
	switch v := plain.(type) {
	case []string:
		return len(v) == 0 || slices.Contains(v, "")
	case map[string]string:
		for _, element := range v {
			if element == "" {
				return true
			}
		}
		return len(v) == 0
	}
	return !given || reflect.ValueOf(plain).IsZero()
}

// unknowns make an unknown input of each type, with the secretness and the dependencies of what it stands for.
var unknowns = map[reflect.Type]func(internals.UnsafeAwaitOutputResult) pulumi.Output{
	reflect.TypeFor[pulumi.StringInput]():      unknown[string],
	reflect.TypeFor[pulumi.StringPtrInput]():   unknown[*string],
	reflect.TypeFor[pulumi.IntPtrInput]():      unknown[*int],
	reflect.TypeFor[pulumi.BoolPtrInput]():     unknown[*bool],
	reflect.TypeFor[pulumi.StringArrayInput](): unknown[[]string],
	reflect.TypeFor[pulumi.StringMapInput]():   unknown[map[string]string],
}

func unknown[T any](of internals.UnsafeAwaitOutputResult) pulumi.Output {
	out := pulumi.UnsafeUnknownOutput(of.Dependencies).ApplyT(func(any) T {
		var none T
		return none
	})
	if of.Secret {
		return pulumi.ToSecret(out)
	}
	return out
}
