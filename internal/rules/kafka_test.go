package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestKafka(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "MULTI_ZONE", rules.AvailabilityOf("HIGH"))
	assert.Equal(t, "SINGLE_ZONE", rules.AvailabilityOf("LOW"))
	assert.Equal(t, "SINGLE_ZONE", rules.AvailabilityOf("SINGLE_ZONE"))
	require.NoError(t, rules.CKU("SINGLE_ZONE", 1))
	require.NoError(t, rules.CKU("MULTI_ZONE", 2))
	require.EqualError(t, rules.CKU("MULTI_ZONE", 1),
		"1 is too low: a MULTI_ZONE cluster has at least 2 CKU; use 2 or more")
	require.ErrorContains(t, rules.CKU("SINGLE_ZONE", 0), "at least 1 CKU")
}
