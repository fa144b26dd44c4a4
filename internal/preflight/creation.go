// Package preflight stops what would fail before anything is created.
package preflight

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// BeforeCreation returns the options of a component's children that let the engine call a check before it creates one of
// them, at preview and at an update. The check stops nothing else: what was right when a child was created may change by
// itself, and the user must still be able to work on the stack.
func BeforeCreation(
	ctx *pulumi.Context, self pulumi.Resource, what string, check func() error,
) ([]pulumi.ResourceOption, error) {
	// The name of a hook has to be unique in the program.
	urn, _, err := lookup.Await[pulumi.URN](ctx, self.URN())
	if err != nil {
		return nil, err
	}
	hook, err := ctx.RegisterResourceHook(what+" of "+string(urn), func(*pulumi.ResourceHookArgs) error {
		return check()
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	binding := &pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{hook}}
	return []pulumi.ResourceOption{pulumi.ResourceHooks(binding)}, nil
}
