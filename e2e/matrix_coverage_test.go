package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPreviewMatrixIsComplete: the preview matrix changes every input of every resource, as the schema has them. The
// VPCs of a PrivateLink are in the matrix of VpcAccess.
func TestPreviewMatrixIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "schema.json"))
	require.NoError(t, err)
	var spec schema.PackageSpec
	require.NoError(t, json.Unmarshal(text, &spec))
	seen := map[string]bool{}
	for _, m := range slices.Concat(matrices, []matrix{vpcMatrix}, feedMatrices) {
		token := strings.Trim(m.title, "`")
		seen[token] = true
		var missing []string
		for _, path := range inputPaths(spec, "", spec.Resources[token].InputProperties) {
			if strings.HasPrefix(path, "vpcAccess.") {
				continue
			}
			if !slices.ContainsFunc(m.changes, func(c change) bool { return c.changes(path) }) {
				missing = append(missing, path)
			}
		}
		assert.Empty(t, missing, "%s has no change of these inputs: add them to the matrix, in "+
			"e2e/*matrix*_test.go, then run UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument", token)
	}
	for token := range spec.Resources {
		assert.True(t, seen[token], "there is no matrix of %s", token)
	}
}

// changes reports whether a change is about an input, alone or together with others.
func (c change) changes(path string) bool {
	return slices.Contains(strings.Split(c.input, ", "), path)
}

// inputPaths are the paths of the inputs that have no properties.
func inputPaths(spec schema.PackageSpec, prefix string, properties map[string]schema.PropertySpec) (paths []string) {
	for name, property := range properties {
		of := property.TypeSpec
		if of.Items != nil {
			of = *of.Items
		}
		object, ok := spec.Types[strings.TrimPrefix(of.Ref, "#/types/")]
		if ok && object.Properties != nil {
			paths = append(paths, inputPaths(spec, prefix+name+".", object.Properties)...)
		} else {
			paths = append(paths, prefix+name)
		}
	}
	slices.Sort(paths)
	return paths
}
