package provider

import (
	"context"
	"reflect"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// components are the structs of each component's inputs and outputs.
var components = map[tokens.Type]struct{ inputs, outputs reflect.Type }{
	component.Type:  {reflect.TypeFor[component.PrivateLinkArgs](), reflect.TypeFor[component.PrivateLink]()},
	vpcaccess.Type:  {reflect.TypeFor[vpcaccess.VpcAccessArgs](), reflect.TypeFor[vpcaccess.VpcAccess]()},
	changefeed.Type: {reflect.TypeFor[changefeed.KafkaChangefeedArgs](), reflect.TypeFor[changefeed.KafkaChangefeed]()},
}

// outputNames returns the names of a component's outputs.
func outputNames(of tokens.Type) []string {
	if c, ok := components[of]; ok {
		return args.Names(c.outputs)
	}
	return nil
}

// checkInputs rejects a component's inputs of other names and types than the schema's, before the SDK reads
// them; see [args.Check].
func checkInputs(
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		if c, ok := components[req.Urn.Type()]; ok {
			var err error
			if ctx, req.Inputs, err = args.Check(ctx, c.inputs, req.Inputs); err != nil {
				return p.ConstructResponse{}, err
			}
		}
		return construct(ctx, req)
	}
}
