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
	if of, ok := outputsOf[component]; ok {
		return args.Outputs(of)
	}
	return nil
}

// Check checks the names and types of a component's inputs; see [args.Check].
func Check(ctx context.Context, component tokens.Type, inputs property.Map) (context.Context, property.Map, error) {
	if of, ok := argsOf[component]; ok {
		return args.Check(ctx, of, inputs)
	}
	return ctx, inputs, nil
}
