package provider

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// withTypes refuses a component's inputs of other names and types than the schema's, before anything makes values of them.
func withTypes(
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		var err error
		if req.Inputs, err = component.Typed(req.Urn.Type(), req.Inputs); err != nil {
			return p.ConstructResponse{}, err
		}
		return construct(ctx, req)
	}
}

// withoutNumericIDs refuses such ids of resources and functions. infer would refuse them too, but without saying why, or what
// to do.
func withoutNumericIDs(provider p.Provider) p.Provider {
	failures := func(inputs property.Map) []p.CheckFailure {
		if !inputs.Get("clusterId").IsNumber() {
			return nil
		}
		return []p.CheckFailure{{Property: "clusterId", Reason: rules.ErrNumericClusterID.Error()}}
	}
	check, invoke := provider.Check, provider.Invoke
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		if wrong := failures(req.Inputs); wrong != nil {
			return p.CheckResponse{Inputs: req.Inputs, Failures: wrong}, nil
		}
		return check(ctx, req)
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		if wrong := failures(req.Args); wrong != nil {
			return p.InvokeResponse{Failures: wrong}, nil
		}
		return invoke(ctx, req)
	}
	return provider
}
