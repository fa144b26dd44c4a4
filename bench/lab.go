package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
)

// lab is what all measurements use.
type lab struct {
	repository string
	// temporary is removed at the end.
	temporary string
	// pulumi is the CLI, path the PATH of the commands, plugins the directory of the installed plugins.
	pulumi, path, plugins string
	// plugin, minimal and standIn are binaries without debugging information, as released.
	plugin, minimal, standIn string
}

// newLab builds the plugins without debugging information, as a release does, in a directory of their own, so that no
// other process is taken for them.
func newLab(ctx context.Context) (*lab, error) {
	repository, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(repository, "PulumiPlugin.yaml")); err != nil {
		return nil, fmt.Errorf("run it at the top of the repository, as make bench does: %w", err)
	}
	temporary, err := os.MkdirTemp("", "tidbconfluent-bench-")
	if err != nil {
		return nil, err
	}
	if temporary, err = filepath.EvalSymlinks(temporary); err != nil {
		return nil, err
	}
	l := &lab{
		repository: repository, temporary: temporary, plugins: filepath.Join(temporary, "plugins"),
		plugin:  filepath.Join(temporary, "bin", "pulumi-resource-tidbconfluent"),
		minimal: filepath.Join(temporary, "bin", "pulumi-resource-minimal"),
		standIn: filepath.Join(temporary, "bin", "pulumi-resource-confluentcloud"),
	}
	built := filepath.Join(repository, "bin", "tools")
	if l.pulumi, err = findPulumi(built); err != nil {
		return nil, err
	}
	l.path = strings.Join([]string{filepath.Dir(l.pulumi), os.Getenv("PATH"), built}, string(os.PathListSeparator))
	for _, b := range []struct{ binary, source string }{
		{l.plugin, "."}, {l.minimal, "./bench/minimal"}, {l.standIn, "./sandbox/cmd/pulumi-resource-confluentcloud"},
	} {
		if err := l.build(ctx, b.binary, b.source); err != nil {
			return nil, err
		}
	}
	return l, errors.Join(install(l.plugins, "tidbconfluent", provider.Version, l.plugin),
		install(l.plugins, "minimal", "0.1.0", l.minimal),
		install(l.plugins, "confluentcloud", confluentcloud.Version(), l.standIn))
}

func findPulumi(built string) (string, error) {
	for _, candidate := range []string{os.Getenv("PULUMI"), "pulumi", filepath.Join(built, "pulumi")} {
		if found, err := exec.LookPath(candidate); candidate != "" && err == nil {
			return filepath.Abs(found)
		}
	}
	return "", errors.New("there is no pulumi on PATH; run `make tools` to build it into bin/tools")
}

func (l *lab) build(ctx context.Context, binary, source string) error {
	//nolint:gosec // our own sources
	cmd := exec.CommandContext(ctx, "go", "build", "-ldflags", "-s -w", "-o", binary, source)
	cmd.Dir = l.repository
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// install does what `pulumi plugin install --file` does, without the copy.
func install(plugins, name, version, binary string) error {
	dir := filepath.Join(plugins, "resource-"+name+"-v"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Symlink(binary, filepath.Join(dir, "pulumi-resource-"+name))
}

func (l *lab) close() { _ = os.RemoveAll(l.temporary) }
