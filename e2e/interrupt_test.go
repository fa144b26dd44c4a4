//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// everyInterruption is the environment variable that runs all cases, not only those that cover each point and each kind
// of interruption; `make interruptions` sets it.
const everyInterruption = "E2E_EVERY_INTERRUPTION"

const (
	cliKilled = "the command line killed"

	ours       = "pulumi-resource-tidbconfluent"
	confluents = "pulumi-resource-confluentcloud"
)

// An interruption is a way to interrupt a command.
type interruption struct {
	name   string
	strike func(*stack, *command)
	// polite ones leave nothing to clean up: the next command goes on.
	polite bool
	// victim is the program whose end loses what it is doing: the name of a plugin, or all where it is empty.
	victim string
}

var interruptions = []interruption{
	{name: "Ctrl-C", polite: true, strike: func(_ *stack, c *command) { c.signal(syscall.SIGINT) }},
	{name: "Ctrl-C twice", strike: func(_ *stack, c *command) {
		c.signal(syscall.SIGINT)
		go func() {
			if eventually(c.done, func() bool { return strings.Contains(c.said(), "press ^C again") }) {
				c.signal(syscall.SIGINT)
			}
		}()
	}},
	{
		name: "SIGTERM", polite: true,
		strike: func(_ *stack, c *command) { _ = syscall.Kill(c.cmd.Process.Pid, syscall.SIGTERM) },
	},
	{name: cliKilled, strike: func(_ *stack, c *command) { _ = syscall.Kill(c.cmd.Process.Pid, syscall.SIGKILL) }},
	{name: "all killed", strike: func(s *stack, _ *command) { s.kill("") }},
	{name: "our plugin killed", victim: ours, strike: func(s *stack, _ *command) { s.kill(ours) }},
	{name: "Confluent's plugin killed", victim: confluents, strike: func(s *stack, _ *command) { s.kill(confluents) }},
}

// A point is a call to one of the services, at whose arrival the interruption comes.
type point struct {
	name, method, path string
	// caller is the plugin that sends the call.
	caller string
}

func (p point) changes() bool { return p.method != "GET" }

const (
	tidbPath        = "/v1beta1/clusters/*"
	connectionsPath = tidbPath + "/privateLinkConnections"
	connectionPath  = connectionsPath + "/plc-*"
	networksPath    = "/networking/v1/networks"
	accessesPath    = "/networking/v1/private-link-accesses"
	kafkasPath      = "/cmk/v2/clusters"
)

// The calls of an update and of a destruction, in about their order.
var (
	upPoints = []point{
		{name: "looking up the TiDB cluster", method: "GET", path: tidbPath, caller: ours},
		{name: "creating the network", method: "POST", path: networksPath, caller: confluents},
		{name: "waiting for the network", method: "GET", path: networksPath + "/*", caller: confluents},
		{name: "creating the access", method: "POST", path: accessesPath, caller: confluents},
		{name: "waiting for the access", method: "GET", path: accessesPath + "/*", caller: confluents},
		{name: "creating the Kafka cluster", method: "POST", path: kafkasPath, caller: confluents},
		{name: "waiting for the Kafka cluster", method: "GET", path: kafkasPath + "/*", caller: confluents},
		{name: "creating the connection", method: "POST", path: connectionsPath, caller: ours},
		{name: "waiting for the connection", method: "GET", path: connectionPath, caller: ours},
		{name: "attaching the domains", method: "POST", path: connectionPath + ":attachDomains", caller: ours},
	}
	destroyPoints = []point{
		{name: "detaching the domains", method: "POST", path: connectionPath + ":detachDomains", caller: ours},
		{name: "waiting for the domains to go", method: "GET", path: connectionPath, caller: ours},
		{name: "deleting the connection", method: "DELETE", path: connectionPath, caller: ours},
		{name: "deleting the access", method: "DELETE", path: accessesPath + "/*", caller: confluents},
		{name: "waiting for the access to go", method: "GET", path: accessesPath + "/*", caller: confluents},
		{name: "deleting the Kafka cluster", method: "DELETE", path: kafkasPath + "/*", caller: confluents},
		{name: "waiting for the Kafka cluster to go", method: "GET", path: kafkasPath + "/*", caller: confluents},
		{name: "deleting the network", method: "DELETE", path: networksPath + "/*", caller: confluents},
	}
)

// A blow is an interruption at a point, with or without effect of the call.
type blow struct {
	interruption
	point
	// lost means that the call does not reach the service any more.
	lost bool
}

func (b blow) String() string {
	what := b.interruption.name + " while " + b.point.name
	switch {
	case b.lost:
		return what + ", which does not reach the service"
	case b.changes():
		return what + ", which reaches the service"
	}
	return what
}

