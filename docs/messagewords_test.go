package docs_test

import (
	"go/ast"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

// unclear are words for which our messages have clearer ones: set, use, pass, create. The linter has more of them, for
// all of Go.
var unclear = regexp.MustCompile(`(?i)\b(give[sn]?|makes?|made|lets?|anew)\b|\bgo(es)? with\b`)

// named is an "it" for the property that the message names already.
var named = regexp.MustCompile(`(^|: )it is (an? |empty|missing|for )`)

// location is a path or a URL, whose words the message does not choose.
var location = regexp.MustCompile(`\S+/\S+`)

func isUnclear(message string) bool {
	message = location.ReplaceAllString(message, "")
	return unclear.MatchString(message) || named.MatchString(message)
}

// TestWordsOfMessages: an engineer understands a message at first reading.
func TestWordsOfMessages(t *testing.T) {
	t.Parallel()
	texts := 0
	for _, dir := range []string{"component", "provider", "internal"} {
		sources(t, filepath.Join(root, dir), func(file *ast.File) {
			if file.Name.Name == "mockcloud" {
				return // what services answer in tests
			}
			ast.Inspect(file, func(node ast.Node) bool {
				expression, ok := node.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := constant(expression)
				if ok {
					texts++
					if isUnclear(text) {
						t.Errorf("reword this message: %s", text)
					}
				}
				return !ok
			})
		})
	}
	assert.Greater(t, texts, 1000)
	for _, no := range []string{"region: %q is wrong; give another", "it is empty", "n: it is a list", "made twice"} {
		assert.True(t, isUnclear(no), no)
	}
	assert.False(t, isUnclear("see docs/x.md#made-by-hand; it is not known whether it was created"))
}
