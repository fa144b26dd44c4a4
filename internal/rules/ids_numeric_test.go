package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// TestClusterIDThatWasANumber: an id that a program or a stack configuration held as a number loses its last digits,
// also where it arrives as a text.
func TestClusterIDThatWasANumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1.04e+19", "1.0482930571846290e+19", "1E19", "1e+19", "1.048293057184629E19", "10482930571846290153.0", "1.e+19",
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
	assert.NotErrorIs(t, rules.NetworkID.Check("1.04e+19"), rules.ErrNumericClusterID, "only the id of a TiDB Cloud cluster")
}
