package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRepositoryIsAPluginFromSource: `pulumi package add <repository>` compiles the repository's root, which is how
// every other Pulumi language gets its SDK. It must not need the plugin that it builds: the home directory is a fresh
// one, with the plugins of other packages only. The Go host that does so is the tests' own where Pulumi's is not
// installed.
func TestRepositoryIsAPluginFromSource(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.env["PATH"] += string(os.PathListSeparator) + packages(t).hosts
	useGoCaches(s)
	// All its dependencies have been downloaded for the tests themselves.
	s.env["GOPROXY"], s.env["GOFLAGS"] = "off", "-trimpath"
	s.freshHome("confluentcloud", "aws")
	// In the same place each time: the go command compiles a package anew in another one.
	repository, err := filepath.Abs(filepath.Join("..", "bin", "source", "pulumi-tidbconfluent"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(repository))
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(filepath.Dir(repository))) })
	copyRepository(t, repository)
	// On a busy machine this takes longer than a command of Pulumi may. It leaves the linking to the host.
	compile := exec.Command("go", "list", "-export", "-f", "", ".")
	compile.Dir = repository
	compile.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-trimpath")
	out, err := compile.CombinedOutput()
	spend(t, "go", compile.Args[1:], compile.ProcessState)
	require.NoError(t, err, "%s", out)

	checkedIn, err := os.ReadFile(filepath.Join("..", "schema.json"))
	require.NoError(t, err)
	schema := s.pulumi("package", "get-schema", repository)
	assert.JSONEq(t, string(checkedIn), schema[strings.Index(schema, "{\n"):], "the schema of the plugin from source")

	s.pulumi("package", "add", repository)
	program, err := os.ReadFile(filepath.Join(s.dir, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(program), "tidbconfluent: "+repository, "the project names the package")
	assert.Contains(t, s.pulumi("preview"), "tidbconfluent:index:PrivateLink", "the program runs with it")
	assert.Empty(t, s.installed("tidbconfluent"), "no other plugin was installed")
}

// freshHome sets for the stack a home directory that has the plugins of these packages, and nowhere to download
// others.
func (s *stack) freshHome(packages ...string) {
	s.t.Helper()
	require.NoError(s.t, installAWS())
	home := s.t.TempDir()
	plugins := filepath.Join(home, "plugins")
	require.NoError(s.t, os.Mkdir(plugins, 0o700))
	for _, name := range packages {
		found := s.installed(name)
		require.NotEmpty(s.t, found, name)
		for _, dir := range found {
			// Pulumi does not take a symbolic link for the directory of a plugin.
			own := filepath.Join(plugins, filepath.Base(dir))
			require.NoError(s.t, os.Mkdir(own, 0o700))
			binary := "pulumi-resource-" + name
			require.NoError(s.t, os.Symlink(filepath.Join(dir, binary), filepath.Join(own, binary)))
		}
	}
	s.env["PULUMI_HOME"] = home
	delete(s.env, "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")
	// No proxy listens there.
	s.env["HTTP_PROXY"], s.env["HTTPS_PROXY"] = "http://127.0.0.1:1", "http://127.0.0.1:1"
	// The selection of a stack is stored in the home directory.
	s.pulumi("stack", "select", "dev")
}

// installed returns the directories of a package's plugins in the stack's home directory.
func (s *stack) installed(name string) []string {
	s.t.Helper()
	found, err := filepath.Glob(filepath.Join(s.env["PULUMI_HOME"], "plugins", "resource-"+name+"-v*"))
	require.NoError(s.t, err)
	return slices.DeleteFunc(found, func(path string) bool { return strings.HasSuffix(path, ".lock") })
}

// TestSchemaOfThePlugin: the plugin's schema is the one that is checked in, to the letter.
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

// useGoCaches sets for a stack the Go settings of the user who runs the tests: its home directory is an empty one.
func useGoCaches(s *stack) {
	s.t.Helper()
	settings, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB",
		"GOFLAGS").Output()
	require.NoError(s.t, err)
	var env map[string]string
	require.NoError(s.t, json.Unmarshal(settings, &env))
	for name, value := range env {
		s.env[name] = value
	}
	s.env["TIDBCONFLUENT_KEPT_PROGRAMS"] = filepath.Join(s.t.TempDir(), "programs")
}
