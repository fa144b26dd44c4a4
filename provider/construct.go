package provider

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/contract"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// inferred describes a component as infer does, and constructs it for less. For each output infer v1.5.0 makes another one,
// and something that waits for it: with hundreds of links that are being made, half of all that waits.
func inferred[A any, C pulumi.ComponentResource](build infer.ComponentFn[A, C], turns turns) infer.InferredComponent {
	return constructed{infer.ComponentF(build), constructor(shim.Shallow(build)), turns}
}

type constructed struct {
	infer.InferredComponent
	construct comProvider.ConstructFunc
	turns     turns
}

// Construct builds the component, in a preview when it is its turn.
func (c constructed) Construct(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
	if req.DryRun {
		giveBack, err := c.turns.take(ctx)
		if err != nil {
			return p.ConstructResponse{}, err
		}
		defer giveBack()
	}
	return p.ProgramConstruct(ctx, req, c.construct)
}

// constructor registers the outputs of what is built as they are.
func constructor[A any, C pulumi.ComponentResource](build infer.ComponentFn[A, C]) comProvider.ConstructFunc {
	return func(
		ctx *pulumi.Context, typ, name string, inputs comProvider.ConstructInputs, opts pulumi.ResourceOption,
	) (*comProvider.ConstructResult, error) {
		var args A
		if err := inputs.CopyTo(&args); err != nil {
			return nil, fmt.Errorf("failed to copy inputs for %s (%s): %w", name, typ, err)
		}
		built, err := build(ctx, name, args, opts)
		if err != nil {
			return nil, err
		}
		result, err := comProvider.NewConstructResult(built)
		if err != nil {
			return nil, err
		}
		outputs, ok := result.State.(pulumi.Map)
		contract.Assertf(ok, "outputs of a component are %T", result.State)
		awaitAll(ctx, outputs)
		return result, ctx.RegisterResourceOutputs(built, outputs)
	}
}

// awaitAll waits for outputs before they are registered, as who asked for the component does afterwards anyway. Registered before
// they are known, they would be waited for twice. An output that failed fails the registration too.
func awaitAll(ctx *pulumi.Context, outputs pulumi.Map) {
	for _, value := range outputs {
		if output, ok := value.(pulumi.Output); ok {
			if _, err := internals.UnsafeAwaitOutput(ctx.Context(), output); err != nil {
				return
			}
		}
	}
}
