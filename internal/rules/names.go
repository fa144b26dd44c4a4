package rules

import (
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
