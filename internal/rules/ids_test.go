package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestIDs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id    rules.ID
		value string
		ok    bool
	}{
		{rules.TiDBClusterID, "10684312905347001938", true},
		{rules.TiDBClusterID, "1001", true},
		{rules.TiDBClusterID, "", false},
		{rules.TiDBClusterID, "clusters/1001", false},
		{rules.TiDBClusterID, "orders", false},
		{rules.EnvironmentID, "env-gz903", true},
		{rules.EnvironmentID, "env-", false},
		{rules.EnvironmentID, "gz903", false},
		{rules.EnvironmentID, "env-GZ903", false},
		{rules.NetworkID, "n-pr1jy6", true},
		{rules.NetworkID, "nr-pr1jy6", true},
		{rules.NetworkID, "net-pr1jy6", false},
		{rules.PrivateLinkAccessID, "pla-1", true},
		{rules.PrivateLinkAccessID, "n-1", false},
		{rules.KafkaClusterID, "lkc-abc123", true},
		{rules.KafkaClusterID, "lkc abc", false},
		{rules.ByokKeyID, "cck-abc12", true},
		{rules.ByokKeyID, "arn:aws:kms:us-east-1:111122223333:key/1", false},
		{rules.PrivateLinkConnectionID, "plc-abc", true},
		{rules.PrivateLinkConnectionID, "plc-abc/1", false},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			err := test.id.Check(test.value)
			assert.Equal(t, test.ok, err == nil, "%v", err)
		})
	}
}

func TestIDMessageNamesTheValueAndAnExample(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, rules.EnvironmentID.Check("prod"),
		`"prod" is not a Confluent environment ID; use the ID that the service shows, such as env-gz903`)
}

// TestClusterIDThatWasANumber: an id that was a number in a program or a stack configuration has lost its last digits,
// also when it arrives as text.
func TestClusterIDThatWasANumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1.04e+19", "1.0482930571846290e+19", "1E19", "1e+19", "1.048293057184629E19", "10482930571846290153.0",
		"1.e+19",
	} {
		err := rules.TiDBClusterID.Check(text)
		require.ErrorIs(t, err, rules.ErrNumericClusterID, text)
		assert.ErrorContains(t, err, text)
	}
	for _, text := range []string{"1e", "e+19", "1.2.3", "-1e+19", "123456789012345678901", ""} {
		err := rules.TiDBClusterID.Check(text)
		require.Error(t, err, text)
		assert.NotErrorIs(t, err, rules.ErrNumericClusterID, text)
	}
	assert.NoError(t, rules.TiDBClusterID.Check("10482930571846290153"))
	assert.NotErrorIs(t, rules.NetworkID.Check("1.04e+19"), rules.ErrNumericClusterID,
		"only the id of a TiDB Cloud cluster")
}
