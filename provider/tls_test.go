package provider_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// tlsTarget passes the test's server to the process that it starts: Go reads the trusted authorities once per process.
const tlsTarget = "TEST_TLS_TARGET"

type target struct {
	Endpoint, Cluster string
	Credentials       sandbox.Credentials
}

// TestTLS: the provider verifies the server, and trusts a private authority as documented.
func TestTLS(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("the system decides which authorities to trust")
	}
	box := newBox(t)
	dir := t.TempDir()
	authority := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(authority, box.CACertificate(), 0o600))
	other, err := sandbox.Start(sandbox.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.Close() })
	stranger := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(stranger, other.CACertificate(), 0o600))
	tests := []struct {
		name string
		env  []string
		want string
	}{
		{"the authority's file", []string{"SSL_CERT_FILE=" + authority}, "success"},
		{"the authority's directory", []string{"SSL_CERT_DIR=" + dir}, "success"},
		{"nothing", nil, "certificate"},
		{"another authority of that name", []string{"SSL_CERT_FILE=" + stranger}, "certificate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			to, err := json.Marshal(target{box.TiDBCloudTLSURL(), box.Seed().EssentialUSEast1, box.Credentials()})
			require.NoError(t, err)
			client := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTLSClient$", "-test.v")
			client.Env = append(append(os.Environ(), tlsTarget+"="+string(to)), test.env...)
			out, _ := client.CombinedOutput()
			assert.Contains(t, string(out), "outcome: ")
			_, outcome, _ := strings.Cut(string(out), "outcome: ")
			assert.Contains(t, outcome, test.want)
			assert.Equal(t, test.want == "success", strings.HasPrefix(outcome, "success"), outcome)
			assert.NotContains(t, outcome, "gave up after", "what can never work is not tried again")
		})
	}
}

// TestTLSClient is what TestTLS runs in a process of its own.
func TestTLSClient(t *testing.T) {
	t.Parallel()
	var to target
	if json.Unmarshal([]byte(os.Getenv(tlsTarget)), &to) != nil {
		return
	}
	server := newServer(t)
	configure(t, server, to.Credentials, to.Endpoint)
	_, err := server.Invoke(p.InvokeRequest{
		Token: "tidbconfluent:tidbcloud:getCluster", Args: object(map[string]any{"clusterId": to.Cluster}),
	})
	if err != nil {
		t.Logf("outcome: %v", err)
		return
	}
	t.Log("outcome: success")
}
