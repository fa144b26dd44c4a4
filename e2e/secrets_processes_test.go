//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestSecretsOfProcesses: no process has a key among its arguments. Where the keys are in the stack's configuration,
// and the passphrase in a file, no process but the plugin that needs a key has it in its environment. A plugin that
// crashes shows none.
func TestSecretsOfProcesses(t *testing.T) {
	t.Parallel()
	s := newCanaryStack(t)
	s.crash("pulumi-resource-tidbconfluent", func(texts map[string][]byte) {
		found := leaks(texts, append(s.hidden, secretsOf(s.sandbox.Credentials())...)...)
		assert.Contains(t, found,
			"TiDB Cloud's private key shows in the environment of pulumi-resource-tidbconfluent, as clear",
			"given in the environment, it is in that of every process")
		for _, leak := range found {
			assert.Contains(t, leak, " shows in the environment of ")
		}
	})

	s.configureKeys()
	s.crash("pulumi-resource-tidbconfluent", func(texts map[string][]byte) {
		assert.Equal(t, []string{
			"Confluent's API secret shows in the environment of pulumi-resource-confluentcloud, as JSON",
			"TiDB Cloud's private key shows in the environment of pulumi-resource-tidbconfluent, as JSON",
		}, leaks(texts, append(s.hidden, secretsOf(s.sandbox.Credentials())...)...),
			"the engine sends the configuration of a package to its plugin alone")
	})
	s.pulumi("up", "--yes", "--skip-preview")
	s.pulumi("destroy", "--yes", "--skip-preview")
	assert.Empty(t, s.found())
}

// configureKeys moves the keys from the environment to the configuration, and the passphrase to a file.
func (s *stack) configureKeys() {
	s.t.Helper()
	credentials := s.sandbox.Credentials()
	file := filepath.Join(s.t.TempDir(), "passphrase")
	require.NoError(s.t, os.WriteFile(file, []byte(s.env["PULUMI_CONFIG_PASSPHRASE"]), 0o600))
	s.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = file
	for _, name := range []string{
		"PULUMI_CONFIG_PASSPHRASE", "CONFLUENT_CLOUD_API_KEY", "CONFLUENT_CLOUD_API_SECRET", "TIDBCLOUD_PUBLIC_KEY",
		"TIDBCLOUD_PRIVATE_KEY",
	} {
		delete(s.env, name)
	}
	s.pulumi("config", "set", "confluentcloud:cloudApiKey", credentials.CloudAPIKey)
	s.pulumi("config", "set", "tidbconfluent:publicKey", credentials.PublicKey)
	s.stdin = credentials.CloudAPISecret
	s.pulumi("config", "set", "--secret", "confluentcloud:cloudApiSecret")
	s.stdin = credentials.PrivateKey
	s.pulumi("config", "set", "--secret", "tidbconfluent:privateKey")
	s.stdin = ""
}

// crash runs an update, looks at its processes when the network is asked for, which is not created, and then lets a
// plugin crash so that it shows all its stacks.
func (s *stack) crash(plugin string, look func(texts map[string][]byte)) {
	s.t.Helper()
	var once sync.Once
	texts := map[string][]byte{}
	s.sandbox.Inject(sandbox.Fault{
		Method: "POST", Path: "/networking/v1/networks", Status: 400,
		Match: func(sandbox.Call) bool {
			once.Do(func() {
				for i, p := range s.processes() {
					where := "the environment of " + p.name
					texts[where] = append(texts[where], p.environment...)
					texts[fmt.Sprintf("the arguments of %s %d", p.name, i)] = p.arguments
					if p.name == plugin {
						_ = syscall.Kill(p.pid, syscall.SIGQUIT)
					}
				}
			})
			return true
		},
	})
	out := s.pulumiFails("up", "--yes", "--skip-preview")
	assert.Contains(s.t, out, "SIGQUIT: quit")
	assert.Contains(s.t, out, "goroutine ")
	assert.GreaterOrEqual(s.t, len(texts), 8, "the command line, the language and two plugins")
	look(texts)
	assert.Empty(s.t, s.found())
}
