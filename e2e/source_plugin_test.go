package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRepositoryIsAPluginFromSource: `pulumi package add <repository>` compiles the repository's root, which is how every
// other Pulumi language gets its SDK. The Go host that does so is the tests' own where Pulumi's is not installed.
func TestRepositoryIsAPluginFromSource(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.env["PATH"] += string(os.PathListSeparator) + packages(t).hosts
	useGoCaches(s)
	// Everything that it takes has been downloaded for the tests themselves.
	s.env["GOPROXY"], s.env["GOFLAGS"] = "off", ""
	repository := filepath.Join(t.TempDir(), "pulumi-tidbconfluent")
	copyRepository(t, repository)

	checkedIn, err := os.ReadFile(filepath.Join("..", "schema.json"))
	require.NoError(t, err)
	out := s.pulumi("package", "get-schema", repository)
	assert.JSONEq(t, string(checkedIn), out[strings.Index(out, "{\n"):], "the schema of the plugin from source")

	s.pulumi("package", "add", repository)
	program, err := os.ReadFile(filepath.Join(s.dir, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(program), "tidbconfluent", "the project names the package")
}

// TestSchemaOfThePlugin: what the plugin says of itself is what is checked in, to the letter.
func TestSchemaOfThePlugin(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	checkedIn, err := os.ReadFile(filepath.Join("..", "schema.json"))
	require.NoError(t, err)
	plugin, err := filepath.Abs(filepath.Join("..", "bin", "pulumi-resource-tidbconfluent"))
	require.NoError(t, err)
	assert.Equal(t, string(checkedIn), s.pulumi("package", "get-schema", plugin))
}

// copyRepository copies what is in the repository, or would be after a commit.
func copyRepository(t *testing.T, target string) {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	names, err := list.Output()
	require.NoError(t, err)
	for _, name := range strings.Split(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(target, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(target, name), content, 0o600))
	}
}

// useGoCaches gives a stack the Go settings of who runs the tests: its home directory is an empty one.
func useGoCaches(s *stack) {
	s.t.Helper()
	settings, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOFLAGS").Output()
	require.NoError(s.t, err)
	var env map[string]string
	require.NoError(s.t, json.Unmarshal(settings, &env))
	for name, value := range env {
		s.env[name] = value
	}
}
