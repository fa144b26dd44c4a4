package e2e

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

const repositoryURL = "https://github.com/tidbconfluent/pulumi-tidbconfluent"

// TestNPMPackage looks into the package for npm: the compiled code and its types, and what npm shows.
func TestNPMPackage(t *testing.T) {
	t.Parallel()
	files := readTarball(t, archive(t, "pulumi-tidbconfluent-"+provider.Version+".tgz"))
	for _, name := range []string{
		"index.js", "index.d.ts", "privateLink.js", "privateLink.d.ts", "tidbcloud/index.js", "README.md", "LICENSE",
	} {
		assert.Contains(t, files, "package/"+name)
	}
	var manifest struct {
		Name, Version, Description, License, Repository, Homepage string
		Pulumi                                                    struct{ Name, Version, Server string }
	}
	require.NoError(t, json.Unmarshal([]byte(files["package/package.json"]), &manifest))
	assert.Equal(t, "pulumi-tidbconfluent", manifest.Name)
	assert.Equal(t, provider.Version, manifest.Version)
	assert.NotEmpty(t, manifest.Description)
	assert.Equal(t, "Apache-2.0", manifest.License)
	assert.Equal(t, repositoryURL, manifest.Repository)
	assert.Equal(t, repositoryURL, manifest.Homepage)
	assert.Equal(t, provider.Name, manifest.Pulumi.Name)
	assert.Equal(t, provider.Version, manifest.Pulumi.Version)
	assert.NotEmpty(t, manifest.Pulumi.Server, "where the plugin comes from")
}

// TestPythonPackages looks into the wheel and the sdist.
func TestPythonPackages(t *testing.T) {
	t.Parallel()
	name := "pulumi_tidbconfluent-" + provider.Version
	wheel := readZip(t, archive(t, name+"-py3-none-any.whl"))
	sdist := readTarball(t, archive(t, name+".tar.gz"))
	for _, file := range []string{
		"__init__.py", "private_link.py", "tidbcloud/__init__.py", "py.typed",
		"pulumi-plugin.json",
	} {
		assert.Contains(t, wheel, "pulumi_tidbconfluent/"+file)
		assert.Contains(t, sdist, name+"/pulumi_tidbconfluent/"+file)
	}
	assert.Contains(t, wheel, name+".dist-info/licenses/LICENSE")
	assert.Contains(t, sdist, name+"/LICENSE")

	metadata := wheel[name+".dist-info/METADATA"]
	for _, field := range []string{
		"Name: pulumi_tidbconfluent", "Version: " + provider.Version, "Summary: A private path", "License: Apache-2.0",
		"Requires-Python: >=3.10",
		"Project-URL: Repository, " + repositoryURL, "Requires-Dist: pulumi<4.0.0,>=3.231.0",
		// The README, which PyPI shows.
		"\n# TiDB Cloud to Confluent Cloud",
	} {
		assert.Contains(t, metadata, field)
	}
	var plugin struct{ Name, Version, Server string }
	require.NoError(t, json.Unmarshal([]byte(wheel["pulumi_tidbconfluent/pulumi-plugin.json"]), &plugin))
	assert.Equal(t, provider.Name, plugin.Name)
	assert.Equal(t, provider.Version, plugin.Version)
	assert.NotEmpty(t, plugin.Server, "where the plugin comes from")
}

// archive is the path of a built package.
func archive(t *testing.T, name string) string {
	t.Helper()
	packages(t)
	return filepath.Join("..", "bin", "packages", name)
}

func readTarball(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	files := map[string]string{}
	for entries := tar.NewReader(unzipped); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		content, err := io.ReadAll(entries)
		require.NoError(t, err)
		files[strings.TrimPrefix(header.Name, "./")] = string(content)
	}
}

func readZip(t *testing.T, path string) map[string]string {
	t.Helper()
	unzipped, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer unzipped.Close()
	files := map[string]string{}
	for _, entry := range unzipped.File {
		opened, err := entry.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(opened)
		require.NoError(t, err)
		require.NoError(t, opened.Close())
		files[entry.Name] = string(content)
	}
	return files
}
