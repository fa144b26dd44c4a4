package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStraySettings: Confluent's provider reads variables that a user may have exported for something else, and refuses
// a part of them. The error names them, does not blame the key, and nothing is created.
func TestStraySettings(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	for variable, group := range map[string]string{
		"CONFLUENT_ENVIRONMENT_ID": "All 7 flink_api_key, ", "KAFKA_REST_ENDPOINT": "(kafka_api_key, ",
		"CATALOG_REST_ENDPOINT": "All 4 schema_registry_api_key, ", "TABLEFLOW_API_KEY": "Both tableflow_api_key ",
	} {
		s.env[variable] = "x"
		out := strings.ReplaceAll(s.pulumiFails("up", "--yes", "--skip-preview"), "\n", " ")
		assert.Contains(t, out, "environmentId: looking up environment "+s.sandbox.Seed().EnvironmentID+": "+group)
		assert.Contains(t, out,
			"a private link needs none of these settings: unset "+variable+" in the environment that pulumi runs in")
		assert.NotContains(t, out, "API key in")
		delete(s.env, variable)
	}
	s.env["KAFKA_ID"] = "lkc-abc123"
	s.up()
	s.env["CONFLUENT_ENVIRONMENT_ID"] = "env-abc123"
	assert.Contains(t, s.pulumiFails("destroy", "--yes", "--skip-preview"),
		"should be set or not set in the provider block")
	delete(s.env, "CONFLUENT_ENVIRONMENT_ID")
	s.destroyed()
}
