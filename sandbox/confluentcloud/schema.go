package confluentcloud

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

//go:embed schema.json
var schemaJSON []byte

// field is one property as the schema describes it.
type field struct {
	kind     fieldKind
	elem     *field   // of a list or a mapping
	fields   fieldSet // of an object
	required bool
	// decided says that the service fills the property in when it is left out.
	decided bool
	// replaces says that a change makes a new resource.
	replaces bool
}

type fieldSet map[string]*field

type fieldKind string

const (
	text    fieldKind = "string"
	integer fieldKind = "integer"
	boolean fieldKind = "boolean"
	list    fieldKind = "array"
	mapping fieldKind = "map"
	object  fieldKind = "object"
)

// pkg is the schema in the form that checks and diffs need.
type pkg struct {
	version      string
	config       fieldSet
	secretConfig []string
	resources    map[string]*resourceKind
	functions    map[string]*functionKind
}

// loadPackage reads the embedded schema once. That it can be read is guarded by a test.
var loadPackage = sync.OnceValue(func() *pkg {
	var spec schema.PackageSpec
	if err := json.Unmarshal(schemaJSON, &spec); err != nil {
		panic(fmt.Sprintf("the embedded schema of %s: %v", Name, err))
	}
	r := reader{spec}
	loaded := &pkg{
		version:   spec.Version,
		config:    r.fields(spec.Provider.InputProperties, spec.Provider.RequiredInputs, nil),
		resources: map[string]*resourceKind{},
		functions: map[string]*functionKind{},
	}
	for name, prop := range spec.Provider.InputProperties {
		if prop.Secret {
			loaded.secretConfig = append(loaded.secretConfig, name)
		}
	}
	for _, kind := range resourceKinds() {
		res := spec.Resources[kind.token]
		// What the real provider computes and what it merely echoes is told apart by the outputs that always exist.
		kind.inputs = r.fields(res.InputProperties, res.RequiredInputs, res.Required)
		kind.outputs = r.fields(res.Properties, nil, res.Required)
		loaded.resources[kind.token] = kind
	}
	for _, kind := range functionKinds() {
		kind.inputs = r.fields(spec.Functions[kind.token].Inputs.Properties, spec.Functions[kind.token].Inputs.Required, nil)
		loaded.functions[kind.token] = kind
	}
	return loaded
})

// reader turns the schema's notation into fields.
type reader struct{ spec schema.PackageSpec }

func (r reader) fields(props map[string]schema.PropertySpec, required, present []string) fieldSet {
	set := fieldSet{}
	for name, prop := range props {
		f := r.field(prop.TypeSpec)
		f.required = slices.Contains(required, name)
		f.decided = !f.required && slices.Contains(present, name)
		f.replaces = prop.WillReplaceOnChanges
		set[name] = f
	}
	return set
}

func (r reader) field(t schema.TypeSpec) *field {
	switch {
	case t.Ref != "":
		return r.objectType(strings.TrimPrefix(t.Ref, "#/types/"))
	case t.Items != nil:
		return &field{kind: list, elem: r.field(*t.Items)}
	case t.AdditionalProperties != nil:
		return &field{kind: mapping, elem: r.field(*t.AdditionalProperties)}
	}
	return &field{kind: fieldKind(t.Type)}
}

func (r reader) objectType(token string) *field {
	t := r.spec.Types[token]
	var node struct {
		RequiredOutputs []string `json:"requiredOutputs"`
	}
	if raw, ok := t.Language["nodejs"]; ok {
		if err := json.Unmarshal(raw, &node); err != nil {
			panic(fmt.Sprintf("the embedded schema of %s: %s: %v", Name, token, err))
		}
	}
	return &field{kind: object, fields: r.fields(t.Properties, t.Required, node.RequiredOutputs)}
}
