package e2e

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// seen collects what callbacks were called with.
type seen struct {
	mutex sync.Mutex
	names map[string][]string
}

func (s *seen) add(by, name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.names == nil {
		s.names = map[string][]string{}
	}
	s.names[by] = append(s.names[by], name)
}

// TestOptionsInGo: the options that are functions. Transforms see the children, so that any option can be set on
// them; transformations, which they replaced, and hooks do not.
func TestOptionsInGo(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	var calls seen
	program := func(ctx *pulumi.Context) error {
		hook, err := ctx.RegisterResourceHook("hook", func(args *pulumi.ResourceHookArgs) error {
			calls.add("hooks", args.Name)
			return nil
		}, nil)
		if err != nil {
			return err
		}
		// As the SDK does. This module must not require it: see TestTheRepositoryDoesNotRequireItself.
		return ctx.RegisterRemoteComponentResource(component.Type, "orders", pulumi.Map{
			"tidbClusterId": pulumi.String(s.sandbox.Seed().EssentialUSEast1),
			"environmentId": pulumi.String(s.sandbox.Seed().EnvironmentID),
		}, &struct{ pulumi.ResourceState }{},
			pulumi.ResourceHooks(&pulumi.ResourceHookBinding{AfterCreate: []*pulumi.ResourceHook{hook}}),
			pulumi.Transformations([]pulumi.ResourceTransformation{
				func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
					calls.add("transformations", args.Name)
					return nil
				},
			}),
			pulumi.Transforms([]pulumi.ResourceTransform{
				func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
					calls.add("transforms", args.Name)
					if args.Type != typeKafka {
						return nil
					}
					args.Opts.IgnoreChanges = append(args.Opts.IgnoreChanges, "displayName")
					args.Props["displayName"] = pulumi.String("transformed")
					return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
				},
			}),
		)
	}
	stack := s.automate("go", program)
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	_, err := stack.Up(ctx)
	require.NoError(t, err)
	s.sandbox.Update(func(state *sandbox.State) {
		for _, cluster := range state.KafkaClusters {
			assert.Equal(t, "transformed", cluster.DisplayName)
			cluster.DisplayName = "renamed"
		}
	})
	everything := []string{
		"orders", "orders-network", "orders-access", "orders-kafka", "orders-connection",
		"orders-domains",
	}
	// The engine asks twice about a component of a plugin.
	slices.Sort(calls.names["transforms"])
	assert.ElementsMatch(t, everything, slices.Compact(calls.names["transforms"]))
	assert.Equal(t, []string{"orders"}, calls.names["transformations"])
	assert.Equal(t, []string{"orders"}, calls.names["hooks"])

	// The option that a transform set on a child has its effect: the changed name stays.
	_, err = stack.Up(ctx, optup.Refresh())
	require.NoError(t, err)
	s.sandbox.Update(func(state *sandbox.State) {
		for _, cluster := range state.KafkaClusters {
			assert.Equal(t, "renamed", cluster.DisplayName)
		}
	})
	_, err = stack.Destroy(ctx)
	require.NoError(t, err)
	assert.Empty(t, s.sandbox.Difference())
}
