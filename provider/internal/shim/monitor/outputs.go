package monitor

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// go-provider v1.5.0 discards the children that an output of a component depends on: it reads dependencies from the
// values, and the SDK writes them elsewhere
// (https://github.com/pulumi/pulumi-go-provider/blob/v1.5.0/provider.go#L1787). So the engine, which deletes a Kafka
// cluster before its replacement, would not see that an API key of the program must go first; afterwards the key cannot
// be deleted any more.

// outputs are the resources on which the outputs of a component depend, by name.
type outputs map[string][]urn.URN

type outputsKey struct{}

// Outputs builds a component with the monitor of its run, and notes on which resources its outputs depend. An output
// that fails is reported by the SDK, which waits for all of them too.
func Outputs[A any, C pulumi.ComponentResource](build infer.ComponentFn[A, C]) infer.ComponentFn[A, C] {
	return func(ctx *pulumi.Context, name string, args A, opts ...pulumi.ResourceOption) (C, error) {
		if err := takeOver(ctx, opts); err != nil {
			var none C
			return none, err
		}
		built, err := build(ctx, name, args, opts...)
		if noted, ok := ctx.Context().Value(outputsKey{}).(outputs); ok && err == nil {
			noted.note(ctx.Context(), reflect.Indirect(reflect.ValueOf(built)))
		}
		return built, err
	}
}

func (o outputs) note(ctx context.Context, component reflect.Value) {
	for i := range component.NumField() {
		// The embedded state has no tag. The SDK may still be writing to it, for a child.
		name, _, _ := strings.Cut(component.Type().Field(i).Tag.Get("pulumi"), ",")
		if name == "" {
			continue
		}
		output, ok := component.Field(i).Interface().(pulumi.Output)
		if !ok {
			continue
		}
		result, err := internals.UnsafeAwaitOutput(ctx, output)
		if err != nil {
			continue
		}
		for _, of := range result.Dependencies {
			is, err := internals.UnsafeAwaitOutput(ctx, of.URN())
			if known, ok := is.Value.(pulumi.URN); ok && err == nil {
				o[name] = append(o[name], urn.URN(known))
			}
		}
	}
}

// dependent adds to a component's outputs the resources on which they depend, as far as the run does not skip them.
func (m *monitor) dependent(state property.Map, on outputs) property.Map {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, urns := range on {
		urns = slices.DeleteFunc(slices.Clone(urns), func(of urn.URN) bool { return m.isSkipped(string(of)) })
		if value, ok := state.GetOk(name); ok && len(urns) > 0 {
			state = state.Set(name, value.WithDependencies(append(value.Dependencies(), urns...)))
		}
	}
	return state
}
