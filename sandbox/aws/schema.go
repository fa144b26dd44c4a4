package aws

import (
	_ "embed"
	"sync"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

//go:embed schema.json
var schemaJSON []byte

// pkg is the schema, and how what it describes is served.
type pkg struct {
	*standin.Schema
	resources map[string]*resourceKind
	functions map[string]*functionKind
}

var loadPackage = sync.OnceValue(func() *pkg {
	loaded := &pkg{
		Schema:    standin.ReadSchema(schemaJSON),
		resources: map[string]*resourceKind{},
		functions: map[string]*functionKind{},
	}
	for _, kind := range resourceKinds() {
		loaded.Describe(&kind.Type)
		if kind.Outputs[tagsAll] != nil {
			// The real provider keeps it among the inputs, though no program sets it: that is how a change of the
			// default tags becomes a change of the resource.
			kind.Inputs[tagsAll] = kind.Outputs[tagsAll]
			kind.Fixed = append(kind.Fixed, tagsAll)
		}
		loaded.resources[kind.Token] = kind
	}
	for _, kind := range functionKinds() {
		kind.inputs = loaded.FunctionInputs(kind.token)
		loaded.functions[kind.token] = kind
	}
	return loaded
})
