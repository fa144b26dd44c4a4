package docs_test

import (
	"encoding/json"
	"go/ast"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awsOperation is the name of a call to EC2, Route 53 or STS.
var awsOperation = regexp.MustCompile(
	`^(?:Describe|Create|Delete|Modify|Authorize|Revoke|List|Get|Change|Associate|Disassociate)[A-Z][A-Za-z0-9]+$`)

// TestPolicy: the IAM policy allows every call that the stand-in for the aws plugin sends for a VpcAccess.
func TestPolicy(t *testing.T) {
	t.Parallel()
	var policy struct{ Statement []struct{ Action []string } }
	require.NoError(t, json.Unmarshal([]byte(read(t, "examples/vpc/iam-policy.json")), &policy))
	allowed := map[string]bool{}
	for _, statement := range policy.Statement {
		for _, action := range statement.Action {
			service, operation, ok := strings.Cut(action, ":")
			require.True(t, ok, action)
			assert.Contains(t, []string{"ec2", "route53", "sts"}, service)
			assert.False(t, allowed[operation], "%s is there twice", action)
			allowed[operation] = true
		}
	}
	called := 0
	for _, path := range []string{
		"endpoint.go", "group.go", "rule.go", "zone.go", "record.go", "lookups.go",
		"internal",
	} {
		sources(t, filepath.Join(root, "sandbox", "aws", path), func(file *ast.File) {
			ast.Inspect(file, func(node ast.Node) bool {
				literal, ok := node.(*ast.BasicLit)
				if !ok {
					return true
				}
				operation, _ := constant(literal)
				// These two are only the beginnings of names.
				mine := awsOperation.MatchString(operation) && operation != "AuthorizeSecurityGroup" &&
					operation != "RevokeSecurityGroup"
				if mine {
					called++
					assert.True(t, allowed[operation], "the policy lacks %s", operation)
				}
				return true
			})
		})
	}
	assert.Greater(t, called, 20)
}
