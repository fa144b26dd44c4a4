package tidbcloud

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// TestCommandsInMessages runs the commands that errors print through a shell, for a link whose name is no plain word.
func TestCommandsInMessages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"orders", `it's "the shop's" $HOME $(id) ` + "`id`" + ` !! * \ 注文`, "a=b", "two\nlines", "-v"} {
		link := resource.NewURN("dev", "e2e", "", "tidbconfluent:index:PrivateLink", name)
		urn := resource.NewURN("dev", "e2e", link.QualifiedType(), "tidbconfluent:tidbcloud:PrivateLinkConnection", name+"-connection")
		ctx := shim.WithURN(t.Context(), urn)
		connection := tidbapi.PrivateLinkConnection{PrivateLinkConnectionID: "plc-1", DisplayName: "orders"}

		found := []tidbapi.PrivateLinkConnection{connection, connection}
		ambiguous := searchConnection(unconfirmedID{within: "1001"}, PrivateLinkConnectionArgs{}).ambiguous(ctx, found)
		assert.Equal(t, []string{"state", "delete", string(urn)}, words(t, ambiguous, `then run (pulumi .*), and pulumi up`))

		args := PrivateLinkConnectionArgs{ClusterID: "1001", DisplayName: optional("orders")}
		refusal := connectionLookout(ctx, urn.Name(), args).Before([]tidbapi.PrivateLinkConnection{connection})
		imported := words(t, refusal, `take it over with: (pulumi .*) \(or delete it`)
		assert.Contains(t, imported, urn.Name())
		assert.Contains(t, imported, "1001/plc-1")
		parent := imported[1+indexOf(t, imported, "--parent")]
		assert.True(t, strings.HasSuffix(parent, "="+string(link)), parent)
	}
}

func indexOf(t *testing.T, words []string, word string) int {
	t.Helper()
	for i, w := range words {
		if w == word {
			return i
		}
	}
	require.Fail(t, "the word is missing", "%q in %q", word, words)
	return 0
}

// words are what a shell makes of the command in an error, without the program.
func words(t *testing.T, err error, pattern string) []string {
	t.Helper()
	require.Error(t, err)
	match := regexp.MustCompile(pattern).FindStringSubmatch(err.Error())
	require.NotNil(t, match, err)
	out, err := exec.CommandContext(t.Context(), "sh", "-c",
		`printf '%s\000' `+strings.TrimPrefix(match[1], "pulumi ")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