// blows are all of them at these points: everything that can happen where every is set, else each interruption and each
// point at least once.
func blows(points []point, every bool) []blow {
	var all []blow
	for i, p := range points {
		for j, how := range interruptions {
			// The few cases alternate between both halves.
			few := j == (3*i)%len(interruptions) || j == (3*i+4)%len(interruptions) && p.changes()
			killed := !how.polite && (how.victim == "" || how.victim == p.caller)
			if every || few && j != (3*i+4)%len(interruptions) || few && !killed {
				all = append(all, blow{how, p, false})
			}
			if p.changes() && killed && how.name != "Ctrl-C twice" &&
				(every || few && j == (3*i+4)%len(interruptions)) {
				all = append(all, blow{how, p, true})
			}
		}
	}
	return all
}

// impatientLink is a link with a short search for an unanswered creation: half of its timeout at most.
const impatientLink = oneLink + `
    options: {customTimeouts: {create: 30s}}
`

// patience is how long the services delay the answer to a call of a living caller.
const patience = 300 * time.Millisecond

// run runs a command and strikes when the call arrives. It returns the output of the command.
func (b blow) run(s *stack, operation string) string {
	s.t.Helper()
	var c *command
	var struck sync.Once
	started, hit := make(chan struct{}), false
	s.sandbox.Inject(sandbox.Fault{
		Method: b.method, Path: b.path, Delay: patience, Drop: b.lost,
		Match: func(sandbox.Call) bool {
			struck.Do(func() {
				<-started
				hit = true
				b.strike(s, c)
			})
			return true
		},
	})
	c = s.start(operation, "--yes", "--skip-preview")
	close(started)
	out := c.wait()
	s.sandbox.ClearFaults()
	require.True(s.t, hit, "the call was not made: %s\n%s", b, out)
	return out
}

// orphans waits a little for processes to end, our plugin or all of them, and returns those that do not. Then it ends
// these.
func (s *stack) orphans(oursAlone bool) []string {
	running := func() (left []string) {
		for _, p := range s.processes() {
			if !oursAlone || p.name == ours {
				left = append(left, p.name)
			}
		}
		return left
	}
	timeout := make(chan struct{})
	time.AfterFunc(5*time.Second, func() { close(timeout) })
	eventually(timeout, func() bool { return len(running()) == 0 })
	left := running()
	s.kill("")
	s.served()
	return left
}

// served waits until the services have finished the calls of processes that are gone: such a call still takes effect, a
// little later.
func (s *stack) served() {
	s.t.Helper()
	timeout := make(chan struct{})
	time.AfterFunc(commandTimeout, func() { close(timeout) })
	require.True(s.t, eventually(timeout, func() bool { return s.sandbox.Connections() == 0 }),
		"the services still have clients")
}

// A recovery is what a user does after an interruption, as in docs/failures.md.
type recovery struct {
	s     *stack
	steps []string
}

// step runs a command of the recovery.
func (r *recovery) step(name string, args ...string) {
	r.s.t.Helper()
	r.steps = append(r.steps, name)
	r.s.pulumi(args...)
}

// unlock begins a recovery: it makes the state readable, and removes the lock of the killed command.
func (s *stack) unlock() *recovery {
	s.t.Helper()
	r := &recovery{s: s}
	if torn := s.tornSidecar(); torn != "" {
		r.steps = append(r.steps, "rm")
		require.NoError(s.t, os.Remove(torn))
	}
	if s.locked() {
		r.step("cancel", "cancel", "--yes")
	}
	return r
}

// recover follows the documentation, with no step that is not needed.
func (s *stack) recover(operation string, polite bool) []string {
	s.t.Helper()
	r := s.unlock()
	if operation == "up" && !polite {
		for _, args := range s.strays() {
			r.step("import",
				append([]string{"import", "--protect=false", "--generate-code=false", "--yes", "--skip-preview"},
					args...)...)
		}
	}
	if len(s.pendingCreates()) > 0 {
		r.step("clear", "refresh", "--clear-pending-creates", "--yes", "--skip-preview")
	}
	switch {
	case operation == "destroy" && !polite:
		// Confluent's provider reports an error when the resource that it deletes is gone already.
		r.step("destroy --refresh", "destroy", "--refresh", "--yes", "--skip-preview")
	case operation == "up" && !polite:
		r.upAndTakeOver()
	default:
		r.step(operation, operation, "--yes", "--skip-preview")
	}
	return r.steps
}

// takeOver matches the error of an update that finds in TiDB Cloud what an interrupted one has left behind.
var takeOver = regexp.MustCompile(`take it over with: pulumi (.*?) \(or delete it`)

