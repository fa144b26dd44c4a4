package main

import (
	"fmt"
	"strings"
)

// section returns a version's part of the changelog: the text below the heading "## <version>", which may go on
// behind the version, up to the next such heading.
func section(changelog, version string) (string, error) {
	var lines []string
	inside := false
	for line := range strings.Lines(changelog) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			if inside {
				break
			}
			first, _, _ := strings.Cut(strings.TrimSpace(heading), " ")
			inside = first == version
			continue
		}
		if inside {
			lines = append(lines, line)
		}
	}
	notes := strings.TrimSpace(strings.Join(lines, ""))
	if notes == "" {
		return "", fmt.Errorf("CHANGELOG.md says nothing of %s; write a section \"## %s\"", version, version)
	}
	return notes + "\n", nil
}
