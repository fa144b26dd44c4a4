package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

// write puts files below a new directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	return dir
}

// required asks a host as the engine does; the answer is "name version server" of each package.
func required(t *testing.T, of language, info *pulumirpc.ProgramInfo) []string {
	t.Helper()
	response, err := newHost(of, "").GetRequiredPackages(
		t.Context(), &pulumirpc.GetRequiredPackagesRequest{Info: info})
	require.NoError(t, err)
	var packages []string
	for _, p := range response.GetPackages() {
		assert.Equal(t, "resource", p.GetKind())
		packages = append(packages, p.GetName()+" "+p.GetVersion()+" "+p.GetServer())
	}
	return packages
}

func TestRequiredByGo(t *testing.T) {
	t.Parallel()
	const manifest = `{"resource": true, "name": "box", "version": "1.2.3", "server": "https://example.org"}`
	places := map[string][]string{
		"pulumi-plugin.json":           {"box v1.2.3 https://example.org"},
		"go/pulumi-plugin.json":        {"box v1.2.3 https://example.org"},
		"go/box/pulumi-plugin.json":    {"box v1.2.3 https://example.org"},
		"box/pulumi-plugin.json":       {"box v1.2.3 https://example.org"},
		"go/box/in/pulumi-plugin.json": nil,
		"a/b/pulumi-plugin.json":       nil,
	}
	for place, want := range places {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{
				// The program's own manifest is no dependency.
				"pulumi-plugin.json": manifest,
				"go.mod": "module program\n\ngo 1.25\n\nrequire example.org/sdk v1.2.3 // indirect\n\n" +
					"replace example.org/sdk => ./sdk\n",
				"sdk/go.mod":   "module example.org/sdk\n",
				"sdk/" + place: manifest,
			})
			assert.Equal(t, want, required(t, golang{}, &pulumirpc.ProgramInfo{ProgramDirectory: dir}))
		})
	}
}

func TestRequiredByGoNamesItself(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		manifest string
		want     []string
	}{
		"the module gives name and version": {`{"resource": true}`, []string{"box v1.2.3 "}},
		"no plugin":                         {`{"resource": false, "name": "box"}`, nil},
		"not JSON":                          {`box`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{
				"go.mod": "module program\n\ngo 1.25\n\nrequire example.org/pulumi/pulumi-box v1.2.3\n\n" +
					"replace example.org/pulumi/pulumi-box => ./sdk\n",
				"sdk/go.mod": "module example.org/pulumi/pulumi-box\n", "sdk/pulumi-plugin.json": tt.manifest,
			})
			assert.Equal(t, tt.want, required(t, golang{}, &pulumirpc.ProgramInfo{ProgramDirectory: dir}))
		})
	}
	assert.Equal(t, "v1.2.3", released("v1.2.4-0.20260101000000-0123456789ab"), "a commit after v1.2.3")
	assert.Empty(t, required(t, golang{}, &pulumirpc.ProgramInfo{ProgramDirectory: t.TempDir()}), "no module at all")
}

func TestRequiredByNode(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"package.json":                `{"name": "program", "pulumi": {"resource": true, "name": "own"}}`,
		"lib/package.json":            `{"name": "lib", "pulumi": {"resource": true, "name": "lib"}}`,
		"node_modules/a/package.json": `{"name": "a", "version": "1.0.0"}`,
		"node_modules/b/package.json": `{"name": "b", "version": "1.0.0", "pulumi": {"resource": true, "name": "box"}}`,
		"node_modules/b/node_modules/c/package.json": `{"version": "1.0.0", ` +
			`"pulumi": {"resource": true, "name": "c", "version": "v3.0.0"}}`,
		"node_modules/@pulumi/aws/package.json": `{"name": "@pulumi/aws", "version": "6.0.0", ` +
			`"pulumi": {"resource": true}}`,
		"node_modules/@someone/nameless/package.json": `{"name": "@someone/nameless", "version": "1.0.0", ` +
			`"pulumi": {"resource": true}}`,
		"node_modules/@pulumi/none/package.json": `{"name": "@pulumi/none", "version": "1.0.0", ` +
			`"pulumi": {"resource": false}}`,
		"elsewhere/node_modules/linked/package.json": `{"version": "1.0.0", ` +
			`"pulumi": {"resource": true, "name": "linked", "server": "github://api.github.com/a/b"}}`,
		"node_modules/broken/package.json": `{`,
	})
	require.NoError(t,
		os.Symlink(filepath.Join(dir, "node_modules"), filepath.Join(dir, "node_modules", "a", "circle")))
	assert.ElementsMatch(t, []string{
		"aws v6.0.0 ", "box v1.0.0 ", "c v3.0.0 ", "linked v1.0.0 github://api.github.com/a/b",
	}, required(t, nodejs{}, &pulumirpc.ProgramInfo{ProgramDirectory: dir}))
}

func TestRequiredByPython(t *testing.T) {
	t.Parallel()
	interpreter, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no Python")
	}
	environment := t.TempDir()
	require.NoError(t, exec.CommandContext(t.Context(), interpreter, "-m", "venv", "--without-pip", environment).Run())
	found, err := filepath.Glob(filepath.Join(environment, "lib", "python*", "site-packages"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	for name, content := range map[string]string{
		"pulumi_box-1.2.3.dist-info/METADATA": "Metadata-Version: 2.1\nName: pulumi_box\nVersion: 1.2.3\n",
		"pulumi_box/__init__.py":              "",
		"pulumi_box/pulumi-plugin.json":       `{"resource": true, "name": "box", "server": "https://example.org"}`,
		"none-1.0.0.dist-info/METADATA":       "Metadata-Version: 2.1\nName: none\nVersion: 1.0.0\n",
		"none/__init__.py":                    "",
		"none/pulumi-plugin.json":             `{"resource": false}`,
		"pulumi_old-4.5.6.dist-info/METADATA": "Metadata-Version: 2.1\nName: pulumi-old\nVersion: 4.5.6\n",
		"pulumi-1.0.0.dist-info/METADATA":     "Metadata-Version: 2.1\nName: pulumi\nVersion: 1.0.0\n",
	} {
		file := filepath.Join(found[0], name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	options, err := structpb.NewStruct(map[string]any{"virtualenv": environment})
	require.NoError(t, err)
	info := &pulumirpc.ProgramInfo{ProgramDirectory: t.TempDir(), Options: options}
	assert.ElementsMatch(t, []string{"box v1.2.3 https://example.org", "old v4.5.6 "}, required(t, python{}, info))
}
