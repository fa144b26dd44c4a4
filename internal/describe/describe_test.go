package describe

import (
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
)

const source = `package any

// Thing is a thing,
// in two lines.
//
// And a paragraph.
type Thing struct {
	// The id of it,
	// in two lines.
	//
	// And a paragraph.
	ID string ` + "`pulumi:\"id\"`" + `
	// Not an output.
	other string
	Same string ` + "`pulumi:\"same\"`" + `
}

// ThingArgs are its inputs.
type ThingArgs struct {
	// The same input.
	Same string ` + "`pulumi:\"same,optional\"`" + `
}

// Part says something.
//
//describe:like ThingArgs
type Part struct {
	Same string ` + "`pulumi:\"same\"`" + `
}

// Part is another name.
type Other = Part

// Thing has a name that is taken, and no properties.
type Thing struct {
	other string
}
`

func spec(outputs ...string) *schema.PackageSpec {
	properties := func(names ...string) map[string]schema.PropertySpec {
		m := map[string]schema.PropertySpec{}
		for _, name := range names {
			m[name] = schema.PropertySpec{}
		}
		return m
	}
	thing := schema.ResourceSpec{InputProperties: properties("same")}
	thing.Properties = properties(outputs...)
	part := schema.ComplexTypeSpec{ObjectTypeSpec: schema.ObjectTypeSpec{Properties: properties("same")}}
	native := schema.ComplexTypeSpec{ObjectTypeSpec: schema.ObjectTypeSpec{
		Description: "kept", Properties: properties("none"),
	}}
	enum := schema.ComplexTypeSpec{ObjectTypeSpec: schema.ObjectTypeSpec{Description: "kept"}}
	return &schema.PackageSpec{
		Resources: map[string]schema.ResourceSpec{"p:index:Thing": thing},
		Types: map[string]schema.ComplexTypeSpec{
			"p:index:Part": part, "p:native:Part": native,
			"p:index:Enum": enum,
		},
	}
}

func TestModule(t *testing.T) {
	t.Parallel()
	d, s := docs{}, spec("id")
	d.read(source)
	d.describe(s, "p:index:")
	thing := s.Resources["p:index:Thing"]
	assert.Equal(t, "A thing, in two lines.\n\nAnd a paragraph.", thing.Description)
	assert.Equal(t, "The id of it, in two lines.\n\nAnd a paragraph.", thing.Properties["id"].Description)
	assert.Equal(t, "The same input.", thing.InputProperties["same"].Description)
	assert.Equal(t, "Says something.", s.Types["p:index:Part"].Description)
	assert.Equal(t, "The same input.", s.Types["p:index:Part"].Properties["same"].Description)
	assert.Equal(t, "kept", s.Types["p:native:Part"].Description)
	assert.Equal(t, "kept", s.Types["p:index:Enum"].Description)
}

// TestMissingComment: every property has a description. A comment on the field before is none.
func TestMissingComment(t *testing.T) {
	t.Parallel()
	d := docs{}
	d.read(source)
	assert.PanicsWithValue(t, "Thing.other has no comment", func() { d.describe(spec("id", "other"), "p:index:") })
}
