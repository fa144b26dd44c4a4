//go:build unix

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// acceptance is a run of scripts/acceptance.sh with the sandbox instead of the real accounts.
func acceptance(t *testing.T, s *stack, confirm string) *exec.Cmd {
	t.Helper()
	confluent, err := os.Readlink(
		filepath.Join(tools.plugins, "resource-confluentcloud-v"+confluentVersion, "pulumi-resource-confluentcloud"))
	require.NoError(t, err)
	s.env["TMPDIR"] = t.TempDir()
	s.env["CONFLUENT_PLUGIN"] = confluent
	s.env["CONFLUENT_CLOUD_ENDPOINT"] = s.sandbox.ConfluentURL()
	s.env["TIDB_CLUSTER_ID"] = s.sandbox.Seed().EssentialUSEast1
	s.env["ACCEPTANCE_ENVIRONMENT_ID"] = s.sandbox.Seed().EnvironmentID
	s.env["ACCEPTANCE_CONFIRM"] = confirm
	cmd := exec.Command(filepath.Join("..", "scripts", "acceptance.sh"))
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	// A process group of its own, so that it can be interrupted as Ctrl-C does it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = commandTimeout
	return cmd
}

func TestAcceptance(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	out, err := acceptance(t, s, s.sandbox.Seed().EnvironmentID).CombinedOutput()
	s.transcript.Write(out)
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "It works.")
	assert.Contains(t, string(out), "Everything is gone.")
	assert.True(t, happened(s, "AttachDomain", sandbox.StateActive), "it has made everything")
	assert.Empty(t, s.sandbox.Difference())
	assert.NoError(t, os.Remove(s.env["TMPDIR"]), "it leaves no files")
}

func TestAcceptanceWantsToBeConfirmed(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	for _, confirm := range []string{"yes", ""} {
		out, err := acceptance(t, s, confirm).CombinedOutput()
		require.Error(t, err)
		for _, said := range []string{
			s.sandbox.Seed().EnvironmentID, s.sandbox.Seed().EssentialUSEast1, "2 CKU",
			"US dollars", "nothing was ordered",
		} {
			assert.Contains(t, string(out), said)
		}
		assert.Empty(t, s.changes())
	}
}

func TestAcceptanceNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	cmd := acceptance(t, s, "yes")
	cmd.Env = []string{
		"PATH=" + s.env["PATH"], "TIDBCLOUD_PUBLIC_KEY=x", "TIDB_CLUSTER_ID=",
		"CONFLUENT_CLOUD_API_SECRET=x",
	}
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out),
		"missing: TIDBCLOUD_PRIVATE_KEY CONFLUENT_CLOUD_API_KEY TIDB_CLUSTER_ID ACCEPTANCE_ENVIRONMENT_ID\n")
}

// TestAcceptanceCleansUp: whatever fails in between, the created resources are destroyed.
func TestAcceptanceCleansUp(t *testing.T) {
	t.Parallel()
	t.Run("failure", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, oneLink)
		s.sandbox.Inject(
			sandbox.Fault{
				Service: "tidbcloud", Method: "POST", Path: "**/privateLinkConnections", Status: 400,
				Times: -1,
			})
		out, err := acceptance(t, s, s.sandbox.Seed().EnvironmentID).CombinedOutput()
		s.transcript.Write(out)
		require.Error(t, err)
		assert.Contains(t, string(out), "Everything is gone.")
		assert.True(t, happened(s, "Network", sandbox.PhaseReady), "it had begun")
		assert.Empty(t, s.sandbox.Difference())
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()
		const never = -1
		s := newStack(t, oneLink, sandbox.Options{Times: sandbox.Times{ConnectionCreate: never}})
		cmd := acceptance(t, s, s.sandbox.Seed().EnvironmentID)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		require.NoError(t, cmd.Start())
		done := make(chan struct{})
		go func() {
			if eventually(done, func() bool { return happened(s, "PrivateLinkConnection", "CREATING") }) {
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
			}
		}()
		timeout := time.AfterFunc(commandTimeout, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		err := cmd.Wait()
		timeout.Stop()
		close(done)
		s.transcript.Write(out.Bytes())
		require.Error(t, err)
		assert.Contains(t, out.String(), "Everything is gone.", "%s", &out)
		assert.Empty(t, s.sandbox.Difference())
	})
}
