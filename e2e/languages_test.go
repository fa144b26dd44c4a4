package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// dnsLabel lets the sandboxes of equal stacks choose equal names.
const dnsLabel = "domnprzqrog"

// TestExamples runs the example of each language as its users do, with the SDK that they install, and checks that all
// of them create the same.
func TestExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, language, sandbox.Options{NextDNSLabel: dnsLabel})
			s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.set("environmentId", s.sandbox.Seed().EnvironmentID)
			// With this command, Pulumi checks the types as it does for a user.
			transpiled := maps.Clone(s.env)
			delete(s.env, transpileOnly)
			s.pulumi("preview")
			s.env = transpiled
			assert.Empty(t, s.changes(), "a preview changes nothing")
			s.up()
			all.add(s, language)
			s.settled()
			s.renamesInPlace(language)
			s.destroyed()
		})
	}
	t.Cleanup(func() { all.equal(t) })
}

// together collects the contents of stacks.
type together struct {
	mutex  sync.Mutex
	stacks map[string]string
}

func (all *together) add(s *stack, language string) {
	s.t.Helper()
	s.quiet()
	made := describe(s)
	all.mutex.Lock()
	defer all.mutex.Unlock()
	if all.stacks == nil {
		all.stacks = map[string]string{}
	}
	all.stacks[language] = made
}

// quiet checks that no command so far printed a warning, except about where Pulumi found a language host.
func (s *stack) quiet() {
	s.t.Helper()
	for line := range strings.Lines(s.transcript.String()) {
		_, warning, found := strings.Cut(line, "warning: ")
		assert.False(s.t, found && !strings.HasPrefix(warning, "using pulumi-language-"), line)
	}
}

// equal checks that all of the stacks are the same.
func (all *together) equal(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	for language, made := range all.stacks {
		for other, madeThere := range all.stacks {
			if language < other {
				assert.Equal(t, made, madeThere, "%s and %s differ", language, other)
			}
		}
	}
}

// signatureKey marks a secret in the state.
const signatureKey = "4dabf18193072939515e22adb298388d"

// random matches what the services or Pulumi choose: ids, accounts and the ends of names. [describe] replaces the ids
// of API keys itself: they look like a key that a program sets.
var random = regexp.MustCompile(
	`\b(vpce-)[0-9a-f]+-[0-9a-f]{8}|\b((?:n|gw|pla|lkc|plc|vpce-svc|vpce|att|attach|vpc|subnet|sg|sa)-)[0-9a-z]+|` +
		`\b(cf-)[a-z2-7]{24}\b|` +
		`((?:-connection|queue|rows(?:-account|-key|-changefeed)?)-)[0-9a-f]{7}\b|` +
		`\b()[a-z2-7]{26}\b|\b()[0-9a-f]{8}-[0-9a-f-]{27}|\b()\d{12,}\b|\b()[A-Z0-9]{20,}\b`)

// sealed is a value with its secrets replaced: each stack encrypts with a key of its own.
func sealed(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if _, secret := v[signatureKey]; secret {
			return "a secret"
		}
		for key := range v {
			v[key] = sealed(v[key])
		}
	case []any:
		for i := range v {
			v[i] = sealed(v[i])
		}
	}
	return value
}

// describe writes down the resources, their inputs and parents, and the stack's outputs, without what is random.
func describe(s *stack) string {
	s.t.Helper()
	resources, chosen := map[string]any{}, []string{}
	for _, r := range s.resources() {
		parent := resource{URN: r.Parent}.name()
		// The stack is the parent of the rest, and is called like the project.
		if strings.Contains(r.Parent, "pulumi:pulumi:Stack") {
			parent = ""
		}
		resources[r.Type+" "+r.name()] = map[string]any{
			"inputs": sealed(r.Inputs), "parent": parent,
			"protect": r.Protect,
		}
		if r.Type == typeAPIKey {
			chosen = append(chosen, r.ID, "the ID of "+r.name())
		}
	}
	require.NotEmpty(s.t, resources)
	made, err := json.MarshalIndent(map[string]any{"resources": resources, "outputs": s.outputs()}, "", "  ")
	require.NoError(s.t, err)
	return random.ReplaceAllString(strings.NewReplacer(chosen...).Replace(string(made)), "$1$2$3$4*")
}

