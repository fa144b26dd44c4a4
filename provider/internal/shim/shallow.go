package shim

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Shallow builds a component on a call stack of its own. With every resource, the SDK sends the engine the call stack
// that registers it. Three dozen frames of gRPC and middleware would be most of the request, and a third of a
// component's cost.
//
// It waits for a limit to what https://github.com/pulumi/pulumi/pull/20430 sends.
func Shallow[A any, C pulumi.ComponentResource](build infer.ComponentFn[A, C]) infer.ComponentFn[A, C] {
	return func(ctx *pulumi.Context, name string, args A, opts ...pulumi.ResourceOption) (built C, err error) {
		done := make(chan *Panic)
		go func() {
			// A panic is the caller's to handle.
			defer func() { done <- AsPanic(recover()) }()
			built, err = build(ctx, name, args, opts...)
		}()
		if panicked := <-done; panicked != nil {
			panic(panicked)
		}
		return built, err
	}
}
