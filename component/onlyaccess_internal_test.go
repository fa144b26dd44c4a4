package component

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Of a run the first declaration counts, however long ago it was made, and those of other runs do not. They are not kept
// forever.
func TestDeclarationsOfRuns(t *testing.T) {
	t.Parallel()
	declared := declaredAccesses{by: map[passage]declaration{}}
	start := time.Now()
	in := func(run string) passage { return passage{run, "111122223333", "n-1"} }
	first := func(run, component string, after time.Duration) string {
		return declared.first(in(run), declaration{component, component + "-access", start.Add(after)}).component
	}
	assert.Equal(t, "orders", first("preview", "orders", 0))
	assert.Equal(t, "orders", first("preview", "payments", time.Second))
	assert.Equal(t, "payments", first("update", "payments", time.Minute), "another run")
	assert.Equal(t, "payments", first("update", "orders", 100*declarationsLast), "a run may take days")
	assert.NotContains(t, declared.by, in("preview"))
}
