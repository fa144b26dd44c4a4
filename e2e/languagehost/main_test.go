package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// serving runs a host for an idle engine, and returns the functions that end them.
func serving(t *testing.T) (client pulumirpc.LanguageRuntimeClient, ended <-chan error, killEngine func()) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	engine := grpc.NewServer()
	go func() { _ = engine.Serve(listener) }()
	t.Cleanup(engine.Stop)

	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- serve(ctx, newHost(golang{}, listener.Addr().String()), 10*time.Millisecond, in) }()
	port, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return pulumirpc.NewLanguageRuntimeClient(connection), done, engine.Stop
}

// TestEndsWithItsEngine: an engine that is killed cannot end its hosts.
func TestEndsWithItsEngine(t *testing.T) {
	t.Parallel()
	client, ended, killEngine := serving(t)
	time.Sleep(100 * time.Millisecond) // several looks at the engine
	info, err := client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.NotNil(t, info)
	killEngine()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the host outlives its engine")
	}
}

// script is a language whose programs are scripts of the shell.
type script struct {
	golang

	text string
}

func (s script) command(ctx context.Context, _ *host, _ *pulumirpc.RunRequest) (*exec.Cmd, func(), error) {
	return exec.CommandContext(ctx, "sh", "-c", s.text), func() {}, nil
}

// TestCancelInterruptsTheProgram: the engine cancels when its user interrupts it.
func TestCancelInterruptsTheProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHost(script{text: "trap 'exit 3' INT; touch ready; while :; do sleep 0.01; done"}, "")
	var response *pulumirpc.RunResponse
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		response, err = h.Run(t.Context(), &pulumirpc.RunRequest{Pwd: dir})
	}()
	require.Eventually(t, func() bool {
		_, missing := os.Stat(filepath.Join(dir, "ready"))
		return missing == nil
	}, 10*time.Second, time.Millisecond)
	_, canceled := h.Cancel(t.Context(), &emptypb.Empty{})
	require.NoError(t, canceled)
	<-ended
	require.NoError(t, err)
	assert.Equal(t, "program exited with non-zero exit code: 3", response.GetError())
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*pulumirpc.RunResponse{
		"exit 0":        {},
		"exit 4":        {Error: "program exited with non-zero exit code: 4"},
		"exit 32":       {Bail: true},
		"kill -9 $$":    {Error: "program exited with non-zero exit code: -1"},
		"no-such-thing": {Error: "program exited with non-zero exit code: 127"},
	} {
		response, err := newHost(script{text: text + " 2>/dev/null"}, "").Run(t.Context(), &pulumirpc.RunRequest{})
		require.NoError(t, err, text)
		assert.Equal(t, want.GetError(), response.GetError(), text)
		assert.Equal(t, want.GetBail(), response.GetBail(), text)
	}
}

// TestOnlyGoReadsTheEnvironment: a program that finds its stack in the environment would fail with Pulumi's hosts.
func TestOnlyGoReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	req := &pulumirpc.RunRequest{Stack: "dev", Project: "app", Args: []string{"more"}, Info: &pulumirpc.ProgramInfo{
		ProgramDirectory: write(t, map[string]string{"node_modules/@pulumi/pulumi/cmd/run.js": ""}), EntryPoint: ".",
	}}
	for name, of := range map[string]language{"node": nodejs{}, "python3": python{}} {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("there is no %s", name)
			continue
		}
		cmd, clean, err := of.command(t.Context(), newHost(of, "127.0.0.1:1"), req)
		require.NoError(t, err, name)
		clean()
		assert.NotContains(t, strings.Join(cmd.Env, "\n"), "PULUMI_STACK", name)
		line := strings.Join(cmd.Args, " ")
		assert.Contains(t, line, "--stack dev", name)
		assert.True(t, strings.HasSuffix(line, " . more"), line)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		of     language
		option string
		value  any
		want   string
	}{
		{python{}, "virtualenv", "venv", ""},
		{python{}, "virtualenv", 1, "the runtime option virtualenv is 1; it must be a string"},
		{python{}, "toolchain", "pip", ""},
		{python{}, "toolchain", "uv", "the runtime option toolchain is uv; this language host implements [pip]"},
		{python{}, "typechecker", "mypy", "this language host does not implement the runtime option typechecker"},
		{nodejs{}, "typescript", false, ""},
		{nodejs{}, "typescript", "no", "the runtime option typescript is no; it must be a bool"},
		{nodejs{}, "packagemanager", "npm", ""},
		{nodejs{}, "nodeargs", "--inspect", "this language host does not implement the runtime option nodeargs"},
		{golang{}, "binary", "app", "this language host does not implement the runtime option binary"},
	}
	for _, tt := range tests {
		options, err := structpb.NewStruct(map[string]any{tt.option: tt.value})
		require.NoError(t, err)
		info := &pulumirpc.ProgramInfo{Options: options, ProgramDirectory: t.TempDir()}
		h := newHost(tt.of, "")
		if err := h.checkOptions(info); tt.want == "" {
			require.NoError(t, err, tt.option)
			continue
		}
		_, err = h.Run(t.Context(), &pulumirpc.RunRequest{Info: info})
		require.EqualError(t, err, tt.want)
		_, err = h.GetRequiredPackages(t.Context(), &pulumirpc.GetRequiredPackagesRequest{Info: info})
		require.EqualError(t, err, tt.want)
		require.EqualError(t, h.InstallDependencies(&pulumirpc.InstallDependenciesRequest{Info: info}, nil), tt.want)
	}
}
