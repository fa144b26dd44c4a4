package e2e

import (
	"regexp"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusingRuns are the runs in which each of a program's resources is refused that cannot work: a preview, and an
// update without one. An update, and the preview before it, stop at an error unless a flag lets them go on.
var refusingRuns = map[string][]string{
	"preview": {"up", "--yes", "--continue-on-error"},
	"update":  {"up", "--yes", "--skip-preview", "--continue-on-error"},
}

// The end of the CLI's output has a block for each resource. An error that a component ends with is in the block of
// the stack, and names the component.
var (
	ofResource  = regexp.MustCompile(`^  [\w:/.-]+ \(([^()]*)\):$`)
	ofComponent = regexp.MustCompile(`^    error: \S+ resource '([^']*)' has a problem: `)
)

// refused runs a command, and returns what the CLI reports at its end of each component and its children, by the
// component's name.
func (s *stack) refused(run string) map[string]string {
	s.t.Helper()
	out := s.pulumiFails(refusingRuns[run]...)
	assert.Equal(s.t, run == "update", strings.Contains(out, "Updating ("), "%s", out)
	_, diagnostics, found := strings.Cut(out, "\nDiagnostics:\n")
	require.True(s.t, found, "%s", out)
	said, resource, of := map[string]string{}, "", ""
	for line := range strings.Lines(diagnostics) {
		text := strings.TrimSuffix(line, "\n")
		if block := ofResource.FindStringSubmatch(text); block != nil {
			resource, _, _ = strings.Cut(block[1], "-")
			of = resource
		} else if named := ofComponent.FindStringSubmatch(text); named != nil {
			of = named[1]
		} else if strings.HasPrefix(text, "    error: ") {
			of = resource
		}
		said[of] += line
	}
	return said
}
