package args

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Docs are the comments of the types and fields in Go sources. They are the descriptions in the schema.
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

// fields returns the comments by the name of the type, or of the type and the field, or of the type and the property.
// It reads gofmt's layout line by line, so that the plugin need not link Go's parser.
func (d *Docs) fields() map[string]string {
	comments := map[string]string{}
	for _, source := range d.sources {
		structure, comment := "", ""
		for line := range strings.Lines(source) {
			switch field, isField := strings.CutPrefix(line, "\t"); {
			case strings.HasPrefix(line, "//"):
				comment += strings.TrimPrefix(line, "//")
			case strings.HasPrefix(line, "type "):
				structure = strings.Fields(line)[1]
				comments[structure], comment = prose(comment), ""
			case !isField:
				comment = ""
			case strings.HasPrefix(field, "//"):
				comment += strings.TrimPrefix(field, "//")
			default:
				name, _, _ := strings.Cut(field, " ")
				_, tag, _ := strings.Cut(field, `pulumi:"`)
				property := tag[:max(0, strings.IndexAny(tag, `,"`))]
				comments[structure+"."+name], comments[structure+"."+property] = prose(comment), prose(comment)
				comment = ""
			}
		}
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

// Of returns the comment of a type, or of one of its properties, as in "PrivateLink.region".
func (d *Docs) Of(name string) string { return d.parse()[name] }

// Type returns what a type is, from its comment: what follows the name, and "is".
func (d *Docs) Type(name string) string {
	text := strings.TrimPrefix(strings.TrimPrefix(d.Of(name), name+" "), "is ")
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
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
