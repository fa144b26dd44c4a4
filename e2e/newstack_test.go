package e2e

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An initialized stack is what `pulumi stack init` writes for a project. The CLI takes half a second of a processor for
// it, so that it does it once for each project's name, and the stacks of the tests are copies.
type initialized struct {
	once sync.Once
	root string
}

// initializedStacks are those of this run, by the project's name.
var initializedStacks sync.Map

// initialize creates the stack. The CLI itself creates a stack with a passphrase, one whose state is recorded, and one
// whose creation is tested.
func (s *stack) initialize() {
	s.t.Helper()
	// A recorded state is read by later runs of the tests, which have another Vault.
	if os.Getenv("E2E_PASSPHRASE") != "" || *record {
		s.pulumi("stack", "init", "dev")
		return
	}
	s.env["VAULT_SERVER_URL"], s.env["VAULT_SERVER_TOKEN"] = tools.vault.URL, "e2e"
	project := s.project()
	found, _ := initializedStacks.LoadOrStore(project, &initialized{})
	model, ok := found.(*initialized)
	require.True(s.t, ok)
	model.once.Do(func() { model.make(s, project) })
	require.NotEmpty(s.t, model.root, "the first stack of project %s was not made", project)
	s.copyOf(model.root, project)
}

// make has the CLI create a stack in a directory that outlives the test.
func (i *initialized) make(s *stack, project string) {
	s.t.Helper()
	root := filepath.Join(filepath.Dir(tools.plugins), "initialized", project)
	require.NoError(s.t, makeDirectories(root))
	model := *s
	model.dir, model.env = filepath.Join(root, "program"), map[string]string{}
	for name, value := range s.env {
		model.env[name] = strings.ReplaceAll(value, filepath.Dir(s.dir), root)
	}
	model.write("Pulumi.yaml", "name: "+project+"\nruntime: yaml\n")
	model.pulumi("stack", "init", "dev", "--secrets-provider", vaultProvider)
	i.root = root
}

// copyOf copies a stack that the CLI has created.
func (s *stack) copyOf(root, project string) {
	s.t.Helper()
	own := filepath.Dir(s.dir)
	require.NoError(s.t, os.CopyFS(filepath.Join(own, "state"), os.DirFS(filepath.Join(root, "state"))))
	settings := readFile(s.t, s.dir, "Pulumi.dev.yaml")
	s.write("Pulumi.dev.yaml", readFile(s.t, root, "program", "Pulumi.dev.yaml")+settings)

	// The selection of a stack is stored by the project's path.
	selected := func(dir string) string {
		hash := sha1.Sum([]byte(filepath.Join(dir, "program", "Pulumi.yaml")))
		return filepath.Join(dir, "pulumi", "workspaces", project+"-"+hex.EncodeToString(hash[:])+"-workspace.json")
	}
	noted := strings.ReplaceAll(readFile(s.t, selected(root)), filepath.ToSlash(root), filepath.ToSlash(own))
	require.NoError(s.t, os.Mkdir(filepath.Dir(selected(own)), 0o700))
	require.NoError(s.t, os.WriteFile(selected(own), []byte(noted), 0o600))
}

// makeDirectories creates what is in a stack's directory. The stacks share the plugins and their schemas, as those of a
// user do.
func makeDirectories(root string) error {
	schemas := filepath.Join(filepath.Dir(tools.plugins), "schemas")
	for _, dir := range []string{
		filepath.Join(root, "program"), filepath.Join(root, "home"), filepath.Join(root, "state"),
		filepath.Join(root, "pulumi"), filepath.Join(root, "temporary"), schemas,
	} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(logs(root), nil, 0o600),
		os.Symlink(tools.plugins, filepath.Join(root, "pulumi", "plugins")),
		os.Symlink(schemas, filepath.Join(root, "pulumi", "schemas")),
	)
}

// logs is where the CLI writes down all that it does, encrypted, for `pulumi logs`. That takes a tenth of its time, and
// it has no switch, so that most stacks have a file in the place of the directory. [newCanaryStack] has the logs.
func logs(root string) string { return filepath.Join(root, "pulumi", "logs") }

