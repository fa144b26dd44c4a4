package confluentcloud

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readSchema(t *testing.T) schema.PackageSpec {
	t.Helper()
	var spec schema.PackageSpec
	require.NoError(t, json.Unmarshal(schemaJSON, &spec))
	return spec
}

func TestSchemaBinds(t *testing.T) {
	t.Parallel()
	_, diags, err := schema.BindSpec(readSchema(t), schema.NewCachedLoader(nil), schema.ValidationOptions{})
	require.NoError(t, err)
	assert.False(t, diags.HasErrors(), diags.Error())
}

func TestSchemaDescribesEverything(t *testing.T) {
	t.Parallel()
	spec := readSchema(t)
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
		described(token+" inputs", fn.Inputs.Description)
		props(token+" inputs", fn.Inputs.Properties)
		described(token+" outputs", fn.ReturnType.ObjectTypeSpec.Description)
		props(token+" outputs", fn.ReturnType.ObjectTypeSpec.Properties)
	}
}

// Each resource and function of the schema is served, and what is served is in the schema.
func TestSchemaIsWhatIsServed(t *testing.T) {
	t.Parallel()
	spec, loaded := readSchema(t), loadPackage()
	assert.Equal(t, sortedKeys(spec.Resources), sortedKeys(loaded.resources))
	assert.Equal(t, sortedKeys(spec.Functions), sortedKeys(loaded.functions))
	assert.Equal(t, "2.79.0", Version())
	for token, kind := range loaded.resources {
		assert.Len(t, kind.inputs, len(spec.Resources[token].InputProperties), token)
		for path := range kind.rules {
			assert.NotNil(t, fieldAt(kind.inputs, path), "%s has a rule for %s, which is no input", token, path)
		}
		for _, path := range kind.fixed {
			assert.NotNil(t, fieldAt(kind.inputs, path), "%s fixes %s, which is no input", token, path)
		}
	}
}

func fieldAt(fields fieldSet, path string) *field {
	var f *field
	for _, name := range segments(path) {
		if f != nil && f.kind == list {
			f = f.elem
		}
		if f != nil {
			fields = f.fields
		}
		f = fields[name]
	}
	return f
}

// What the schema says only between the lines.
func TestFieldsReadFromTheSchema(t *testing.T) {
	t.Parallel()
	kinds := loadPackage().resources
	network, cluster := kinds["confluentcloud:index/network:Network"], kinds["confluentcloud:index/kafkaCluster:KafkaCluster"]

	assert.True(t, network.inputs["cloud"].required && network.inputs["cloud"].replaces)
	assert.True(t, network.inputs["zones"].decided, "the service chooses zones that are left out")
	assert.False(t, network.inputs["environment"].decided)
	assert.True(t, cluster.inputs["network"].decided)
	assert.False(t, cluster.inputs["deletionProtection"].decided)
	assert.False(t, cluster.inputs["dedicated"].decided)
	assert.False(t, cluster.inputs["network"].replaces, "only the ID inside replaces")
	assert.True(t, cluster.inputs["network"].fields["id"].replaces)
	dedicated := cluster.inputs["dedicated"].fields
	assert.True(t, dedicated["cku"].required && !dedicated["cku"].decided)
	assert.True(t, dedicated["encryptionKey"].decided)
	assert.ElementsMatch(t, []string{
		"cloudApiKey", "cloudApiSecret", "kafkaApiKey", "kafkaApiSecret", "flinkApiKey",
		"flinkApiSecret", "schemaRegistryApiKey", "schemaRegistryApiSecret", "tableflowApiKey", "tableflowApiSecret",
	},
		loadPackage().secretConfig)
}

// What is returned is what the schema lists: nothing else, and all that it says is always there.
func TestReturnedPropertiesAreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	spec := readSchema(t)
	within := func(token string, got []string, all map[string]schema.PropertySpec, required []string) {
		assert.Subset(t, sortedKeys(all), got, token)
		assert.Subset(t, got, required, token)
	}
	functions := map[string]string{
		"environment:Environment":             "confluentcloud:index/getEnvironment:getEnvironment",
		"network:Network":                     "confluentcloud:index/getNetwork:getNetwork",
		"privateLinkAccess:PrivateLinkAccess": "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess",
		"kafkaCluster:KafkaCluster":           "confluentcloud:index/getKafkaCluster:getKafkaCluster",
	}
	for name, state := range states {
		token := "confluentcloud:index/" + name
		res := spec.Resources[token]
		within(token, sortedKeys(state()), res.Properties, res.Required)
		fn := spec.Functions[functions[name]].ReturnType.ObjectTypeSpec
		result := loadPackage().functions[functions[name]].result(property.NewMap(state()))
		within(functions[name], append(sortedKeys(result.AsMap()), "id"), fn.Properties, fn.Required)
	}
}
