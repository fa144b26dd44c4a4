package main

import (
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is a program of a release, with the package that it is compiled from.
type program struct{ name, source string }

// plugin is what Pulumi downloads.
var plugin = program{"pulumi-resource-" + packageName, "."}

// sandboxPrograms are for a user who tries the package without accounts. The stand-in plugins have no archives of their
// own: these would have the names of the real plugins.
var sandboxPrograms = []program{
	{"sandbox", "./sandbox/cmd/sandbox"},
	{"pulumi-resource-confluentcloud", "./sandbox/cmd/pulumi-resource-confluentcloud"},
	{"pulumi-resource-aws", "./sandbox/cmd/pulumi-resource-aws"},
}

// sandboxExamples are the programs of the page that comes with the sandbox.
var sandboxExamples = []string{
	"yaml/Pulumi.yaml",
	"typescript/Pulumi.yaml", "typescript/index.ts", "typescript/package.json", "typescript/tsconfig.json",
	"python/Pulumi.yaml", "python/__main__.py", "python/requirements.txt",
}

// archives creates the archives for a platform: the plugin's, with the name and form that Pulumi downloads, on Windows
// too, and the sandbox's.
func (r release) archives(platform string) error {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return fmt.Errorf("it has the form GOOS/GOARCH, such as linux/amd64")
	}
	work, err := os.MkdirTemp("", "tidbconfluent-release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	binaries := func(programs ...program) ([]file, error) {
		var files []file
		for _, p := range programs {
			f, err := r.binary(p, work, goos, goarch)
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		return append(files, file{name: "LICENSE", path: filepath.Join(r.root, "LICENSE")}), nil
	}
	files, err := binaries(plugin)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-v%s-%s-%s.tar.gz", plugin.name, r.version, goos, goarch)
	files = append(files, file{name: "README.md", path: filepath.Join(r.root, "README.md")})
	if err := writeTarGz(filepath.Join(r.out, name), files, r.level()); err != nil {
		return err
	}
	if files, err = binaries(sandboxPrograms...); err != nil {
		return err
	}
	files = append(files, file{name: "README.md", path: filepath.Join(r.root, "docs", "try.md")})
	for _, example := range sandboxExamples {
		path := filepath.Join(r.root, "examples", filepath.FromSlash(example))
		files = append(files, file{name: "examples/" + example, path: path})
	}
	name = fmt.Sprintf("pulumi-%s-sandbox-v%s-%s-%s.tar.gz", packageName, r.version, goos, goarch)
	return writeTarGz(filepath.Join(r.out, name), files, r.level())
}

// level is how much the archives are compressed: those of the tests little, which takes a fifth of the time.
func (r release) level() int {
	if r.binaries != "" {
		return gzip.BestSpeed
	}
	return gzip.DefaultCompression
}

// binary compiles a program, unless it was compiled before.
func (r release) binary(p program, work, goos, goarch string) (file, error) {
	name := p.name
	if goos == "windows" {
		name += ".exe"
	}
	if r.binaries != "" {
		return file{name: name, path: filepath.Join(r.binaries, name), executable: true}, nil
	}
	f := file{name: name, path: filepath.Join(work, name), executable: true}
	// The same binary wherever it is built, and one that asks for no C library.
	//nolint:gosec,noctx // the platforms are the developer's, who can interrupt
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", f.path, p.source)
	build.Dir, build.Env = r.root, append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return file{}, fmt.Errorf("go build %s: %w\n%s", p.source, err, out)
	}
	return f, nil
}
