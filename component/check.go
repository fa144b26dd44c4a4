package component

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// argsOf are the arguments of each component.
var argsOf = map[tokens.Type]reflect.Type{
	Type:          reflect.TypeFor[PrivateLinkArgs](),
	VpcAccessType: reflect.TypeFor[VpcAccessArgs](),
}

// outputsOf are the outputs of each component.
var outputsOf = map[tokens.Type]reflect.Type{
	Type:          reflect.TypeFor[PrivateLink](),
	VpcAccessType: reflect.TypeFor[VpcAccess](),
}

// Outputs returns the names of a component's outputs.
func Outputs(component tokens.Type) []string {
	of, ok := outputsOf[component]
	if !ok {
		return nil
	}
	var names []string
	for i := range of.NumField() {
		if name := of.Field(i).Tag.Get("pulumi"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Check checks the names and types of a component's inputs; see [args.Check].
func Check(ctx context.Context, component tokens.Type, inputs property.Map) (context.Context, property.Map, error) {
	if of, ok := argsOf[component]; ok {
		return args.Check(ctx, of, inputs)
	}
	return ctx, inputs, nil
}
