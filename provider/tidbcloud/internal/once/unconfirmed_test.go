package tidbcloud

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// A search of a minute must leave room for other calls below a limit of a hundred.
func TestSearchesAreSparing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		looked, began := 0, time.Now()
		found, err := search[tidbapi.AttachDomain]{list: func(context.Context) ([]tidbapi.AttachDomain, error) {
			looked++
			return nil, nil
		}}.run(t.Context())
		require.NoError(t, err)
		assert.Nil(t, found)
		assert.GreaterOrEqual(t, time.Since(began), defaultPatience)
		assert.LessOrEqual(t, looked, 40)
	})
}
