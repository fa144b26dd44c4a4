package tablefilter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rules      []string
		taken      []string
		left       []string
		exactCases bool
	}{
		{rules: []string{"*.*"}, taken: []string{"a", "b"}},
		{
			rules: []string{"shop.orders"}, taken: []string{"shop", "orders", "SHOP", "Orders"},
			left: []string{"shop", "orders2", "xshop", "orders"},
		},
		{
			rules: []string{"shop.orders"}, exactCases: true, taken: []string{"shop", "orders"},
			left: []string{"Shop", "orders"},
		},
		{
			rules: []string{"shop.*", "!shop.s?cret"}, taken: []string{"shop", "orders", "shop", "scret"},
			left: []string{"shop", "secret", "x", "y"},
		},
		{rules: []string{"!shop.secret", "shop.*"}, taken: []string{"shop", "secret"}},
		{rules: []string{"!shop.*"}, left: []string{"shop", "orders", "x", "y"}},
		{
			rules: []string{"shop[0-9].t[!x]"}, taken: []string{"shop1", "ta"},
			left: []string{"shop1", "tx", "shopa", "ta"},
		},
		{
			rules: []string{"`my-shop`.`a.b``c`"}, taken: []string{"my-shop", "a.b`c"},
			left: []string{"my-shop", "axb`c"},
		},
		{rules: []string{`"my shop".$t`}, taken: []string{"my shop", "$t"}, left: []string{"my shop", "t"}},
		{rules: []string{`my\-shop.t`}, taken: []string{"my-shop", "t"}},
		{rules: []string{`/^s\d+$/./^t(1|2)$/`}, taken: []string{"s12", "t1"}, left: []string{"s12", "t3", "sx", "t1"}},
		{rules: []string{"größe.ü"}, taken: []string{"größe", "ü"}},
	} {
		f, err := Parse(test.rules, test.exactCases)
		require.NoError(t, err, test.rules)
		for i := 0; i < len(test.taken); i += 2 {
			assert.True(t, f.Match(test.taken[i], test.taken[i+1]), "%q takes %v", test.rules, test.taken[i:i+2])
		}
		for i := 0; i < len(test.left); i += 2 {
			assert.False(t, f.Match(test.left[i], test.left[i+1]), "%q leaves %v", test.rules, test.left[i:i+2])
		}
	}
}

func TestWrongRules(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":           "empty",
		"  ":         "empty",
		"shop":       "the table is missing",
		"shop.":      "a pattern is missing",
		".orders":    "a pattern is missing",
		"!":          "a pattern is missing",
		"a.b.c":      `the character '.' must be quoted`,
		"my-shop.t":  `the character '-' must be quoted`,
		"shop.a b":   `the character ' ' must be quoted`,
		"shop.[a":    "has no end",
		"shop.`a":    "no closing quote",
		"``.a":       "is empty",
		"shop.`a`b":  "unexpected",
		"/a.b":       "has no end",
		"/(/.b":      "does not parse",
		`shop.a\`:    "must be followed",
		`shop.a\b`:   "must be followed",
		"#shop.a":    "comment",
		"@rules.txt": "import",
	} {
		_, err := Parse([]string{"*.*", text}, false)
		require.ErrorContains(t, err, message, "%q", text)
		assert.ErrorContains(t, err, "rule")
	}
}
