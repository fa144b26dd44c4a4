package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

type python struct{}

func (python) reported() int { return 32 }

func (python) options() map[string]any {
	return map[string]any{"toolchain": []string{"pip"}, "virtualenv": ""}
}

func (python) config(values map[string]string) map[string]string { return values }

// executor is Pulumi's own script that runs a program. As with Pulumi's host, it stands next to the host.
const executor = "pulumi-language-python-exec"

func (python) command(ctx context.Context, h *host, req *pulumirpc.RunRequest) (*exec.Cmd, func(), error) {
	interpreter, err := interpreterOf(req.GetInfo())
	if err != nil {
		return nil, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	args := []string{
		filepath.Join(filepath.Dir(self), executor), "--monitor", req.GetMonitorAddress(), "--engine", h.engine,
		"--project", req.GetProject(), "--root_directory", req.GetInfo().GetRootDirectory(), "--stack", req.GetStack(),
		"--pwd", req.GetPwd(), "--dry_run", strconv.FormatBool(req.GetDryRun()),
		"--parallel", strconv.Itoa(int(req.GetParallel())), "--organization", req.GetOrganization(),
	}
	args = append(append(args, req.GetInfo().GetEntryPoint()), req.GetArgs()...)
	return exec.CommandContext(ctx, interpreter, args...), func() {}, nil
}

func (python) install(info *pulumirpc.ProgramInfo) [][]string {
	var commands [][]string
	interpreter, err := interpreterOf(info)
	if err != nil {
		// There is no such environment yet.
		environment := filepath.Dir(filepath.Dir(interpreter))
		commands = append(commands, []string{"python3", "-m", "venv", environment})
	}
	if _, err := os.Stat(filepath.Join(info.GetProgramDirectory(), "requirements.txt")); err == nil {
		commands = append(commands, []string{interpreter, "-m", "pip", "install", "-r", "requirements.txt"})
	}
	return commands
}

// interpreterOf returns the Python of the project's virtual environment, or the one on PATH where it has none.
func interpreterOf(info *pulumirpc.ProgramInfo) (string, error) {
	environment := info.GetOptions().GetFields()["virtualenv"].GetStringValue()
	if environment == "" {
		return "python3", nil
	}
	if !filepath.IsAbs(environment) {
		environment = filepath.Join(info.GetRootDirectory(), environment)
	}
	interpreter := filepath.Join(environment, "bin", "python")
	if _, err := os.Stat(interpreter); err != nil {
		return interpreter, fmt.Errorf("the project's virtual environment has no Python: %w", err)
	}
	return interpreter, nil
}

// listPython writes the distributions of the environment as JSON.
//
//go:embed packages.py
var listPython string

// distribution is a Python package that is installed.
type distribution struct {
	Name, Version string
	// Manifest is null for a package without.
	Manifest *plugin.PulumiPluginJSON
}

// packages looks for manifests in all packages of the environment.
func (python) packages(ctx context.Context, info *pulumirpc.ProgramInfo) ([]*pulumirpc.PackageDependency, error) {
	interpreter, err := interpreterOf(info)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, interpreter, "-c", listPython)
	cmd.Dir, cmd.Stderr = info.GetProgramDirectory(), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", interpreter, err)
	}
	var installed []distribution
	if err := json.Unmarshal(out, &installed); err != nil {
		return nil, err
	}
	var packages []*pulumirpc.PackageDependency
	for _, d := range installed {
		if needed := d.dependency(); needed != nil {
			packages = append(packages, needed)
		}
	}
	return packages, nil
}

// dependency returns the plugin of a package. What is called pulumi-… has one even without a manifest.
func (d distribution) dependency() *pulumirpc.PackageDependency {
	manifest := d.Manifest
	if manifest == nil {
		if !strings.HasPrefix(d.Name, "pulumi-") || d.Name == "pulumi-policy" || d.Name == "pulumi-esc-sdk" {
			return nil
		}
		manifest = &plugin.PulumiPluginJSON{Resource: true}
	}
	return dependency(*manifest, strings.TrimPrefix(d.Name, "pulumi-"), d.Version)
}
