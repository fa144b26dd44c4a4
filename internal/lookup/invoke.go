package lookup

import (
	"errors"
	"reflect"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Answer makes an output of what a plain call returns. A provider whose configuration is not known yet answers with
// nothing at all, which says nothing: the output is unknown then.
func Answer[O pulumi.Output, R any](r *R, err error) (O, error) {
	var from pulumi.Output = pulumi.Bool(true).ToBoolOutput()
	switch {
	case err != nil:
		var none O
		return none, Unwrap(err)
	case reflect.ValueOf(*r).IsZero():
		from = pulumi.UnsafeUnknownOutput(nil)
	}
	out, _ := from.ApplyT(func(any) R { return *r }).(O)
	return out, nil
}

// Unwrap takes what the engine, gRPC and a bridged provider put around a function's own message off it, and the full
// stop of a service's sentence, since more follows.
func Unwrap(err error) error {
	own := err.Error()
	if _, rest, found := strings.Cut(own, " returned an error: "); found {
		own = rest
	}
	if _, rest, found := strings.Cut(own, "desc = Invoke: "); found {
		own = rest
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

// explicitProvider is what to do where the stack configuration has disable-default-providers. The engine does not know
// that a component asks.
const explicitProvider = "give the component one in the option providers"

// WantsProvider reports whether a look-up failed for want of an explicit provider.
func WantsProvider(err error) bool { return strings.HasSuffix(err.Error(), explicitProvider) }

// Start looks something up in parallel with what comes next, and returns a function that waits for the answer. The
// services, and their plugins, which start with the first look-up, are independent of each other.
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
