package component

import (
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

// Check checks the names and types of a component's inputs; see [args.Check].
func Check(component tokens.Type, inputs property.Map) (property.Map, error) {
	if of, ok := argsOf[component]; ok {
		return args.Check(of, inputs)
	}
	return inputs, nil
}
