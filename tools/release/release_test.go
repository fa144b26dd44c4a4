package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSection(t *testing.T) {
	t.Parallel()
	const changelog = "# Changelog\n\n## Unreleased\n\nNothing.\n\n## 0.2.0 (2026-09-01)\n\n### New\n- Two.\n\n## " +
		"0.1.0\n\n- One.\n"
	for version, want := range map[string]string{"0.2.0": "### New\n- Two.\n", "0.1.0": "- One.\n"} {
		notes, err := section(changelog, version)
		require.NoError(t, err)
		assert.Equal(t, want, notes)
	}
	for _, version := range []string{"0.3.0", "0.1", "Unreleased-1"} {
		_, err := section(changelog, version)
		assert.ErrorContains(t, err, `write a section "## `+version+`"`)
	}
}

const emptyProgram = "package main\n\nfunc main() {}\n"

// repository is a minimal repository.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"CHANGELOG.md":                "## 9.8.7\n\n- News.\n",
		"LICENSE":                     "a license",
		"README.md":                   "a readme",
		"go.mod":                      "module example.org/plugin\n\ngo 1.25\n",
		"main.go":                     emptyProgram,
		"provider/version.go":         "package provider\n\n// The one place.\nconst Version = \"9.8.7\"\n",
		"docs/try.md":                 "a page",
		"sandbox/cmd/sandbox/main.go": emptyProgram,
		"sandbox/cmd/pulumi-resource-confluentcloud/main.go":           emptyProgram,
		"sandbox/cmd/pulumi-resource-aws/main.go":                      emptyProgram,
		"sdk/go/tidbconfluent/go.mod":                                  "module sdk\n",
		"sdk/go/tidbconfluent/sub/sub.go":                              "package sub\n",
		"bin/packages/pulumi-tidbconfluent-9.8.7.tgz":                  "npm",
		"bin/packages/pulumi_tidbconfluent-9.8.7-py3-none-any.whl":     "wheel",
		"bin/packages/pulumi_tidbconfluent-9.8.7.tar.gz":               "sdist",
		"bin/packages/pulumi_tidbconfluent-9.8.6-py3-none-any.whl":     "old",
		"dist/pulumi-resource-tidbconfluent-v9.8.6-linux-amd64.tar.gz": "old",
	} {
		write(t, filepath.Join(root, filepath.FromSlash(name)), content)
	}
	for _, example := range sandboxExamples {
		write(t, filepath.Join(root, "examples", filepath.FromSlash(example)), example)
	}
	return root
}

func write(t *testing.T, file, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
}

func TestVersion(t *testing.T) {
	t.Parallel()
	r := release{root: repository(t)}
	require.NoError(t, r.readVersion())
	assert.Equal(t, "9.8.7", r.version)
	assert.Error(t, (&release{root: t.TempDir()}).readVersion())
}

func releaseOf(root string, platforms ...string) release {
	return release{
		version: "9.8.7", root: root, out: filepath.Join(root, "dist"),
		packages: filepath.Join(root, "bin", "packages"), platforms: platforms,
	}
}

func TestMake(t *testing.T) {
	t.Parallel()
	root := repository(t)
	r := releaseOf(root, "linux/amd64", "windows/arm64")
	require.NoError(t, r.make())

	entries, err := os.ReadDir(r.out)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	assert.Equal(t, []string{
		"pulumi-resource-tidbconfluent-v9.8.7-linux-amd64.tar.gz",
		"pulumi-resource-tidbconfluent-v9.8.7-windows-arm64.tar.gz",
		"pulumi-tidbconfluent-9.8.7.tgz",
		"pulumi-tidbconfluent-sandbox-v9.8.7-linux-amd64.tar.gz",
		"pulumi-tidbconfluent-sandbox-v9.8.7-windows-arm64.tar.gz",
		"pulumi-tidbconfluent-sdk-go-9.8.7.zip",
		"pulumi-tidbconfluent_9.8.7_checksums.txt",
		"pulumi_tidbconfluent-9.8.7-py3-none-any.whl",
		"pulumi_tidbconfluent-9.8.7.tar.gz",
		"release-notes.md",
	}, names)

	assert.Equal(t, map[string]int64{"pulumi-resource-tidbconfluent": 0o755, "LICENSE": 0o644, "README.md": 0o644},
		filesOf(t, filepath.Join(r.out, names[0])))
	assert.Contains(t, filesOf(t, filepath.Join(r.out, names[1])), "pulumi-resource-tidbconfluent.exe")
	tried := filesOf(t, filepath.Join(r.out, names[3]))
	for _, program := range sandboxPrograms {
		assert.Equal(t, int64(0o755), tried[program.name], program.name)
		assert.Contains(t, filesOf(t, filepath.Join(r.out, names[4])), program.name+".exe")
	}
	for _, name := range append([]string{"../LICENSE", "../README.md"}, sandboxExamples...) {
		assert.Equal(t, int64(0o644), tried[path.Join("examples", name)], name)
	}
	sums, err := os.ReadFile(filepath.Join(r.out, names[6]))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^[0-9a-f]{64}  pulumi-resource-tidbconfluent-v9\.8\.7-linux-amd64\.tar\.gz$`, string(sums))
	// The SHA-256 of "npm".
	assert.Contains(t, string(sums), "d79677188687e7b32b43de9d2365a1ff8ae6f1a9e3d494719be542394d99f7dd  "+
		"pulumi-tidbconfluent-9.8.7.tgz")

	module, err := zip.OpenReader(filepath.Join(r.out, names[5]))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, module.Close()) })
	var inModule []string
	for _, f := range module.File {
		inModule = append(inModule, f.Name)
	}
	const prefix = "github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent@v9.8.7/"
	assert.ElementsMatch(t, []string{prefix + "go.mod", prefix + "sub/sub.go", prefix + "LICENSE"}, inModule)

	first := read(t, filepath.Join(r.out, names[0]))
	require.NoError(t, r.make())
	assert.Equal(t, first, read(t, filepath.Join(r.out, names[0])), "the same sources give the same archive")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// filesOf are the files in an archive and their modes.
func filesOf(t *testing.T, path string) map[string]int64 {
	t.Helper()
	in, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, in.Close()) })
	compressed, err := gzip.NewReader(in)
	require.NoError(t, err)
	files := map[string]int64{}
	for archive := tar.NewReader(compressed); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		files[header.Name] = header.Mode
	}
}

func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	for missing, want := range map[string]string{
		"CHANGELOG.md": "changelog",
		"bin/packages/pulumi_tidbconfluent-9.8.7.tar.gz": "run make packages",
		"LICENSE": "LICENSE",
	} {
		root := repository(t)
		require.NoError(t, os.Remove(filepath.Join(root, filepath.FromSlash(missing))))
		assert.ErrorContains(t, releaseOf(root, "linux/amd64").make(), want)
	}
	assert.ErrorContains(t, releaseOf(repository(t), "linux").make(), "GOOS/GOARCH")
}
