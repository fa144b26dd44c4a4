//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The calls of an edit, in their order.
const (
	feedPath  = tidbPath + "/changefeeds/*"
	stopPath  = feedPath + ":stop"
	startPath = feedPath + ":start"
	feedsPath = tidbPath + "/changefeeds"
)

// A walk takes one stack from state to state, while rows are being inserted.
type walk struct {
	*stack
	// inputs are those of the program, by name, in YAML.
	inputs map[string]string
	// topics are all topics of the changefeed so far.
	topics []string
	// flips counts the edits.
	flips int
}

// newWalk starts with a changefeed that runs and has written rows.
func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{inputs: map[string]string{"tables": "[shop.orders]"}, topics: []string{"rows"}}
	w.stack = newStack(t, w.program(),
		sandbox.Options{Times: sandbox.Times{ChangefeedFail: time.Second}, Prepare: func(state *sandbox.State) {
			prepareRows(state)
			// Another connection to the same endpoint service, as the target of a move.
			other := *state.PrivateLinkConnections["plc-a7bq2mxw"]
			other.ID, other.DisplayName = "plc-other", "other"
			other.Domains = []*sandbox.AttachedDomain{{
				ID: "attach-other", Type: "CONFLUENT", UniqueName: "domnprzqrog.us-east-1",
				Names: []string{"*.domnprzqrog.us-east-1.aws.confluent.cloud"},
			}}
			state.PrivateLinkConnections[other.ID] = &other
		}})
	w.up()
	w.hideKeys()
	w.insert(3)
	w.allArrive(w.topics[0])
	return w
}

func (w *walk) program() string {
	more := ""
	for name, value := range w.inputs {
		more += "      " + name + ": " + value + "\n"
	}
	program := rowsAlone(more)
	if connection, ok := w.inputs["privateLinkConnectionId"]; ok {
		program = strings.Replace(program, "      privateLinkConnectionId: plc-a7bq2mxw\n", "", 1)
		require.Contains(w.t, program, connection)
	}
	return program
}

// set changes an input.
func (w *walk) set(input, value string) {
	w.t.Helper()
	w.inputs[input] = value
	w.change(w.program())
}

// edit changes an input that is edited in place, and has no influence on the rows of shop.orders.
func (w *walk) edit() {
	w.t.Helper()
	w.flips++
	w.set("tables", fmt.Sprintf("[shop.orders, test.t%d]", w.flips))
}

// during inserts rows before, during and after an action. It ends with a changefeed that runs, and every row in Kafka.
func (w *walk) during(what string, action func()) {
	w.t.Helper()
	w.t.Log(what)
	w.insert(2)
	stop, stopped := make(chan struct{}), make(chan error)
	cluster := w.sandbox.Seed().EssentialUSEast1
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			case <-time.After(30 * time.Millisecond):
			}
			if _, err := w.sandbox.Generate(
				sandbox.GeneratedRows{ClusterID: cluster, Table: ordersTable, Insert: 1}); err != nil {
				stopped <- err
				return
			}
		}
	}()
	action()
	w.hideKeys()
	close(stop)
	require.NoError(w.t, <-stopped)
	w.insert(2)
	require.Len(w.t, w.feeds(), 1, what)
	assert.Equal(w.t, sandbox.StateRunning, w.feeds()[0].State, what)
	w.allArrive(w.topics...)
}

// feeds are the changefeeds that exist.
func (w *walk) feeds() []sandbox.Changefeed {
	var all []sandbox.Changefeed
	w.sandbox.Update(func(state *sandbox.State) {
		for _, c := range state.Changefeeds {
			all = append(all, *c)
		}
	})
	return all
}

// feedID is the ID of the one changefeed.
func (w *walk) feedID() string { return w.resource("rows-changefeed").ID }

// TestNoRowIsLost walks a changefeed through edits, failures, kills, a key rotation and replacements. Rows are inserted
// before, during and after each of them, and a consumer finds every row.
func TestNoRowIsLost(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	first := w.feedID()
	for _, call := range []struct{ method, path, message string }{
		{http.MethodPost, stopPath, "pausing changefeed"},
		{http.MethodPatch, feedPath, "editing changefeed"},
		{http.MethodPost, startPath, "resuming changefeed"},
	} {
		w.edit()
		w.during("a failure at "+call.path, func() {
			w.sandbox.Inject(sandbox.Fault{Method: call.method, Path: call.path, Status: http.StatusBadRequest})
			assert.Contains(t, w.pulumiFails("up", "--yes", "--skip-preview"), call.message)
			if call.path != startPath {
				assert.Equal(t, sandbox.StateRunning, w.feeds()[0].State, "a failed edit resumes")
			}
			w.sandbox.ClearFaults()
			w.up()
		})
	}
	for _, p := range []point{
		{name: "pausing", method: http.MethodPost, path: stopPath},
		{name: "editing", method: http.MethodPatch, path: feedPath},
		{name: "resuming", method: http.MethodPost, path: startPath},
	} {
		w.edit()
		w.during("a kill while "+p.name, func() { w.killed(p, false) })
	}
	w.inputs["topics"] = "{name: moved}"
	w.edit()
	w.topics = append(w.topics, "moved")
	w.during("a move to another topic", func() { w.up() })
	w.during("a pause", func() {
		w.set("paused", "true")
		w.up()
		assert.Equal(t, sandbox.StatePaused, w.feeds()[0].State)
		time.Sleep(200 * time.Millisecond) // rows are inserted while it is paused
		w.set("paused", "false")
		w.up()
	})
	w.during("a lost connection", func() {
		w.connectionBecomes(sandbox.StateFailed)
		require.Eventually(t, func() bool { return w.feeds()[0].State == sandbox.StateRunningFailed }, 30*time.Second,
			50*time.Millisecond)
		w.connectionBecomes(sandbox.StateActive)
		w.pulumi("up", "--yes", "--skip-preview", "--refresh")
	})
	w.during("another role", func() { w.set("role", "CloudClusterAdmin"); w.up() })
	w.during("a rotation of the key", w.rotate)
	assert.Equal(t, first, w.feedID(), "all of this is done in place")
	w.replacements()
	w.settled()
}

