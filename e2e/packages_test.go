package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws"
)

// sdks has what programs in the languages run with.
type sdks struct {
	// nodeModules and python hold Pulumi's SDKs and ours, installed from the packages that `make packages` builds.
	nodeModules, python string
	// hosts is a directory with language hosts.
	hosts string
	// versions are those of the packages confluentcloud and aws, by language.
	versions map[string]map[string]string
}

var installedSDKs = sync.OnceValues(installSDKs)

// packages returns what programs in the languages run with, built once and again only after a change.
func packages(t *testing.T) sdks {
	t.Helper()
	installed, err := installedSDKs()
	require.NoError(t, err)
	return installed
}

func installSDKs() (sdks, error) {
	repository, err := filepath.Abs("..")
	if err != nil {
		return sdks{}, err
	}
	released := os.Getenv("E2E_RELEASED_HOSTS") != ""
	command := exec.Command("make", "--silent", "packages")
	if !released {
		command.Args = append(command.Args, "hosts")
	}
	command.Dir = repository
	// Under make, its variables in the environment would control a make that we start.
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS")
	})
	if out, err := command.CombinedOutput(); err != nil {
		return sdks{}, fmt.Errorf("%s: %w\n%s", command, err, out)
	}
	bin := filepath.Join(repository, "bin")
	installed := sdks{
		nodeModules: filepath.Join(bin, "nodejs", "node_modules"),
		python:      filepath.Join(bin, "python"),
		hosts:       filepath.Join(bin, "languagehosts"),
		versions:    map[string]map[string]string{"nodejs": {}, "python": {}},
	}
	if err := installed.readVersions(); err != nil {
		return sdks{}, err
	}
	if err := installed.installPlugins(); err != nil {
		return sdks{}, err
	}
	if released {
		return installed, releasedHosts()
	}
	return installed, nil
}

// readVersions reads which versions of the packages are installed.
func (s sdks) readVersions() error {
	for _, name := range []string{"confluentcloud", "aws"} {
		content, err := os.ReadFile(filepath.Join(s.nodeModules, "@pulumi", name, "package.json"))
		if err != nil {
			return err
		}
		var manifest struct{ Version string }
		if err := json.Unmarshal(content, &manifest); err != nil {
			return err
		}
		s.versions["nodejs"][name] = manifest.Version
		found, err := filepath.Glob(
			filepath.Join(s.python, "lib", "python*", "site-packages", "pulumi_"+name+"-*.dist-info"))
		if err != nil || len(found) != 1 {
			return fmt.Errorf("there is no single pulumi_%s in %s: %v %w", name, s.python, found, err)
		}
		version := strings.TrimPrefix(filepath.Base(found[0]), "pulumi_"+name+"-")
		s.versions["python"][name] = strings.TrimSuffix(version, ".dist-info")
	}
	return nil
}

// installPlugins installs the plugins under the versions that the languages' SDKs ask for too: no registry has all that
// the component asks for, and the weekly workflow takes the newest.
func (s sdks) installPlugins() error {
	if err := installAWS(); err != nil {
		return err
	}
	for name, version := range map[string]string{"confluentcloud": confluentVersion, "aws": aws.Version()} {
		plugin, err := os.Readlink(filepath.Join(tools.plugins, "resource-"+name+"-v"+version, "pulumi-resource-"+name))
		if err != nil {
			return err
		}
		for _, language := range s.versions {
			if err := install(name, language[name], plugin); err != nil {
				return err
			}
		}
	}
	return nil
}

// releasedHosts looks whether Pulumi's own language hosts are installed.
func releasedHosts() error {
	for _, language := range []string{"go", "nodejs", "python", "yaml"} {
		if _, err := exec.LookPath(filepath.Join(filepath.Dir(tools.pulumi), "pulumi-language-"+language)); err != nil {
			return fmt.Errorf("E2E_RELEASED_HOSTS is set, and next to %s there is no language host: %w", tools.pulumi,
				err)
		}
	}
	return nil
}
