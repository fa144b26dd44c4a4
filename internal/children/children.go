// Package children declares a component and the resources that are its children.
package children

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// A Maker declares the children of a component.
type Maker struct {
	lookup.Component

	// Name is the component's name. Those of its children begin with it.
	Name string
	// In are the component's inputs.
	In       *args.Set
	Timeouts pulumi.CustomTimeouts
	// Retained is set when the children are kept after they leave the state.
	Retained bool
	// Creation are options of all children, such as a check before they are created.
	Creation []pulumi.ResourceOption
	// Transient are the transient problems: they stop only the creation of children.
	Transient args.Problems
}

// Declare reads a component's inputs, checks them without asking any service, registers the component, and takes the
// steps in which it declares its children. given points to the component's arguments.
func Declare(
	ctx *pulumi.Context, token, name string, self lookup.Resource, given any, opts []pulumi.ResourceOption,
	check func(in *args.Set) error, steps func(Maker) error,
) error {
	in, err := args.Read(ctx, given, opts...)
	if err != nil {
		return err
	}
	if err := check(in); err != nil {
		return in.Redact(err)
	}
	if err := ctx.RegisterComponentResourceV2(token, name, in.Inputs(), self, opts...); err != nil {
		return err
	}
	m := Maker{Component: lookup.Component{Ctx: ctx, Self: self}, Name: name, In: in}
	if options, err := pulumi.NewResourceOptions(opts...); err == nil {
		m.Timeouts, m.Retained = timeouts(options.CustomTimeouts), options.RetainOnDelete
	}
	return in.Redact(steps(m))
}

// timeouts are a component's customTimeouts. The engine does not pass them on to children.
func timeouts(given *pulumi.CustomTimeouts) (t pulumi.CustomTimeouts) {
	if given == nil {
		return t
	}
	t = *given
	for _, timeout := range []*string{&t.Create, &t.Update, &t.Delete} {
		if *timeout == "0s" { // as the engine sends an option that is not set
			*timeout = ""
		}
	}
	return t
}

// Options returns the options of a child that waits for a service, so that it gets the component's timeouts.
func (m *Maker) Options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.Parent(m.Self)}, m.Creation...)
	if m.Timeouts != (pulumi.CustomTimeouts{}) {
		opts = append(opts, pulumi.Timeouts(&m.Timeouts))
	}
	return append(opts, more...)
}

// WithoutTimeouts is an option of a child whose provider never waits for a service. Confluent's and AWS's providers
// warn, at each creation and update, of a timeout that they ignore.
func WithoutTimeouts() pulumi.ResourceOption { return pulumi.Timeouts(&pulumi.CustomTimeouts{}) }

// WithoutUpdateTimeout is an option of a child whose provider waits for its creation and its deletion alone.
func (m *Maker) WithoutUpdateTimeout() pulumi.ResourceOption {
	timeouts := m.Timeouts
	timeouts.Update = ""
	return pulumi.Timeouts(&timeouts)
}

// Only returns a value, unless another component of the run has declared a child of the kind for the same pair of
// values. Neither child needs to exist, so no look-up would find it. taken returns the error that names the child.
func (m *Maker) Only(
	kind, name string, value, with pulumi.StringOutput, taken func(by, value, with string) error,
) pulumi.StringOutput {
	only, _ := value.ApplyT(func(value string) (string, error) {
		with, known, err := lookup.Await[string](m.Ctx, with)
		if err != nil || !known {
			return value, err
		}
		self, known, err := lookup.Await[pulumi.URN](m.Ctx, m.Self.URN())
		if err != nil || !known {
			return value, err
		}
		this := string(self) + "\n" + name
		first := lookup.RunOf(m.Ctx).First(strings.Join([]string{kind, value, with}, "\n"), this)
		if first == this {
			return value, nil
		}
		_, by, _ := strings.Cut(first, "\n")
		return "", m.In.Redact(taken(by, value, with))
	}).(pulumi.StringOutput)
	return only
}

// Warn shows the user something to change, next to the component.
func (m *Maker) Warn(format string, values ...any) {
	// Logging fails when the engine is gone. Then there is no user to warn.
	_ = m.Ctx.Log.Warn(m.message(format, values...), &pulumi.LogArgs{Resource: m.Self})
}

// Info shows the user useful information.
func (m *Maker) Info(format string, values ...any) {
	_ = m.Ctx.Log.Info(m.message(format, values...), &pulumi.LogArgs{Resource: m.Self})
}

func (m *Maker) message(format string, values ...any) string {
	return m.In.Redact(fmt.Errorf(format, values...)).Error()
}
