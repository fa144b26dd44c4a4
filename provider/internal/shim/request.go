package shim

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// A Request is what infer v1.5.0 hides of a call about a resource.
type Request struct {
	URN resource.URN
	ID  string
	// State is the state, and at a Check the old inputs.
	State property.Map
	// NewInputs are the untyped inputs of a Diff. In the typed ones an unknown input is the zero value, like one that
	// was left out.
	NewInputs property.Map
}

// Requests shows the requests to the resources, see [RequestOf], and to see first. see returns the context of the call.
//
// It waits for https://github.com/pulumi/pulumi-go-provider/issues/289.
func Requests(provider p.Provider, see func(context.Context, Request) context.Context) p.Provider {
	with := func(ctx context.Context, r Request) context.Context {
		return see(context.WithValue(ctx, requestKey{}, r), r)
	}
	wrapped := provider
	wrapped.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		return provider.Check(with(ctx, Request{URN: req.Urn, State: req.State}), req)
	}
	wrapped.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		return provider.Diff(with(ctx, Request{req.Urn, req.ID, req.State, req.Inputs}), req)
	}
	wrapped.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		return provider.Create(with(ctx, Request{URN: req.Urn}), req)
	}
	wrapped.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		return provider.Read(with(ctx, Request{URN: req.Urn, ID: req.ID, State: req.Properties}), req)
	}
	wrapped.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		return provider.Update(with(ctx, Request{URN: req.Urn, ID: req.ID, State: req.State}), req)
	}
	wrapped.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		return provider.Delete(with(ctx, Request{URN: req.Urn, ID: req.ID, State: req.Properties}), req)
	}
	return wrapped
}

type requestKey struct{}

// RequestOf returns the request of a call.
func RequestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
