package args_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

const describedSource = `package any

// described is a thing,
// in two lines.
//
// And a paragraph.
type described struct {
	// The id of it,
	// in two lines.
	//
	// And a paragraph.
	ID string ` + "`pulumi:\"id\"`" + `
	Same string ` + "`pulumi:\"same\"`" + `
}

type similar struct {
	// The same.
	Same string
}
`

type described struct {
	ID    string `pulumi:"id"`
	Same  string `pulumi:"same"`
	Other string
}

type descriptions map[any]string

func (d descriptions) Describe(field any, description string) { d[field] = description }

func TestDescribe(t *testing.T) {
	t.Parallel()
	docs, of, got := args.NewDocs(describedSource), &described{}, descriptions{}
	docs.Describe(got, of, "A thing.", "similar")
	assert.Equal(t, descriptions{
		of: "A thing.", &of.ID: "The id of it, in two lines.\n\nAnd a paragraph.",
		&of.Same: "The same.",
	}, got)
	assert.Equal(t, "A thing, in two lines.\n\nAnd a paragraph.", docs.Type("described"))
	assert.Equal(t, "The id of it, in two lines.\n\nAnd a paragraph.", docs.Of("described.id"))
	assert.Empty(t, docs.Type("similar"), "it has no comment")
	assert.PanicsWithValue(t, "described.Same has no comment", func() { docs.Describe(descriptions{}, of, "") })
}
