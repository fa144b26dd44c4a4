package tidbcloud

import (
	"context"
	"reflect"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// at returns the input at a path, such as kafka.network; null when there is none.
func at(inputs property.Map, path string) property.Value {
	v := property.New(inputs)
	for key := range strings.SplitSeq(path, ".") {
		if !v.IsMap() {
			break
		}
		v = v.AsMap().Get(key)
	}
	return v
}

// isUnknown reports whether an input is the output of something that does not exist yet.
func isUnknown(inputs property.Map, path string) bool { return at(inputs, path).HasComputed() }

// A checker collects what is wrong with inputs.
type checker struct {
	inputs   property.Map
	failures []p.CheckFailure
}

// check reads the inputs and checks them. It chooses a name for a resource that has none, and stores it in name.
func check[A any](
	ctx context.Context, req infer.CheckRequest, name func(*A) **string, rules func(*checker, A),
) (infer.CheckResponse[A], error) {
	args, failures, err := infer.DefaultCheck[A](ctx, req.NewInputs)
	if err != nil || len(failures) > 0 {
		return infer.CheckResponse[A]{Inputs: args, Failures: failures}, err
	}
	c := checker{inputs: req.NewInputs}
	if name != nil && !c.has("displayName") {
		*name(&args), err = autoname(ctx, req.Name, req.OldInputs)
		c.fail("displayName", err)
	}
	rules(&c, args)
	return infer.CheckResponse[A]{Inputs: args, Failures: c.failures}, nil
}

// has reports whether an input is set.
func (c *checker) has(path string) bool { return !at(c.inputs, path).IsNull() }

// rule notes what a rule finds wrong with an input, if it is set and known.
func (c *checker) rule(path string, err error) {
	if c.has(path) && !isUnknown(c.inputs, path) {
		c.fail(path, err)
	}
}

func (c *checker) fail(property string, err error) {
	if err != nil {
		c.failures = append(c.failures, p.CheckFailure{Property: property, Reason: err.Error()})
	}
}

// A difference collects the properties that differ. Most are a replacement: TiDB Cloud has no call that updates a
// connection or an attachment.
type difference struct {
	inputs property.Map
	diff   map[string]p.PropertyDiff
}

func newDifference(ctx context.Context) *difference {
	return &difference{inputs: shim.RequestOf(ctx).NewInputs, diff: map[string]p.PropertyDiff{}}
}

// replace notes a difference of an input that is a replacement, and edit, one that is an update. An unknown input is a
// difference.
func (d *difference) replace(path string, was, is any) { d.compare(p.UpdateReplace, path, was, is) }
func (d *difference) edit(path string, was, is any)    { d.compare(p.Update, path, was, is) }

func (d *difference) compare(kind p.DiffKind, path string, was, is any) {
	if was != is || isUnknown(d.inputs, path) {
		d.diff[path] = p.PropertyDiff{Kind: kind, InputDiff: true}
	}
}

// has reports whether an input or an output differs.
func (d *difference) has(path string) bool {
	_, ok := d.diff[path]
	return ok
}

// because notes that the value of an output requires a replacement.
func (d *difference) because(property string) {
	d.diff[property] = p.PropertyDiff{Kind: p.UpdateReplace}
}

// unfinished notes that an output is still going to change, which an update waits for.
func (d *difference) unfinished(property string) { d.diff[property] = p.PropertyDiff{Kind: p.Update} }

func (d *difference) response(deleteBeforeReplace bool) p.DiffResponse {
	resp := p.DiffResponse{HasChanges: len(d.diff) > 0, DetailedDiff: d.diff}
	resp.DeleteBeforeReplace = deleteBeforeReplace && replaces(resp)
	return resp
}

// replaces reports whether a difference is a replacement.
func replaces(resp p.DiffResponse) bool {
	for _, d := range resp.DetailedDiff {
		if d.Kind == p.UpdateReplace {
			return true
		}
	}
	return false
}

// wire lets each output that is an input depend on that input alone, but for one field. Without it, all outputs of an
// existing resource would be unknown in the preview of an update.
func wire(f infer.FieldSelector, inputs, outputs any, but string) {
	in, out := reflect.ValueOf(inputs).Elem(), reflect.ValueOf(outputs).Elem()
	for i := range in.NumField() {
		if in.Type().Field(i).Name != but {
			f.OutputField(out.Field(i).Addr().Interface()).DependsOn(f.InputField(in.Field(i).Addr().Interface()))
		}
	}
}

// value dereferences an optional input; one that is left out is empty.
func value[T any](v *T) (empty T) {
	if v == nil {
		return empty
	}
	return *v
}

// optional is the reverse.
func optional(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}
