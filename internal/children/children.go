// Package children is how a component declares the resources that are its children.
package children

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// A Component is a component of this package that is being built.
type Component interface {
	pulumi.ComponentResource
	GetProvider(moduleMember string) pulumi.ProviderResource
}

// A Maker declares the children of a component.
type Maker struct {
	Ctx *pulumi.Context
	// Name is the component's name. Those of its children begin with it.
	Name string
	Self Component
	// In are the component's inputs.
	In       *args.Set
	Timeouts pulumi.CustomTimeouts
	// Creation are options of all children, such as a check before they are created.
	Creation []pulumi.ResourceOption
	// Transient are problems that may come and go by themselves: they stop only the creation of children.
	Transient args.Problems
}

// Options returns the options of a child. Every child waits for a service, so that each gets the component's timeouts.
func (m *Maker) Options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.Parent(m.Self)}, m.Creation...)
	if m.Timeouts != (pulumi.CustomTimeouts{}) {
		opts = append(opts, pulumi.Timeouts(&m.Timeouts))
	}
	return append(opts, more...)
}

// Warn shows the user something to change, next to the component.
func (m *Maker) Warn(format string, values ...any) {
	// Logging fails when the engine is gone. Then there is no user to warn.
	_ = m.Ctx.Log.Warn(m.message(format, values...), &pulumi.LogArgs{Resource: m.Self})
}

// Info shows the user something that is good to know.
func (m *Maker) Info(format string, values ...any) {
	_ = m.Ctx.Log.Info(m.message(format, values...), &pulumi.LogArgs{Resource: m.Self})
}

func (m *Maker) message(format string, values ...any) string {
	return m.In.Redact(fmt.Errorf(format, values...)).Error()
}

// Timeouts returns a component's customTimeouts. The engine does not pass them on to children.
func Timeouts(opts []pulumi.ResourceOption) pulumi.CustomTimeouts {
	options, err := pulumi.NewResourceOptions(opts...)
	if err != nil || options.CustomTimeouts == nil {
		return pulumi.CustomTimeouts{}
	}
	set := func(timeout string) string {
		// The engine sends "0s" for one that was not given.
		if timeout == "0s" {
			return ""
		}
		return timeout
	}
	t := options.CustomTimeouts
	return pulumi.CustomTimeouts{Create: set(t.Create), Update: set(t.Update), Delete: set(t.Delete)}
}

// AreRetained reports whether the children are kept when they leave the state.
func AreRetained(opts []pulumi.ResourceOption) bool {
	options, err := pulumi.NewResourceOptions(opts...)
	return err == nil && options.RetainOnDelete
}
