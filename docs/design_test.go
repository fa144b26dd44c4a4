package docs_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// floors are the packages that the design lists, from the highest to the lowest.
func floors(t *testing.T) []string {
	t.Helper()
	for _, b := range blocks(read(t, "docs/design.md")) {
		if strings.HasPrefix(b.lines[0], "main.go ") {
			return names(strings.Join(b.lines[1:], "\n"), `(?m)^(\S+) `)
		}
	}
	require.Fail(t, "docs/design.md does not list the floors")
	return nil
}

// TestFloors: each package of the plugin is on a floor, and imports none that is above it.
func TestFloors(t *testing.T) {
	t.Parallel()
	all := floors(t)
	seen := map[string]bool{}
	for _, directory := range []string{"component", "provider", "internal"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, directory), func(
			path string, entry fs.DirEntry, err error,
		) error {
			if err != nil || !entry.IsDir() {
				return err
			}
			relative, err := filepath.Rel(root, path)
			name := filepath.ToSlash(relative)
			// The generated SDK, and what only tests use.
			if name == "internal/sdk" || name == "internal/testkit" || name == "internal/mockcloud" ||
				entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			if imported := importsOf(t, path); imported != nil {
				seen[name] = true
				assertBelow(t, all, name, imported)
			}
			return err
		}))
	}
	for _, name := range all {
		assert.True(t, seen[name], "docs/design.md lists %s, which does not exist", name)
	}
}

// assertBelow holds the imports of a package to the floors.
func assertBelow(t *testing.T, all []string, name string, imported []string) {
	t.Helper()
	floor := slices.Index(all, name)
	assert.GreaterOrEqual(t, floor, 0, "docs/design.md does not list %s", name)
	for _, other := range imported {
		if below := slices.Index(all, other); below >= 0 {
			assert.Less(t, floor, below, "%s imports %s, which is not below it", name, other)
		}
	}
}

// importsOf are the packages of this module that the Go files of a directory import. It is nil without Go files.
func importsOf(t *testing.T, directory string) []string {
	t.Helper()
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	var found []string
	for _, entry := range entries {
		name := entry.Name()
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if found == nil {
			found = []string{}
		}
		sources(t, filepath.Join(directory, name), func(file *ast.File) {
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if ours, ok := strings.CutPrefix(imported, "github.com/tidbconfluent/pulumi-tidbconfluent/"); ok {
					found = append(found, ours)
				}
			}
		})
	}
	return found
}

// TestDesignEdits: the edits that the design shows are in the code.
func TestDesignEdits(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, b := range blocks(read(t, "docs/design.md")) {
		file := ""
		for _, line := range b.lines {
			if m := regexp.MustCompile(`^--- a/(\S+)$`).FindStringSubmatch(line); m != nil {
				file = m[1]
			} else if added, ok := strings.CutPrefix(line, "+"); ok && file != "" {
				checked++
				words := strings.Join(strings.Fields(added), " ")
				source := strings.Join(strings.Fields(read(t, file)), " ")
				has := strings.Contains(source, words)
				assert.True(t, has, "%s does not have: %s", file, added)
			}
		}
	}
	assert.Equal(t, 3, checked)
}

// namedFile and namedTest are what a page names of the code; namedBuilt are directories that the build makes.
var (
	namedFile  = regexp.MustCompile("`([\\w.-]*[\\w-]+(?:/[\\w.-]+)*/?)`")
	namedTest  = regexp.MustCompile(`\bTest[A-Z]\w*`)
	namedBuilt = regexp.MustCompile(`^(bin|dist)(/|$)`)
)

// TestNamesInCode: the files, directories and tests that these pages name exist.
func TestNamesInCode(t *testing.T) {
	t.Parallel()
	files := tracked(t)
	var code strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			code.WriteString(read(t, file))
		}
	}
	for _, page := range []string{"CONTRIBUTING.md", "docs/design.md"} {
		text := read(t, page)
		for _, m := range namedFile.FindAllStringSubmatch(text, -1) {
			name := strings.TrimSuffix(m[1], "/")
			isPath := strings.Contains(m[1], "/") && !namedBuilt.MatchString(name) || path.Ext(name) == ".go"
			is := func(file string) bool { return strings.Contains("/"+file+"/", "/"+name+"/") }
			assert.True(t, !isPath || slices.ContainsFunc(files, is), "%s names %s, which is not there", page, name)
		}
		for _, test := range namedTest.FindAllString(text, -1) {
			assert.Contains(t, code.String(), "func "+test, page)
		}
	}
}
