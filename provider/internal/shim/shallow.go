package provider

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// shallow builds a component on a stack of its own. With every resource, the SDK tells the engine each frame of the stack
// that it is registered from. Three dozen of gRPC and middleware, which say nothing to anybody, would be most of the
// request, and a third of what a component costs.
func shallow[A any, C pulumi.ComponentResource](build infer.ComponentFn[A, C]) infer.ComponentFn[A, C] {
	return func(ctx *pulumi.Context, name string, args A, opts ...pulumi.ResourceOption) (built C, err error) {
		done := make(chan any)
		go func() {
			// A panic is the caller's to handle.
			defer func() { done <- recover() }()
			built, err = build(ctx, name, args, opts...)
		}()
		if panicked := <-done; panicked != nil {
			panic(panicked)
		}
		return built, err
	}
}
