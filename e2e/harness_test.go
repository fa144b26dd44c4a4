package e2e

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// confluentVersion is the version of the Confluent provider that the component asks for.
var confluentVersion = confluentcloud.Version()

// commandTimeout ends commands that hang; none takes that long, even on a busy machine.
const commandTimeout = 10 * time.Minute

// tools are the programs that the tests run, found once by TestMain.
var tools struct {
	// pulumi is the CLI.
	pulumi string
	// path is the PATH of the commands.
	path string
	// plugins is the directory of the installed plugins.
	plugins string
	// vault keeps the key of the stacks' secrets.
	vault *httptest.Server
}

func TestMain(m *testing.M) {
	if os.Getenv(soakPluginEnv) != "" {
		if err := serveSoakPlugin(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	if testing.Short() {
		fmt.Println("e2e: left out by -short")
		return
	}
	temporary, err := os.MkdirTemp("", "tidbconfluent-e2e-")
	if err == nil {
		err = errors.Join(os.Setenv(runEnv, temporary), prepare(temporary))
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
	} else {
		code = m.Run()
		stopEmulator()
		if err := errors.Join(leftovers(temporary), races(temporary), writeCosts()); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
			code = 1
		}
	}
	_ = os.RemoveAll(temporary)
	os.Exit(code)
}

// prepare finds the CLI, builds the plugins, so that they are never older than the code, and installs them.
func prepare(temporary string) error {
	repository, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	ourTools := filepath.Join(repository, "bin", "tools")
	if tools.pulumi, err = findPulumi(ourTools); err != nil {
		return err
	}
	path := []string{filepath.Dir(tools.pulumi), os.Getenv("PATH"), ourTools}
	tools.path = strings.Join(path, string(os.PathListSeparator))
	tools.plugins = filepath.Join(temporary, "plugins")
	if tools.vault, err = newVault(); err != nil {
		return err
	}
	if err := noAmbientPlugins(tools.path); err != nil {
		return err
	}

	ours, err := built("pulumi-resource-tidbconfluent")
	if err != nil {
		return err
	}
	if err := install("tidbconfluent", provider.Version, ours); err != nil {
		return err
	}
	confluent := os.Getenv("CONFLUENT_PLUGIN")
	if confluent == "" {
		if confluent, err = built("pulumi-resource-confluentcloud"); err != nil {
			return err
		}
	}
	return install("confluentcloud", confluentVersion, confluent)
}

// noAmbientPlugins looks for plugins on the PATH. Pulumi would use these instead of the ones that are built here,
// whatever their version, and the tests would not test the code.
func noAmbientPlugins(path string) error {
	for _, dir := range filepath.SplitList(path) {
		for _, name := range []string{"tidbconfluent", "confluentcloud", "aws"} {
			if found, err := exec.LookPath(filepath.Join(dir, "pulumi-resource-"+name)); err == nil {
				return fmt.Errorf("%s is on PATH, so Pulumi would not use the plugin that is tested; remove it", found)
			}
		}
	}
	return nil
}

// raceFlags build the plugin with the race detector if E2E_RACE is set.
func raceFlags() []string {
	if os.Getenv("E2E_RACE") != "" {
		return []string{"-race"}
	}
	return nil
}

// races returns the reports of the race detector in all plugins.
func races(temporary string) error {
	found, err := filepath.Glob(filepath.Join(temporary, "race.*"))
	if err != nil || len(found) == 0 {
		return err
	}
	content, err := os.ReadFile(found[0])
	return errors.Join(
		fmt.Errorf("the plugin has data races, in %d processes; the first one:\n%s", len(found), content), err)
}

// builds are the programs that the tests have asked for, by name.
var builds struct {
	sync.Mutex
	of map[string]func() (string, error)
}

// built builds a program into bin, and returns its path. It links the program once, and not at all where `make build`
// did: the flags are the same.
func built(name string) (string, error) {
	builds.Lock()
	build, known := builds.of[name]
	if !known {
		if builds.of == nil {
			builds.of = map[string]func() (string, error){}
		}
		build = sync.OnceValues(func() (string, error) { return goBuild(name) })
		builds.of[name] = build
	}
	builds.Unlock()
	return build()
}

func goBuild(name string) (string, error) {
	repository, err := filepath.Abs("..")
	if err != nil {
		return "", err
	}
	arguments, source := []string{"build", "-ldflags=-w"}, "./sandbox/cmd/"+name
	if name == "pulumi-resource-tidbconfluent" {
		arguments, source = append(arguments, raceFlags()...), "."
	}
	output := filepath.Join(repository, "bin", name)
	build := exec.Command("go", append(arguments, "-o", output, source)...)
	build.Dir = repository
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", build, err, out)
	}
	return output, nil
}

