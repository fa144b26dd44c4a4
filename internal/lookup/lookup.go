// Package lookup is how a component asks services for what exists: through functions of its providers, each question
// once in a run.
package lookup

import (
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// A Resource is a component of this package that is being built. Its look-ups go through its own providers.
type Resource interface {
	pulumi.ComponentResource
	GetProvider(token string) pulumi.ProviderResource
}

// A Component asks.
type Component struct {
	Ctx  *pulumi.Context
	Self Resource
}

// A Function is a function of a provider, as the provider's SDK has it.
type Function[A, R any] func(*pulumi.Context, *A, ...pulumi.InvokeOption) (*R, error)

// Ask calls a function, unless another component of the run has just asked it the same.
//
// Look-ups are plain calls, inside an apply where an ID is an output; not the SDKs' ...Output functions. Those pass on
// the resources that an ID comes from, and the engine (seen with v3.259.0) takes a component of a Pulumi YAML program
// for never created and answers "unknown", even during an update.
func Ask[A, R any](c Component, function Function[A, R], args *A) (*R, error) {
	return AskLater(c, 0, function, args)
}

// AskLater does the same for an answer that must be newer than the call, with a delay if there is one; see [Run.Later].
func AskLater[A, R any](c Component, delay time.Duration, function Function[A, R], args *A) (*R, error) {
	call := func() (*R, error) { return function(c.Ctx, args, pulumi.Parent(c.Self)) }
	return Share(c, providerOf[A](), identify(args), delay, call)
}

// Share returns the answer to a question to a provider. It calls unless another component of the run has just called,
// or, with a delay, calls within it.
func Share[R any](
	c Component, provider, question string, delay time.Duration, call func() (*R, error),
) (result *R, err error) {
	identity, known := c.identityOf(provider)
	if !known {
		return call()
	}
	run, ask := RunOf(c.Ctx), func() (any, error) { return call() }
	var value any
	if delay > 0 {
		value, err = run.Later(identity+question, delay, ask)
	} else {
		value, err = run.ask(c.Ctx.Context(), identity+question, ask)
	}
	result, _ = value.(*R)
	return result, err
}

// identityOf identifies the component's provider; another one may have other credentials. The default provider has no
// URN and no ID.
func (c Component) identityOf(provider string) (identity string, known bool) {
	own := c.Self.GetProvider(provider + ":index:any")
	if own == nil {
		return provider + "\n", true
	}
	urn, known, _ := Await[pulumi.URN](c.Ctx, own.URN())
	if !known {
		return "", false
	}
	id, known, _ := Await[pulumi.ID](c.Ctx, own.ID())
	return string(urn) + "::" + string(id) + "\n", known
}

// identify is a function with its arguments.
func identify[A any](args *A) string {
	text, _ := json.Marshal(args) // plain values alone
	return reflect.TypeFor[A]().String() + string(text)
}

// sdkOf finds the provider in the import path of its SDK, such as github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2.
var sdkOf = regexp.MustCompile(`/sdk/(?:v\d+/go/)?(\w+)`)

func providerOf[A any]() string { return sdkOf.FindStringSubmatch(reflect.TypeFor[A]().PkgPath())[1] }

// Answer returns an output of the result of a plain call. A provider with an unknown configuration returns an empty
// answer: the output is unknown then.
func Answer[O pulumi.Output, R any](r *R, err error) (O, error) {
	var none O
	switch {
	case err != nil:
		return none, Unwrap(err)
	case reflect.ValueOf(*r).IsZero():
		return Unknown[O](*r), nil
	}
	out, _ := pulumi.ToOutput(true).ApplyT(func(any) R { return *r }).(O)
	return out, nil
}

// Unknown is an output that is not known yet, of a type that the value shows.
func Unknown[O pulumi.Output, R any](value R, dependencies ...pulumi.Resource) O {
	out, _ := pulumi.UnsafeUnknownOutput(dependencies).ApplyT(func(any) R { return value }).(O)
	return out
}

// Both applies a function to two outputs.
func Both[O pulumi.Output, A, B, R any](a, b pulumi.Input, apply func(A, B) (R, error)) O {
	out, _ := pulumi.All(a, b).ApplyT(func(v []any) (R, error) {
		a, _ := v[0].(A)
		b, _ := v[1].(B)
		return apply(a, b)
	}).(O)
	return out
}

// Once is a string that is known once another output is known too.
func Once(text, other pulumi.Input) pulumi.StringOutput {
	return Both[pulumi.StringOutput](text, other, func(text string, _ any) (string, error) { return text, nil })
}

// Unwrap returns a function's own message, without the text that the engine, gRPC and a bridged provider put around it,
// and without a full stop, since more follows.
func Unwrap(err error) error {
	own := err.Error()
	for _, before := range []string{" returned an error: ", "desc = Invoke: "} {
		if _, rest, found := strings.Cut(own, before); found {
			own = rest
		}
	}
	if list := errorList.FindStringSubmatch(own); list != nil {
		own = strings.Join(strings.FieldsFunc(list[1], func(r rune) bool { return r == '\n' }), ", ")
		own = strings.ReplaceAll(own, "\t* ", "")
	}
	own = strings.TrimSuffix(own, ".")
	if strings.HasPrefix(own, "Default provider for ") {
		own += ": " + explicitProvider
	}
	if own == err.Error() {
		return err
	}
	return errors.New(own)
}

// errorList is what a bridged provider writes: the errors of a function, or of the provider's configuration.
var errorList = regexp.MustCompile(`(?s)^(?:invoking \S+: )?\d+ errors? occurred:\n(.*)$`)

// explicitProvider is the advice when the stack configuration has disable-default-providers. The engine does not know
// that a component asks.
const explicitProvider = "pass one to the component in the option providers"

// WantsProvider reports whether a look-up failed because an explicit provider is missing.
func WantsProvider(err error) bool { return strings.HasSuffix(err.Error(), explicitProvider) }

// Start begins a look-up in parallel with the caller, and returns a function that waits for the answer.
func Start(look func() error) (wait func() error) {
	answered := make(chan error, 1)
	go func() { answered <- look() }()
	return func() error { return <-answered }
}

// Await waits for an output. What is unknown at preview is the zero value, and not known.
func Await[T any](ctx *pulumi.Context, out pulumi.Output) (value T, known bool, err error) {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
	if err != nil || !result.Known {
		return value, false, err
	}
	value, known = result.Value.(T)
	return value, known, nil
}
