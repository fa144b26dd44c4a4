package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Field is one property as the schema describes it.
type Field struct {
	Kind     FieldKind
	Elem     *Field   // of a list or a mapping
	Fields   FieldSet // of an object
	Required bool
	// Decided means that the service fills the property in when it is left out.
	Decided bool
	// Replaces means that a change replaces the resource.
	Replaces bool
	// Secret means that the value is encrypted in the state.
	Secret bool
}

// FieldSet are fields by name.
type FieldSet map[string]*Field

// FieldKind is the schema's word for a type.
type FieldKind string

// The kinds of fields.
const (
	Text    FieldKind = "string"
	Integer FieldKind = "integer"
	Boolean FieldKind = "boolean"
	List    FieldKind = "array"
	Mapping FieldKind = "map"
	Object  FieldKind = "object"
)

// Schema is a package's schema.json in the form that checks and diffs need.
type Schema struct {
	Name, Version string
	JSON          []byte
	Config        FieldSet
	SecretConfig  []string

	spec schema.PackageSpec
}

// ReadSchema reads an embedded schema, which a test guards: it panics over one that cannot be read.
func ReadSchema(content []byte) *Schema {
	var spec schema.PackageSpec
	if err := json.Unmarshal(content, &spec); err != nil {
		panic(fmt.Sprintf("the embedded schema: %v", err))
	}
	s := &Schema{Name: spec.Name, Version: spec.Version, JSON: content, spec: spec}
	s.Config = s.fields(spec.Provider.InputProperties, spec.Provider.RequiredInputs, nil)
	for name, prop := range spec.Provider.InputProperties {
		if prop.Secret {
			s.SecretConfig = append(s.SecretConfig, name)
		}
	}
	return s
}

// Describe fills in a resource type from the schema.
func (s *Schema) Describe(t *Type) {
	res := s.spec.Resources[t.Token]
	// The outputs that always exist show what the real provider computes and what it merely echoes.
	t.Inputs = s.fields(res.InputProperties, res.RequiredInputs, res.Required)
	t.Outputs = s.fields(res.Properties, nil, res.Required)
}

// FunctionInputs are the inputs of a function.
func (s *Schema) FunctionInputs(token string) FieldSet {
	inputs := s.spec.Functions[token].Inputs
	if inputs == nil {
		return FieldSet{}
	}
	return s.fields(inputs.Properties, inputs.Required, nil)
}

func (s *Schema) fields(props map[string]schema.PropertySpec, required, present []string) FieldSet {
	set := FieldSet{}
	for name, prop := range props {
		f := s.field(prop.TypeSpec)
		f.Required = slices.Contains(required, name)
		f.Decided = !f.Required && slices.Contains(present, name)
		f.Replaces, f.Secret = prop.WillReplaceOnChanges, prop.Secret
		set[name] = f
	}
	return set
}

func (s *Schema) field(t schema.TypeSpec) *Field {
	switch {
	case t.Ref != "":
		return s.objectType(strings.TrimPrefix(t.Ref, "#/types/"))
	case t.Items != nil:
		return &Field{Kind: List, Elem: s.field(*t.Items)}
	case t.AdditionalProperties != nil:
		return &Field{Kind: Mapping, Elem: s.field(*t.AdditionalProperties)}
	}
	return &Field{Kind: FieldKind(t.Type)}
}

func (s *Schema) objectType(token string) *Field {
	t := s.spec.Types[token]
	var node struct {
		RequiredOutputs []string `json:"requiredOutputs"`
	}
	if raw, ok := t.Language["nodejs"]; ok {
		if err := json.Unmarshal(raw, &node); err != nil {
			panic(fmt.Sprintf("the embedded schema of %s: %s: %v", s.Name, token, err))
		}
	}
	return &Field{Kind: Object, Fields: s.fields(t.Properties, t.Required, node.RequiredOutputs)}
}