// newProject creates a stack of an example, in a copy of its directory with its dependencies installed.
func newProject(t *testing.T, example string, opts ...sandbox.Options) *stack {
	t.Helper()
	language := filepath.Base(example)
	source := filepath.Join("..", "examples", filepath.FromSlash(example))
	program, err := os.ReadFile(filepath.Join(source, "Pulumi.yaml"))
	require.NoError(t, err)
	s := newStack(t, string(program), opts...)
	require.NoError(t, copyFiles(s.dir, source))
	if language == "yaml" {
		return s
	}
	installed := packages(t)
	s.env["PATH"] += string(os.PathListSeparator) + installed.hosts
	switch language {
	case "go":
		useGo(s)
	case "typescript":
		s.env[transpileOnly] = "true"
		require.NoError(t, os.Symlink(installed.nodeModules, filepath.Join(s.dir, "node_modules")))
	case "python":
		require.NoError(t, os.Symlink(installed.python, filepath.Join(s.dir, "venv")))
	}
	return s
}

// transpileOnly is the variable with which Pulumi runs a TypeScript program and does not check its types, which takes
// four seconds of a processor. TestTyping checks the programs of all tests at once.
const transpileOnly = "PULUMI_NODEJS_TRANSPILE_ONLY"

// useGo lets a Go program use the SDK of this repository, which is not published, and the caches of the user who runs
// the tests.
func useGo(s *stack) {
	s.t.Helper()
	const module = "github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent"
	sdk, err := filepath.Abs(filepath.Join("..", "sdk", "go", "tidbconfluent"))
	require.NoError(s.t, err)
	useGoCaches(s)
	// As `go mod tidy` would, which the page on the examples asks for.
	s.env["GOFLAGS"] = strings.TrimSpace(s.env["GOFLAGS"] + " -mod=mod")

	runGo(s, "mod", "edit", "-replace="+module+"="+sdk)
	compileImports(s)
}

// imports are the packages that a program in Go uses.
var imports = regexp.MustCompile(`(?m)^\t(?:\w+ )?"[^"]+/.+"$`)

// compiledImports are those that a test has compiled.
var compiledImports sync.Map

// compileImports compiles what a program imports, with the first program that does: that takes longer than a command of
// Pulumi should.
func compileImports(s *stack) {
	s.t.Helper()
	all := strings.Join(imports.FindAllString(readFile(s.t, s.dir, "main.go"), -1), "\n")
	require.NotEmpty(s.t, all)
	found, _ := compiledImports.LoadOrStore(all, &sync.Once{})
	once, ok := found.(*sync.Once)
	require.True(s.t, ok)
	once.Do(func() { runGo(s, "list", "-export", "-f", "", ".") })
}

// useConfluentGo lets a Go program use the SDK of confluentcloud too, which not every machine can download.
func useConfluentGo(s *stack) {
	s.t.Helper()
	const module = "github.com/pulumi/pulumi-confluentcloud/sdk/v2"
	sdk, err := filepath.Abs(filepath.Join("..", "third_party", "pulumi-confluentcloud", "sdk"))
	require.NoError(s.t, err)
	runGo(s, "mod", "edit", "-require="+module+"@v"+confluentVersion, "-replace="+module+"="+sdk)
	compileImports(s)
}

// runGo runs the go command in the directory of a stack's program.
func runGo(s *stack, arguments ...string) {
	s.t.Helper()
	command := exec.Command("go", arguments...)
	command.Dir = s.dir
	command.Env = append(os.Environ(), "GOFLAGS="+s.env["GOFLAGS"])
	out, err := command.CombinedOutput()
	spend(s.t, "go", arguments, command.ProcessState)
	require.NoError(s.t, err, "%s\n%s", command, out)
}

// copyFiles copies the files of a project, without its directories, which were all installed.
func copyFiles(target, source string) error {
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		stackSettings, _ := filepath.Match("Pulumi.*.yaml", entry.Name())
		if !entry.Type().IsRegular() || stackSettings || entry.Name() == "go.sum" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(source, entry.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(target, entry.Name()), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
