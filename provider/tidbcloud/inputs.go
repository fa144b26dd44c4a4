package tidbcloud

import (
	"context"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// at returns what stands at a path of nested properties; null when there is nothing.
func at(inputs property.Map, path ...string) property.Value {
	v := property.New(inputs)
	for _, key := range path {
		if !v.IsMap() {
			break
		}
		v = v.AsMap().Get(key)
	}
	return v
}

// isKnown says whether an input is given and is not the output of something that does not exist yet.
func isKnown(inputs property.Map, path ...string) bool {
	v := at(inputs, path...)
	return !v.IsNull() && !v.HasComputed()
}

// isUnknown says whether an input is the output of something that does not exist yet.
func isUnknown(inputs property.Map, path ...string) bool {
	return at(inputs, path...).HasComputed()
}

// A checker collects what is wrong with inputs.
type checker struct {
	inputs   property.Map
	failures []p.CheckFailure
}

// rule applies a rule to the input at a path, if it is given and known.
func (c *checker) rule(rule func() error, path ...string) {
	if isKnown(c.inputs, path...) {
		c.fail(strings.Join(path, "."), rule())
	}
}

func (c *checker) fail(property string, err error) {
	if err != nil {
		c.failures = append(c.failures, p.CheckFailure{Property: property, Reason: err.Error()})
	}
}

// A replacement collects the properties for which a resource must be replaced. TiDB Cloud has
// no call that updates a connection or an attachment, so every difference is a replacement.
type replacement struct {
	inputs property.Map
	diff   map[string]p.PropertyDiff
}

func newReplacement(ctx context.Context) *replacement {
	return &replacement{inputs: shim.NewInputsOf(ctx), diff: map[string]p.PropertyDiff{}}
}

// compare notes a difference between the input at a path and what it should equal.
// An unknown input is a difference: its value is not known yet.
func (r *replacement) compare(was, is, property string, path ...string) {
	if was != is || isUnknown(r.inputs, path...) {
		r.diff[property] = p.PropertyDiff{Kind: p.UpdateReplace, InputDiff: true}
	}
}

// because notes that an output is such that only a replacement helps.
func (r *replacement) because(property string) {
	r.diff[property] = p.PropertyDiff{Kind: p.UpdateReplace}
}

// unfinished notes that an output is still to change by itself, which an update waits for.
func (r *replacement) unfinished(property string) {
	r.diff[property] = p.PropertyDiff{Kind: p.Update}
}

func (r *replacement) response(deleteBeforeReplace bool) p.DiffResponse {
	replace := false
	for _, d := range r.diff {
		replace = replace || d.Kind == p.UpdateReplace
	}
	return p.DiffResponse{
		HasChanges:          len(r.diff) > 0,
		DeleteBeforeReplace: deleteBeforeReplace && replace,
		DetailedDiff:        r.diff,
	}
}

// value dereferences an optional input; one left out is empty.
func value[T ~string](v *T) string {
	if v == nil {
		return ""
	}
	return string(*v)
}

// optional is the other way round.
func optional(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}
