package args

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// An update skips what it does not target, or excludes, and does not have yet. The outputs of a skipped resource are
// unknown then, as in a preview. But an output of a remote component, and any output in an older SDK, arrives as null
// or as an empty value. Seen with Pulumi 3.259.

// getResource is the engine's own function that returns what it holds of a resource.
const getResource = "pulumi:pulumi:getResource"

type getResourceArgs struct {
	URN string `pulumi:"urn"`
}

type getResourceResult struct {
	ID       string `pulumi:"id"`
	Provider string `pulumi:"provider"`
}

// isSkipped reports whether an update has skipped one of the resources, or a child of one that is a component. The
// ancestors are those of the component that asks.
func isSkipped(ctx *pulumi.Context, resources []pulumi.Resource, ancestors string) bool {
	return slices.ContainsFunc(resources, func(r pulumi.Resource) bool {
		of, known, err := await[pulumi.URN](ctx, r.URN())
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
		// A component has no ID. The engine waits for all children before it answers, so that a component must not ask
		// about one of its ancestors.
		if slices.Contains(strings.Split(ancestors, "$"), string(urn.URN(of).Type())) {
			return false
		}
		answer := ctx.InvokeOutput(getResource, &getResourceArgs{string(of)}, pulumi.AnyOutput{}, pulumi.InvokeOutputOptions{
			InvokeOptions: []pulumi.InvokeOption{pulumi.DependsOn([]pulumi.Resource{r})},
		})
		result, err := internals.UnsafeAwaitOutput(ctx.Context(), answer)
		return err == nil && !result.Known
	})
}

// ancestorsOf returns the types of a component's ancestors, as they stand in URNs.
func ancestorsOf(ctx *pulumi.Context, parent pulumi.Resource) string {
	if parent == nil {
		return ""
	}
	of, _, _ := await[pulumi.URN](ctx, parent.URN()) // the parent's error is reported as its own
	if of == "" {
		return ""
	}
	return string(urn.URN(of).QualifiedType())
}

// await waits for an output. What is unknown is the zero value, and not known.
func await[T any](ctx *pulumi.Context, out pulumi.Output) (value T, known bool, err error) {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
	if err != nil || !result.Known {
		return value, false, err
	}
	value, known = result.Value.(T)
	return value, known, nil
}
