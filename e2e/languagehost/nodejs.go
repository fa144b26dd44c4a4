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

func (nodejs) options() map[string]any {
	return map[string]any{"typescript": true, "tsconfig": "", "packagemanager": []string{"auto", "npm"}}
}

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
	args = append(append(args, req.GetInfo().GetEntryPoint()), req.GetArgs()...)
	cmd := exec.CommandContext(ctx, "node", args...)
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
	root, err := filepath.EvalSymlinks(info.GetProgramDirectory())
	if err == nil {
		err = search.walk(root, false)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return search.found, nil
}

type nodeSearch struct {
	// visited holds directories, without symbolic links: packages may lead to each other in circles.
	visited map[string]bool
	found   []*pulumirpc.PackageDependency
}

// walk searches a directory whose name has no symbolic links. It looks at as little as it can, as there are tens of
// thousands of files.
func (s *nodeSearch) walk(dir string, installed bool) error {
	if s.visited[dir] {
		return nil
	}
	s.visited[dir] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var all error
	for _, entry := range entries {
		name, isDir := filepath.Join(dir, entry.Name()), entry.IsDir()
		if entry.Type()&fs.ModeSymlink != 0 {
			if name, isDir, err = follow(name); err != nil {
				all = errors.Join(all, err)
				continue
			}
		}
		switch {
		case isDir:
			all = errors.Join(all, s.walk(name, installed || filepath.Base(dir) == "node_modules"))
		case installed && entry.Name() == "package.json":
			all = errors.Join(all, s.add(name))
		}
	}
	return all
}

// follow returns what a symbolic link leads to.
func follow(link string) (name string, isDir bool, err error) {
	name, err = filepath.EvalSymlinks(link)
	if err != nil {
		return "", false, err
	}
	is, err := os.Stat(name)
	return name, err == nil && is.IsDir(), err
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
