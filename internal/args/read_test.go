package args_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// mocks create every resource as it is asked for.
type mocks struct{}

func (mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name, args.Inputs, nil
}

func (mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("no answer to " + args.Token)
}

func run(t *testing.T, program pulumi.RunFunc) {
	t.Helper()
	require.NoError(t, pulumi.RunErr(program, pulumi.WithMocks("project", "stack", mocks{})))
}

func as[O pulumi.Output](t *testing.T, output pulumi.Output) O {
	t.Helper()
	typed, ok := output.(O)
	require.True(t, ok, "%T", output)
	return typed
}

// known is an input without its Pulumi input.
type known[T any] struct {
	path                       string
	given, known, secret, made bool
	plain                      T
	elements                   int
}

func of[T any, I pulumi.Input](v args.Value[T, I]) known[T] {
	return known[T]{v.Path, v.Given, v.Known, v.Secret, v.Made, v.Plain, v.Elements}
}

func TestRead(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		name, number := "a", 3
		made := as[pulumi.StringOutput](t,
			pulumi.OutputWithDependencies(ctx.Context(), pulumi.String("b").ToStringOutput(),
				newResource(t, ctx)))
		null := as[pulumi.StringPtrOutput](t,
			pulumi.String("").ToStringOutput().ApplyT(func(string) *string { return nil }))
		unknown := as[pulumi.StringPtrOutput](t,
			pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
		given := topArgs{
			ID: as[pulumi.StringOutput](t, pulumi.ToSecret(pulumi.String("top"))),
			Part: &partArgs{
				Name: &name, ID: null, Count: pulumi.IntPtr(number),
				Zones: pulumi.StringArray{
					pulumi.String("z"),
					made,
				}, Tags: pulumi.StringMap{"k": pulumi.String("v")}, Nested: &nestedArgs{},
			},
			Parts: []partArgs{{ID: pulumi.String("first")}, {ID: unknown}},
		}
		set, err := args.Read(ctx, &given)
		require.NoError(t, err)
		assert.Equal(t, known[string]{path: "id", given: true, known: true, secret: true, plain: "top"},
			of(set.Text("id").Value))
		assert.Equal(t, known[string]{path: "part.name", given: true, known: true, plain: "a"},
			of(set.Text("part.name").Value))
		assert.Equal(t, known[int]{path: "part.count", given: true, known: true, plain: 3},
			of(set.Number("part.count")))
		assert.Equal(t, known[[]string]{
			path: "part.zones", given: true, known: true, made: true, plain: []string{"z", "b"}, elements: 2,
		}, of(set.List("part.zones").Value))
		assert.Equal(t, known[map[string]string]{
			path: "part.tags", given: true, known: true, plain: map[string]string{"k": "v"},
		}, of(set.Map("part.tags")))
		assert.False(t, set.Text("part.id").Given, "an output of null is not given")
		assert.True(t, set.Given("part.nested"))
		assert.False(t, set.Given("part.nested.id"))
		assert.Equal(t, known[string]{path: "parts[0].id", given: true, known: true, plain: "first"},
			of(set.Text("parts[0].id").Value))
		assert.Equal(t, known[string]{path: "parts[1].id", given: true}, of(set.Objects("parts")[1].Text("id").Value))
		assert.PanicsWithValue(t, "there is no input part.no", func() { set.Text("part.no") })
		return nil
	})
}

type anyResource struct{ pulumi.CustomResourceState }

func newResource(t *testing.T, ctx *pulumi.Context) pulumi.Resource {
	t.Helper()
	var made anyResource
	require.NoError(t, ctx.RegisterResource("a:b:C", "made", nil, &made))
	return &made
}

// TestReadKeepsTheCallersArguments: Read does not change the program's own arguments.
func TestReadKeepsTheCallersArguments(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		zones := func() pulumi.StringArrayInput { return pulumi.ToStringArray([]string{"b", "a"}) }
		given := func() childArgs {
			return childArgs{Required: pulumi.String("r"), Sorted: zones(), Set: zones(), Map: pulumi.StringMap{}}
		}
		passed := given()
		_, err := args.Read(ctx, &passed)
		require.NoError(t, err)
		assert.Equal(t, given(), passed)
		secret := secretArgs{Password: pulumi.String("given-in-clear")}
		_, err = args.Read(ctx, &secret)
		require.NoError(t, err)
		assert.Equal(t, pulumi.String("given-in-clear"), secret.Password)
		return nil
	})
}

func TestReadMissing(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		_, err := args.Read(ctx, &topArgs{})
		assert.EqualError(t, err, "id: is required: the id of it")
		return nil
	})
}

// TestInputs: Pulumi keeps the inputs as the program sets them, and at an update no unknown one.
func TestInputs(t *testing.T) {
	t.Parallel()
	for _, dryRun := range []bool{true, false} {
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			name := "a"
			unknown := as[pulumi.StringPtrOutput](t,
				pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
			given := topArgs{
				ID:    pulumi.String("top"),
				Part:  &partArgs{ID: unknown, Count: pulumi.IntPtr(2), Nested: &nestedArgs{}},
				Parts: []partArgs{{Name: &name, Tags: pulumi.StringMap{"k": pulumi.String("v")}}},
			}
			set, err := args.Read(ctx, &given)
			require.NoError(t, err)
			part := pulumi.Map{"count": pulumi.IntPtr(2), "nested": pulumi.Map{}}
			if dryRun {
				part["id"] = unknown
			}
			entry := pulumi.Map{"name": pulumi.String("a"), "tags": pulumi.StringMap{"k": pulumi.String("v")}}
			assert.Equal(t, pulumi.Map{"id": pulumi.String("top"), "part": part, "parts": pulumi.Array{entry}},
				set.Inputs())
			assert.Equal(t, entry, set.At("parts[0]").Inputs())
			return nil
		}, pulumi.WithMocks("project", "stack", mocks{}), func(info *pulumi.RunInfo) { info.DryRun = dryRun })
		require.NoError(t, err)
	}
}

// TestUnknownsWithoutDependencies: the SDK would fail on them, or drop them.
func TestUnknownsWithoutDependencies(t *testing.T) {
	t.Parallel()
	given := property.NewMap(object{
		"id": unknown, "part": secret(property.New(object{"count": unknown, "zones": unknown, "tags": unknown})),
		"parts": property.New([]property.Value{property.New(object{
			"id": unknown, "zones": property.New([]property.Value{
				property.New("a"),
				unknown,
			}), "tags": property.New(object{"k": unknown}),
		})}),
	})
	checking, checked, err := args.Check(t.Context(), reflect.TypeFor[topArgs](), given)
	require.NoError(t, err)
	assert.False(t, checked.Get("id").HasComputed() || checked.Get("part").HasComputed())
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		context, err := pulumi.NewContext(checking, pulumi.RunInfo{
			Project: ctx.Project(), Stack: ctx.Stack(),
			Mocks: mocks{},
		})
		require.NoError(t, err)
		copied := topArgs{Part: &partArgs{}, Parts: []partArgs{{}}}
		set, err := args.Read(context, &copied)
		require.NoError(t, err)
		for path, secret := range map[string]bool{
			"id": false, "part.count": true, "part.zones": true,
			"part.tags": true, "parts[0].id": false, "parts[0].zones": false, "parts[0].tags": false,
		} {
			assert.Equal(t, known[string]{path: path, given: true, secret: secret}, of(set.Text(path).Value))
		}
		return nil
	}, pulumi.WithMocks("project", "stack", mocks{})))
}
