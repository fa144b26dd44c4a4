package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const tinySchema = `{
  "name": "tiny", "version": "1.2.3", "description": "A package.",
  "language": {"go": {"respectSchemaVersion": true}, "nodejs": {"respectSchemaVersion": true},
    "python": {"respectSchemaVersion": true}},
  "resources": {"tiny:index:Box": {
    "inputProperties": {"size": {"type": "integer"}}, "requiredInputs": ["size"],
    "properties": {"size": {"type": "integer"}}, "required": ["size"]}}
}`

func writeSchema(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "schema.json")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		language string
		extra    []string
		file     string
		contains []string
	}{
		"go": {"go", nil, "tiny/box.go", []string{"func NewBox(", `"tiny:index:Box"`}},
		"nodejs": {"nodejs", nil, "box.ts", []string{
			"export class Box extends pulumi.CustomResource",
			"public readonly size",
		}},
		"python": {"python", nil, "pulumi_tiny/box.py", []string{"class Box(", "size: pulumi.Input"}},
		"go, in a module of the caller's": {
			"go",
			[]string{"-go-module", "example.org/sdk/go"},
			"tiny/box.go",
			[]string{`"example.org/sdk/go/tiny/internal"`},
		},
		"go, at a version of the caller's": {
			"go",
			[]string{"-version", "4.5.6"},
			"tiny/internal/pulumiUtilities.go",
			[]string{`semver.MustParse("4.5.6")`},
		},
		"go, at the schema's version": {
			"go", nil, "tiny/internal/pulumiUtilities.go", []string{`semver.MustParse("1.2.3")`},
		},
		"nodejs, with the schema's description": {
			"nodejs", nil, "package.json", []string{`"description": "A package."`},
		},
		"nodejs, at a version of the caller's": {
			"nodejs", []string{"-version", "4.5.6"}, "package.json", []string{`"version": "4.5.6"`},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			args := append([]string{"-schema", writeSchema(t, tinySchema), "-language", tt.language, "-out", out},
				tt.extra...)
			require.NoError(t, run(args, io.Discard))
			data, err := os.ReadFile(filepath.Join(out, tt.file))
			require.NoError(t, err)
			for _, want := range tt.contains {
				assert.Contains(t, string(data), want)
			}
		})
	}
}

func TestGenerateAddsFiles(t *testing.T) {
	t.Parallel()
	readme := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(readme, []byte("By hand."), 0o600))
	out := t.TempDir()
	args := []string{"-schema", writeSchema(t, tinySchema), "-language", "nodejs", "-out", out, "-add", readme}
	require.NoError(t, run(args, io.Discard))
	data, err := os.ReadFile(filepath.Join(out, "README.md"))
	require.NoError(t, err)
	assert.Equal(t, "By hand.", string(data), "in place of the generated one")
}

func TestGenerateSomeFiles(t *testing.T) {
	t.Parallel()
	opts := options{
		schema: writeSchema(t, tinySchema), language: "go",
		only: []string{"tiny/internal", "tiny/*.go"}, without: []string{"tiny/init.go"},
	}
	files, err := generate(opts)
	require.NoError(t, err)
	assert.Contains(t, files, "tiny/internal/pulumiUtilities.go")
	assert.Contains(t, files, "tiny/box.go")
	assert.NotContains(t, files, "tiny/init.go")
	assert.NotContains(t, files, "tiny/pulumi-plugin.json")
	opts.only = []string{"tinny"}
	_, err = generate(opts)
	assert.ErrorContains(t, err, "-only tinny leaves none")
}

func TestGenerateIsDeterministic(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"go", "nodejs", "python"} {
		opts := options{schema: writeSchema(t, tinySchema), language: language}
		first, err := generate(opts)
		require.NoError(t, err)
		second, err := generate(opts)
		require.NoError(t, err)
		assert.Equal(t, first, second, language)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	good := writeSchema(t, tinySchema)
	foreign := writeSchema(t, `{"name": "tiny", "version": "1.0.0", "resources": {"tiny:index:Box": {
		"inputProperties": {"net": {"$ref": "/other/v1.0.0/schema.json#/resources/other:index:Net"}}}}}`)
	tests := map[string]struct {
		args []string
		want string
	}{
		"nothing given": {nil, "-schema, -language, -out not given"},
		"no output":     {[]string{"-schema", good, "-language", "go"}, "-out not given"},
		"an extra argument": {
			[]string{"-schema", good, "-language", "go", "-out", "x", "y"},
			`unexpected argument "y"`,
		},
		"an unknown language": {
			[]string{"-schema", good, "-language", "cobol", "-out", "x"},
			`unknown language "cobol"`,
		},
		"a module for Python": {
			[]string{"-schema", good, "-language", "python", "-out", "x", "-go-module", "m"},
			"-go-module is for",
		},
		"no such schema": {[]string{"-schema", good + "x", "-language", "go", "-out", "x"}, "no such file"},
		"no such file to add": {
			[]string{"-schema", good, "-language", "go", "-out", "x", "-add", good + "x"},
			"no such file",
		},
		"not a schema": {
			[]string{"-schema", writeSchema(t, "[]"), "-language", "go", "-out", "x"},
			"not a Pulumi package schema",
		},
		"a broken reference": {
			[]string{
				"-schema", writeSchema(t, `{"name":"a","types":{"x":{"type":"string"}}}`), "-language", "go",
				"-out", "x",
			}, "#/types/x",
		},
		"a reference to other": {
			[]string{"-schema", foreign, "-language", "go", "-out", "x"},
			`refers to package "other"`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorContains(t, run(tt.args, io.Discard), tt.want)
		})
	}
	assert.NoDirExists(t, "x", "a refused run writes nothing")
}
