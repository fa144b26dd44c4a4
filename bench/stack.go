package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// account is the AWS account of the TiDB Cloud clusters that [tidbClusters] makes.
const account = "111122223333"

// tidbClusters adds n Essential clusters to a sandbox and returns their ids.
func tidbClusters(n int, opts *sandbox.Options) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = strconv.Itoa(70_000_000_000 + i)
	}
	opts.Prepare = func(state *sandbox.State) {
		for _, id := range ids {
			state.TiDBClusters[id] = &sandbox.TiDBCluster{
				ID: id, DisplayName: "bench-" + id, Region: "us-east-1", AccountID: account,
			}
		}
	}
	opts.Quotas = sandbox.Quotas{
		EnvironmentsPerOrganization: -1, NetworksPerEnvironment: -1, AccountsPerNetwork: -1,
		ClustersPerEnvironment: -1, ConnectionsPerCluster: -1,
	}
	return ids
}

// spread gives each of n links a cluster, in turns.
func spread(n int, clusters []string) []string {
	of := make([]string, n)
	for i := range of {
		of[i] = clusters[i%len(clusters)]
	}
	return of
}

// stack is a Pulumi stack with a sandbox, a state and a home directory of its own.
type stack struct {
	lab  *lab
	box  *sandbox.Server
	root string
	env  []string
	// watched is the plugin whose needs are measured; by default none is, since watching needs the processors too.
	watched string
}

// newStack starts a sandbox and makes a stack. A limit of zero takes the client's out of the way.
func (l *lab) newStack(ctx context.Context, opts sandbox.Options, requestsPerMinute int) (*stack, error) {
	if opts.MaxRequestsPerMinute == 0 {
		opts.MaxRequestsPerMinute = -1
	}
	if requestsPerMinute == 0 {
		requestsPerMinute = 1_000_000
	}
	box, err := sandbox.Start(opts)
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp(l.temporary, "stack-")
	if err != nil {
		return nil, err
	}
	key := box.Credentials()
	s := &stack{lab: l, box: box, root: root, env: []string{
		"PATH=" + l.path,
		"HOME=" + filepath.Join(root, "home"),
		"TMPDIR=" + l.temporary,
		"PULUMI_HOME=" + filepath.Join(root, "pulumi"),
		"PULUMI_BACKEND_URL=file://" + filepath.ToSlash(filepath.Join(root, "state")),
		"PULUMI_CONFIG_PASSPHRASE=bench",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"CONFLUENT_CLOUD_API_KEY=" + key.CloudAPIKey,
		"CONFLUENT_CLOUD_API_SECRET=" + key.CloudAPISecret,
		"TIDBCLOUD_PUBLIC_KEY=" + key.PublicKey,
		"TIDBCLOUD_PRIVATE_KEY=" + key.PrivateKey,
		"TIDBCLOUD_SERVERLESS_ENDPOINT=" + box.TiDBCloudURL(),
		"CONFLUENT_STANDIN_POLL_INTERVAL=" + pollInterval.String(),
	}}
	for _, dir := range []string{"program", "home", "state", "pulumi"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			return nil, err
		}
	}
	if err := os.Symlink(l.plugins, filepath.Join(root, "pulumi", "plugins")); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("config:\n  confluentcloud:endpoint: %s\n  tidbconfluent:requestsPerMinute: %d\n",
		box.ConfluentURL(), requestsPerMinute)
	for name, content := range map[string]string{
		"Pulumi.yaml": "name: bench\nruntime: go\n", "Pulumi.dev.yaml": config,
	} {
		if err := os.WriteFile(filepath.Join(root, "program", name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	_, err = s.pulumi(ctx, nil, "stack", "init", "dev")
	return s, err
}

// pollInterval is how often the stand-in for Confluent's provider asks. The real one asks every minute, which is not
// ours to improve; here that must not hide what is.
const pollInterval = 50 * time.Millisecond

func (s *stack) close() {
	_ = s.box.Close()
	_ = os.RemoveAll(s.root)
}

// measured is what a command cost.
type measured struct {
	wall time.Duration
	// cpu is the processor time of the command and of what it started.
	cpu time.Duration
	// plugin is what the plugin of this package needed.
	plugin usage
	calls  []sandbox.Call
	began  time.Time
	ended  time.Time
}

// pulumi runs a command with a program, or without one.
func (s *stack) pulumi(ctx context.Context, program pulumi.RunFunc, args ...string) (measured, error) {
	args = append(args, "--non-interactive", "--color=never")
	if program != nil {
		port, stop, err := serveProgram(program)
		if err != nil {
			return measured{}, err
		}
		defer stop()
		args = append(args, "--suppress-progress", "--client=127.0.0.1:"+strconv.Itoa(port))
	}
	//nolint:gosec // the command line that was found or built
	cmd := exec.CommandContext(ctx, s.lab.pulumi, args...)
	cmd.Dir, cmd.Env = filepath.Join(s.root, "program"), s.env
	// A command that is killed leaves its plugins behind, one that is interrupted ends them.
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 10*time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	before := len(s.box.Calls())
	m := measured{began: time.Now()}
	if err := cmd.Start(); err != nil {
		return m, err
	}
	watch := watchProcesses(s.watched, cmd.Process.Pid)
	err := cmd.Wait()
	m.ended = time.Now()
	m.wall = m.ended.Sub(m.began)
	m.plugin = watch.stop()
	m.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	m.calls = s.box.Calls()[before:]
	if err != nil {
		return m, fmt.Errorf("pulumi %s: %w\n%s", args[0], err, out.String())
	}
	if s.watched != "" && runtime.GOOS == "linux" && m.plugin.processes == 0 {
		return m, fmt.Errorf("no process of %s was seen during pulumi %s", s.watched, args[0])
	}
	return m, nil
}

// parallel lets every link go its way. By default the engine takes no more steps at a time than the machine has
// processors, four times over.
const parallel = "--parallel=4000"

func (s *stack) up(ctx context.Context, program pulumi.RunFunc) (measured, error) {
	return s.pulumi(ctx, program, "up", "--yes", "--skip-preview", parallel)
}

func (s *stack) destroy(ctx context.Context, program pulumi.RunFunc) (measured, error) {
	return s.pulumi(ctx, program, "destroy", "--yes", "--skip-preview", parallel)
}

func (s *stack) preview(ctx context.Context, program pulumi.RunFunc) (measured, error) {
	return s.pulumi(ctx, program, "preview")
}

func (s *stack) refresh(ctx context.Context, program pulumi.RunFunc) (measured, error) {
	return s.pulumi(ctx, program, "refresh", "--yes", "--skip-preview")
}
