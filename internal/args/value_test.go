package args_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

type childArgs struct {
	Required pulumi.StringInput      `pulumi:"required" required:"it"`
	Text     pulumi.StringPtrInput   `pulumi:"text,optional"`
	Number   pulumi.IntPtrInput      `pulumi:"number,optional"`
	Bool     pulumi.BoolPtrInput     `pulumi:"bool,optional"`
	Sorted   pulumi.StringArrayInput `pulumi:"sorted,optional" list:"sorted"`
	Set      pulumi.StringArrayInput `pulumi:"set,optional" list:"set"`
	Map      pulumi.StringMapInput   `pulumi:"map,optional"`
}

func await(t *testing.T, ctx *pulumi.Context, output pulumi.Output) any {
	t.Helper()
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), output)
	require.NoError(t, err)
	return result.Value
}

// TestInputsOfChildren: a child gets the input as it was set, or nothing. A list without an order is sorted.
func TestInputsOfChildren(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		list := pulumi.ToStringArray([]string{"b", "a", "b"})
		given := childArgs{
			Required: pulumi.String("r"), Text: pulumi.StringPtr("t"), Number: pulumi.Int(2), Bool: pulumi.Bool(true),
			Sorted: list, Set: list, Map: pulumi.StringMap{"k": pulumi.String("v")},
		}
		in, err := args.Read(ctx, &given)
		require.NoError(t, err)
		text := "t"
		assert.Equal(t, "r", await(t, ctx, in.Text("required").Output()))
		assert.Equal(t, "t", await(t, ctx, in.Text("text").Or("otherwise")))
		assert.Equal(t, &text, await(t, ctx, in.Text("text").Input().ToStringPtrOutput()))
		assert.Equal(t, given.Number, in.Number("number").Input())
		assert.Equal(t, given.Bool, in.Bool("bool").Input())
		assert.Equal(t, given.Map, in.Map("map").Input())
		assert.Equal(t, []string{"a", "b", "b"}, await(t, ctx, in.List("sorted").Output()))
		assert.Equal(t, []string{"a", "b"}, await(t, ctx, in.List("set").Output()))
		assert.Equal(t, []string{"b", "a", "b"}, in.List("sorted").Plain, "as rules show it")
		assert.Equal(t, []string{"a", "b"}, in.List("set").Plain)
		return nil
	})
	run(t, func(ctx *pulumi.Context) error {
		null := as[pulumi.StringPtrOutput](t,
			pulumi.String("").ToStringOutput().ApplyT(func(string) *string { return nil }))
		in, err := args.Read(ctx, &childArgs{Required: pulumi.String("r"), Text: null})
		require.NoError(t, err)
		assert.Equal(t, "otherwise", await(t, ctx, in.Text("text").Or("otherwise")))
		assert.Equal(t, "otherwise", in.Text("text").PlainOr("otherwise"))
		assert.Nil(t, in.Text("text").Input())
		assert.Nil(t, in.Number("number").Input())
		assert.Nil(t, in.Bool("bool").Input())
		assert.Nil(t, in.List("set").Input())
		assert.Nil(t, in.Map("map").Input())
		assert.Empty(t, await(t, ctx, in.List("set").Output()))
		return nil
	})
}

// TestCheck: a rule sees values that are known, and its message begins with the input's path.
func TestCheckAppliesRulesToWhatIsKnown(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		unknown := as[pulumi.StringPtrOutput](t,
			pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
		in, err := args.Read(ctx, &topArgs{
			ID: pulumi.String("a"), Part: &partArgs{ID: unknown}, Parts: []partArgs{{ID: pulumi.String("b")}},
		})
		require.NoError(t, err)
		var p args.Problems
		for _, id := range []args.Text{
			in.Text("part.id"), in.Text("part.nested.id"),
			in.Objects("parts")[0].Text("id"),
		} {
			id.Check(&p, func(id string) error { return errors.New(id + " is wrong") })
		}
		assert.Equal(t, args.Problems{"parts[0].id: b is wrong"}, p)
		return nil
	})
}

// TestCheckExisting: with an id nothing else may be set, whether or not the id is known.
func TestCheckExisting(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		unknown := as[pulumi.StringPtrOutput](t,
			pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) *string { return nil }))
		for want, part := range map[string]*partArgs{
			"": {ID: pulumi.String("n-1")},
			"part.id: n-1 conflicts with count, nested, which applies only to a new one; leave one of them out": {
				ID: pulumi.String("n-1"), Count: pulumi.Int(1), Nested: &nestedArgs{ID: pulumi.String("x")},
			},
			"part.id: an ID that is not known yet conflicts with count, which applies only to a new one; leave one " +
				"of them out": {
				ID: unknown, Count: pulumi.Int(1),
			},
		} {
			in, err := args.Read(ctx, &topArgs{ID: pulumi.String("a"), Part: part})
			require.NoError(t, err)
			var p args.Problems
			in.CheckExisting(&p, "part")
			if want == "" {
				assert.NoError(t, p.Err())
			} else {
				assert.EqualError(t, p.Err(), want)
			}
		}
		return nil
	})
}