// install does what `pulumi plugin install --file` does, without the copy.
func install(name, version, binary string) error {
	// The path may be relative to the directory of the call.
	if !filepath.IsAbs(binary) {
		binary = filepath.Join("..", binary)
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	if _, err := os.Stat(binary); err != nil {
		return fmt.Errorf("there is no plugin %s: %w", name, err)
	}
	dir := filepath.Join(tools.plugins, "resource-"+name+"-v"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	link := filepath.Join(dir, "pulumi-resource-"+name)
	if there, err := os.Readlink(link); err == nil && there == binary {
		return nil
	}
	return os.Symlink(binary, link)
}

func findPulumi(built string) (string, error) {
	if given := os.Getenv("PULUMI"); given != "" {
		return filepath.Abs(given)
	}
	for _, candidate := range []string{"pulumi", filepath.Join(built, "pulumi")} {
		if found, err := exec.LookPath(candidate); err == nil {
			return filepath.Abs(found)
		}
	}
	return "", errors.New("there is no pulumi on PATH; run `make tools` to build it into bin/tools, or go test " +
		"-short to leave these tests out")
}

// stack is a Pulumi stack with a sandbox, a state and a home directory of its own.
type stack struct {
	t       *testing.T
	sandbox *sandbox.Server
	dir     string
	env     map[string]string
	// stdin is the input of the next commands.
	stdin string
	// transcript is the whole output of the CLI.
	transcript bytes.Buffer
	// hidden are further values that must not show, in addition to the sandbox's credentials.
	hidden []secret
}

// newStack creates a stack for a Pulumi YAML program, whose name and runtime may be left
// out. The program is a template for the sandbox's [sandbox.Seed].
func newStack(t *testing.T, program string, opts ...sandbox.Options) *stack {
	t.Helper()
	server := sandboxtest.New(t, opts...)
	root := t.TempDir()
	credentials := server.Credentials()
	s := &stack{t: t, sandbox: server, dir: filepath.Join(root, "program"), env: map[string]string{
		runEnv:        filepath.Dir(tools.plugins),
		"PATH":        tools.path,
		"HOME":        filepath.Join(root, "home"),
		"TMPDIR":      filepath.Join(root, "temporary"),
		"PULUMI_HOME": filepath.Join(root, "pulumi"),

		"PULUMI_BACKEND_URL":                          "file://" + filepath.ToSlash(filepath.Join(root, "state")),
		"PULUMI_CONFIG_PASSPHRASE":                    "e2e",
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK":    "true",
		"CONFLUENT_CLOUD_API_KEY":                     credentials.CloudAPIKey,
		"CONFLUENT_CLOUD_API_SECRET":                  credentials.CloudAPISecret,
		"TIDBCLOUD_PUBLIC_KEY":                        credentials.PublicKey,
		"TIDBCLOUD_PRIVATE_KEY":                       credentials.PrivateKey,
		"TIDBCLOUD_SERVERLESS_ENDPOINT":               server.TiDBCloudURL(),
		"CONFLUENT_STANDIN_POLL_INTERVAL":             "20ms",
		// Confluent's own provider asks every second then, not every minute.
		"TF_ACC": "1",
		// The processes are short-lived: they collect less garbage.
		"GOGC": "400",
		// The plugin may be killed before it can report that.
		"GORACE": "log_path=" + filepath.Join(filepath.Dir(tools.plugins), "race"),
	}}
	require.NoError(t, makeDirectories(root))
	s.change(program)
	s.write("Pulumi.dev.yaml", "config:\n  confluentcloud:endpoint: "+server.ConfluentURL()+"\n")
	t.Cleanup(func() { s.checkNoSecrets(root) })
	s.initialize()
	return s
}

// fill fills in the seed's ids.
func (s *stack) fill(program string) string {
	s.t.Helper()
	var filled strings.Builder
	parsed, err := template.New("program").Option("missingkey=error").Parse(program)
	require.NoError(s.t, err)
	require.NoError(s.t, parsed.Execute(&filled, s.sandbox.Seed()))
	return filled.String()
}

func (s *stack) write(name, content string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600))
}

