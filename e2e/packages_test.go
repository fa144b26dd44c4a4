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
)

// sdks is what programs in the languages run with.
type sdks struct {
	// nodeModules and python hold Pulumi's SDKs and ours, installed from the packages that `make packages` builds.
	nodeModules, python string
	// hosts is a directory with language hosts.
	hosts string
}

var installedSDKs = sync.OnceValues(installSDKs)

// packages returns what programs in the languages run with, made once and anew only after a change.
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
	command := exec.Command("make", "--silent", "packages")
	command.Dir = repository
	// A make that runs the tests speaks to its children through the environment.
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS")
	})
	if out, err := command.CombinedOutput(); err != nil {
		return sdks{}, fmt.Errorf("%s: %w\n%s", command, err, out)
	}
	bin := filepath.Join(repository, "bin")
	if err := installConfluent(filepath.Join(bin, "nodejs", "node_modules")); err != nil {
		return sdks{}, err
	}
	hosts := filepath.Join(bin, "languagehosts")
	if err := buildHosts(repository, hosts); err != nil {
		return sdks{}, err
	}
	return sdks{
		nodeModules: filepath.Join(bin, "nodejs", "node_modules"),
		python:      filepath.Join(bin, "python"),
		hosts:       hosts,
	}, nil
}

// installConfluent installs the Confluent provider under the version that the SDK for Node.js asks for too: npm does not
// have the one that the component asks for.
func installConfluent(nodeModules string) error {
	content, err := os.ReadFile(filepath.Join(nodeModules, "@pulumi", "confluentcloud", "package.json"))
	if err != nil {
		return err
	}
	var manifest struct{ Version string }
	if err := json.Unmarshal(content, &manifest); err != nil {
		return err
	}
	const name = "pulumi-resource-confluentcloud"
	plugin, err := os.Readlink(filepath.Join(tools.plugins, "resource-confluentcloud-v"+confluentVersion, name))
	if err != nil {
		return err
	}
	return install("confluentcloud", manifest.Version, plugin)
}

// buildHosts builds the language host and gives it the names by which the engine looks for one.
func buildHosts(repository, dir string) error {
	host := filepath.Join(dir, "languagehost")
	if err := goBuild(repository, host, "./e2e/languagehost"); err != nil {
		return err
	}
	for _, language := range []string{"go", "nodejs", "python"} {
		link := filepath.Join(dir, "pulumi-language-"+language)
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink("languagehost", link); err != nil {
			return err
		}
	}
	return nil
}
