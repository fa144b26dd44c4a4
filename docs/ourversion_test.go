package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ourVersion is where a command, a link or a manifest states the version of this package.
var ourVersion = regexp.MustCompile(`(tidbconfluent[^\d\s]*\s?[^\d\s]*?)(\d+\.\d+\.\d+)\b`)

// TestOurVersion: commands, links and manifests state the version of provider/version.go. With UPDATE=1 it writes it.
func TestOurVersion(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`const Version = "([\d.]+)"`).FindStringSubmatch(read(t, "provider/version.go"))
	require.NotNil(t, version)
	found := 0
	for _, file := range tracked(t, "*.md", "examples/*") {
		if file == "CHANGELOG.md" || strings.HasPrefix(file, "sdk/") {
			continue
		}
		old := read(t, file)
		found += len(ourVersion.FindAllString(old, -1))
		current := ourVersion.ReplaceAllString(old, "${1}"+version[1])
		if old != current && os.Getenv("UPDATE") != "" {
			require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(current), 0o600))
			continue
		}
		assert.Equal(t, current, old, "%s states another version of the package: run UPDATE=1 go test ./docs -run "+
			"Version", file)
	}
	assert.NotZero(t, found)
}
