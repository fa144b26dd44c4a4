package confluentcloud

import (
	"errors"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// variables are the environment variables that the real provider reads for settings that the configuration leaves out.
var variables = map[string]string{ //nolint:gosec // names, not values
	"catalogRestEndpoint":        "CATALOG_REST_ENDPOINT",
	"cloudApiKey":                "CONFLUENT_CLOUD_API_KEY",
	"cloudApiSecret":             "CONFLUENT_CLOUD_API_SECRET",
	"environmentId":              "CONFLUENT_ENVIRONMENT_ID",
	"flinkApiKey":                "FLINK_API_KEY",
	"flinkApiSecret":             "FLINK_API_SECRET",
	"flinkComputePoolId":         "FLINK_COMPUTE_POOL_ID",
	"flinkPrincipalId":           "FLINK_PRINCIPAL_ID",
	"flinkRestEndpoint":          "FLINK_REST_ENDPOINT",
	"kafkaApiKey":                "KAFKA_API_KEY",
	"kafkaApiSecret":             "KAFKA_API_SECRET",
	"kafkaId":                    "KAFKA_ID",
	"kafkaRestEndpoint":          "KAFKA_REST_ENDPOINT",
	"maxRetries":                 "TF_PROVIDER_CONFLUENT_MAX_RETRIES",
	"organizationId":             "CONFLUENT_ORGANIZATION_ID",
	"schemaRegistryApiKey":       "SCHEMA_REGISTRY_API_KEY",
	"schemaRegistryApiSecret":    "SCHEMA_REGISTRY_API_SECRET",
	"schemaRegistryId":           "SCHEMA_REGISTRY_ID",
	"schemaRegistryRestEndpoint": "SCHEMA_REGISTRY_REST_ENDPOINT",
	"tableflowApiKey":            "TABLEFLOW_API_KEY",
	"tableflowApiSecret":         "TABLEFLOW_API_SECRET",
}

// EnvironmentVariables are the names of the environment variables that the real provider reads as settings, sorted.
func EnvironmentVariables() []string {
	return slices.Sorted(maps.Values(variables))
}

// A settingsGroup is a set of settings that the real provider takes all together or not at all. Each entry lists
// settings of which one is enough.
type settingsGroup struct {
	settings [][]string
	refusal  string
}

// settingsGroups are checked in this order. kafkaId is in none of them: it is allowed alone.
var settingsGroups = []settingsGroup{
	{
		[][]string{{"kafkaApiKey"}, {"kafkaApiSecret"}, {"kafkaRestEndpoint"}},
		"(kafka_api_key, kafka_api_secret, kafka_rest_endpoint) or (kafka_api_key, kafka_api_secret, " +
			"kafka_rest_endpoint, " +
			"kafka_id) attributes should be set or not set in the provider block at the same time",
	},
	{
		[][]string{
			{"schemaRegistryApiKey"},
			{"schemaRegistryApiSecret"},
			{"schemaRegistryRestEndpoint", "catalogRestEndpoint"},
			{"schemaRegistryId"},
		},
		"All 4 schema_registry_api_key, schema_registry_api_secret, schema_registry_rest_endpoint, " +
			"schema_registry_id " +
			"attributes should be set or not set in the provider block at the same time",
	},
	{
		[][]string{
			{"flinkApiKey"},
			{"flinkApiSecret"},
			{"flinkRestEndpoint"},
			{"organizationId"},
			{"environmentId"},
			{"flinkComputePoolId"},
			{"flinkPrincipalId"},
		},
		"All 7 flink_api_key, flink_api_secret, flink_rest_endpoint, organization_id, environment_id, " +
			"flink_compute_pool_id, " +
			"flink_principal_id attributes should be set or not set in the provider block at the same time",
	},
	{
		[][]string{{"tableflowApiKey"}, {"tableflowApiSecret"}},
		"Both tableflow_api_key and tableflow_api_secret should be set or " +
			"not set in the provider block at the same time",
	},
}

// checkGroups refuses a configuration that has a part of a group, in the words of the real provider.
func (s *standIn) checkGroups(config property.Map) error {
	for _, group := range settingsGroups {
		given := 0
		for _, alternatives := range group.settings {
			if slices.ContainsFunc(alternatives, func(name string) bool { return s.setting(config, name) != "" }) {
				given++
			}
		}
		if given > 0 && given < len(group.settings) {
			return errors.New(group.refusal)
		}
	}
	return nil
}

// setting is a setting of the configuration, or of the environment where the configuration leaves it out.
func (s *standIn) setting(config property.Map, name string) string {
	if _, given := config.GetOk(name); given {
		return standin.TextAt(config, name)
	}
	return s.opts.Getenv(variables[name])
}
