package testkit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVariationsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	seeds := [][]any{{"plc-abc123", []byte(`{"code": 5}`), 404, true}, {"", []byte{}, 0, false}}
	varied := vary("FuzzIDs", seeds, 100)
	assert.Len(t, varied, 100)
	assert.Equal(t, varied, vary("FuzzIDs", seeds, 100))
	assert.NotEqual(t, varied, vary("FuzzZones", seeds, 100), "each target has its own")
	same := [][]any{{"plc-abc123", []byte(`{"code": 5}`), 404, true}, {"", []byte{}, 0, false}}
	assert.Equal(t, same, seeds, "the seeds stay as they are")
}

func TestVariationsReachFar(t *testing.T) {
	t.Parallel()
	different, control, long, empty := map[string]bool{}, 0, 0, 0
	for _, args := range vary("FuzzIDs", [][]any{{"plc-abc123"}, {"env-7x3k9q"}}, variations) {
		text, _ := args[0].(string)
		different[text] = true
		if strings.ContainsAny(text, "\x00\n\x1b") {
			control++
		}
		if len(text) > 15 {
			long++
		}
		if text == "" {
			empty++
		}
	}
	assert.Greater(t, len(different), 9*variations/10)
	assert.Greater(t, control, variations/50)
	assert.Greater(t, long, variations/50)
	assert.Positive(t, empty)
}

// FuzzCount runs on its seed, and without the fuzzer on each variation of it.
func FuzzCount(f *testing.F) {
	target := NewTarget(f)
	target.Add("a", 1)
	inputs := 0
	f.Cleanup(func() {
		if !fuzzing() {
			assert.Equal(f, 1+variations, inputs)
		}
	})
	target.Fuzz(func(_ *testing.T, _ string, _ int) { inputs++ })
}
