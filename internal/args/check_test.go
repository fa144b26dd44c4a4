package args_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

type topArgs struct {
	ID    pulumi.StringInput `pulumi:"id" required:"the id of it"`
	Part  *partArgs          `pulumi:"part,optional"`
	Parts []partArgs         `pulumi:"parts,optional"`
}

type partArgs struct {
	Name   *string                 `pulumi:"name,optional"`
	ID     pulumi.StringPtrInput   `pulumi:"id,optional"`
	Count  pulumi.IntPtrInput      `pulumi:"count,optional"`
	Zones  pulumi.StringArrayInput `pulumi:"zones,optional"`
	Tags   pulumi.StringMapInput   `pulumi:"tags,optional"`
	Nested *nestedArgs             `pulumi:"nested,optional"`
}

type nestedArgs struct {
	ID pulumi.StringPtrInput `pulumi:"id,optional"`
}

type object = map[string]property.Value

const first, second = urn.URN("urn:pulumi:dev::p::a:b:C::first"), urn.URN("urn:pulumi:dev::p::a:b:C::second")

func secret(v property.Value) property.Value { return v.WithSecret(true) }

func from(v property.Value, of ...urn.URN) property.Value { return v.WithDependencies(of) }

var unknown = property.New(property.Computed)

// TestMetadata: the metadata of an object moves down to its leaves, and that of the leaves stays.
func TestMetadata(t *testing.T) {
	t.Parallel()
	text, texts := property.New("a"), property.New([]property.Value{property.New("a"), property.New("b")})
	partlyKnown := property.New([]property.Value{property.New("a"), from(unknown, second)})
	for name, test := range map[string]struct{ given, want property.Value }{
		"plain":  {property.New(object{"id": text}), property.New(object{"id": text})},
		"secret": {secret(property.New(object{"id": text})), property.New(object{"id": secret(text)})},
		"output": {from(property.New(object{"id": text}), first), property.New(object{"id": from(text, first)})},
		"both": {
			secret(from(property.New(object{"id": from(text, second)}), first)),
			property.New(object{"id": secret(from(text, first, second))}),
		},
		"nested": {
			secret(property.New(object{"nested": from(property.New(object{"id": text}), first)})),
			property.New(object{"nested": property.New(object{"id": secret(from(text, first))})}),
		},
		"list": {secret(property.New(object{"zones": texts})), property.New(object{"zones": secret(texts)})},
		"map": {
			from(property.New(object{"tags": property.New(object{"a": text})}), first),
			property.New(object{"tags": from(property.New(object{"a": text}), first)}),
		},
		"read": {
			secret(property.New(object{"count": property.New("4")})),
			property.New(object{"count": secret(property.New(4.0))}),
		},
		"unknown leaf": {
			from(property.New(object{"id": unknown}), first),
			property.New(object{"id": from(unknown, first)}),
		},
		"list known in part": {
			secret(from(property.New(object{"zones": partlyKnown}), first)),
			property.New(object{"zones": property.New([]property.Value{
				secret(from(text, first)),
				secret(from(unknown, first, second)),
			})}),
		},
		"map known in part": {
			from(property.New(object{"tags": property.New(object{"a": text, "b": unknown})}), first),
			property.New(object{"tags": property.New(object{"a": from(text, first), "b": from(unknown, first)})}),
		},
		"secret map known in part": {
			property.New(object{"tags": secret(from(property.New(object{"a": text, "b": unknown}), first))}),
			property.New(object{"tags": secret(from(unknown, first))}),
		},
		"nothing": {secret(from(property.New(property.Null), first)), property.New(property.Null)},
		"null in it": {
			from(property.New(object{"id": property.New(property.Null)}), first),
			property.New(object{"id": from(property.New(property.Null), first)}),
		},
		"an output of null": {
			property.New(object{"id": from(property.New(property.Null), first)}),
			property.New(object{"id": from(property.New(property.Null), first)}),
		},
		"empty":  {secret(property.New(object{})), property.New(object{})},
		"a name": {secret(property.New(object{"name": from(text, first)})), property.New(object{"name": text})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []func(property.Value) property.Map{
				func(v property.Value) property.Map { return property.NewMap(object{"part": v}) },
				func(v property.Value) property.Map {
					return property.NewMap(object{"parts": property.New([]property.Value{v})})
				},
			} {
				_, checked, err := args.Check(t.Context(), reflect.TypeFor[topArgs](), in(test.given))
				require.NoError(t, err)
				assert.True(t, property.New(in(test.want)).Equals(property.New(checked)), "%#v has become %#v",
					in(test.given),
					checked)
			}
		})
	}
}

// TestMetadataOfLists: the metadata of a list of objects moves down to the leaves of each object.
func TestMetadataOfLists(t *testing.T) {
	t.Parallel()
	list := property.New([]property.Value{
		property.New(object{"id": property.New("a")}),
		property.New(object{"id": property.New("b")}),
	})
	_, checked, err := args.Check(t.Context(), reflect.TypeFor[topArgs](),
		property.NewMap(object{"parts": secret(from(list, first))}))
	require.NoError(t, err)
	want := property.NewMap(object{"parts": property.New([]property.Value{
		property.New(object{"id": secret(from(property.New("a"),
			first))}), property.New(object{"id": secret(from(property.New("b"), first))}),
	})})
	assert.True(t, property.New(want).Equals(property.New(checked)), "%#v", checked)
}

func TestUnknownObjects(t *testing.T) {
	t.Parallel()
	nested, named := property.New(object{"nested": unknown}), property.New(object{"name": unknown})
	for name, inputs := range map[string]object{
		"part: must be a plain object; its fields may be secrets or outputs": {
			"part": secret(from(unknown, first)),
		},
		"part.nested: must be a plain object; its fields may be secrets or outputs":      {"part": nested},
		"parts: must be a plain list of objects; their fields may be secrets or outputs": {"parts": unknown},
		"parts[0]: must be a plain object; its fields may be secrets or outputs": {
			"parts": property.New([]property.Value{unknown}),
		},
		"part.name: must be a plain string; the names of resources are derived from it": {"part": named},
	} {
		_, _, err := args.Check(t.Context(), reflect.TypeFor[topArgs](), property.NewMap(inputs))
		assert.EqualError(t, err, name)
	}
}
