package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// firstCluster is the ID of the first TiDB Cloud cluster that [lab.newLinks] adds.
const firstCluster = "70000000000"

// newLinks creates a stack with n new TiDB Cloud clusters, and a program with n links to them.
func (l *lab) newLinks(
	ctx context.Context, program func(links) pulumi.RunFunc, n, clusters int, opts sandbox.Options,
) (*stack, pulumi.RunFunc, error) {
	first, _ := strconv.Atoi(firstCluster)
	of := make([]string, n)
	for i := range of {
		of[i] = strconv.Itoa(first + i%clusters)
	}
	opts.Prepare = func(state *sandbox.State) {
		for _, id := range of {
			state.TiDBClusters[id] = &sandbox.TiDBCluster{
				ID: id, DisplayName: "bench-" + id, Region: "us-east-1", AccountID: "111122223333",
			}
		}
	}
	opts.Quotas = sandbox.Quotas{
		EnvironmentsPerOrganization: -1, NetworksPerEnvironment: -1, AccountsPerNetwork: -1,
		ClustersPerEnvironment: -1, ConnectionsPerCluster: -1,
	}
	s, err := l.newStack(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	return s, program(links{s.box.Seed().EnvironmentID, of}), nil
}

// stack is a Pulumi stack with a sandbox, a state and a home directory of its own.
type stack struct {
	lab  *lab
	box  *sandbox.Server
	root string
	env  []string
	// watched is the plugin whose memory is measured; by default none, since watching needs the processors too.
	watched string
}

// newStack starts a sandbox and creates a stack. Without a limit of the sandbox there is none of the client either.
func (l *lab) newStack(ctx context.Context, opts sandbox.Options) (*stack, error) {
	requestsPerMinute := opts.MaxRequestsPerMinute
	if requestsPerMinute == 0 {
		opts.MaxRequestsPerMinute, requestsPerMinute = -1, 1_000_000
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
		// The real provider asks once a minute. We cannot improve that, and here it must not hide our own part.
		"CONFLUENT_STANDIN_POLL_INTERVAL=50ms",
		// The file backend writes the whole state twice for each step, which would be most of the measured time.
		"PULUMI_EXPERIMENTAL=true", "PULUMI_SKIP_CHECKPOINTS=true",
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

func (s *stack) close() {
	_ = s.box.Close()
	_ = os.RemoveAll(s.root)
}

// measured is the cost of a command.
type measured struct {
	wall time.Duration
	// memory is the most that the watched plugin had resident, in bytes.
	memory int64
	calls  []sandbox.Call
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
	//nolint:gosec // the CLI that was found or built
	cmd := exec.CommandContext(ctx, s.lab.pulumi, args...)
	cmd.Dir, cmd.Env = filepath.Join(s.root, "program"), s.env
	// A killed command leaves its plugins behind; an interrupted one ends them.
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 10*time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	before := len(s.box.Calls())
	began, stop := time.Now(), func() int64 { return 0 }
	if err := cmd.Start(); err != nil {
		return measured{}, err
	}
	if s.watched != "" {
		stop = watch(s.watched, cmd.Process.Pid)
	}
	err := cmd.Wait()
	m := measured{wall: time.Since(began), memory: stop(), calls: s.box.Calls()[before:]}
	if err != nil {
		return m, fmt.Errorf("pulumi %s: %w\n%s", args[0], err, out.String())
	}
	if s.watched != "" && m.memory == 0 {
		return m, fmt.Errorf("no process of %s was seen during pulumi %s", s.watched, args[0])
	}
	return m, nil
}

// parallel lets all links proceed in parallel. By default the engine takes four steps at a time for each processor.
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
