package provider_test

import (
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/blang/semver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLogoIsAPNG: the generator of the C# SDK downloads the logo and packs it as logo.png, whatever its format. NuGet
// shows a PNG of 128 pixels and refuses an SVG.
func TestLogoIsAPNG(t *testing.T) {
	t.Parallel()
	path, ok := strings.CutPrefix(packageSchema(t).LogoURL,
		"https://raw.githubusercontent.com/tidbconfluent/pulumi-tidbconfluent/main/")
	require.True(t, ok, "the logo is a file of this repository")
	file, err := os.Open(filepath.Join("..", filepath.FromSlash(path)))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, file.Close()) })
	logo, err := png.DecodeConfig(file)
	require.NoError(t, err)
	assert.Equal(t, []int{128, 128}, []int{logo.Width, logo.Height})
}

// TestSDKsAskForResourceHooks: the first version of Pulumi's SDKs that has resource hooks is 3.182.0. With an older
// one, a program cannot set them on a component.
func TestSDKsAskForResourceHooks(t *testing.T) {
	t.Parallel()
	for file, requirement := range map[string]string{
		"sdk/nodejs/package.json":     `"@pulumi/pulumi": "\^(\d+\.\d+\.\d+)"`,
		"sdk/python/pyproject.toml":   `"pulumi>=(\d+\.\d+\.\d+),<4\.0\.0"`,
		"sdk/go/tidbconfluent/go.mod": `github\.com/pulumi/pulumi/sdk/v3 v(\d+\.\d+\.\d+)\n`,
		"go.mod":                      `github\.com/pulumi/pulumi/sdk/v3 v(\d+\.\d+\.\d+)\n`,
	} {
		content, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(file)))
		require.NoError(t, err)
		match := regexp.MustCompile(requirement).FindStringSubmatch(string(content))
		require.NotNil(t, match, file)
		assert.True(t, semver.MustParse(match[1]).GTE(semver.MustParse("3.182.0")), "%s asks for %s", file, match[1])
	}
}
