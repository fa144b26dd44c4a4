package shim

import (
	"context"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

// Panics turns a panic in any of the provider's methods into an error. A panic would end the plugin, with all its
// parallel operations, and show the user a stack trace. name is the plugin's name, and repository is where users report
// bugs.
//
// It waits for https://github.com/pulumi/pulumi/issues/13135.
func Panics(provider p.Provider, name, repository string) p.Provider {
	r := reporter{name, repository}
	provider.CheckConfig = recovering(r, "CheckConfig", provider.CheckConfig)
	provider.DiffConfig = recovering(r, "DiffConfig", provider.DiffConfig)
	provider.Configure = recoveringError(r, "Configure", provider.Configure)
	provider.Invoke = recovering(r, "Invoke", provider.Invoke)
	provider.Check = recovering(r, "Check", provider.Check)
	provider.Diff = recovering(r, "Diff", provider.Diff)
	provider.Create = recovering(r, "Create", provider.Create)
	provider.Read = recovering(r, "Read", provider.Read)
	provider.Update = recovering(r, "Update", provider.Update)
	provider.Delete = recoveringError(r, "Delete", provider.Delete)
	provider.Construct = recovering(r, "Construct", provider.Construct)
	return provider
}

func recovering[Q, R any](
	r reporter, method string, f func(context.Context, Q) (R, error),
) func(context.Context, Q) (R, error) {
	return func(ctx context.Context, req Q) (resp R, err error) {
		defer func() { r.report(AsPanic(recover()), method, &err) }()
		return f(ctx, req)
	}
}

func recoveringError[Q any](
	r reporter, method string, f func(context.Context, Q) error,
) func(context.Context, Q) error {
	return func(ctx context.Context, req Q) (err error) {
		defer func() { r.report(AsPanic(recover()), method, &err) }()
		return f(ctx, req)
	}
}

type reporter struct{ name, repository string }

// report describes a panic by its type and its frames. Its value is left out: it may hold anything, a credential too.
func (r reporter) report(panicked *Panic, method string, err *error) {
	if panicked != nil {
		*err = fmt.Errorf("the %s ran into a bug of its own in %s (%T), at %s; "+
			"please report it at %s/issues with the program that shows it",
			r.name, method, panicked.Value, panicked.frames, r.repository)
	}
}

// Panic is a panic that was recovered.
type Panic struct {
	// Value is what the code panicked with.
	Value any
	// frames are the calls that led to it, the innermost first.
	frames string
}

// AsPanic keeps the frames of a panic, so that another goroutine can report it. The deferred function that recovers
// calls it. A panic with frames keeps them; nil is no panic.
func AsPanic(recovered any) *Panic {
	if recovered == nil {
		return nil
	}
	if known, ok := recovered.(*Panic); ok {
		return known
	}
	return &Panic{recovered, frames()}
}

// mostFrames is how many frames a report names.
const mostFrames = 12

// frames names the frames of this module, and the one that panicked, by function, file and line.
func frames() string {
	callers := make([]uintptr, 256)
	all := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	var named []string
	panicking, first := false, true
	for frame, more := all.Next(); more && len(named) < mostFrames; frame, more = all.Next() {
		switch {
		case frame.Function == "runtime.gopanic":
			panicking = true
		case !panicking || strings.HasPrefix(frame.Function, "runtime."):
		case strings.HasPrefix(frame.Function, own) && strings.Contains(frame.Function, ".recovering"):
			return strings.Join(named, " < ") // the frames after this one called the provider
		case first || strings.HasPrefix(frame.Function, module):
			named = append(named, describe(frame))
			first = false
		}
	}
	return strings.Join(named, " < ")
}

var (
	own    = reflect.TypeFor[Panic]().PkgPath()
	module = strings.TrimSuffix(own, "provider/internal/shim")
)

// describe is the function and the line of a frame, without the directories of the machine that built the plugin.
func describe(frame runtime.Frame) string {
	function := strings.TrimPrefix(frame.Function, module)
	dir, name := path.Split(function)
	pkg, _, _ := strings.Cut(name, ".")
	return fmt.Sprintf("%s (%s:%d)", function, dir+pkg+"/"+path.Base(frame.File), frame.Line)
}
