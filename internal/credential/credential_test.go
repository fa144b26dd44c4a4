package credential

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFault(t *testing.T) {
	t.Parallel()
	const key = "canary-8f/3+kZ=="
	for given, fault := range map[string]string{
		"":                   "",
		key:                  "",
		"AB12CD34":           "",
		"x":                  "",
		key + "\n":           "ends in a line feed",
		key + "\r\n":         "ends in a line feed",
		key + " \n":          "ends in a line feed",
		key + "\r":           "ends in a carriage return",
		" " + key:            "has white space around it",
		key + " ":            "has white space around it",
		"\t" + key:           "has white space around it",
		"\n" + key:           "has white space around it",
		key + "\u00a0":       "has white space around it",
		"\ufeff" + key:       "has white space around it",
		key + "\u200b":       "has white space around it",
		key + "\x00":         "has white space around it",
		" \n":                "is only white space",
		`"` + key + `"`:      "is in quotes",
		"'" + key + "'":      "is in quotes",
		"<" + key + ">":      "is a placeholder in angle brackets",
		"****************":   "is a masked text, such as a console shows in place of a key",
		"••••••••":           "is a masked text, such as a console shows in place of a key",
		"canary 8f":          "has white space in it",
		"canary\n8f":         "has white space in it",
		"canary\u200b8f":     "has white space in it",
		"canarý":             "has a character that keys do not have, such as a letter with an accent",
		"\u201ccanary\u201d": "has a character that keys do not have, such as a letter with an accent",
	} {
		assert.Equal(t, fault, Fault(given), "%q", given)
		assert.NotContains(t, Hint(Named{"privateKey", given}), "canar")
	}
}

func TestHint(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Hint(Named{"publicKey", "a"}, Named{"privateKey", "b"}))
	assert.Equal(t, "publicKey ends in a line feed, and privateKey is in quotes: use the key alone, as it was shown "+
		"when it was created",
		Hint(Named{"publicKey", "a\n"}, Named{"privateKey", "'b'"}))
}

// TestForms: a key without its white space is still the key.
func TestForms(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"key"}, Forms("key"))
	for _, odd := range []string{" key", "key\r\n", `"key"`, "'key' \n"} {
		assert.Contains(t, Forms(odd), "key")
		assert.Contains(t, Forms(odd), odd)
	}
	assert.NotContains(t, strings.Join(Forms("key"), ""), " ")
}
