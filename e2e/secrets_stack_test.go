package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// verbose are the flags of a run that logs as much as it can without the properties of each call.
var verbose = []string{"--debug", "--logtostderr", "--logflow", "-v=8"}

// newCanaryStack is a stack with unmistakable credentials and an unmistakable passphrase.
func newCanaryStack(t *testing.T) *stack {
	t.Helper()
	s := newStack(t, oneLink, sandbox.Options{Credentials: canaries(t)})
	require.NoError(t, os.Remove(logs(filepath.Dir(s.dir))))
	const passphrase = "canary passphrase/=&+<of the state>"
	s.pulumi("stack", "rm", "dev", "--yes")
	s.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase
	s.hidden = append(s.hidden, newSecret("the passphrase", passphrase))
	s.pulumi("stack", "init", "dev")
	s.pulumi("config", "set", "confluentcloud:endpoint", s.sandbox.ConfluentURL())
	return s
}

// found are the leaks of the stack so far.
func (s *stack) found() []string {
	s.t.Helper()
	return leaks(s.texts(filepath.Dir(s.dir)), append(s.hidden, secretsOf(s.sandbox.Credentials())...)...)
}

// echo is a proxy of TiDB Cloud. While a kind of answer is set, it sends that to every request with credentials, with
// the whole request and the private key in it.
type echo struct {
	*httptest.Server
	kind atomic.Value
}

func newEcho(s *stack) *echo {
	target, err := url.Parse(s.sandbox.TiDBCloudURL())
	require.NoError(s.t, err)
	e := &echo{}
	e.kind.Store("")
	through := httputil.NewSingleHostReverseProxy(target)
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, _ := e.kind.Load().(string)
		if kind == "" || r.Header.Get("Authorization") == "" {
			through.ServeHTTP(w, r)
			return
		}
		dump, _ := httputil.DumpRequest(r, true)
		repeated := string(dump) + " key " + s.sandbox.Credentials().PrivateKey
		status := 0
		_, err := fmt.Sscanf(kind, "%d", &status)
		assert.NoError(s.t, err)
		switch {
		case strings.Contains(kind, "HTML"):
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<html><body><pre>%s</pre></body></html>", repeated)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"code": 3, "message": %q}`, repeated)
		}
	}))
	s.t.Cleanup(e.Close)
	return e
}

// TestSecretsInAnyRun uses keys in every kind of command, with answers that repeat the request.
func TestSecretsInAnyRun(t *testing.T) {
	t.Parallel()
	s := newCanaryStack(t)
	before := newEcho(s)
	s.env["TIDBCLOUD_SERVERLESS_ENDPOINT"] = before.URL
	for _, kind := range []string{"400 JSON", "401 JSON", "401 HTML", "403 HTML", "200 HTML", "500 HTML"} {
		before.kind.Store(kind)
		out := s.pulumiFails(append([]string{"preview"}, verbose...)...)
		assert.Contains(t, out, "looking up TiDB Cloud cluster", kind)
		assert.Regexp(t, `\[redacted\]`, out, "the answer is shown, without the keys: %s", kind)
	}
	before.kind.Store("")
	s.pulumi(append([]string{"preview", "--diff"}, verbose...)...)
	s.pulumi(append([]string{"up", "--yes"}, verbose...)...)
	s.pulumi(append([]string{"refresh", "--yes"}, verbose...)...)
	s.pulumi("stack", "export")
	s.pulumi("stack", "output", "--show-secrets", "--json")
	before.kind.Store("401 HTML")
	s.pulumiFails(append([]string{"destroy", "--yes"}, verbose...)...)
	before.kind.Store("")
	s.pulumi(append([]string{"destroy", "--yes"}, verbose...)...)
	assert.Empty(t, s.sandbox.Difference())
	assert.NotZero(t, s.withoutLines(confluentInput),
		"Confluent's plugin no longer logs its keys: take the warning out of the documentation")
	assert.Empty(t, s.found())
	s.leak()
}

// confluentInput is a line in which Confluent's plugin, like all that are built with pulumi-terraform-bridge, logs its
// configuration.
var confluentInput = regexp.MustCompile(`Terraform (input|output) cloud_api_(key|secret) = `)

