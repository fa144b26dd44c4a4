// Command languagehost is a language host for Go, Node.js and Python that is just enough to run a program.
//
// Pulumi's own hosts come with its released CLI only, so that a machine that builds the CLI from source has none. This
// one starts a program as they do, with the SDK that the project has installed, and asks for the plugins that they ask
// for. It is called pulumi-language-go, pulumi-language-nodejs or pulumi-language-python, and is found last on PATH, so
// that Pulumi's own are used where they are.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
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

// serve answers the engine, which reads the port from standard output and kills this process when it is done.
func serve() error {
	flag.String("root", "", "what other hosts take; not used")
	flag.String("tracing", "", "what other hosts take; not used")
	flag.Parse()
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), "pulumi-language-")
	language, ok := map[string]language{"go": golang{}, "nodejs": nodejs{}, "python": python{}}[name]
	if !ok {
		return fmt.Errorf("no language is called %q; call this program pulumi-language-go, -nodejs or -python", name)
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, &host{language: language, engine: flag.Arg(0)})
		return nil
	}})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

// language is what differs between the languages.
type language interface {
	// command returns the command that runs the program, and what removes the files that it left.
	command(ctx context.Context, h *host, req *pulumirpc.RunRequest) (cmd *exec.Cmd, clean func(), err error)
	// reported is the exit status of a program that has shown its error already.
	reported() int
	// packages returns the packages whose plugins the program needs.
	packages(ctx context.Context, info *pulumirpc.ProgramInfo) ([]*pulumirpc.PackageDependency, error)
	// install returns the commands that install what the program depends on.
	install(info *pulumirpc.ProgramInfo) [][]string
	// config returns the stack configuration in the form that the SDK expects.
	config(values map[string]string) map[string]string
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	language language
	engine   string
}

// GetPluginInfo returns the version of Pulumi that the host was built with, as Pulumi's hosts do.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	version := ""
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if module.Path == "github.com/pulumi/pulumi/sdk/v3" {
				version = module.Version
			}
		}
	}
	return &pulumirpc.PluginInfo{Version: version}, nil
}

// GetRequiredPackages returns the packages that the program depends on. The engine installs their plugins first.
func (h *host) GetRequiredPackages(
	ctx context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	packages, err := h.language.packages(ctx, req.GetInfo())
	return &pulumirpc.GetRequiredPackagesResponse{Packages: packages}, err
}

// Run runs the program to its end.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	environment, err := h.environment(req)
	if err != nil {
		return nil, err
	}
	cmd, clean, err := h.language.command(ctx, h, req)
	if err != nil {
		return nil, err
	}
	defer clean()
	cmd.Dir = req.GetPwd()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(append(os.Environ(), cmd.Env...), environment...)
	var failed *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &failed) && failed.ExitCode() == h.language.reported():
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &failed):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program failed: %v", failed)}, nil
	case err != nil:
		return nil, err
	}
	return &pulumirpc.RunResponse{}, nil
}

func (h *host) environment(req *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(h.language.config(req.GetConfig()))
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(append([]string{}, req.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	return []string{
		pulumi.EnvOrganization + "=" + req.GetOrganization(),
		pulumi.EnvProject + "=" + req.GetProject(),
		pulumi.EnvPulumiRootDirectory + "=" + req.GetInfo().GetRootDirectory(),
		pulumi.EnvStack + "=" + req.GetStack(),
		pulumi.EnvConfig + "=" + string(config),
		pulumi.EnvConfigSecretKeys + "=" + string(secretKeys),
		pulumi.EnvDryRun + "=" + strconv.FormatBool(req.GetDryRun()),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(req.GetParallel())),
		pulumi.EnvMonitor + "=" + req.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + h.engine,
	}, nil
}
