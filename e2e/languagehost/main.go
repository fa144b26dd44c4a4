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
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// engineInterval is how often the host asks whether the engine lives. Pulumi's hosts ask every five minutes, and stay
// for so long after an engine that was killed.
const engineInterval = time.Second

func run() error {
	flag.String("root", "", "what other hosts take; not used")
	flag.String("tracing", "", "what other hosts take; not used")
	flag.Parse()
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), "pulumi-language-")
	language, ok := map[string]language{"go": golang{}, "nodejs": nodejs{}, "python": python{}}[name]
	if !ok {
		return fmt.Errorf("no language is called %q; call this program pulumi-language-go, -nodejs or -python", name)
	}
	if flag.NArg() == 0 {
		return errors.New("the address of the engine is missing")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return serve(ctx, newHost(language, flag.Arg(0)), engineInterval, os.Stdout)
}

// serve answers the engine, which reads the port from the output, until the context or the engine ends.
func serve(ctx context.Context, h *host, interval time.Duration, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := rpcutil.Healthcheck(ctx, h.engine, interval, cancel); err != nil {
		return err
	}
	ended := make(chan bool)
	context.AfterFunc(ctx, func() { close(ended) })
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: ended,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, h)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, handle.Port)
	return <-handle.Done
}

// language is what differs between the languages.
type language interface {
	// options are the runtime options that the host implements, with a value of the type of each, or all its values.
	options() map[string]any
	// command returns the command that runs the program, with what it needs in the environment in addition to the stack
	// configuration, and what removes the files that it left.
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
	// canceled ends when the engine cancels what it does.
	canceled context.Context
	cancel   context.CancelFunc
}

func newHost(of language, engine string) *host {
	canceled, cancel := context.WithCancel(context.Background())
	return &host{language: of, engine: engine, canceled: canceled, cancel: cancel}
}

// checkOptions rejects runtime options of a wrong type, and those that only Pulumi's hosts implement: if they were
// ignored, the program would run in another way than its project says.
func (h *host) checkOptions(info *pulumirpc.ProgramInfo) error {
	implemented := h.language.options()
	for name, value := range info.GetOptions().AsMap() {
		want, known := implemented[name]
		if !known {
			return fmt.Errorf("this language host does not implement the runtime option %s", name)
		}
		text, _ := value.(string)
		if values, ok := want.([]string); ok && !slices.Contains(values, text) {
			return fmt.Errorf("the runtime option %s is %v; this language host implements %v", name, value, values)
		} else if !ok && reflect.TypeOf(value) != reflect.TypeOf(want) {
			return fmt.Errorf("the runtime option %s is %v; it must be a %T", name, value, want)
		}
	}
	return nil
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
	if err := h.checkOptions(req.GetInfo()); err != nil {
		return nil, err
	}
	packages, err := h.language.packages(ctx, req.GetInfo())
	return &pulumirpc.GetRequiredPackagesResponse{Packages: packages}, err
}

// Cancel interrupts the program.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.cancel()
	return &emptypb.Empty{}, nil
}

// stopTime is how long a program may take to end after an interrupt. Then it is killed.
const stopTime = 5 * time.Second

// Run runs the program until it ends, or the engine does, or cancels it.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if err := h.checkOptions(req.GetInfo()); err != nil {
		return nil, err
	}
	environment, err := h.environment(req)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(h.canceled, stop)()
	cmd, clean, err := h.language.command(ctx, h, req)
	if err != nil {
		return nil, err
	}
	defer clean()
	cmd.Dir = req.GetPwd()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(append(os.Environ(), cmd.Env...), environment...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	var failed *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &failed) && failed.ExitCode() == h.language.reported():
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &failed):
		// In the words of Pulumi's hosts.
		return &pulumirpc.RunResponse{
			Error: fmt.Sprintf("program exited with non-zero exit code: %d", failed.ExitCode()),
		}, nil
	case err != nil:
		return nil, err
	}
	return &pulumirpc.RunResponse{}, nil
}

// environment holds what programs in all languages find in their environment, and nothing more: the stack
// configuration.
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
		pulumi.EnvConfig + "=" + string(config), pulumi.EnvConfigSecretKeys + "=" + string(secretKeys),
	}, nil
}
