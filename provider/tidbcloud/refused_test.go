package tidbcloud

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// TestUncertainCreationsAreNotRepeated: what may have been created must be looked for, however transient its refusal
// is.
func TestUncertainCreationsAreNotRepeated(t *testing.T) {
	t.Parallel()
	busy := &tidbapi.Error{StatusCode: 409, Code: 10, Message: "another operation is in progress"}
	uncertain := fmt.Errorf("creating: %w", &once.UncertainError{What: "it", Err: busy})
	for _, refusal := range []func(context.Context, error) tidbapi.Refusal{
		afterRemovals("1001"), refusalOfAttachment(connectionID{"1001", "plc-1"}), change[int]{}.refusalOf,
	} {
		assert.Equal(t, tidbapi.Busy, refusal(t.Context(), busy))
		assert.Equal(t, tidbapi.Final, refusal(t.Context(), uncertain))
	}
}
