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

// Confluent's provider refuses an incomplete group of settings, such as those for Flink, which a user may have exported
// for something else. The message names them, and does not blame the key.
func TestAdviceOnStraySettings(t *testing.T) {
	const (
		flink = "All 7 flink_api_key, flink_api_secret, flink_rest_endpoint, organization_id, environment_id, " +
			"flink_compute_pool_id, " +
			"flink_principal_id attributes should be set or not set in the provider block at the same time"
		kafka = "(kafka_api_key, kafka_api_secret, kafka_rest_endpoint) or (kafka_api_key, kafka_api_secret, " +
			"kafka_rest_endpoint, kafka_id) attributes should be set or not set in the provider block at the same time"
		registry = "All 4 schema_registry_api_key, schema_registry_api_secret, schema_registry_rest_endpoint, " +
			"schema_registry_id attributes should be set or not set in the provider block at the same time"
		tableflow = "Both tableflow_api_key and tableflow_api_secret should be set or not set in the provider block " +
			"at the same time"
		oauth = "All 5 (flink_rest_endpoint, organization_id, environment_id, flink_compute_pool_id, " +
			"flink_principal_id) attributes should be set or not set in the provider block at the same time with " +
			"OAuth enabled"
		bridged = "1 error occurred:\n\t* "
	)
	tests := []struct {
		name, said  string
		environment []string
		config      map[string]string
		want        string
	}{
		{
			"an environment", bridged + flink + "\n\n",
			[]string{"CONFLUENT_ENVIRONMENT_ID"},
			nil,
			flink + "; a private link needs none of these settings: unset CONFLUENT_ENVIRONMENT_ID in the " +
				"environment that pulumi runs in",
		},
		{
			"several variables", flink,
			[]string{"FLINK_API_KEY", "CONFLUENT_ORGANIZATION_ID"},
			nil,
			"unset FLINK_API_KEY " +
				"CONFLUENT_ORGANIZATION_ID in",
		},
		{
			"a Kafka key", kafka,
			[]string{"KAFKA_API_KEY", "KAFKA_API_SECRET"},
			nil,
			"unset KAFKA_API_KEY KAFKA_API_SECRET in",
		},
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
			"unset FLINK_API_KEY in the environment that pulumi runs in, and remove confluentcloud:environmentId " +
				"from the stack configuration",
		},
		{"an explicit provider", oauth, nil, nil, "remove them from the configuration of Confluent's provider"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range test.environment {
				t.Setenv(name, "x")
			}
			w := newWorld()
			w.Refused, w.Refusal = "confluentcloud:index/getEnvironment:getEnvironment", test.said
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				_, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
					TidbClusterId: pulumi.String("1234567890"), EnvironmentId: pulumi.String("env-1"),
				})
				return err
			}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.Config = test.config })
			require.ErrorContains(t, err, "environmentId: looking up environment env-1: ")
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, 1, strings.Count(err.Error(), "occurred"), "the program's own list, and not the provider's")
			assert.NotContains(t, err.Error(), "has access to it")
			assert.Empty(t, w.Children(), "nothing is created")
		})
	}
}

// A Confluent key that was copied with something around it is reported with the 401, by the name of its setting, and
// without any of its characters.
func TestAdviceOnKeysCopiedWrongly(t *testing.T) {
	const refusal, access = "error reading Environment: 401 Unauthorized", "(or CONFLUENT_CLOUD_API_KEY and " +
		"CONFLUENT_CLOUD_API_SECRET) has access to it"
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
			"CONFLUENT_CLOUD_API_SECRET ends in a line feed: use the key alone, as it was shown when it was created",
		},
		{
			"a setting", refusal,
			map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary\n"},
			map[string]string{"confluentcloud:cloudApiSecret": "canary", "confluentcloud:cloudApiKey": " canary"},
			false,
			"confluentcloud:cloudApiKey has white space around it: use",
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
			w.Refused, w.Refusal = "confluentcloud:index/getEnvironment:getEnvironment", test.said
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
				assert.NotContains(t, err.Error(), "use the key alone")
			} else {
				assert.Contains(t, err.Error(), access+"; "+test.want)
			}
		})
	}
}

