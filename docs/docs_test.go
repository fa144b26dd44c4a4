// Package docs_test holds the documentation to the code: programs are those that the tests run, commands exist, quoted
// messages are in the source, and links lead somewhere.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root is the repository's directory.
const root = ".."

// A block is a fenced block of code.
type block struct {
	language string
	lines    []string
}

// pages are the texts of the documentation, by their paths in the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	paths := []string{
		"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "examples/README.md",
		"examples/platform/README.md",
		"sdk/README.md",
	}
	// Those in provider/examples become part of the resources' descriptions.
	for _, dir := range []string{"docs", "provider/examples"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*.md"))
		require.NoError(t, err)
		require.NotEmpty(t, found, dir)
		for _, path := range found {
			paths = append(paths, dir+"/"+filepath.Base(path))
		}
	}
	texts := map[string]string{}
	for _, path := range paths {
		texts[path] = read(t, path)
	}
	return texts
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	require.NoError(t, err)
	return string(content)
}

var fence = regexp.MustCompile("^( *)(?:[0-9]+\\. |[-*] )?```(.*)$")

// blocks are the code blocks of a page. A block in a list is indented, and its lines are without that here.
func blocks(page string) []block {
	var all []block
	inside, indent := false, ""
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		m := fence.FindStringSubmatch(line)
		switch {
		case m != nil && !inside:
			inside, indent = true, strings.Repeat(" ", strings.Index(line, "```"))
			all = append(all, block{language: m[2]})
		case m != nil:
			inside = false
		case inside:
			last := &all[len(all)-1]
			last.lines = append(last.lines, strings.TrimPrefix(line, indent))
		}
	}
	return all
}

// TestPrograms: every program is, line for line, part of one that the tests run. It may stand less far to the right. A
// line of a comment with … alone stands for lines that are left out.
func TestPrograms(t *testing.T) {
	t.Parallel()
	sources := testedPrograms(t)
	checked := 0
	for path, page := range pages(t) {
		for _, b := range blocks(page) {
			switch b.language {
			case "sh", "text", "console":
				continue
			case "yaml", "typescript", "python", "go", "json":
			default:
				t.Errorf("%s: a block is marked %q; use yaml, typescript, python, go or json for programs, "+
					"sh for commands, console for commands with their output, text for the rest", path, b.language)
				continue
			}
			checked++
			if !slices.ContainsFunc(sources, func(source []string) bool { return contains(source, b.lines) }) {
				t.Errorf("%s: this is not part of a program in examples or e2e/testdata:\n%s", path,
					strings.Join(b.lines, "\n"))
			}
		}
	}
	assert.NotZero(t, checked)
}

// testedPrograms are the lines of the programs that the end-to-end tests run.
func testedPrograms(t *testing.T) [][]string {
	t.Helper()
	var sources [][]string
	for _, dir := range []string{"examples", "e2e"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(
			path string, entry fs.DirEntry, err error,
		) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && slices.Contains([]string{"node_modules", "venv", "bin"}, entry.Name()) {
				return filepath.SkipDir
			}
			if !entry.Type().IsRegular() {
				return nil
			}
			content, err := os.ReadFile(path)
			sources = append(sources, strings.Split(string(content), "\n"))
			return err
		}))
	}
	return sources
}

func contains(source, lines []string) bool {
	for {
		cut := slices.IndexFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "// …" })
		if cut < 0 {
			return find(source, lines) >= 0
		}
		end := find(source, lines[:cut])
		if end < 0 {
			return false
		}
		source, lines = source[end:], lines[cut+1:]
	}
}

// find returns where the first occurrence of the lines in the source ends; -1 where there is none.
func find(source, lines []string) int {
	if len(lines) == 0 {
		return -1
	}
	for i := range len(source) - len(lines) + 1 {
		indent, ok := strings.CutSuffix(source[i], lines[0])
		if !ok || strings.TrimSpace(indent) != "" {
			continue
		}
		if slices.EqualFunc(source[i:i+len(lines)], lines, func(a, b string) bool { return a == b || a == indent+b }) {
			return i + len(lines)
		}
	}
	return -1
}

// TestLeftOutLines: what stands before and after … is in the program, in this order.
func TestLeftOutLines(t *testing.T) {
	t.Parallel()
	source := []string{"a", "\tb", "\tc", "d"}
	assert.True(t, contains(source, []string{"a", "// …", "d"}))
	assert.True(t, contains(source, []string{"b", "\t// …", "d"}))
	assert.False(t, contains(source, []string{"d", "// …", "a"}))
	assert.False(t, contains(source, []string{"a", "// …", "e"}))
	assert.False(t, contains(source, []string{"a", "// …"}))
}

