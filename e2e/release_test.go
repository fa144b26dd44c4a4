package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// makeRelease creates the archives of a release for this machine, from the binaries that the tests use.
func makeRelease(t *testing.T) (dist string) {
	t.Helper()
	repository, err := filepath.Abs("..")
	require.NoError(t, err)
	binaries := t.TempDir()
	for _, name := range []string{
		"pulumi-resource-tidbconfluent", "pulumi-resource-confluentcloud", "pulumi-resource-aws", "sandbox",
	} {
		binary, err := built(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(binary, filepath.Join(binaries, name)))
	}
	dist = filepath.Join(t.TempDir(), "dist")
	release := exec.CommandContext(t.Context(), "go", "run", "./tools/release",
		"-binaries", binaries, "-out", dist, "-platforms", runtime.GOOS+"/"+runtime.GOARCH)
	release.Dir = repository
	out, err := release.CombinedOutput()
	spend(t, "release", nil, release.ProcessState)
	require.NoError(t, err, "%s", out)
	return dist
}

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// TestTryIt follows docs/try.md, line for line, with the archives of a release: unpack, serve, install, up,
// destroy. Only what comes from the internet comes from the release's directory.
func TestTryIt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the page is for a POSIX shell")
	}
	dist := makeRelease(t)
	installed := packages(t)
	page := readFile(t, "..", "docs", "try.md")
	blocks := shellBlock.FindAllStringSubmatch(strings.ReplaceAll(page, "linux-amd64", runtime.GOOS+"-"+runtime.GOARCH),
		-1)
	require.Len(t, blocks, 3, "start, install, and create, look, destroy")
	serve, rest := blocks[0][1], blocks[1][1]+blocks[2][1]
	for text, offline := range map[string]string{
		"curl -fLO " + repositoryURL + "/releases/download/v" + provider.Version: "cp " + dist,
		"-sandbox-v" + provider.Version + "-" + runtime.GOOS + "-" + runtime.GOARCH + ".tar.gz\nmkdir": "-sandbox-v" +
			provider.Version +
			"-" + runtime.GOOS + "-" + runtime.GOARCH + ".tar.gz .\nmkdir",
		"./sandbox serve": "exec ./sandbox serve",
	} {
		require.Contains(t, serve, text)
		serve = strings.Replace(serve, text, offline, 1)
	}
	archive := filepath.Join(dist,
		"pulumi-resource-tidbconfluent-v"+provider.Version+"-"+runtime.GOOS+"-"+runtime.GOARCH+".tar.gz")
	for text, offline := range map[string]string{
		"--server github://api.github.com/tidbconfluent/pulumi-tidbconfluent": "--file '" + archive + "'",
		"npm install\n": "ln -s '" + installed.nodeModules + "' node_modules\n",
	} {
		require.Contains(t, rest, text)
		rest = strings.Replace(rest, text, offline, 1)
	}

	work := t.TempDir()
	env := []string{
		"PATH=" + tools.path + string(os.PathListSeparator) + installed.hosts, "HOME=" + work,
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_SKIP_CONFIRMATIONS=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
	}
	server := exec.CommandContext(t.Context(), "sh", "-eu", "-c", serve)
	server.Dir, server.Env, server.Stderr = work, env, os.Stderr
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	try := filepath.Join(work, "try")
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(try, "sandbox.env"))
		return err == nil
	}, time.Minute, 50*time.Millisecond)

	user := exec.CommandContext(t.Context(), "sh", "-eu", "-c", rest)
	user.Dir, user.Env = try, slices.Clone(env)
	out, err := user.CombinedOutput()
	spend(t, "sh", nil, user.ProcessState)
	require.NoError(t, err, "%s", out)
	for _, want := range []string{
		"privateLinkConnectionId", "being provisioned or changed",
		"Everything is as it was in the beginning.",
	} {
		assert.Contains(t, string(out), want)
	}
	for _, name := range []string{"pulumi-resource-tidbconfluent", "LICENSE", "README.md"} {
		assert.FileExists(t, filepath.Join(try, "home", "plugins", "resource-tidbconfluent-v"+provider.Version, name))
	}
	assert.FileExists(t, filepath.Join(try, "README.md"))
}