// What to do about a look-up depends on what was wrong with it.
func TestAdviceOnLookUps(t *testing.T) {
	t.Parallel()
	tests := []struct{ said, want string }{
		{"dial tcp 127.0.0.1:1: connect: connection refused", "; check that this machine reaches Confluent Cloud, " +
			"and that confluentcloud:endpoint, if set, is right"},
		{"tls: failed to verify certificate", "; check that this machine reaches Confluent Cloud, and that " +
			"confluentcloud:endpoint, if set, is right"},
		{"404 Not Found", "; check the ID, and that the API key in confluentcloud:cloudApiKey and cloudApiSecret (or " +
			"CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) has access to it"},
		{"received HTTP 503 Service Unavailable", "; Confluent Cloud is overloaded, or has a fault: run pulumi again " +
			"later"},
		{"received HTTP 429 Too Many Requests", "; Confluent Cloud is overloaded, or has a fault: run pulumi again " +
			"later"},
	}
	for _, test := range tests {
		w := newWorld()
		w.Refused, w.Refusal = "confluentcloud:index/getEnvironment:getEnvironment", test.said
		_, err := w.build(t, component.PrivateLinkArgs{})
		require.Error(t, err)
		_, advice, found := strings.Cut(err.Error(), test.said)
		require.True(t, found, "%s", err)
		assert.Equal(t, test.want, strings.TrimSpace(advice), test.said)
	}
}

// Where default providers are disabled and the component has only one of them, the message asks for the others too.
func TestLookUpsWithoutAProvider(t *testing.T) {
	t.Parallel()
	tests := []struct{ function, want string }{
		{"confluentcloud:index/getEnvironment:getEnvironment", "environmentId: looking up environment env-1: "},
		{"confluentcloud:index/getNetwork:getNetwork", "network.id: looking in environment env-1: "},
		{"aws:index/getCallerIdentity:getCallerIdentity", "vpcAccess: looking up the AWS account: "},
	}
	for _, test := range tests {
		t.Run(test.function, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Refused = test.function
			// As the engine says it.
			w.Refusal = "rpc error: code = Unknown desc = Invoke: Default provider for 'x' disabled. 'y' must use an " +
				"explicit provider"
			args := existingParts()
			args.VpcAccess = []component.VpcAccessEntry{entry("", nil)}
			_, err := w.build(t, args)
			require.ErrorContains(t, err, test.want+"Default provider for 'x' disabled. 'y' must use an explicit "+
				"provider: pass one to the component in the option providers")
			assert.NotContains(t, err.Error(), "API key")
			assert.NotContains(t, err.Error(), "credentials")
			assert.Empty(t, w.Children(), "nothing is created")
		})
	}
}

// The error of a failed look-up names where it looked and what to check, before anything is created.
func TestRefusedLookUps(t *testing.T) {
	t.Parallel()
	tests := []struct{ function, want string }{
		{"tidbconfluent:tidbcloud:getCluster", "tidbClusterId: "},
		{"tidbconfluent:tidbcloud:getPrivateLinkZones", "tidbClusterId: "},
		{"confluentcloud:index/getEnvironment:getEnvironment", "environmentId: looking up environment env-1: "},
		{"confluentcloud:index/getNetwork:getNetwork", "network.id: looking in environment env-1: "},
		{"confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess", "privateLinkAccess.id: looking in " +
			"environment env-1: "},
		{"confluentcloud:index/getKafkaCluster:getKafkaCluster", "kafkaCluster.id: looking in environment env-1: "},
	}
	for _, test := range tests {
		t.Run(test.function, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Refused = test.function
			_, err := w.build(t, existingParts())
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "401 Unauthorized")
			if strings.HasPrefix(test.function, "confluentcloud") {
				require.ErrorContains(t, err, "confluentcloud:cloudApiKey")
			}
			assert.Empty(t, w.Children(), "nothing is created")
		})
	}
}
