// Package preflight has the checks that components make against the services before they create anything.
package preflight

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// RefuseTransient makes the transient problems stop the creation of all children.
func RefuseTransient(m *children.Maker) (err error) {
	m.Creation, err = RefuseCreation(m, "prerequisites", m.Transient)
	return err
}

// RefuseCreation returns options of children with which problems stop only their creation, at preview and at an update.
// Circumstances may change after a child was created, and the user must still be able to work on the stack. Only the
// engine knows what exists already.
func RefuseCreation(m *children.Maker, what string, p args.Problems) ([]pulumi.ResourceOption, error) {
	refusal := m.In.Redact(p.Err())
	if refusal == nil {
		return nil, nil
	}
	return BeforeCreation(m, what, func(string) error { return refusal })
}

// BeforeCreation returns options of children with which the engine calls a check, with the URN, before it creates one,
// at preview and at an update.
func BeforeCreation(m *children.Maker, what string, check func(urn string) error) ([]pulumi.ResourceOption, error) {
	// The name of a hook has to be unique in the program.
	urn, _, err := lookup.Await[pulumi.URN](m.Ctx, m.Self.URN())
	if err != nil {
		return nil, err
	}
	hook, err := m.Ctx.RegisterResourceHook(what+" of "+string(urn), func(creation *pulumi.ResourceHookArgs) error {
		return check(string(creation.URN))
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	binding := &pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{hook}}
	return []pulumi.ResourceOption{pulumi.ResourceHooks(binding)}, nil
}
