package shim

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Requests shows resources what infer v1.5.0 hides of the request: the URN, see [URNOf], and at a Diff the untyped
// inputs, see [NewInputsOf].
//
// It waits for https://github.com/pulumi/pulumi-go-provider/issues/289.
func Requests(provider p.Provider) p.Provider {
	wrapped := provider
	wrapped.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		return provider.Check(WithURN(ctx, req.Urn), req)
	}
	wrapped.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		return provider.Diff(context.WithValue(WithURN(ctx, req.Urn), newInputsKey{}, req.Inputs), req)
	}
	wrapped.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		return provider.Create(WithURN(ctx, req.Urn), req)
	}
	wrapped.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		return provider.Read(WithURN(ctx, req.Urn), req)
	}
	wrapped.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		return provider.Update(WithURN(ctx, req.Urn), req)
	}
	wrapped.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		return provider.Delete(WithURN(ctx, req.Urn), req)
	}
	return wrapped
}

type (
	urnKey       struct{}
	newInputsKey struct{}
)

// WithURN sets the resource that a call is about.
func WithURN(ctx context.Context, urn resource.URN) context.Context {
	return context.WithValue(ctx, urnKey{}, urn)
}

// URNOf returns the resource that a call is about.
func URNOf(ctx context.Context) resource.URN {
	urn, _ := ctx.Value(urnKey{}).(resource.URN)
	return urn
}

// NewInputsOf returns the untyped new inputs of a Diff. In the typed ones an unknown input is the zero value, as one
// that was left out.
func NewInputsOf(ctx context.Context) property.Map {
	inputs, _ := ctx.Value(newInputsKey{}).(property.Map)
	return inputs
}
