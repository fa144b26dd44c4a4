package once

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// defaultSettle is the time that the real service gets.
const defaultSettle = time.Minute

// A search of a minute must leave room for other calls below a limit of a hundred.
func TestSearchesAreSparing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		looked, began := 0, time.Now()
		l := inVirtualTime(t, &cloud{})
		creation := l.connection()
		creation.List = func(context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			looked++
			return nil, nil
		}
		found, err := creation.Search(t.Context(), nil)
		require.NoError(t, err)
		assert.Nil(t, found)
		assert.GreaterOrEqual(t, time.Since(began), defaultSettle)
		assert.LessOrEqual(t, looked, 40)
	})
}