// projectName is the name in a project's file.
var projectName = regexp.MustCompile(`(?m)^name: *"?([\w.-]+)"?`)

func (s *stack) project() string {
	s.t.Helper()
	found := projectName.FindStringSubmatch(readFile(s.t, s.dir, "Pulumi.yaml"))
	require.NotEmpty(s.t, found, "the project has no name")
	return found[1]
}

// set writes a plain value into the stack's settings, as `pulumi config set --path` does.
func (s *stack) set(path, value string) {
	s.t.Helper()
	s.setValue(path, config.NewValue(value))
}

// setText writes as `pulumi config set --path --type string` does: a text of digits stays one.
func (s *stack) setText(path, value string) {
	s.t.Helper()
	s.setValue(path, config.NewTypedValue(value, config.TypeString))
}

// setSecret writes as `pulumi config set --path --secret` does, with the key of the stack's secrets.
func (s *stack) setSecret(path, value string) {
	s.t.Helper()
	if s.env["VAULT_SERVER_URL"] == "" { // a passphrase
		s.stdin = value
		s.pulumi("config", "set", "--path", "--secret", path)
		s.stdin = ""
		return
	}
	settings, _ := s.settings()
	wrapped, err := base64.StdEncoding.DecodeString(settings.EncryptedKey)
	require.NoError(s.t, err)
	key, err := unwrapped(s.t.Context(), wrapped)
	require.NoError(s.t, err)
	encrypted, err := config.NewSymmetricCrypter(key).EncryptValue(s.t.Context(), value)
	require.NoError(s.t, err)
	s.setValue(path, config.NewSecureValue(encrypted))
}

func (s *stack) setValue(path string, value config.Value) {
	s.t.Helper()
	if !strings.Contains(path, ":") {
		path = s.project() + ":" + path
	}
	key, err := config.ParseKey(path)
	require.NoError(s.t, err)
	settings, file := s.settings()
	require.NoError(s.t, settings.Config.Set(key, value, true))
	require.NoError(s.t, settings.Save(file))
}

// settings are the stack's settings, and their file.
func (s *stack) settings() (settings *workspace.ProjectStack, file string) {
	s.t.Helper()
	file = filepath.Join(s.dir, "Pulumi.dev.yaml")
	sink := diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never})
	settings, err := workspace.LoadProjectStack(sink, &workspace.Project{Name: tokens.PackageName(s.project())}, file)
	require.NoError(s.t, err)
	return settings, file
}

// TestSettings: what the tests write into a stack's settings is what the CLI writes.
func TestSettings(t *testing.T) {
	t.Parallel()
	ours, theirs := newStack(t, oneLink), newStack(t, oneLink)
	all := []string{"config", "set-all", "--path"}
	for i, value := range []string{"text", "1", "2.5", "true", "http://127.0.0.1:1", "10482930571846290153"} {
		for _, path := range []string{
			fmt.Sprint("value", i), fmt.Sprint("object.value", i), fmt.Sprintf("list[%d]", i),
			fmt.Sprint("pulumi:a.b", i),
		} {
			ours.set(path, value)
			all = append(all, "--plaintext", path+"="+value)
		}
	}
	theirs.pulumi(all...)
	for _, path := range []string{"text", "object.text"} {
		ours.setText(path, "10482930571846290153")
		theirs.pulumi("config", "set", "--path", "--type", "string", path, "10482930571846290153")
	}
	const secret = "canary-secret-4711"
	ours.setSecret("secret", secret)
	assert.Equal(t, secret, strings.TrimSpace(ours.pulumi("config", "get", "secret")))
	assert.NotContains(t, readFile(t, ours.dir, "Pulumi.dev.yaml"), secret)
	ours.pulumi("config", "rm", "secret")
	settings := func(s *stack) string {
		return strings.ReplaceAll(readFile(t, s.dir, "Pulumi.dev.yaml"), s.sandbox.ConfluentURL(), "")
	}
	assert.YAMLEq(t, settings(theirs), settings(ours))
}
