// Package describe copies the comments of Go structs into the schema, as descriptions.
package describe

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Module adds the descriptions of a module of the schema, such as tidbconfluent:index. The packages embed the sources
// of the structs. A missing comment is a mistake, and a panic.
func Module(spec *schema.PackageSpec, module string, packages ...embed.FS) {
	d := docs{}
	for _, sources := range packages {
		files, _ := fs.Glob(sources, "*.go") // neither can fail
		for _, name := range files {
			source, _ := sources.ReadFile(name)
			d.read(string(source))
		}
	}
	d.describe(spec, module+":")
}

// docs are comments, by the name of the type, and by that of the struct and the property.
type docs map[string]string

var property = regexp.MustCompile(`pulumi:"(\w+)`)

// like begins the line in a struct's comment that names another struct, whose comments describe the fields without one
// here.
const like = "//describe:like "

// read reads gofmt's layout line by line, so that the plugin need not link Go's parser.
func (d docs) read(source string) {
	structure, about, other, comment := "", "", "", ""
	for line := range strings.Lines(source) {
		words := strings.Fields(line)
		name := property.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, like):
			other = words[1]
			continue
		case len(words) > 0 && strings.HasPrefix(words[0], "//"):
			comment += strings.TrimPrefix(strings.TrimSpace(line), "//") + "\n"
			continue
		case strings.HasPrefix(line, "type ") && words[2] != "=":
			structure, about = words[1], withoutName(prose(comment), words[1])
			if words[len(words)-1] != "{" {
				d[structure] = about
			}
			d[like+structure], other = other, ""
		case name != nil: // other structs are not Pulumi's, and may have the same name
			d[structure], d[structure+"."+name[1]] = about, prose(comment)
		}
		comment = ""
	}
}

// withoutName removes the name of a type from its comment, which begins with it, as is usual in Go.
func withoutName(text, name string) string {
	text, ok := strings.CutPrefix(text, name+" ")
	if !ok {
		return text
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "is "), "are ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// prose joins the lines of each paragraph of a comment.
func prose(comment string) string {
	paragraphs := strings.Split(strings.TrimSpace(comment), "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraph), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

func (d docs) describe(spec *schema.PackageSpec, module string) {
	for token, object := range spec.Types {
		if name, ok := strings.CutPrefix(token, module); ok {
			object.Description = cmp.Or(d[name], object.Description)
			d.properties(object.Properties, name)
			spec.Types[token] = object
		}
	}
	for token, resource := range spec.Resources {
		if name, ok := strings.CutPrefix(token, module); ok {
			resource.Description = d[name]
			d.properties(resource.InputProperties, name+"Args")
			d.properties(resource.Properties, name, name+"State", name+"Args")
			spec.Resources[token] = resource
		}
	}
	for token, function := range spec.Functions {
		if name, ok := strings.CutPrefix(token, module); ok {
			name = strings.ToUpper(name[:1]) + name[1:]
			function.Description = d[name]
			d.properties(function.Inputs.Properties, name+"Args", "ClusterArgs")
			d.properties(function.ReturnType.ObjectTypeSpec.Properties, name+"Result")
			spec.Functions[token] = function
		}
	}
	if d["Config"] != "" {
		for _, all := range []map[string]schema.PropertySpec{
			spec.Config.Variables, spec.Provider.InputProperties, spec.Provider.Properties,
		} {
			d.properties(all, "Config")
		}
	}
}

// properties adds to each property the description of the first struct that has one.
func (d docs) properties(all map[string]schema.PropertySpec, structs ...string) {
	for name, p := range all {
		text := ""
		for _, structure := range structs {
			text = cmp.Or(text, d[structure+"."+name], d[d[like+structure]+"."+name])
		}
		if text == "" {
			panic(fmt.Sprintf("%s.%s has no comment", structs[0], name))
		}
		p.Description = text
		all[name] = p
	}
}
