package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

type nodejs struct{}

func (nodejs) reported() int { return 32 }

// config spells the keys as the first SDKs for Node.js did, and as Pulumi's host does to this day.
func (nodejs) config(values map[string]string) map[string]string {
	spelled := make(map[string]string, len(values))
	for key, value := range values {
		namespace, name, _ := strings.Cut(key, ":")
		spelled[namespace+":config:"+name] = value
	}
	return spelled
}

func (nodejs) install(*pulumirpc.ProgramInfo) [][]string {
	return [][]string{{"npm", "install", "--loglevel=error"}}
}

// command runs what Pulumi's own host runs, which comes with the SDK.
func (nodejs) command(ctx context.Context, h *host, req *pulumirpc.RunRequest) (*exec.Cmd, func(), error) {
	dir := req.GetInfo().GetProgramDirectory()
	find := exec.CommandContext(ctx, "node", "-e", "console.log(require.resolve('@pulumi/pulumi/cmd/run'))")
	find.Dir, find.Stderr = dir, os.Stderr
	run, err := find.Output()
	if err != nil {
		return nil, nil, errors.New("the project has no @pulumi/pulumi; install its packages first")
	}
	args := []string{
		strings.TrimSpace(string(run)), "--monitor", req.GetMonitorAddress(), "--engine", h.engine,
		"--organization", req.GetOrganization(), "--project", req.GetProject(),
		"--root-directory", req.GetInfo().GetRootDirectory(), "--stack", req.GetStack(), "--pwd", dir,
		"--parallel", strconv.Itoa(int(req.GetParallel())),
	}
	if req.GetDryRun() {
		args = append(args, "--dry-run")
	}
	options := req.GetInfo().GetOptions().GetFields()
	cmd := exec.CommandContext(ctx, "node", append(args, req.GetInfo().GetEntryPoint())...)
	if typescript, given := options["typescript"]; !given || typescript.GetBoolValue() {
		cmd.Env = append(cmd.Env, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if config := options["tsconfig"].GetStringValue(); config != "" {
		cmd.Env = append(cmd.Env, "PULUMI_NODEJS_TSCONFIG_PATH="+config)
	}
	return cmd, func() {}, nil
}

// packageJSON is a package's description of itself.
type packageJSON struct {
	Name, Version string
	Pulumi        plugin.PulumiPluginJSON
}

// packages looks at every package.json below a node_modules directory of the project.
func (nodejs) packages(_ context.Context, info *pulumirpc.ProgramInfo) ([]*pulumirpc.PackageDependency, error) {
	search := &nodeSearch{visited: map[string]bool{}}
	if err := search.walk(info.GetProgramDirectory(), false); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return search.found, nil
}

type nodeSearch struct {
	// visited holds directories, without symbolic links: packages may lead to each other in circles.
	visited map[string]bool
	found   []*pulumirpc.PackageDependency
}

func (s *nodeSearch) walk(dir string, installed bool) error {
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil || s.visited[resolved] {
		return err
	}
	s.visited[resolved] = true
	entries, err := os.ReadDir(resolved)
	if err != nil {
		return err
	}
	var all error
	for _, entry := range entries {
		name := filepath.Join(resolved, entry.Name())
		// Through a symbolic link.
		is, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			all = errors.Join(all, err)
		case is.IsDir():
			all = errors.Join(all, s.walk(name, installed || filepath.Base(dir) == "node_modules"))
		case installed && entry.Name() == "package.json":
			all = errors.Join(all, s.add(name))
		}
	}
	return all
}

func (s *nodeSearch) add(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var manifest packageJSON
	if err := json.Unmarshal(content, &manifest); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	name, ours := strings.CutPrefix(manifest.Name, "@pulumi/")
	if manifest.Pulumi.Resource && manifest.Pulumi.Name == "" && !ours {
		return fmt.Errorf("%s: the field pulumi must name the plugin", file)
	}
	if needed := dependency(manifest.Pulumi, name, manifest.Version); needed != nil {
		s.found = append(s.found, needed)
	}
	return nil
}
