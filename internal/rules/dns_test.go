package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestUniqueName(t *testing.T) {
	t.Parallel()
	tests := []struct{ domain, want string }{
		// The manual procedure's own example.
		{"use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud", "domnprzqrog.us-east-1"},
		{"domnprzqrog.us-east-1.aws.confluent.cloud", "domnprzqrog.us-east-1"},
		{"domnprzqrog.us-east-1.aws.confluent.cloud.", "domnprzqrog.us-east-1"},
		{"pr1jy6.eu-central-1.aws.confluent.cloud", "pr1jy6.eu-central-1"},
		{"pdwnk6.us-west-2.aws.glb.confluent.cloud", "pdwnk6.us-west-2"},
		{"", ""},
		{".", ""},
		{"us-east-1.aws.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.azure.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.aws.confluent.cloud.example.com", ""},
		{"a.b.us-east-1.aws.confluent.cloud", ""},
		{"dom_x.us-east-1.aws.confluent.cloud", ""},
		{"domnprzqrog.us-east-1.confluent.cloud", ""},
	}
	for _, test := range tests {
		t.Run(test.domain, func(t *testing.T) {
			t.Parallel()
			got, err := rules.UniqueName(test.domain)
			if test.want == "" {
				require.ErrorContains(t, err, "is not the DNS domain of a Confluent network")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.NoError(t, rules.CheckUniqueName(got))
		})
	}
}

func TestCheckUniqueName(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "domnprzqrog", "domnprzqrog.", ".us-east-1",
		"domnprzqrog.us-east-1.aws.confluent.cloud",
	} {
		assert.ErrorContains(t, rules.CheckUniqueName(bad), "<label>.<region>", bad)
	}
	assert.Equal(t, "us-east-1", rules.RegionOfUniqueName("domnprzqrog.us-east-1"))
}
