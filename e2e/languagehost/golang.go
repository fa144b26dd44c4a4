package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/mod/module"
)

type golang struct{}

func (golang) reported() int { return constant.ExitStatusLoggedError }

func (golang) config(values map[string]string) map[string]string { return values }

func (golang) install(*pulumirpc.ProgramInfo) [][]string {
	return [][]string{{"go", "mod", "tidy", "-compat=1.18"}}
}

func (golang) options() map[string]any { return nil }

// command builds the program first, as Pulumi's host does: `go run` would hide the exit status.
func (golang) command(ctx context.Context, h *host, req *pulumirpc.RunRequest) (*exec.Cmd, func(), error) {
	binary, clean, err := compile(ctx, req.GetInfo().GetProgramDirectory(), os.Stdout, os.Stderr)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, binary)
	// The other SDKs read these from arguments.
	cmd.Env = []string{
		pulumi.EnvOrganization + "=" + req.GetOrganization(),
		pulumi.EnvProject + "=" + req.GetProject(),
		pulumi.EnvPulumiRootDirectory + "=" + req.GetInfo().GetRootDirectory(),
		pulumi.EnvStack + "=" + req.GetStack(),
		pulumi.EnvDryRun + "=" + strconv.FormatBool(req.GetDryRun()),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(req.GetParallel())),
		pulumi.EnvMonitor + "=" + req.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + h.engine,
	}
	return cmd, clean, nil
}

// keptEnv names a directory for the built programs, so that a command links only what has changed since the last one.
// Without it they are built for each command, as Pulumi's host does it.
const keptEnv = "TIDBCONFLUENT_KEPT_PROGRAMS"

// compile builds a Go program or plugin.
func compile(ctx context.Context, dir string, stdout, stderr io.Writer) (binary string, clean func(), err error) {
	temporary, clean := "", func() {}
	if kept := os.Getenv(keptEnv); kept != "" {
		temporary = filepath.Join(kept, fmt.Sprintf("%x", sha256.Sum256([]byte(dir))))
		err = os.MkdirAll(temporary, 0o700)
	} else {
		temporary, err = os.MkdirTemp("", "pulumi-go-")
		clean = func() { _ = os.RemoveAll(temporary) }
	}
	if err != nil {
		return "", nil, err
	}
	binary = filepath.Join(temporary, "program")
	if isCurrent(binary, dir) {
		return binary, clean, nil
	}
	// Pulumi's host adds -trimpath. This one leaves it to GOFLAGS, where make sets it: with other flags than those of
	// the tests, every package would be compiled a second time.
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-w -s", "-o", binary)
	build.Dir, build.Stdout, build.Stderr = dir, stdout, stderr
	if err := build.Run(); err != nil {
		clean()
		return "", nil, fmt.Errorf("%s: %w", build, err)
	}
	return binary, clean, nil
}

// isCurrent reports whether a kept program is newer than its sources. The go command takes half a second of a processor
// to find that out, as it looks at all packages that the program imports. No test changes these.
func isCurrent(binary, dir string) bool {
	built, err := os.Stat(binary)
	if err != nil {
		return false
	}
	for _, pattern := range []string{"*.go", "go.mod", "go.sum"} {
		sources, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return false
		}
		for _, source := range sources {
			if info, err := os.Stat(source); err != nil || !info.ModTime().Before(built.ModTime()) {
				return false
			}
		}
	}
	return true
}

// goModule is what the go command reports of a module.
type goModule struct{ Path, Version, Dir string }

// packages looks for manifests in the modules that go.mod requires, directly or not. Like Pulumi's host it asks for
// nothing where that is unknown.
func (golang) packages(ctx context.Context, info *pulumirpc.ProgramInfo) ([]*pulumirpc.PackageDependency, error) {
	modules, err := requiredModules(ctx, info.GetProgramDirectory())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return nil, nil
	}
	var packages []*pulumirpc.PackageDependency
	for _, m := range modules {
		manifest, found, err := m.manifest()
		if err != nil || !found {
			continue
		}
		version := released(m.Version)
		if manifest.Version == "" && version == "" {
			continue
		}
		if needed := dependency(manifest, m.plugin(), version); needed != nil {
			packages = append(packages, needed)
		}
	}
	return packages, nil
}

func requiredModules(ctx context.Context, dir string) ([]goModule, error) {
	out, err := goCommand(ctx, dir, "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var goMod struct{ Require []goModule }
	if err := json.Unmarshal(out, &goMod); err != nil {
		return nil, err
	}
	if len(goMod.Require) == 0 {
		return nil, nil
	}
	// -e: without it, Pulumi's host asks for nothing when a single module is missing, and a faulty manifest would stay
	// hidden without a network.
	list := []string{"list", "-m", "-e", "-json"}
	for _, m := range goMod.Require {
		list = append(list, m.Path)
	}
	if out, err = goCommand(ctx, dir, list...); err != nil {
		return nil, err
	}
	var modules []goModule
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m goModule
		switch err := decoder.Decode(&m); {
		case errors.Is(err, io.EOF):
			return modules, nil
		case err != nil:
			return nil, err
		}
		// A module that is not downloaded has no directory.
		if m.Dir == "" {
			m.Dir = download(ctx, dir, m.Path)
		}
		if m.Dir != "" {
			modules = append(modules, m)
		}
	}
}

func download(ctx context.Context, dir, modulePath string) string {
	out, err := goCommand(ctx, dir, "mod", "download", "-json", modulePath)
	var m goModule
	if err != nil || json.Unmarshal(out, &m) != nil {
		return ""
	}
	return m.Dir
}

func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmd, err)
	}
	return out, nil
}

// manifest reads the module's first manifest, in the order in which Pulumi's host looks.
func (m goModule) manifest() (manifest plugin.PulumiPluginJSON, found bool, err error) {
	for _, pattern := range []string{"", "go", "go/*", "*"} {
		files, err := filepath.Glob(filepath.Join(m.Dir, filepath.FromSlash(pattern), manifestName))
		if err != nil {
			return manifest, false, err
		}
		if len(files) > 0 {
			content, err := os.ReadFile(files[0])
			if err != nil {
				return manifest, false, err
			}
			return manifest, true, json.Unmarshal(content, &manifest)
		}
	}
	return manifest, false, nil
}

// plugin is the plugin of a module whose manifest names none: that of github.com/pulumi/pulumi-random/sdk is random.
func (m goModule) plugin() string {
	parts := strings.Split(m.Path, "/")
	if len(parts) < 3 {
		return path.Base(m.Path)
	}
	_, name, _ := strings.Cut(parts[2], "-")
	return name
}

// released is the version whose plugin serves a module: for a commit between two releases, that of the earlier one.
func released(version string) string {
	if base, err := module.PseudoVersionBase(version); err == nil {
		return base
	}
	return version
}
