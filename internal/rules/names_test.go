package rules

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCutNames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		given, shown string
		cut, same    bool
	}{
		{"orders", "orders", true, true},
		{" orders ", "orders", true, true},
		{"Orders", "orders", true, false},
		{"orders-of-the-whole-world", "orders-of-the-whole-wo", true, true},
		{"orders-of-the-whole-world", "orders-of-the-whole-wo…", true, true},
		{"orders-of-the-whole-world", "orders-of-the-whole-...", true, true},
		{"orders-eu", "orders", true, false},
		{"orders-eu", "ord", true, false},
		{"orders", "orders-eu", false, false},
		{"orders", "", false, false},
		{"orders", "…", false, false},
		{"", "orders", false, false},
		{"orders-of-the-whole-world", "orders-of-the-whole-xx", false, false},
	} {
		assert.Equal(t, tc.cut, IsCutName(tc.given, tc.shown), "%q shown as %q", tc.given, tc.shown)
		assert.Equal(t, tc.same, IsSameName(tc.given, tc.shown), "%q recognized as %q", tc.given, tc.shown)
	}
}

func TestShortName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 40)
	for _, longest := range []int{30, 31} {
		short := ShortName(long, "a", longest)
		assert.Regexp(t, "^ä{10,11}-[0-9a-f]{8}$", short)
		assert.LessOrEqual(t, len(short), longest)
		assert.NotEqual(t, short, ShortName(long, "b", longest), "its identity is in the hash")
	}
}
