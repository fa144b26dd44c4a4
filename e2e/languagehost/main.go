// Command languagehost is a language host for Go, Node.js and Python that is just enough to run a program.
//
// Pulumi's own hosts come with its released command line only, so that a machine that builds the command line from
// source has none. This one starts a program as they do, with the SDK that the project has installed: what runs, and
// what it sees, is the same. It is called pulumi-language-go, pulumi-language-nodejs or pulumi-language-python, and is
// found last on PATH, so that Pulumi's own are used where they are.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers the engine, which is told the port on standard output and kills this process when it is done.
func serve() error {
	flag.String("root", "", "what other hosts take; not used")
	flag.String("tracing", "", "what other hosts take; not used")
	flag.Parse()
	language := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), "pulumi-language-")
	start, ok := map[string]starter{"go": startGo, "nodejs": startNode, "python": startPython}[language]
	if !ok {
		return fmt.Errorf("no language is called %q; call this program pulumi-language-go, -nodejs or -python", language)
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, &host{start: start, engine: flag.Arg(0)})
		return nil
	}})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

// starter returns the command that runs the program in a directory.
type starter func(ctx context.Context, h *host, req *pulumirpc.RunRequest) *exec.Cmd

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	start  starter
	engine string
}

// GetPluginInfo says that the host has no version of its own.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// GetRequiredPackages says that no plugin need be fetched beforehand: the SDKs name theirs as they register resources.
func (*host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program to its end.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	cmd := h.start(ctx, h, req)
	cmd.Dir = req.GetPwd()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(append(os.Environ(), cmd.Env...),
		pulumi.EnvOrganization+"="+req.GetOrganization(),
		pulumi.EnvProject+"="+req.GetProject(),
		pulumi.EnvStack+"="+req.GetStack(),
		pulumi.EnvConfig+"="+string(config),
		pulumi.EnvConfigSecretKeys+"="+string(secretKeys),
		pulumi.EnvDryRun+"="+strconv.FormatBool(req.GetDryRun()),
		pulumi.EnvParallel+"="+strconv.Itoa(int(req.GetParallel())),
		pulumi.EnvMonitor+"="+req.GetMonitorAddress(),
		pulumi.EnvEngine+"="+h.engine,
	)
	var failed *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &failed):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program failed: %v", failed)}, nil
	case err != nil:
		return nil, err
	}
	return &pulumirpc.RunResponse{}, nil
}

func startGo(ctx context.Context, _ *host, _ *pulumirpc.RunRequest) *exec.Cmd {
	return exec.CommandContext(ctx, "go", "run", ".")
}

// startNode runs what Pulumi's own host runs, which comes with the SDK.
func startNode(ctx context.Context, h *host, req *pulumirpc.RunRequest) *exec.Cmd {
	//nolint:gosec // the engine says what to run
	cmd := exec.CommandContext(ctx, "node", "./node_modules/@pulumi/pulumi/cmd/run",
		"--monitor", req.GetMonitorAddress(), "--engine", h.engine,
		"--organization", req.GetOrganization(), "--project", req.GetProject(), "--stack", req.GetStack(),
		"--pwd", req.GetPwd(), "--parallel", strconv.Itoa(int(req.GetParallel())),
		"--dry-run="+strconv.FormatBool(req.GetDryRun()), req.GetInfo().GetEntryPoint())
	cmd.Env = []string{"PULUMI_NODEJS_TYPESCRIPT=true"}
	return cmd
}

// runPython is what does not come with the SDK but with Pulumi's own host.
//
//go:embed run.py
var runPython string

func startPython(ctx context.Context, _ *host, req *pulumirpc.RunRequest) *exec.Cmd {
	python := "python3"
	if environment := req.GetInfo().GetOptions().GetFields()["virtualenv"].GetStringValue(); environment != "" {
		python = filepath.Join(req.GetInfo().GetRootDirectory(), environment, "bin", "python")
	}
	//nolint:gosec // the project says which Python
	return exec.CommandContext(ctx, python, "-u", "-c", runPython, req.GetInfo().GetEntryPoint())
}
