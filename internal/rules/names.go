package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// DisplayName rejects an empty name.
func DisplayName(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("is empty; set a name, or leave it out for the default name")
	}
	return nil
}

// shortestCut is the shortest name to which a service could have cut a longer one. A user chose a shorter one.
const shortestCut = 20

// IsCutName reports whether a service shows a name in another form: cut, trimmed, or in another case. Use it for an
// object with a known ID.
func IsCutName(given, shown string) bool {
	return isCut(strings.ToLower(given), strings.ToLower(shown))
}

// IsSameName does the same for an object that is recognized by its name: enough must be left to exclude other names.
func IsSameName(given, shown string) bool {
	return given == shown || strings.TrimSpace(given) == strings.TrimSpace(shown) ||
		len([]rune(withoutEnd(shown))) >= shortestCut && isCut(given, shown)
}

func isCut(given, shown string) bool {
	shown = withoutEnd(shown)
	return shown != "" && strings.HasPrefix(strings.TrimSpace(given), shown)
}

// withoutEnd is a name without spaces around it, and without the dots that stand for what was cut.
func withoutEnd(name string) string {
	name = strings.TrimSpace(name)
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(name, "…"), "..."))
}

// hashDigits is how much of a hash ends a shortened name.
const hashDigits = 8

// ShortName cuts a name to at most the longest number of bytes, between letters. The hash of the identity at its end
// distinguishes it from names with the same beginning.
func ShortName(name, identity string, longest int) string {
	hash := sha256.Sum256([]byte(identity))
	head := strings.ToValidUTF8(name[:longest-hashDigits-1], "") // without half of a letter
	return head + "-" + hex.EncodeToString(hash[:])[:hashDigits]
}
