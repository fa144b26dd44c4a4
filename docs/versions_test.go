package docs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// The version of each plugin is in go.mod. Code reads it from there or from the sandbox's schema.json; what cannot
// read it (other languages' manifests, Markdown, generated files) is held equal here.

// plugins are the packages whose plugins this one uses, with the Go modules that go.mod requires.
var plugins = map[string]string{
	"confluentcloud": "github.com/pulumi/pulumi-confluentcloud/sdk/v2",
	"aws":            "github.com/pulumi/pulumi-aws/sdk/v6",
}

// mayStateVersions are the files that cannot read a version from elsewhere.
var mayStateVersions = regexp.MustCompile(
	`\.md$|(^|/)go\.(mod|sum)$|^(examples|sdk|third_party|internal/sdk)/|^tools/(nodejs|python)/|` +
		`^sandbox/(aws|confluentcloud)/schema\.json$|` +
		`^component/pulumi-plugin\.json$|^e2e/testdata/states/`)

// required are the versions that a go.mod requires, without the v.
func required(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := modfile.Parse(file, []byte(read(t, file)), nil)
	require.NoError(t, err)
	versions := map[string]string{}
	for _, r := range parsed.Require {
		versions[r.Mod.Path] = strings.TrimPrefix(r.Mod.Version, "v")
	}
	return versions
}

// npmPins and pypiPins are the versions of the SDKs that the tests run with.
func npmPins(t *testing.T, file string) map[string]string {
	t.Helper()
	var manifest struct{ Dependencies map[string]string }
	require.NoError(t, json.Unmarshal([]byte(read(t, file)), &manifest))
	return manifest.Dependencies
}

func pypiPins(t *testing.T, file string) map[string]string {
	t.Helper()
	pins := map[string]string{}
	for line := range strings.Lines(read(t, file)) {
		if name, version, ok := strings.Cut(strings.TrimSpace(line), "=="); ok {
			pins[name] = version
		}
	}
	return pins
}

// tracked are the files of the repository.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git",
		append([]string{"ls-files", "--cached", "--others", "--exclude-standard", "--"}, patterns...)...)
	command.Dir = root
	out, err := command.Output()
	require.NoError(t, err)
	files := strings.Fields(string(out))
	require.NotEmpty(t, files)
	return slices.DeleteFunc(files, func(file string) bool {
		_, err := os.Stat(filepath.Join(root, file))
		return err != nil
	})
}

// strays lists the lines of a file that state one of the versions.
func strays(file, content string, versions map[string]string) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		number := 0
		for line := range strings.Lines(content) {
			number++
			if strings.Contains(line, versions[name]) {
				found = append(found, fmt.Sprintf("%s:%d states the version of %s; read it with scripts/version.sh "+
					"or Version() of sandbox/%s", file, number, name, name))
			}
		}
	}
	return found
}

// others are the versions, of the required major version, that a line names next to a package.
func others(name, version, line string) []string {
	if !regexp.MustCompile(`\b` + name + `\b`).MatchString(line) {
		return nil
	}
	major, _, _ := strings.Cut(version, ".")
	return regexp.MustCompile(`\b`+major+`\.\d+\.\d+\b`).FindAllString(
		strings.ReplaceAll(line, "v"+major+".", " "+major+"."), -1)
}

func pluginVersions(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for name, module := range plugins {
		versions[name] = required(t, "go.mod")[module]
		require.NotEmpty(t, versions[name], "go.mod requires %s", module)
	}
	return versions
}

func TestVersionsOfPluginsStandInOnePlace(t *testing.T) {
	t.Parallel()
	versions := pluginVersions(t)
	for _, file := range tracked(t) {
		if !mayStateVersions.MatchString(file) {
			assert.Empty(t, strays(file, read(t, file), versions))
		}
	}
	assert.Len(t,
		strays("a.sh", "\nversion="+versions["aws"]+"\ninstall confluentcloud v"+versions["confluentcloud"]+"\n",
			versions), 2)
}