// killed kills the CLI and the plugins when a call of an update arrives, and does what the documentation describes
// then.
func (w *walk) killed(at point, lost bool) {
	w.t.Helper()
	b := blow{interruption{name: "all killed", strike: func(s *stack, _ *command) { s.kill("") }}, at, lost}
	b.run(w.stack, "up")
	w.served()
	r := recovery{s: w.stack}
	if torn := w.tornSidecar(); torn != "" {
		require.NoError(w.t, os.Remove(torn))
	}
	if w.locked() {
		r.step("cancel", "cancel", "--yes")
	}
	if len(w.pendingCreates()) > 0 {
		r.step("clear", "refresh", "--clear-pending-creates", "--yes", "--skip-preview")
	}
	out, err := w.run("up", "--yes", "--skip-preview")
	if orphan := orphanFeed.FindStringSubmatch(out); err != nil && orphan != nil {
		// The state has the old one: Pulumi imports no second one in its place.
		r.steps = append(r.steps, "delete "+orphan[1])
		w.sandbox.Update(func(state *sandbox.State) { delete(state.Changefeeds, orphan[1]) })
		out, err = w.run("up", "--yes", "--skip-preview")
	}
	require.NoError(w.t, err, "%s", out)
	w.t.Log(r.steps)
}

// orphanFeed is what an update prints that finds the replacement that an interrupted one created.
var orphanFeed = regexp.MustCompile(`there is already changefeed "\d+/(cf-\w+)".*\(or delete it in TiDB Cloud\)`)

// connectionBecomes changes the state of the private link connection.
func (w *walk) connectionBecomes(state string) {
	w.sandbox.Update(func(all *sandbox.State) { all.PrivateLinkConnections["plc-a7bq2mxw"].State = state })
}

// rotate replaces the key, and checks that the old one is gone.
func (w *walk) rotate() {
	w.t.Helper()
	old := w.resource("rows-key")
	w.pulumi("up", "--yes", "--skip-preview", "--replace", old.URN)
	w.hideKeys()
	now := w.resource("rows-key")
	assert.NotEqual(w.t, old.ID, now.ID)
	for _, key := range w.sandbox.APIKeys() {
		assert.NotEqual(w.t, old.ID, key.ID, "the old key is gone")
	}
	assert.Equal(w.t, now.ID, w.feeds()[0].Sink.Kafka.Authentication.Username)
}

// replacements replaces the changefeed in different ways.
func (w *walk) replacements() {
	w.t.Helper()
	replaced := func(what string, action func()) {
		w.t.Helper()
		before := w.feedID()
		w.during(what, action)
		assert.NotEqual(w.t, before, w.feedID(), what)
	}
	replaced("another connection", func() { w.set("privateLinkConnectionId", "plc-other"); w.up() })
	replaced("a replacement on the command line", func() {
		// Pulumi does not show the provider a resource that is replaced on demand, unless it refreshes first.
		again := []string{"up", "--yes", "--skip-preview", "--replace", w.resource("rows-changefeed").URN}
		assert.Contains(w.t, w.pulumiFails(again...), "run the same command with --refresh")
		w.pulumi(append(again, "--refresh")...)
	})
	replaced("a replacement that is refused at first", func() {
		w.set("privateLinkConnectionId", "plc-a7bq2mxw")
		w.sandbox.Inject(sandbox.Fault{Method: http.MethodPost, Path: feedsPath, Status: http.StatusBadRequest})
		assert.Contains(w.t, w.pulumiFails("up", "--yes", "--skip-preview"), "creating a changefeed")
		w.sandbox.ClearFaults()
		w.up()
	})
	for i, lost := range []bool{false, true} {
		replaced(fmt.Sprintf("a kill while the replacement is created, lost: %t", lost), func() {
			w.set("privateLinkConnectionId", []string{"plc-other", "plc-a7bq2mxw"}[i])
			w.killed(point{name: "creating the replacement", method: http.MethodPost, path: feedsPath}, lost)
		})
	}
}
