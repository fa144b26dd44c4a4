package component_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

// Confluent's provider refuses a part of the settings for Flink and the like, which a user may have exported for something else.
// It is told which, and the key has nothing to do with it.
func TestAdviceOnStraySettings(t *testing.T) {
	const (
		flink = "All 7 flink_api_key, flink_api_secret, flink_rest_endpoint, organization_id, environment_id, flink_compute_pool_id, " +
			"flink_principal_id attributes should be set or not set in the provider block at the same time"
		kafka = "(kafka_api_key, kafka_api_secret, kafka_rest_endpoint) or (kafka_api_key, kafka_api_secret, kafka_rest_endpoint, kafka_id) " +
			"attributes should be set or not set in the provider block at the same time"
		registry = "All 4 schema_registry_api_key, schema_registry_api_secret, schema_registry_rest_endpoint, schema_registry_id attributes " +
			"should be set or not set in the provider block at the same time"
		tableflow = "Both tableflow_api_key and tableflow_api_secret should be set or not set in the provider block at the same time"
		oauth     = "All 5 (flink_rest_endpoint, organization_id, environment_id, flink_compute_pool_id, flink_principal_id) attributes should " +
			"be set or not set in the provider block at the same time with OAuth enabled"
		bridged = "1 error occurred:\n\t* "
	)
	tests := []struct {
		name, said  string
		environment []string
		config      map[string]string
		want        string
	}{
		{"an environment", bridged + flink + "\n\n", []string{"CONFLUENT_ENVIRONMENT_ID"}, nil, flink + "; these settings are not for a private " +
			"link: unset CONFLUENT_ENVIRONMENT_ID in the environment that pulumi runs in"},
		{"several variables", flink, []string{"FLINK_API_KEY", "CONFLUENT_ORGANIZATION_ID"}, nil, "unset FLINK_API_KEY CONFLUENT_ORGANIZATION_ID in"},
		{"a Kafka key", kafka, []string{"KAFKA_API_KEY", "KAFKA_API_SECRET"}, nil, "unset KAFKA_API_KEY KAFKA_API_SECRET in"},
		{"a catalog", registry, []string{"CATALOG_REST_ENDPOINT"}, nil, "unset CATALOG_REST_ENDPOINT in"},
		{"a registry", registry, []string{"SCHEMA_REGISTRY_ID"}, nil, "unset SCHEMA_REGISTRY_ID in"},
		{
			"the stack configuration", tableflow, nil,
			map[string]string{"confluentcloud:tableflowApiKey": "x"},
			"remove confluentcloud:tableflowApiKey from the stack configuration",
		},
		{
			"both", flink,
			[]string{"FLINK_API_KEY"},
			map[string]string{"confluentcloud:environmentId": "env-1"},
			"unset FLINK_API_KEY in the environment that pulumi runs in, and remove confluentcloud:environmentId from the stack configuration",
		},
		{"an explicit provider", oauth, nil, nil, "remove them from the configuration of Confluent's provider"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range test.environment {
				t.Setenv(name, "x")
			}
			w := newWorld()
			w.refused, w.refusal = "confluentcloud:index/getEnvironment:getEnvironment", test.said
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				_, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
					TidbClusterId: pulumi.String("1234567890"), EnvironmentId: pulumi.String("env-1"),
				})
				return err
			}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.Config = test.config })
			require.ErrorContains(t, err, "environmentId: looking up environment env-1: ")
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, 1, strings.Count(err.Error(), "occurred"), "the program's own list, and not the provider's")
			assert.NotContains(t, err.Error(), "may see it")
			assert.Empty(t, w.children(), "nothing is created")
		})
	}
}

// A key of Confluent that was copied with something around it is told beside the 401, by the name of the setting that counts,
// and without any of it.
func TestAdviceOnKeysCopiedWrongly(t *testing.T) {
	const refusal, access = "error reading Environment: 401 Unauthorized", "(or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) may see it"
	tests := []struct {
		name, said          string
		environment, config map[string]string
		explicit            bool
		want                string
	}{
		{"right", refusal, map[string]string{"CONFLUENT_CLOUD_API_KEY": "canary"}, nil, false, ""},
		{
			"a variable", refusal,
			map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary\n"},
			nil, false,
			"CONFLUENT_CLOUD_API_SECRET ends in a line feed: give the key alone, as it was shown when it was made",
		},
		{
			"a setting", refusal,
			map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary\n"},
			map[string]string{"confluentcloud:cloudApiSecret": "canary", "confluentcloud:cloudApiKey": " canary"},
			false,
			"confluentcloud:cloudApiKey has white space around it: give",
		},
		{"an explicit provider", refusal, map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary\n"}, nil, true, ""},
		{"another error", "404 Not Found", map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary\n"}, nil, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range test.environment {
				t.Setenv(name, value)
			}
			w := newWorld()
			w.refused, w.refusal = "confluentcloud:index/getEnvironment:getEnvironment", test.said
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				var opts []pulumi.ResourceOption
				if test.explicit {
					provider, err := confluentcloud.NewProvider(ctx, "explicit", nil)
					if err != nil {
						return err
					}
					opts = append(opts, pulumi.Providers(provider))
				}
				_, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
					TidbClusterId: pulumi.String("1234567890"), EnvironmentId: pulumi.String("env-1"),
				}, opts...)
				return err
			}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.Config = test.config })
			require.ErrorContains(t, err, access)
			assert.NotContains(t, err.Error(), "canary")
			if test.want == "" {
				assert.NotContains(t, err.Error(), "give the key alone")
			} else {
				assert.Contains(t, err.Error(), access+"; "+test.want)
			}
		})
	}
}