// upAndTakeOver updates, and takes over the resource that the update refuses to create a second time.
func (r *recovery) upAndTakeOver() {
	r.s.t.Helper()
	for {
		r.steps = append(r.steps, "up")
		out, err := r.s.run("up", "--yes", "--skip-preview")
		if err == nil {
			return
		}
		command := takeOver.FindStringSubmatch(out)
		require.NotNil(r.s.t, command, "the update fails otherwise:\n%s", out)
		words := strings.Fields(strings.ReplaceAll(command[1], "'", ""))
		r.step("import", append(words, "--yes", "--skip-preview")...)
	}
}

// tornSidecar is the file next to the state that a killed CLI left empty, if it did.
func (s *stack) tornSidecar() string {
	s.t.Helper()
	info, err := os.Stat(s.stateFile() + ".attrs")
	if err == nil && info.Size() == 0 {
		return s.stateFile() + ".attrs"
	}
	return ""
}

// locked reports whether the stack is locked by a command that is gone.
func (s *stack) locked() bool {
	s.t.Helper()
	locks, err := filepath.Glob(filepath.Join(s.dir, "..", "state", ".pulumi", "locks", "*", "*", "*", "*.json"))
	require.NoError(s.t, err)
	return len(locks) > 0
}

// pendingCreates are the URNs of the creations that began without a recorded end.
func (s *stack) pendingCreates() []string {
	s.t.Helper()
	var urns []string
	for _, operation := range s.checkpoint().PendingOperations {
		if operation.Type == "creating" {
			urns = append(urns, operation.Resource.URN)
		}
	}
	return urns
}

// TestInterruptions interrupts an update, recovers, interrupts the destruction, and recovers: after each kind of
// interruption at each point, nothing is left behind or created twice.
func TestInterruptions(t *testing.T) {
	t.Parallel()
	every := os.Getenv(everyInterruption) != ""
	ups, destroys := blows(upPoints, every), blows(destroyPoints, every)
	var mu sync.Mutex
	var ran []string
	run := func(s *stack, b blow, operation string) {
		steps := s.interrupt(b, operation)
		mu.Lock()
		defer mu.Unlock()
		ran = append(ran, fmt.Sprintf("%-7s %s: %s", operation, b, strings.Join(steps, ", ")))
	}
	// Each case waits more than it works, so several share the place of one test.
	cases, workers := make(chan int), sync.WaitGroup{}
	for range 4 {
		workers.Go(func() {
			for i := range cases {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					s := newStack(t, impatientLink)
					if i < len(ups) {
						run(s, ups[i], "up")
					} else {
						s.up()
					}
					if i < len(destroys) {
						run(s, destroys[i], "destroy")
					} else {
						s.destroyed()
					}
				})
			}
		})
	}
	for i := range max(len(ups), len(destroys)) {
		cases <- i
	}
	close(cases)
	workers.Wait()
	slices.Sort(ran)
	t.Logf("each with the steps that end it:\n%s", strings.Join(ran, "\n"))
	testkit.Report(t, "%d interruptions ended with the documented steps, of %d that were tried", len(ran),
		len(ups)+len(destroys))
	assert.Len(t, ran, len(ups)+len(destroys))
}

// interrupt interrupts an operation, then follows the documentation. It returns the steps that were needed.
func (s *stack) interrupt(b blow, operation string) []string {
	s.t.Helper()
	t := s.t
	t.Logf("%s: %s", operation, b)
	b.run(s, operation)
	// The CLI, killed alone, leaves plugins behind. Of these, ours must notice.
	assert.Empty(t, s.orphans(b.interruption.name == cliKilled), "processes outlive the command line")
	steps := s.recover(operation, b.polite)
	assert.Subset(t, b.expected(operation), steps, "more than the documentation says")
	if operation == "destroy" {
		assert.Empty(t, s.sandbox.Difference(), "left behind after destroy")
		return steps
	}
	s.pulumi("preview", "--refresh", "--expect-no-changes")
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Len(t, state.Networks, 1)
		assert.Len(t, state.PrivateLinkAccesses, 1)
		assert.Len(t, state.KafkaClusters, 1)
		assert.Len(t, state.PrivateLinkConnections, 1)
	})
	assert.Empty(t, s.pendingCreates(), "still under way, as the state says")
	return steps
}

// expected are the steps of the documentation after this interruption.
func (b blow) expected(operation string) []string {
	switch {
	case b.polite:
		return []string{operation}
	case operation == "destroy":
		return []string{"rm", "cancel", "destroy --refresh"}
	case b.victim != "":
		return []string{"import", "up"}
	}
	return []string{"rm", "cancel", "import", "clear", "up"}
}
