package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// plugin compiles the plugin for a platform and packs it. Name and form of the archive are what Pulumi downloads,
// on Windows too.
func (r release) plugin(platform string) error {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return fmt.Errorf("it has the form GOOS/GOARCH, such as linux/amd64")
	}
	work, err := os.MkdirTemp("", "tidbconfluent-release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	binary := "pulumi-resource-" + provider.Name
	if goos == "windows" {
		binary += ".exe"
	}
	if err := r.compile(filepath.Join(work, binary), goos, goarch); err != nil {
		return err
	}
	name := fmt.Sprintf("pulumi-resource-%s-v%s-%s-%s.tar.gz", provider.Name, r.version, goos, goarch)
	return writeTarGz(filepath.Join(r.out, name), []file{
		{name: binary, path: filepath.Join(work, binary), executable: true},
		{name: "LICENSE", path: filepath.Join(r.root, "LICENSE")},
		{name: "README.md", path: filepath.Join(r.root, "README.md")},
	})
}

func (r release) compile(binary, goos, goarch string) error {
	args := []string{"build", "-ldflags", "-s -w", "-o", binary}
	env := append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch)
	if !r.quick {
		// The same binary wherever it is built, and one that asks for no C library.
		args, env = append(args, "-trimpath"), append(env, "CGO_ENABLED=0")
	}
	//nolint:gosec,noctx // the platforms are the developer's, who can interrupt
	build := exec.Command("go", append(args, ".")...)
	build.Dir, build.Env = r.root, env
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
