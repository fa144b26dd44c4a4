package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pygen "github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/require"
)

// everyInput writes a program that sets every input of every resource and function to an output: each scalar, each
// element of a list or a map and, where the schema allows it, each list and map as a whole.
func everyInput(t *testing.T, language language) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "schema.json"))
	require.NoError(t, err)
	var pkg schema.PackageSpec
	require.NoError(t, json.Unmarshal(content, &pkg))
	require.NotEmpty(t, pkg.Resources)
	w := inputWriter{language: language, pkg: pkg}

	var program strings.Builder
	for _, wholeLists := range []bool{false, true} {
		w.wholeLists = wholeLists
		for _, token := range slices.Sorted(maps.Keys(pkg.Resources)) {
			fmt.Fprintln(&program, language.resource(place(token), w.properties(pkg.Resources[token].InputProperties)))
		}
		fmt.Fprintln(&program, language.resource("Provider", w.properties(pkg.Provider.InputProperties)))
	}
	for _, token := range slices.Sorted(maps.Keys(pkg.Functions)) {
		fmt.Fprintln(&program, language.function(place(token), w.properties(pkg.Functions[token].Inputs.Properties)))
	}
	return program.String()
}

// place is where an SDK has what a token names.
func place(token string) string {
	parts := strings.Split(token, ":")
	if parts[1] == "index" {
		return parts[2]
	}
	return parts[1] + "." + parts[2]
}

// language writes programs.
type language interface {
	// output is an output of a scalar type or, of a list, of its elements' type.
	output(typ string, list bool) string
	// mapping is an output of a map of outputs.
	mapping(object string) string
	// enum is an output of an enum.
	enum(name string) string
	name(property string) string
	object(properties map[string]string) string
	resource(name string, properties map[string]string) string
	function(name string, properties map[string]string) string
}

type inputWriter struct {
	language   language
	pkg        schema.PackageSpec
	wholeLists bool
}

func (w inputWriter) properties(specs map[string]schema.PropertySpec) map[string]string {
	written := map[string]string{}
	for name, spec := range specs {
		written[w.language.name(name)] = w.value(spec.TypeSpec)
	}
	return written
}

func (w inputWriter) value(spec schema.TypeSpec) string {
	switch {
	case spec.AdditionalProperties != nil:
		object := w.language.object(map[string]string{"key": w.value(*spec.AdditionalProperties)})
		if w.wholeLists {
			return w.language.mapping(object)
		}
		return object
	case spec.Items != nil && w.wholeLists && !spec.Items.Plain:
		return w.language.output(spec.Items.Type, true)
	case spec.Items != nil:
		return "[" + w.value(*spec.Items) + "]"
	case spec.Ref == "" && spec.Plain:
		return `"plain"`
	case spec.Ref == "":
		return w.language.output(spec.Type, false)
	}
	token := strings.TrimPrefix(spec.Ref, "#/types/")
	if typ := w.pkg.Types[token]; len(typ.Enum) == 0 {
		return w.language.object(w.properties(typ.Properties))
	}
	return w.language.enum(place(token))
}

// inOrder writes what is in a map, sorted, as `name<between>value` with commas.
func inOrder(properties map[string]string, format string) string {
	var written []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		written = append(written, fmt.Sprintf(format, name, properties[name]))
	}
	return strings.Join(written, ", ")
}

var scalars = map[string]string{"string": "text", "integer": "numeral", "number": "numeral", "boolean": "truth"}

type typeScript struct{}

func (typeScript) output(typ string, list bool) string {
	if list {
		return "pulumi.all([" + scalars[typ] + "])"
	}
	return scalars[typ]
}
func (typeScript) mapping(object string) string { return "pulumi.all(" + object + ")" }
func (typeScript) enum(name string) string      { return "one<t." + name + ">()" }
func (typeScript) name(property string) string  { return property }
func (typeScript) object(properties map[string]string) string {
	return "{ " + inOrder(properties, "%s: %s") + " }"
}

func (l typeScript) resource(name string, properties map[string]string) string {
	return fmt.Sprintf(`new t.%s("x", %s);`, name, l.object(properties))
}

func (l typeScript) function(name string, properties map[string]string) string {
	return fmt.Sprintf(`t.%sOutput(%s);`, name, l.object(properties))
}

type python struct{}

func (python) output(typ string, list bool) string {
	if list {
		return "pulumi.Output.all(" + scalars[typ] + ")"
	}
	return scalars[typ]
}

func (python) mapping(string) string { return "mapping" }

func (python) enum(name string) string     { return "pulumi.Output.from_input(next(iter(t." + name + ")))" }
func (python) name(property string) string { return pygen.PyName(property) }

func (python) object(properties map[string]string) string {
	return "{" + inOrder(properties, "%q: %s") + "}"
}

func (python) resource(name string, properties map[string]string) string {
	return fmt.Sprintf(`t.%s("x", %s)`, name, inOrder(properties, "%s=%s"))
}

func (python) function(name string, properties map[string]string) string {
	module, function, _ := strings.Cut(name, ".")
	return fmt.Sprintf(`t.%s.%s_output(%s)`, module, pygen.PyName(function), inOrder(properties, "%s=%s"))
}
