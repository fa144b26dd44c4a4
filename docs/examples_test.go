package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exact is a version, not a range.
var exact = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

// TestVersionsOfExamples: an SDK asks for the plugin of its own version, and the sandbox's steps install a stand-in for
// it. An example that took whatever is newest would ask for another one than these steps install.
func TestVersionsOfExamples(t *testing.T) {
	t.Parallel()
	steps := read(t, "examples/README.md") + read(t, "examples/platform/README.md") + read(t, "CONTRIBUTING.md")
	checked := 0
	for example, packages := range examplePackages(t) {
		for name, version := range packages {
			checked++
			assert.Regexp(t, exact, version, "%s: %s", example, name)
			assert.Regexp(t, "pulumi plugin install resource "+name+" "+regexp.QuoteMeta(version)+" --file ", steps,
				example)
		}
	}
	assert.NotZero(t, checked)
}

// examplePackages are the versions of Confluent's and of the AWS SDK that examples ask for, by directory.
func examplePackages(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "examples"), func(
		path string, entry os.DirEntry, err error,
	) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); name == "node_modules" || name == "venv" {
			return filepath.SkipDir
		}
		for name, version := range packagesIn(t, path) {
			if dir := filepath.Dir(path); found[dir] == nil {
				found[dir] = map[string]string{}
			}
			found[filepath.Dir(path)][name] = version
		}
		return nil
	}))
	return found
}

func packagesIn(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	switch filepath.Base(path) {
	case "package.json":
		var manifest struct{ Dependencies map[string]string }
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(content, &manifest))
		for name, version := range manifest.Dependencies {
			if name, ours := strings.CutPrefix(name, "@pulumi/"); ours && name != "pulumi" {
				all[name] = version
			}
		}
	case "requirements.txt":
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^pulumi_(\w+)\W*(?:==)?(.*)$`).FindAllStringSubmatch(string(content),
			-1) {
			if m[1] != "tidbconfluent" {
				all[m[1]] = m[2]
			}
		}
	}
	return all
}
