package standin_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func TestInstalledVersion(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{
		"/home/me/.pulumi/plugins/resource-confluentcloud-v2.81.0":     "2.81.0",
		"/home/me/.pulumi/plugins/resource-aws-native-v1.0.0-alpha.1":  "1.0.0-alpha.1",
		"/home/me/.pulumi/plugins/resource-confluentcloud":             "1.2.3",
		"/home/me/.pulumi/plugins/resource-confluentcloud-v2.81.0/bin": "1.2.3",
		"bin": "1.2.3",
		"":    "1.2.3",
	} {
		program := filepath.Join(filepath.FromSlash(dir), "pulumi-resource-confluentcloud")
		assert.Equal(t, want, standin.InstalledVersion(program, "1.2.3"), dir)
	}
}
