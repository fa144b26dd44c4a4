package args

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// An update skips what it does not target, or excludes, and does not have yet. The outputs of what it skips are
// unknown, but those of a remote component, and all in an older SDK, arrive as null or as empty values. Seen with
// Pulumi 3.259.

// getResource is the engine's own function that returns what it holds of a resource.
const getResource = "pulumi:pulumi:getResource"

type getResourceArgs struct {
	URN string `pulumi:"urn"`
}

type getResourceResult struct {
	ID       string `pulumi:"id"`
	Provider string `pulumi:"provider"`
}

// isSkipped reports whether an input is empty because the update skips the resource that it comes from, which only the
// engine knows. A null that has lost its dependencies may come from any resource that the component depends on; any
// other value without dependencies, such as false, is the program's.
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
	var ancestors []string // types, as they stand in URNs
	if options.Parent != nil {
		of, _, _ := lookup.Await[pulumi.URN](r.ctx, options.Parent.URN()) // the parent's error is reported as its own
		if of != "" {
			ancestors = strings.Split(string(urn.URN(of).QualifiedType()), "$")
		}
	}
	return slices.ContainsFunc(from, func(one pulumi.Resource) bool { return skips(r.ctx, one, ancestors) })
}

// skips reports whether an update has skipped a resource or, if it is a component, a child of it. The ancestors are
// those of the component that asks.
func skips(ctx *pulumi.Context, resource pulumi.Resource, ancestors []string) bool {
	of, known, err := lookup.Await[pulumi.URN](ctx, resource.URN())
	if err != nil || !known {
		return false
	}
	var held getResourceResult
	err = ctx.Invoke(getResource, &getResourceArgs{string(of)}, &held)
	switch {
	case err != nil || held.ID != "":
		return false
	case held.Provider != "":
		return true
	}
	// A component has no ID. The engine waits for all children before it answers, so a component must not ask about its
	// ancestors.
	if slices.Contains(ancestors, string(urn.URN(of).Type())) {
		return false
	}
	after := pulumi.InvokeOutputOptions{
		InvokeOptions: []pulumi.InvokeOption{pulumi.DependsOn([]pulumi.Resource{resource})},
	}
	answer := ctx.InvokeOutput(getResource, &getResourceArgs{string(of)}, pulumi.AnyOutput{}, after)
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), answer)
	return err == nil && !result.Known
}
