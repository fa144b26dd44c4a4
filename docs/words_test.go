package docs_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rejectedWords matches the words that the linter rejects in Go, in any case.
func rejectedWords(t *testing.T) *regexp.Regexp {
	t.Helper()
	words := names(read(t, ".golangci.yml"), `\{typo: (\w+), correction: \w+\}`)
	require.NotEmpty(t, words)
	return regexp.MustCompile(`(?i)\b(?:` + strings.Join(words, "|") + `)\b`)
}

// TestWords: no page, and no comment of a script or a workflow, has a word that the linter rejects in Go.
func TestWords(t *testing.T) {
	t.Parallel()
	rejected := rejectedWords(t)
	for _, found := range []string{"Use it " + "be" + "side the other.", "No" + "body sees it."} {
		assert.Regexp(t, rejected, found)
	}
	assert.NotRegexp(t, rejected, "It trends.")
	for path, page := range pages(t) {
		for line := range strings.Lines(page) {
			assert.NotRegexp(t, rejected, line, path)
		}
	}
	for path, comments := range shellComments(t) {
		for _, comment := range comments {
			assert.NotRegexp(t, rejected, comment, path)
		}
	}
}

// shellComments are the comments of files that mark them with #, by path.
func shellComments(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{"Makefile": nil, ".golangci.yml": nil}
	for _, dir := range []string{"scripts", ".github", "tools", "examples"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(
			path string, entry fs.DirEntry, err error,
		) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "venv") {
				return filepath.SkipDir
			}
			switch filepath.Ext(path) {
			case ".sh", ".yml", ".yaml", ".mk", ".py", ".toml":
				relative, err := filepath.Rel(root, path)
				found[filepath.ToSlash(relative)] = nil
				return err
			}
			return nil
		}))
	}
	require.Greater(t, len(found), 20)
	for path := range found {
		found[path] = names(read(t, path), `(?m)(?:^|\s)# (.*)$`)
	}
	return found
}
