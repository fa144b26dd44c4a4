// Package lookup is how a component asks services for what exists: through functions of its providers, each question
// once in a run.
package lookup

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Component is what a component's look-ups go through.
type Component interface {
	GetProvider(moduleMember string) pulumi.ProviderResource
}

// Ask calls a function of a component's provider, unless another component of the run has just asked it the same.
//
// Look-ups are plain calls, inside an apply where an ID is an output; not the SDKs' ...Output functions. Those also
// pass on the resources that an ID comes from. Where one of them is a component of a Pulumi YAML program, the engine
// (seen with v3.259.0) takes it for never created and answers "unknown", even during an update. What a known ID names
// exists.
func Ask[R any](
	ctx *pulumi.Context, self Component, token string, call func() (*R, error), wanted ...string,
) (*R, error) {
	provider, known, err := providerOf(ctx, self, token)
	if err != nil || !known {
		return call()
	}
	question := strings.Join(append([]string{token, provider}, wanted...), "\n")
	value, err := RunOf(ctx).ask(ctx.Context(), question, func() (any, error) { return call() })
	result, _ := value.(*R)
	return result, err
}

// providerOf identifies the provider of a component's functions; another one may have other credentials. The default
// provider is empty.
func providerOf(ctx *pulumi.Context, self Component, token string) (reference string, known bool, err error) {
	provider := self.GetProvider(token)
	if provider == nil {
		return "", true, nil
	}
	urn, known, err := Await[pulumi.URN](ctx, provider.URN())
	if err != nil || !known {
		return "", false, err
	}
	id, known, err := Await[pulumi.ID](ctx, provider.ID())
	return string(urn) + "::" + string(id), known, err
}

// AskLater does so for an answer that the service gives after this question; see [Run.Later].
func AskLater[R any](
	ctx *pulumi.Context, self Component, token string, delay time.Duration, call func() (*R, error), wanted ...string,
) (*R, error) {
	provider, known, err := providerOf(ctx, self, token)
	if err != nil || !known {
		return call()
	}
	question := strings.Join(append([]string{token, provider}, wanted...), "\n")
	value, err := RunOf(ctx).Later(question, delay, func() (any, error) { return call() })
	result, _ := value.(*R)
	return result, err
}
