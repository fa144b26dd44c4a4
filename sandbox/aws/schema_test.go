package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin/standintest"
)

func TestSchema(t *testing.T) {
	t.Parallel()
	standintest.CheckSchema(t, standintest.ReadSchema(t, schemaJSON))
}

// The stand-in serves exactly the resources and functions of the schema.
func TestSchemaIsWhatIsServed(t *testing.T) {
	t.Parallel()
	spec, loaded := standintest.ReadSchema(t, schemaJSON), loadPackage()
	assert.Equal(t, standin.SortedKeys(spec.Resources), standin.SortedKeys(loaded.resources))
	assert.Equal(t, standin.SortedKeys(spec.Functions), standin.SortedKeys(loaded.functions))
	assert.Equal(t, spec.Version, Version())
	for token, kind := range loaded.resources {
		inputs := spec.Resources[token].InputProperties
		for name := range kind.Rules {
			assert.Contains(t, inputs, name, "%s has a rule for what is no input", token)
		}
		for name := range kind.Same {
			assert.Contains(t, inputs, name, "%s compares what is no input", token)
		}
		for name := range kind.Defaults {
			assert.Contains(t, inputs, name, "%s has a default for what is no input", token)
		}
		for _, name := range kind.OneOf {
			assert.Contains(t, inputs, name, "%s demands what is no input", token)
		}
	}
}
