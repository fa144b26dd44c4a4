package component_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// realModule is a module of the real AWS SDK, as far as Pulumi's SDK looks at it when a program starts.
type realModule struct{ pulumi.ResourceModule }

func (realModule) Version() semver.Version { return semver.MustParse("6.83.0") }

type realPackage struct{ pulumi.ResourcePackage }

func (realPackage) Version() semver.Version { return semver.MustParse("6.83.0") }

// A Go program that calls the components itself may import the real AWS SDK too, which registers its modules. Pulumi's SDK
// ends a program in which somebody else has done so.
func TestAWSIsLeftToItsSDK(t *testing.T) { //nolint:paralleltest // what is registered is global
	var schema struct{ Resources map[string]any }
	content, err := os.ReadFile("../sandbox/aws/schema.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &schema))
	modules := map[string]bool{}
	for token := range schema.Resources {
		modules[strings.Split(token, ":")[1]] = true
	}
	assert.Contains(t, modules, "ec2/vpcEndpoint")
	for module := range modules {
		assert.NotPanics(t, func() { pulumi.RegisterResourceModule("aws", module, realModule{}) }, module)
	}
	assert.NotPanics(t, func() { pulumi.RegisterResourcePackage("aws", realPackage{}) })
	assert.Panics(t, func() { pulumi.RegisterResourcePackage("aws", realPackage{}) }, "a second registration is refused")
}
