package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestFleet runs the example with many stacks in parallel: together they stay within one key's limit, a stack that
// fails does not block the others, and the same command continues the rest.
func TestFleet(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 600)
	f.must("preview")
	assert.Empty(t, f.changes(), "a preview changes nothing")

	// Orders' owner in us-west-2 cannot be connected for now.
	f.sandbox.Inject(sandbox.Fault{
		Service: sandbox.ServiceTiDBCloud, Method: http.MethodPost, Status: http.StatusForbidden,
		Path: "/v1beta1/clusters/" + f.sandbox.Seed().EssentialUSWest2 + "/privateLinkConnections",
	})
	out, err := f.command("up")
	require.Error(t, err, out)
	assert.Contains(t, out,
		"1 of 3 stacks failed; the others are done, and the same command takes up the rest:\norders-us-west-2: ")
	assert.Contains(t, out, "payments-us-east-1: ready, 6 resources changed")
	assert.Contains(t, out, "orders-us-east-1: ready, 9 resources changed")

	assert.Contains(t, f.must("up"), "3 of 3 stacks are done")
	f.sandbox.Update(func(s *sandbox.State) {
		assert.Len(t, s.PrivateLinkConnections, 4)
		assert.Len(t, s.KafkaClusters, 3)
	})
	assert.Contains(t, f.must("-only", "payments", "destroy"), "1 of 1 stacks are done")
	f.must("destroy")
	assert.Empty(t, f.sandbox.Difference())
	for _, call := range f.sandbox.Calls() {
		assert.NotEqual(t, http.StatusTooManyRequests, call.Status, "the stacks together sent more than the key may")
	}
}

// fleetProject is the example, built, in a directory of its own.
type fleetProject struct{ *stack }

func newFleet(t *testing.T, requestsPerMinute int) fleetProject {
	t.Helper()
	s := newStack(t, "name: e2e\nruntime: yaml\n", sandbox.Options{MaxRequestsPerMinute: requestsPerMinute})
	require.NoError(t, copyFiles(s.dir, filepath.Join("..", "examples", "fleet")))
	useGo(s)
	runGo(s, "build", "-o", "fleet", ".")
	content, err := os.ReadFile(filepath.Join(s.dir, "fleet.json"))
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, json.Unmarshal(content, &file))
	file["requestsPerMinute"] = requestsPerMinute
	content, err = json.Marshal(file)
	require.NoError(t, err)
	s.write("fleet.json", string(content))
	s.env["CONFLUENT_CLOUD_ENDPOINT"] = s.sandbox.ConfluentURL()
	return fleetProject{s}
}

func (f fleetProject) command(args ...string) (string, error) {
	command := exec.Command(filepath.Join(f.dir, "fleet"), append([]string{"-every", "1s"}, args...)...)
	command.Dir = f.dir
	for name, value := range f.env {
		command.Env = append(command.Env, name+"="+value)
	}
	out, err := command.CombinedOutput()
	spend(f.t, "fleet", args, command.ProcessState)
	f.transcript.WriteString("$ fleet " + strings.Join(args, " ") + "\n" + string(out))
	return string(out), err
}

func (f fleetProject) must(args ...string) string {
	f.t.Helper()
	out, err := f.command(args...)
	require.NoError(f.t, err, out)
	return out
}