// change replaces the program; its name has to stay.
func (s *stack) change(program string) {
	s.t.Helper()
	if !strings.HasPrefix(program, "name: ") {
		program = "name: e2e\nruntime: yaml\n" + program
	}
	s.write("Pulumi.yaml", s.fill(program))
}

// pulumi runs a command that must succeed and returns its output.
func (s *stack) pulumi(args ...string) string {
	s.t.Helper()
	out, err := s.run(args...)
	require.NoError(s.t, err, "pulumi %s\n%s", strings.Join(args, " "), out)
	return out
}

// pulumiFails runs a command that must fail and returns its output.
func (s *stack) pulumiFails(args ...string) string {
	s.t.Helper()
	out, err := s.run(args...)
	require.Error(s.t, err, "pulumi %s\n%s", strings.Join(args, " "), out)
	return out
}

func (s *stack) run(args ...string) (string, error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, tools.pulumi, append(args, "--non-interactive", "--color=never")...)
	cmd.Dir = s.dir
	cmd.Stdin = strings.NewReader(s.stdin)
	cmd.WaitDelay = 10 * time.Second
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	spend(s.t, tools.pulumi, args, cmd.ProcessState)
	fmt.Fprintf(&s.transcript, "$ pulumi %s\n%s\n", strings.Join(args, " "), out)
	return string(out), err
}

// up creates or updates everything without a preview.
func (s *stack) up() string {
	s.t.Helper()
	return s.pulumi("up", "--yes", "--skip-preview")
}

// settled checks that nothing is left to do, and that the state is that of the services. One command checks both,
// unless its refresh changes what a preview without one would start from: an output, or what is marked as a secret.
func (s *stack) settled() {
	s.t.Helper()
	if found := s.observed("preview", "--refresh", "--diff", "--expect-no-changes"); len(found.refreshed) > 0 {
		s.pulumi("preview", "--diff", "--expect-no-changes")
		s.pulumi("refresh", "--yes", "--skip-preview", "--diff", "--expect-no-changes")
	}
}

// destroyed destroys everything in one go and checks that nothing is left.
func (s *stack) destroyed() {
	s.t.Helper()
	s.pulumi("destroy", "--yes", "--skip-preview")
	assert.Empty(s.t, s.sandbox.Difference(), "left behind after destroy")
}

// changes are the calls so far that could have changed something, as "method path".
func (s *stack) changes() []string {
	var changes []string
	for _, call := range s.sandbox.Calls() {
		if call.Method != "GET" && !strings.HasSuffix(call.Path, ":describeSchemaTable") { // which reads tables
			changes = append(changes, call.Method+" "+call.Path)
		}
	}
	return changes
}

// checkNoSecrets looks for credentials in all output and everything that was stored. What is stored may be encrypted,
// never in clear nor in another form of it.
func (s *stack) checkNoSecrets(root string) {
	secrets := append(s.hidden, secretsOf(s.sandbox.Credentials())...)
	if value, ok := s.env["AWS_SECRET_ACCESS_KEY"]; ok {
		secrets = append(secrets, newSecret("the AWS secret access key", value))
	}
	// The failure names the secret and the place, and shows neither.
	assert.Empty(s.t, leaks(s.texts(root), secrets...))
	if s.t.Failed() {
		s.t.Log(s.transcript.String())
	}
}