func TestVersionsOfPluginsAreThoseOfGoMod(t *testing.T) {
	t.Parallel()
	npm := npmPins(t, "tools/nodejs/package.json")
	for name, version := range pluginVersions(t) {
		var described struct{ Version string }
		require.NoError(t, json.Unmarshal([]byte(read(t, "sandbox/"+name+"/schema.json")), &described))
		assert.Equal(t, version, described.Version, "sandbox/%s/schema.json", name)
		for file, text := range pages(t) {
			for line := range strings.Lines(text) {
				for _, stated := range others(name, version, line) {
					// npm does not have each version.
					assert.Contains(t, []string{version, npm["@pulumi/"+name]}, stated, "%s: %s", file, line)
				}
			}
		}
	}
}

// Each go.mod requires the same Pulumi SDK and plugins' SDKs: the tests run with one.
func TestModulesRequireTheSame(t *testing.T) {
	t.Parallel()
	ours := required(t, "go.mod")
	for _, file := range tracked(t, "*go.mod") {
		theirs := required(t, file)
		for module := range theirs {
			if _, ok := ours[module]; ok && strings.HasPrefix(module, "github.com/pulumi/pulumi") &&
				!strings.Contains(module, "go-provider") {
				assert.Equal(t, ours[module], theirs[module], "%s requires another %s than go.mod", file, module)
			}
		}
	}
}

// An example that pins a package pins the version that the tests run it with.
func TestExamplesPinWhatIsTested(t *testing.T) {
	t.Parallel()
	tools := npmPins(t, "tools/nodejs/package.json")
	for _, file := range tracked(t, "examples/*package.json") {
		for name, version := range npmPins(t, file) {
			if !strings.HasPrefix(version, "^") {
				assert.Equal(t, tools[name], version, "%s: %s", file, name)
			}
		}
	}
	tools = pypiPins(t, "tools/python/requirements.txt")
	for _, file := range tracked(t, "examples/*requirements.txt") {
		for name, version := range pypiPins(t, file) {
			assert.Equal(t, tools[name], version, "%s: %s", file, name)
		}
	}
}

// stated are the values of a setting in the workflows, and how often each is there.
func stated(t *testing.T, setting *regexp.Regexp) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for _, file := range tracked(t, ".github/workflows/*") {
		for _, match := range setting.FindAllStringSubmatch(read(t, file), -1) {
			values[match[1]] = append(values[match[1]], file)
		}
	}
	require.NotEmpty(t, values, setting)
	return values
}

func TestWorkflowsUseOneVersion(t *testing.T) {
	t.Parallel()
	installation := read(t, "docs/installation-configuration.md")
	for tool, setting := range map[string]string{
		"Node.js": `node-version: "?([\w.]+)`,
		"Python":  `python-version: "?([\w.]+)`,
	} {
		values := stated(t, regexp.MustCompile(setting))
		assert.Len(t, values, 1, "%s: %v", tool, values)
		for version := range values {
			assertTestedWith(t, installation, tool, version)
		}
	}
	for uses := range stated(t, regexp.MustCompile(`uses: ([\w./-]+)@`)) {
		versions := stated(t, regexp.MustCompile(`uses: `+regexp.QuoteMeta(uses)+`@(\S+)`))
		assert.Len(t, versions, 1, "%s: %v", uses, versions)
	}
	assertTestedWith(t, installation, "Pulumi CLI", required(t, "go.mod")["github.com/pulumi/pulumi/sdk/v3"])
	goMod, err := modfile.Parse("go.mod", []byte(read(t, "go.mod")), nil)
	require.NoError(t, err)
	assertTestedWith(t, installation, "Go", strings.TrimSuffix(goMod.Go.Version, ".0"))
}

// assertTestedWith checks the row of the table of versions.
func assertTestedWith(t *testing.T, installation, tool, version string) {
	t.Helper()
	row := regexp.MustCompile(
		`(?m)^\| ` + regexp.QuoteMeta(tool) + `\b.*\btested with ` + regexp.QuoteMeta(version) + `\b`)
	assert.True(t, row.MatchString(installation), "docs/installation-configuration.md: the row of %s must say: "+
		"tested with %s", tool, version)
}
