package confluentcloud

import (
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin/standintest"
)

func readSchema(t *testing.T) schema.PackageSpec {
	t.Helper()
	return standintest.ReadSchema(t, schemaJSON)
}

func TestSchema(t *testing.T) {
	t.Parallel()
	standintest.CheckSchema(t, readSchema(t))
}

// The stand-in serves exactly the resources and functions of the schema.
func TestSchemaIsWhatIsServed(t *testing.T) {
	t.Parallel()
	spec, loaded := readSchema(t), loadPackage()
	assert.Equal(t, standin.SortedKeys(spec.Resources), standin.SortedKeys(loaded.resources))
	assert.Equal(t, standin.SortedKeys(spec.Functions), standin.SortedKeys(loaded.functions))
	assert.Equal(t, spec.Version, Version())
	for token, kind := range loaded.resources {
		assert.Len(t, kind.Inputs, len(spec.Resources[token].InputProperties), token)
		for path := range kind.Rules {
			assert.NotNil(t, fieldAt(kind.Inputs, path), "%s has a rule for %s, which is no input", token, path)
		}
		for _, path := range kind.Fixed {
			assert.NotNil(t, fieldAt(kind.Inputs, path), "%s fixes %s, which is no input", token, path)
		}
	}
}

func fieldAt(fields standin.FieldSet, path string) *standin.Field {
	var f *standin.Field
	for _, name := range standin.Segments(path) {
		if f != nil && f.Kind == standin.List {
			f = f.Elem
		}
		if f != nil {
			fields = f.Fields
		}
		f = fields[name]
	}
	return f
}

// Rules that the schema does not state.
func TestFieldsReadFromTheSchema(t *testing.T) {
	t.Parallel()
	kinds := loadPackage().resources
	network, cluster := kinds["confluentcloud:index/network:Network"],
		kinds["confluentcloud:index/kafkaCluster:KafkaCluster"]

	assert.True(t, network.Inputs["cloud"].Required && network.Inputs["cloud"].Replaces)
	assert.True(t, network.Inputs["zones"].Decided, "the service chooses zones that are left out")
	assert.False(t, network.Inputs["environment"].Decided)
	assert.True(t, cluster.Inputs["network"].Decided)
	assert.False(t, cluster.Inputs["deletionProtection"].Decided)
	assert.False(t, cluster.Inputs["dedicated"].Decided)
	assert.False(t, cluster.Inputs["network"].Replaces, "only the ID inside replaces")
	assert.True(t, cluster.Inputs["network"].Fields["id"].Replaces)
	assert.True(t, kinds["confluentcloud:index/apiKey:ApiKey"].Outputs["secret"].Secret)
	dedicated := cluster.Inputs["dedicated"].Fields
	assert.True(t, dedicated["cku"].Required && !dedicated["cku"].Decided)
	assert.True(t, dedicated["encryptionKey"].Decided)
	assert.ElementsMatch(t, []string{
		"cloudApiKey", "cloudApiSecret", "kafkaApiKey", "kafkaApiSecret", "flinkApiKey",
		"flinkApiSecret", "schemaRegistryApiKey", "schemaRegistryApiSecret", "tableflowApiKey", "tableflowApiSecret",
	},
		loadPackage().SecretConfig)
}

// A function returns only the properties in the schema, and all that it requires.
func TestReturnedPropertiesAreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	spec := readSchema(t)
	within := func(token string, got []string, all map[string]schema.PropertySpec, required []string) {
		assert.Subset(t, standin.SortedKeys(all), got, token)
		assert.Subset(t, got, required, token)
	}
	functions := map[string]string{
		"environment:Environment":             "confluentcloud:index/getEnvironment:getEnvironment",
		"network:Network":                     "confluentcloud:index/getNetwork:getNetwork",
		"privateLinkAccess:PrivateLinkAccess": "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess",
		"kafkaCluster:KafkaCluster":           "confluentcloud:index/getKafkaCluster:getKafkaCluster",
		"serviceAccount:ServiceAccount":       "confluentcloud:index/getServiceAccount:getServiceAccount",
	}
	for name, state := range states {
		token := "confluentcloud:index/" + name
		res := spec.Resources[token]
		within(token, standin.SortedKeys(state()), res.Properties, res.Required)
		if functions[name] == "" {
			continue
		}
		fn := spec.Functions[functions[name]].ReturnType.ObjectTypeSpec
		result := loadPackage().functions[functions[name]].result(property.NewMap(state()))
		within(functions[name], append(standin.SortedKeys(result.AsMap()), "id"), fn.Properties, fn.Required)
	}
}