// withoutLines removes the lines that match from the transcript, and returns how many secrets showed in them.
func (s *stack) withoutLines(pattern *regexp.Regexp) int {
	s.t.Helper()
	found := 0
	var others strings.Builder
	for line := range strings.Lines(s.transcript.String()) {
		if pattern.MatchString(line) {
			found += len(leaks(map[string][]byte{"": []byte(line)}, secretsOf(s.sandbox.Credentials())...))
		} else {
			others.WriteString(line)
		}
	}
	s.transcript.Reset()
	s.transcript.WriteString(others.String())
	return found
}

// TestSecretsInTheLogsOfPlugins: up to level 4 no plugin logs a key, from level 5 on Confluent's does, as
// docs/installation-configuration.md warns. Without --logflow none does at any level that the engine keeps keys out of.
func TestSecretsInTheLogsOfPlugins(t *testing.T) {
	t.Parallel()
	s := newCanaryStack(t)
	s.pulumi("up", "--yes", "--skip-preview", "--debug", "--logtostderr", "--logflow", "-v=4")
	s.pulumi("refresh", "--yes", "--skip-preview", "--debug", "--logtostderr", "-v=8")
	s.pulumi("preview", "--debug", "--logflow", "-v=4")
	assert.Empty(t, s.found())
	s.pulumi("destroy", "--yes", "--skip-preview", "--logtostderr", "--logflow", "-v=5")
	assert.Regexp(t, "^Confluent's API secret shows in what the command line said", strings.Join(s.found(), "\n"))
	assert.NotZero(t, s.withoutLines(confluentInput))
	assert.Empty(t, s.found())
}

// leak writes a key into the output and the state, as a bug of ours would, and checks that both leaks are found.
func (s *stack) leak() {
	s.t.Helper()
	s.change("outputs: {leaked: '" + s.sandbox.Credentials().PrivateKey + "'}\n")
	s.up()
	found := strings.Join(s.found(), "\n")
	assert.Regexp(s.t, "TiDB Cloud's private key shows in what the command line said", found)
	assert.Regexp(s.t, "TiDB Cloud's private key shows in .*/state/.pulumi/stacks/", found)
	assert.Regexp(s.t, "TiDB Cloud's private key shows in .*/state/.pulumi/history/", found)
	assert.Regexp(s.t, "TiDB Cloud's private key shows in .*/state/.pulumi/backups/", found)
	for _, dir := range []string{"program", "state"} {
		assert.NoError(s.t, os.RemoveAll(filepath.Join(filepath.Dir(s.dir), dir)))
	}
	s.transcript.Reset()
}

// engineProperty is how a line of the engine's log begins that has a property of a call in clear.
var engineProperty = regexp.MustCompile(
	`"msg":"(?:Unm|M)arshaling property for RPC\[Provider\[\w+\]\.(?:Configure|CheckConfig)`)

// TestSecretsInTheEngineLog: at level 9 the engine itself logs the configuration of every provider in clear, as
// docs/installation-configuration.md warns. Our code adds nothing to it.
func TestSecretsInTheEngineLog(t *testing.T) {
	t.Parallel()
	s := newCanaryStack(t)
	for _, command := range []string{"up", "destroy"} {
		s.pulumi(command, "--yes", "--skip-preview", "--debug", "--logtostderr", "--logflow", "-v=9")
	}
	assert.NotZero(t, s.withoutLines(engineProperty),
		"the engine no longer logs the keys: take the warning out of the documentation")
	s.withoutLines(confluentInput)
	assert.Empty(t, s.found())
}

// TestSecretsAreNotRedirected: after an answer that points to another host, no credentials and no request go there.
func TestSecretsAreNotRedirected(t *testing.T) {
	t.Parallel()
	s := newCanaryStack(t)
	var asked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(other.Close)
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{other.URL, elsewhere} {
			s.sandbox.Inject(sandbox.Fault{
				Service: sandbox.ServiceTiDBCloud, Status: status,
				Header: http.Header{"Location": {to + "/v1beta1/clusters"}},
			})
		}
	}
	for range 2 {
		assert.Contains(t, s.pulumiFails("preview"), "redirects are not followed")
	}
	assert.Zero(t, asked.Load(), "requests to another host")
	assert.Empty(t, s.found())
}
