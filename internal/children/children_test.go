package children_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

const componentType = "test:index:Component"

type component struct{ pulumi.ResourceState }

type componentArgs struct {
	ID pulumi.StringInput `pulumi:"id" required:"the id of it"`
}

// declare declares a component with a name and steps. It refuses the id "wrong".
func declare(
	ctx *pulumi.Context, name string, id pulumi.StringInput, steps func(children.Maker) error,
	opts ...pulumi.ResourceOption,
) error {
	check := func(in *args.Set) error {
		var p args.Problems
		in.Text("id").Check(&p, func(id string) error {
			if id == "wrong" {
				return errors.New(id + " is refused")
			}
			return nil
		})
		return p.Err()
	}
	return children.Declare(ctx, componentType, name, &component{}, &componentArgs{id}, opts, check, steps)
}

func secret(t *testing.T, text string) pulumi.StringOutput {
	t.Helper()
	out, ok := pulumi.ToSecret(pulumi.String(text)).(pulumi.StringOutput)
	require.True(t, ok)
	return out
}

// The options of the component that the engine does not pass on reach each child.
func TestOptions(t *testing.T) {
	t.Parallel()
	timeouts := pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "3h", Update: "0s", Delete: "1h"})
	protect := func(m *children.Maker) { m.Creation = []pulumi.ResourceOption{pulumi.Protect(true)} }
	for name, test := range map[string]struct {
		opts                     []pulumi.ResourceOption
		change                   func(*children.Maker)
		create, update, delete   string
		isProtected, areRetained bool
	}{
		"none": {},
		"timeouts": {
			opts:   []pulumi.ResourceOption{timeouts},
			create: "3h", delete: "1h",
		},
		"retained":          {opts: []pulumi.ResourceOption{pulumi.RetainOnDelete(true)}, areRetained: true},
		"before a creation": {change: protect, isProtected: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := mockcloud.New()
			require.NoError(t, w.Run(false, func(ctx *pulumi.Context) error {
				return declare(ctx, "orders", pulumi.String("1"), func(m children.Maker) error {
					assert.Equal(t, test.areRetained, m.Retained)
					if test.change != nil {
						test.change(&m)
					}
					var child component
					return ctx.RegisterResource(mockcloud.KafkaType, "orders-kafka", nil, &child, m.Options()...)
				}, test.opts...)
			}))
			child := w.Registered["orders-kafka"].RPC
			timeouts := child.GetCustomTimeouts()
			assert.Equal(t, "urn:pulumi:stack::project::"+componentType+"::orders", child.GetParent())
			assert.Equal(t, []string{test.create, test.update, test.delete},
				[]string{timeouts.GetCreate(), timeouts.GetUpdate(), timeouts.GetDelete()})
			assert.Equal(t, test.isProtected, child.GetProtect())
		})
	}
}

// Inputs that are refused declare nothing, and no message shows a secret.
func TestDeclareRefuses(t *testing.T) {
	t.Parallel()
	fail := func(children.Maker) error { return errors.New("no hunter2 here") }
	warn := func(m children.Maker) error {
		m.Warn("%s is odd", "hunter2")
		m.Info("%s is fine", "hunter2")
		return nil
	}
	for name, test := range map[string]struct {
		id         pulumi.StringInput
		steps      func(children.Maker) error
		want       string
		isDeclared bool
		logged     []string
	}{
		"a missing input":       {want: "id: is required: the id of it"},
		"a refused one":         {id: pulumi.String("wrong"), want: "id: wrong is refused"},
		"a refused secret":      {id: secret(t, "wrong"), want: "id: [secret] is refused"},
		"an error of the steps": {id: secret(t, "hunter2"), steps: fail, want: "no [secret] here", isDeclared: true},
		"warnings": {
			id: secret(t, "hunter2"), steps: warn, isDeclared: true,
			logged: []string{"warning: [secret] is odd", "info: [secret] is fine"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := mockcloud.New()
			err := w.Run(false, w.Logging(func(ctx *pulumi.Context) error {
				return declare(ctx, "orders", test.id, test.steps)
			}))
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
				assert.NotContains(t, err.Error(), "hunter2")
			}
			_, isDeclared := w.Registered["orders"]
			assert.Equal(t, test.isDeclared, isDeclared)
			assert.Equal(t, test.logged, w.Logged)
		})
	}
}

// The second component of a run that declares the same is refused, with the name of the first.
func TestOnly(t *testing.T) {
	t.Parallel()
	unknown := lookup.Unknown[pulumi.StringOutput]("")
	known := func(text string) pulumi.StringOutput { return pulumi.String(text).ToStringOutput() }
	for name, test := range map[string]struct {
		kind, value string
		with        pulumi.StringOutput
		want        string
	}{
		"the same":             {"access", "n-1", known("1111"), "n-1 has orders-access for 1111"},
		"another kind":         {"zone", "n-1", known("1111"), ""},
		"another value":        {"access", "n-2", known("1111"), ""},
		"another second value": {"access", "n-1", known("2222"), ""},
		"an unknown one":       {"access", "n-1", unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taken := func(by, value, with string) error { return errors.New(value + " has " + by + " for " + with) }
			err := mockcloud.New().Run(true, func(ctx *pulumi.Context) error {
				only := func(name, kind, value string, with pulumi.StringOutput) error {
					return declare(ctx, name, pulumi.String("1"), func(m children.Maker) error {
						_, _, err := lookup.Await[string](ctx, m.Only(kind, name+"-access", known(value), with, taken))
						return err
					})
				}
				require.NoError(t, only("orders", "access", "n-1", known("1111")))
				return only("payments", test.kind, test.value, test.with)
			})
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
		})
	}
}