// TestCommands: a documented command exists. Those of Pulumi are tried by the end-to-end tests, with their flags.
func TestCommands(t *testing.T) {
	t.Parallel()
	targets := names(read(t, "Makefile"), `(?m)^([a-z0-9-]+):`)
	subcommands := names(read(t, "sandbox/cmd/sandbox/main.go"), `"(\w+)": \w+,`)
	shell := []string{
		"pulumi", "npm", "pip", "go", "git", "gh", "export", "cd", ".", "ticloud", "confluent", "rm",
		"mkdir", "cp", "env", "curl", "tar",
	}
	checked := 0
	for path, page := range pages(t) {
		for _, words := range commands(page) {
			checked++
			switch {
			case words[0] == "make" && len(words) > 1:
				assert.Contains(t, targets, words[1], "%s: %v", path, words)
			case filepath.Base(words[0]) == "sandbox" && len(words) > 1:
				assert.Contains(t, subcommands, words[1], "%s: %v", path, words)
			case strings.HasPrefix(words[0], "scripts/"), strings.HasPrefix(words[0], ".ci/"):
				assert.FileExists(t, filepath.Join(root, words[0]), path)
			default:
				assert.Contains(t, shell, words[0], "%s: %v", path, words)
			}
		}
	}
	assert.NotZero(t, checked)
}

// names are what a pattern's group finds.
func names(text, pattern string) []string {
	var all []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// commands are the words of the commands in a page.
func commands(page string) [][]string {
	var all [][]string
	for _, b := range blocks(page) {
		if b.language != "sh" && b.language != "console" {
			continue
		}
		for _, line := range b.lines {
			prompted, ok := strings.CutPrefix(line, "$ ")
			if b.language == "console" && !ok {
				continue
			}
			for command := range strings.SplitSeq(prompted, " && ") {
				command, _, _ = strings.Cut(command, " #")
				if words := strings.Fields(command); len(words) > 0 && words[0] != "#" {
					all = append(all, words)
				}
			}
		}
	}
	return all
}

var link = regexp.MustCompile(`!?\[[^\]]*\]\(([^)\s]+)\)`)

// TestLinks: links within the repository lead somewhere, also when they go by way of GitHub.
func TestLinks(t *testing.T) {
	t.Parallel()
	const github = "https://github.com/tidbconfluent/pulumi-tidbconfluent"
	registry := []string{"docs/_index.md", "docs/installation-configuration.md"}
	for path, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if target == github {
				target = "README.md"
			} else if inside, ok := strings.CutPrefix(target, github+"/tree/main/"); ok {
				target = inside
			} else if target == "./installation-configuration/" && path == "docs/_index.md" {
				target = "docs/installation-configuration.md"
			} else if strings.Contains(target, "://") {
				continue
			} else {
				// The Pulumi Registry shows these pages without the rest of the repository.
				assert.NotContains(t, registry, path, "%s must be an address", m[1])
				target = relative(path, target)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); !assert.NoError(t, err,
				"%s links to %s", path, m[1]) {
				continue
			}
			if anchor != "" {
				assert.Contains(t, anchors(read(t, target)), anchor, "%s links to %s", path, m[1])
			}
		}
	}
	assert.NotRegexp(t, `\]\([^)]*\.md[)#]`, read(t, "docs/_index.md"), "the Pulumi Registry has no such pages")
}

func relative(page, target string) string {
	if target == "" {
		return page
	}
	return filepath.ToSlash(filepath.Join(filepath.Dir(page), target))
}

// anchors are the names by which GitHub knows a page's headings.
func anchors(page string) []string {
	var all []string
	for line := range strings.Lines(page) {
		heading := strings.TrimLeft(line, "#")
		if heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		name := strings.ToLower(strings.TrimSpace(heading))
		name = regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(name, "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

// TestRegistryPages: the two pages that the Pulumi Registry shows have what it asks for.
func TestRegistryPages(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"docs/_index.md", "docs/installation-configuration.md"} {
		page := read(t, path)
		front, _, ok := strings.Cut(strings.TrimPrefix(page, "---\n"), "\n---\n")
		require.True(t, ok && strings.HasPrefix(page, "---\n"), "%s has no front matter", path)
		for _, key := range []string{`title: \S`, `meta_desc: \S`, `layout: package$`} {
			assert.Regexp(t, "(?m)^"+key, front, path)
		}
	}
	index := read(t, "docs/_index.md")
	for _, language := range []string{"typescript", "python", "go", "yaml"} {
		assert.Contains(t, index, "{{% choosable language "+language+" %}}")
	}
	assert.Contains(t, index, `{{< chooser language "typescript,python,go,yaml" >}}`)
}

// address is where a link leads.
var address = regexp.MustCompile(`\]\(http[^)]*\)`)

// widest is how many characters a line of the documentation has at most.
const widest = 120

// TestWidth: the documentation is not wider than an editor shows. Tables, code, front matter and addresses
// cannot be wrapped.
func TestWidth(t *testing.T) {
	t.Parallel()
	for path, page := range pages(t) {
		for _, line := range prose(page) {
			width := utf8.RuneCountInString(address.ReplaceAllString(line, "]()"))
			assert.LessOrEqual(t, width, widest, "%s: wrap this line: %s", path, line)
		}
	}
}

// prose are the lines of a page that can be wrapped.
func prose(page string) []string {
	var all []string
	code, front := false, strings.HasPrefix(page, "---\n")
	for i, line := range strings.Split(page, "\n") {
		switch {
		case fence.MatchString(line):
			code = !code
		case front:
			front = i == 0 || line != "---"
		case !code && !strings.HasPrefix(strings.TrimSpace(line), "|"):
			all = append(all, line)
		}
	}
	return all
}
