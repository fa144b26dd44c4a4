package provider

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
)

// withoutPanics turns a panic in any of the provider's methods into an error. A panic would take the
// whole plugin down, with everything else that it is doing, and show the user a stack trace.
func withoutPanics(provider p.Provider) p.Provider {
	provider.CheckConfig = recovering("CheckConfig", provider.CheckConfig)
	provider.DiffConfig = recovering("DiffConfig", provider.DiffConfig)
	provider.Configure = recoveringError("Configure", provider.Configure)
	provider.Invoke = recovering("Invoke", provider.Invoke)
	provider.Check = recovering("Check", provider.Check)
	provider.Diff = recovering("Diff", provider.Diff)
	provider.Create = recovering("Create", provider.Create)
	provider.Read = recovering("Read", provider.Read)
	provider.Update = recovering("Update", provider.Update)
	provider.Delete = recoveringError("Delete", provider.Delete)
	provider.Construct = recovering("Construct", provider.Construct)
	return provider
}

func recovering[Q, R any](
	method string, f func(context.Context, Q) (R, error),
) func(context.Context, Q) (R, error) {
	return func(ctx context.Context, req Q) (resp R, err error) {
		defer recoverTo(method, &err)
		return f(ctx, req)
	}
}

func recoveringError[Q any](method string, f func(context.Context, Q) error) func(context.Context, Q) error {
	return func(ctx context.Context, req Q) (err error) {
		defer recoverTo(method, &err)
		return f(ctx, req)
	}
}

// recoverTo makes the panic under way an error. The value that was panicked with is left out of it:
// it may hold anything, a credential too.
func recoverTo(method string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the tidbconfluent provider %s ran into a bug of its own in %s (%T); "+
			"please report it at %s/issues with the program that shows it", Version, method, r, repository)
	}
}
