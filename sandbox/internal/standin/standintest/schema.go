// Package standintest holds the tests that every stand-in's schema.json has to pass.
package standintest

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ReadSchema reads a schema.
func ReadSchema(t *testing.T, content []byte) schema.PackageSpec {
	t.Helper()
	var spec schema.PackageSpec
	require.NoError(t, json.Unmarshal(content, &spec))
	return spec
}

// CheckSchema checks that a schema is one, and describes everything in it.
func CheckSchema(t *testing.T, spec schema.PackageSpec) {
	t.Helper()
	_, diags, err := schema.BindSpec(spec, schema.NewCachedLoader(nil), schema.ValidationOptions{})
	require.NoError(t, err)
	assert.False(t, diags.HasErrors(), diags.Error())

	described := func(path, description string) { assert.NotEmpty(t, description, path) }
	props := func(path string, props map[string]schema.PropertySpec) {
		for name, prop := range props {
			described(path+"."+name, prop.Description)
		}
	}
	described("package", spec.Description)
	described("provider", spec.Provider.Description)
	props("config", spec.Config.Variables)
	props("provider", spec.Provider.InputProperties)
	props("provider", spec.Provider.Properties)
	for token, typ := range spec.Types {
		described(token, typ.Description)
		props(token, typ.Properties)
	}
	for token, res := range spec.Resources {
		described(token, res.Description)
		props(token, res.InputProperties)
		props(token, res.Properties)
		described(token+" state", res.StateInputs.Description)
		props(token+" state", res.StateInputs.Properties)
	}
	for token, fn := range spec.Functions {
		described(token, fn.Description)
		if fn.Inputs != nil {
			described(token+" inputs", fn.Inputs.Description)
			props(token+" inputs", fn.Inputs.Properties)
		}
		described(token+" outputs", fn.ReturnType.ObjectTypeSpec.Description)
		props(token+" outputs", fn.ReturnType.ObjectTypeSpec.Properties)
	}
}
