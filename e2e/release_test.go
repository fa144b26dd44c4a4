package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// TestRelease installs the plugin as its users do, from a release's archive, and runs the example with it.
func TestRelease(t *testing.T) {
	t.Parallel()
	dist := filepath.Join(t.TempDir(), "dist")
	build := exec.Command("go", "run", "./tools/release", "-quick", "-out", dist, "-platforms", runtime.GOOS+"/"+runtime.GOARCH)
	build.Dir = ".."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)

	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	s := newStack(t, string(program))
	// The other tests' plugins are built in place; here all are installed.
	plugins := filepath.Join(s.env["PULUMI_HOME"], "plugins")
	confluent, err := os.Readlink(filepath.Join(plugins, "resource-confluentcloud-v"+confluentVersion, "pulumi-resource-confluentcloud"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(plugins))
	archive := "pulumi-resource-tidbconfluent-v" + provider.Version + "-" + runtime.GOOS + "-" + runtime.GOARCH + ".tar.gz"
	s.pulumi("plugin", "install", "resource", "tidbconfluent", "v"+provider.Version, "--file", filepath.Join(dist, archive))
	s.pulumi("plugin", "install", "resource", "confluentcloud", confluentVersion, "--file", confluent)

	installed := filepath.Join(plugins, "resource-tidbconfluent-v"+provider.Version)
	for _, name := range []string{"pulumi-resource-tidbconfluent", "LICENSE", "README.md"} {
		assert.FileExists(t, filepath.Join(installed, name))
	}
	s.pulumi("config", "set", "--path", "--type", "string", "tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
	s.pulumi("config", "set", "environmentId", s.sandbox.Seed().EnvironmentID)
	s.up()
	assert.Contains(t, s.outputs(), "privateLinkConnectionId")
	s.settled()
	s.destroyed()
}
