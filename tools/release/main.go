// Command release builds everything that a release of this version consists of, in one directory: the plugin's
// archives in the form that `pulumi plugin install` expects, archives of the sandbox, the packages of the SDKs, the
// checksums of all of these, and the release notes. Run it with `make release`.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// packageName is the name of the Pulumi package.
const packageName = "tidbconfluent"

// allPlatforms are those of a release, as GOOS/GOARCH.
const allPlatforms = "linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64"

func main() {
	var r release
	flag.StringVar(&r.root, "root", ".", "the repository's `directory`")
	flag.StringVar(&r.out, "out", "dist", "the `directory` to write to; what an earlier run left in it is removed")
	flag.StringVar(&r.packages, "packages", "",
		"the `directory` with the npm and PyPI packages, bin/packages; empty leaves the SDKs out")
	flag.StringVar(&r.binaries, "binaries", "",
		"pack the binaries in this `directory` instead of compiling them; for tests of what is in the archives")
	platforms := flag.String("platforms", allPlatforms, "the platforms, as `GOOS/GOARCH`, separated by spaces")
	flag.Parse()
	r.platforms = strings.Fields(*platforms)
	err := r.readVersion()
	if err == nil {
		err = r.make()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// A release describes what to build, and its sources.
type release struct {
	version, root, out, packages string
	// binaries has those of one platform, compiled before; empty compiles them.
	binaries  string
	platforms []string
}

// readVersion reads the version from the source. To import it would link the whole plugin into this command.
func (r *release) readVersion() error {
	source, err := os.ReadFile(filepath.Join(r.root, "provider", "version.go"))
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`(?m)^const Version = "(.+)"$`).FindSubmatch(source)
	if found == nil {
		return errors.New("there is no constant Version in provider/version.go")
	}
	r.version = string(found[1])
	return nil
}

func (r release) make() error {
	// Checks first, then the steps that take long.
	changelog, err := os.ReadFile(filepath.Join(r.root, "CHANGELOG.md"))
	if err != nil {
		return fmt.Errorf("reading the changelog: %w", err)
	}
	notes, err := section(string(changelog), r.version)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o750); err != nil {
		return err
	}
	if r.packages != "" {
		if err := r.sdks(); err != nil {
			return err
		}
	}
	for _, platform := range r.platforms {
		if err := r.archives(platform); err != nil {
			return fmt.Errorf("the archives for %s: %w", platform, err)
		}
	}
	if err := checksums(r.out, "pulumi-"+packageName+"_"+r.version+"_checksums.txt"); err != nil {
		return err
	}
	// Behind the checksums: it is the text of the release, not a part of it.
	return os.WriteFile(filepath.Join(r.out, "release-notes.md"), []byte(notes), 0o600)
}

// sdks adds the packages of the SDKs, without leftovers of another version.
func (r release) sdks() error {
	for _, name := range []string{
		"pulumi-" + packageName + "-" + r.version + ".tgz",
		"pulumi_" + packageName + "-" + r.version + "-py3-none-any.whl",
		"pulumi_" + packageName + "-" + r.version + ".tar.gz",
	} {
		content, err := os.ReadFile(filepath.Join(r.packages, name)) //nolint:gosec // the directory is the developer's
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("there is no %s in %s; run make packages", name, r.packages)
		}
		if err != nil {
			return err
		}
		//nolint:gosec // the directory is the developer's
		if err := os.WriteFile(filepath.Join(r.out, name), content, 0o600); err != nil {
			return err
		}
	}
	return r.goModule()
}
