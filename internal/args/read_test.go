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

func TestRead(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		name, number := "a", 3
		made := as[pulumi.StringOutput](t, pulumi.OutputWithDependencies(ctx.Context(), pulumi.String("b").ToStringOutput(), newResource(t, ctx)))
		null := as[pulumi.StringPtrOutput](t, pulumi.String("").ToStringOutput().ApplyT(func(string) *string { return nil }))
		unknown := as[pulumi.StringPtrOutput](t, pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
		given := topArgs{
			ID: as[pulumi.StringOutput](t, pulumi.ToSecret(pulumi.String("top"))),
			Part: &partArgs{
				Name: &name, ID: null, Count: pulumi.IntPtr(number),
				Zones: pulumi.StringArray{pulumi.String("z"), made}, Tags: pulumi.StringMap{"k": pulumi.String("v")}, Nested: &nestedArgs{},
			},
			Parts: []partArgs{{ID: pulumi.String("first")}, {ID: unknown}},
		}
		set, err := args.Read(ctx, &given)
		require.NoError(t, err)
		assert.Equal(t, args.Value[string]{Given: true, Known: true, Secret: true, Value: "top"}, args.Get[string](set, "id"))
		assert.Equal(t, args.Value[string]{Given: true, Known: true, Value: "a"}, args.Get[string](set, "part.name"))
		assert.Equal(t, args.Value[int]{Given: true, Known: true, Value: 3}, args.Get[int](set, "part.count"))
		assert.Equal(t, args.Value[[]string]{Given: true, Known: true, Made: true, Value: []string{"z", "b"}, Elements: 2}, args.Get[[]string](set, "part.zones"))
		assert.Equal(t, args.Value[map[string]string]{Given: true, Known: true, Value: map[string]string{"k": "v"}}, args.Get[map[string]string](set, "part.tags"))
		assert.False(t, args.Get[string](set, "part.id").Given, "an output of null is not given")
		assert.False(t, args.Get[string](set, "part.nested.id").Given)
		assert.Equal(t, args.Value[string]{Given: true, Known: true, Value: "first"}, args.Get[string](set, "parts[0].id"))
		assert.Equal(t, args.Value[string]{Given: true}, args.Get[string](set, "parts[1].id"))
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

// TestReadKeepsTheCallersArguments: what a program passes is its own.
func TestReadKeepsTheCallersArguments(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		part, parts := &partArgs{ID: pulumi.String("a")}, []partArgs{{ID: pulumi.String("b")}}
		given := topArgs{ID: pulumi.String("top"), Part: part, Parts: parts}
		_, err := args.Read(ctx, &given)
		require.NoError(t, err)
		given.Part.ID, given.Parts[0].ID = nil, nil
		assert.NotNil(t, part.ID)
		assert.NotNil(t, parts[0].ID)
		return nil
	})
}

func TestReadMissing(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		_, err := args.Read(ctx, &topArgs{})
		assert.EqualError(t, err, "id: it is missing, or null; give the id of it")
		return nil
	})
}

// TestInputs: Pulumi keeps what is given, as it is given, and of an update nothing that is unknown.
func TestInputs(t *testing.T) {
	t.Parallel()
	for _, dryRun := range []bool{true, false} {
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			name := "a"
			unknown := as[pulumi.StringPtrOutput](t, pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
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
			assert.Equal(t, pulumi.Map{"id": pulumi.String("top"), "part": part, "parts": pulumi.Array{entry}}, set.Inputs(&given))
			assert.Equal(t, entry, set.InputsAt("parts[0].", &given.Parts[0]))
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
			"id": unknown, "zones": property.New([]property.Value{property.New("a"), unknown}), "tags": property.New(object{"k": unknown}),
		})}),
	})
	checking, checked, err := args.Check(t.Context(), reflect.TypeFor[topArgs](), given)
	require.NoError(t, err)
	assert.False(t, checked.Get("id").HasComputed() || checked.Get("part").HasComputed())
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		context, err := pulumi.NewContext(checking, pulumi.RunInfo{Project: ctx.Project(), Stack: ctx.Stack(), Mocks: mocks{}})
		require.NoError(t, err)
		copied := topArgs{Part: &partArgs{}, Parts: []partArgs{{}}}
		set, err := args.Read(context, &copied)
		require.NoError(t, err)
		for path, secret := range map[string]bool{"id": false, "part.count": true, "part.zones": true, "part.tags": true, "parts[0].id": false, "parts[0].zones": false, "parts[0].tags": false} {
			assert.Equal(t, args.Value[string]{Given: true, Secret: secret}, args.Get[string](set, path), path)
		}
		return nil
	}, pulumi.WithMocks("project", "stack", mocks{})))
}
