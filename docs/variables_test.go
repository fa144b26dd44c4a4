package docs_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
)

// word is what may be the name of an environment variable.
var word = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b`)

// TestVariablesOfOurOwn: what our scripts and steps call their variables is nothing that Confluent's provider reads as
// a setting. It would take one for a part of a configuration, and refuse that.
func TestVariablesOfOurOwn(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, name := range confluentcloud.EnvironmentVariables() {
		taken[name] = true
	}
	for _, meant := range []string{
		"CONFLUENT_CLOUD_API_KEY", "CONFLUENT_CLOUD_API_SECRET",
		"TF_PROVIDER_CONFLUENT_MAX_RETRIES",
	} {
		require.True(t, taken[meant])
		delete(taken, meant)
	}
	texts := map[string]string{}
	for path, page := range pages(t) {
		for _, b := range blocks(page) {
			if b.language == "sh" {
				texts[path] += strings.Join(b.lines, "\n") + "\n"
			}
		}
	}
	for _, path := range []string{"Makefile", "e2e/harness_test.go", "e2e/acceptance_test.go"} {
		texts[path] = read(t, path)
	}
	for _, dir := range []string{"scripts", ".github", "examples", "sandbox/cmd"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(
			path string, d fs.DirEntry, err error,
		) error {
			if err == nil && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err == nil && d.Type().IsRegular() {
				relative, _ := filepath.Rel(root, path)
				texts[relative] = read(t, relative)
			}
			return err
		}))
	}
	seen := 0
	for path, text := range texts {
		for _, name := range word.FindAllString(text, -1) {
			seen++
			assert.False(t, taken[name], "%s uses %s, which Confluent's provider reads as a setting; call it "+
				"something else", path, name)
		}
	}
	assert.Greater(t, seen, 100)
}
