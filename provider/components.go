package provider

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// checkInputs checks the names and types of a component's inputs; see [args.Check].
func checkInputs(ctx context.Context, of tokens.Type, inputs property.Map) (context.Context, property.Map, error) {
	if of == changefeed.Type {
		return args.Check(ctx, reflect.TypeFor[changefeed.KafkaChangefeedArgs](), inputs)
	}
	return component.Check(ctx, of, inputs)
}

// outputNames returns the names of a component's outputs.
func outputNames(of tokens.Type) []string {
	if of == changefeed.Type {
		return args.Outputs(reflect.TypeFor[changefeed.KafkaChangefeed]())
	}
	return component.Outputs(of)
}
