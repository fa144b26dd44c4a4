package standin

import (
	"path/filepath"
	"regexp"
)

// pluginDir is the name of the directory in which Pulumi installs a plugin.
var pluginDir = regexp.MustCompile(`^resource-[a-z0-9-]+?-v(\d+\.\d+\.\d+.*)$`)

// InstalledVersion returns the version under which Pulumi installed the program, or the fallback where it did not
// install it. An SDK asks for the plugin of its own version, and Pulumi warns of a plugin that reports an older one.
func InstalledVersion(program, version string) string {
	if match := pluginDir.FindStringSubmatch(filepath.Base(filepath.Dir(program))); match != nil {
		return match[1]
	}
	return version
}
