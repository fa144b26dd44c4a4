package args

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"sync"
)

// Docs are the comments of the fields in Go sources. They are the descriptions of inputs and outputs in the schema.
type Docs struct {
	sources []string
	parse   func() map[string]string
}

// NewDocs returns the comments in Go sources, which a package embeds.
func NewDocs(sources ...string) *Docs {
	d := &Docs{sources: sources}
	d.parse = sync.OnceValue(d.fields)
	return d
}

// fields returns the comments by the names of the struct and the field. The sources have been compiled, so that they
// can be parsed.
func (d *Docs) fields() map[string]string {
	comments := map[string]string{}
	for _, source := range d.sources {
		file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			declared, ok := node.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if structure, ok := declared.Type.(*ast.StructType); ok {
				for _, field := range structure.Fields.List {
					for _, name := range field.Names {
						comments[declared.Name.Name+"."+name.Name] = prose(field.Doc.Text())
					}
				}
			}
			return false
		})
	}
	return comments
}

// prose joins the lines of each paragraph of a comment.
func prose(comment string) string {
	paragraphs := strings.Split(strings.TrimSpace(comment), "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraph), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

// annotator is the part of infer.Annotator that describes.
type annotator interface {
	Describe(i any, description string)
}

// Describe describes a struct and its fields. A field without a comment has that of the struct that this one is like.
func (d *Docs) Describe(to annotator, structure any, about string, like ...string) {
	if about != "" {
		to.Describe(structure, about)
	}
	fields := reflect.ValueOf(structure).Elem()
	for i := range fields.NumField() {
		field := fields.Type().Field(i)
		if field.Tag.Get("pulumi") == "" {
			continue
		}
		comment := ""
		for _, name := range append([]string{fields.Type().Name()}, like...) {
			if comment == "" {
				comment = d.parse()[name+"."+field.Name]
			}
		}
		if comment == "" {
			panic(fmt.Sprintf("%s.%s has no comment", fields.Type().Name(), field.Name))
		}
		to.Describe(fields.Field(i).Addr().Interface(), comment)
	}
}
