// Package credential recognizes keys that were copied wrongly, and names the fault without showing the key.
package credential

import (
	"strings"
	"unicode"
)

// invisible are characters that come along when a user copies a key, and that Unicode does not count as white space.
const invisible = "\u200b\u200c\u200d\u2060\ufeff"

// Fault returns what is wrong with a key, such as "ends in a line feed". It is empty for a text that can be a key.
func Fault(key string) string {
	trimmed := strings.TrimFunc(key, isBlank)
	switch {
	case key == "":
		return ""
	case trimmed == "":
		return "is only white space"
	case strings.HasSuffix(key, "\n"):
		return "ends in a line feed"
	case strings.HasSuffix(key, "\r"):
		return "ends in a carriage return"
	case trimmed != key:
		return "has white space around it"
	case isMasked(key):
		return "is a masked text, such as a console shows in place of a key"
	case len(key) > 1 && strings.ContainsRune("'\"`", rune(key[0])) && key[len(key)-1] == key[0]:
		return "is in quotes"
	case key[0] == '<' && key[len(key)-1] == '>':
		return "is a placeholder in angle brackets"
	case strings.ContainsFunc(key, isBlank):
		return "has white space in it"
	case strings.ContainsFunc(key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }):
		return "has a character that keys do not have, such as a letter with an accent"
	}
	return ""
}

// Hint names each wrong key, and what to do. It is empty where none is wrong.
func Hint(keys ...Named) string {
	var hints []string
	for _, k := range keys {
		if fault := Fault(k.Value); fault != "" {
			hints = append(hints, k.Name+" "+fault)
		}
	}
	if len(hints) == 0 {
		return ""
	}
	return strings.Join(hints, ", and ") + ": use the key alone, as it was shown when it was created"
}

// Named is a key with the name that users know.
type Named struct{ Name, Value string }

// Forms are the texts in which a message may repeat a key: as it is, and without characters that do not belong to it.
func Forms(key string) []string {
	trimmed := strings.Trim(strings.TrimFunc(key, isBlank), "'\"`")
	if trimmed == key {
		return []string{key}
	}
	return []string{key, trimmed}
}

func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(invisible, r)
}

func isMasked(key string) bool {
	return len(key) > 3 && (strings.Trim(key, "*") == "" || strings.Trim(key, "•●·") == "")
}
