package confluentcloud

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// Settings that belong together are set all or not at all, wherever they come from.
func TestSettingsThatBelongTogether(t *testing.T) {
	t.Parallel()
	texts := func(names ...string) standin.Values {
		config := standin.Values{}
		for _, name := range names {
			config[name] = property.New("x")
		}
		return config
	}
	const kafka, registry, flink, tableflow = "(kafka_api_key, kafka_api_secret, kafka_rest_endpoint) or",
		"All 4 schema_registry_api_key", "All 7 flink_api_key", "Both tableflow_api_key and"
	allFlink := []string{
		"flinkApiKey", "flinkApiSecret", "flinkRestEndpoint", "organizationId", "environmentId", "flinkComputePoolId",
		"flinkPrincipalId",
	}
	tests := map[string]struct {
		config standin.Values
		env    map[string]string
		err    string
	}{
		"nothing":                       {nil, nil, ""},
		"an environment":                {texts("environmentId"), nil, flink},
		"an environment of the process": {nil, map[string]string{"CONFLUENT_ENVIRONMENT_ID": "env-1"}, flink},
		"an organization":               {nil, map[string]string{"CONFLUENT_ORGANIZATION_ID": "x"}, flink},
		"all but one of Flink's":        {texts(allFlink[1:]...), nil, flink},
		"all of Flink's":                {texts(allFlink...), nil, ""},
		"Flink's from both":             {texts(allFlink[1:]...), map[string]string{"FLINK_API_KEY": "x"}, ""},
		"one that is set to nothing": {
			standin.Values{"environmentId": property.New("")},
			map[string]string{"CONFLUENT_ENVIRONMENT_ID": "env-1"},
			"",
		},
		"a Kafka cluster alone":   {texts("kafkaId"), nil, ""},
		"a Kafka key alone":       {texts("kafkaApiKey", "kafkaApiSecret"), nil, kafka},
		"a REST endpoint alone":   {nil, map[string]string{"KAFKA_REST_ENDPOINT": "https://x"}, kafka},
		"a Schema Registry alone": {nil, map[string]string{"SCHEMA_REGISTRY_ID": "lsrc-1"}, registry},
		"a catalog for an endpoint": {
			texts("schemaRegistryApiKey", "schemaRegistryApiSecret", "schemaRegistryId", "catalogRestEndpoint"), nil,
			"",
		},
		"a catalog alone":       {nil, map[string]string{"CATALOG_REST_ENDPOINT": "https://x"}, registry},
		"a Tableflow key alone": {texts("tableflowApiKey"), nil, tableflow},
		"Tableflow's from both": {texts("tableflowApiKey"), map[string]string{"TABLEFLOW_API_SECRET": "x"}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"CONFLUENT_CLOUD_API_KEY": "key", "CONFLUENT_CLOUD_API_SECRET": "secret"}
			for k, v := range tt.env {
				env[k] = v
			}
			err := configured(env).configure(t.Context(), p.ConfigureRequest{Args: property.NewMap(tt.config)})
			if tt.err == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.err)
			assert.ErrorContains(t, err, "should be set or not set in the provider block at the same time")
		})
	}
}

func TestEnvironmentVariablesAreThoseOfSettings(t *testing.T) {
	t.Parallel()
	for name := range variables {
		assert.Contains(t, loadPackage().Config, name)
	}
	assert.Contains(t, EnvironmentVariables(), "CONFLUENT_ENVIRONMENT_ID")
	assert.Len(t, EnvironmentVariables(), len(variables))
}
