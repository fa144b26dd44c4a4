package rules

import (
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
