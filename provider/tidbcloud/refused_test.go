package tidbcloud

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
)

// TestUncertainCreationsAreNotRepeated: after an unknown outcome, the provider looks for the resource before it repeats
// the creation, even when the refusal is transient.
func TestUncertainCreationsAreNotRepeated(t *testing.T) {
	t.Parallel()
	busy := &tidbapi.Error{StatusCode: 409, Code: 10, Message: "another operation is in progress"}
	uncertain := fmt.Errorf("creating: %w", &once.UncertainError{What: "it", Err: busy})
	assert.Equal(t, tidbapi.Busy, refusalOfCreation(t.Context(), "1001", busy))
	assert.Equal(t, tidbapi.Final, refusalOfCreation(t.Context(), "1001", uncertain))
	assert.Equal(t, tidbapi.Busy, refusalOfAttachment(t.Context(), resourceID{"1001", "plc-1"}, busy))
	assert.Equal(t, tidbapi.Final, refusalOfAttachment(t.Context(), resourceID{"1001", "plc-1"}, uncertain))
}
