package once

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// TestCommandsInMessages runs the commands that errors print through a shell, for a link whose name is no plain word.
func TestCommandsInMessages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"orders", `it's "the shop's" $HOME $(id) ` + "`id`" + ` !! * \ 注文`, "a=b",
		"two\nlines", "-v",
	} {
		link := resource.NewURN("dev", "e2e", "", "tidbconfluent:index:PrivateLink", name)
		urn := resource.NewURN("dev", "e2e", link.QualifiedType(), "tidbconfluent:tidbcloud:PrivateLinkConnection",
			name+"-connection")
		connection := existing("plc-1", nil)
		l := newLab(t, &cloud{connections: []tidbapi.PrivateLinkConnection{connection, existing("plc-2", nil)}})
		creation := l.connection()
		creation.Of.URN = urn
		_, ambiguous := creation.Search(t.Context(), nil)
		assert.Equal(t, []string{"state", "delete", string(urn)},
			words(t, ambiguous, `then run (pulumi .*), and pulumi up`))

		creation.Orphans = orphansOf("plc-1")
		_, refusal := creation.Create(t.Context())
		imported := words(t, refusal, `take it over with: (pulumi .*) \(or delete it`)
		assert.Contains(t, imported, urn.Name())
		assert.Contains(t, imported, "1001/plc-1")
		parent := imported[1+indexOf(t, imported, "--parent")]
		assert.True(t, strings.HasSuffix(parent, "="+string(link)), parent)
	}
}

// TestParentsInCommands: the names of the children of each component show the parent's.
func TestParentsInCommands(t *testing.T) {
	t.Parallel()
	for child, parent := range map[string]string{
		"PrivateLink$tidbconfluent:tidbcloud:PrivateLinkConnection::rows-connection": "PrivateLink::rows",
		"PrivateLink$tidbconfluent:tidbcloud:DomainAttachment::rows-domains":         "PrivateLink::rows",
		"KafkaChangefeed$tidbconfluent:tidbcloud:Changefeed::rows-changefeed":        "KafkaChangefeed::rows",
	} {
		assert.Equal(t, resource.URN("urn:pulumi:dev::e2e::tidbconfluent:index:"+parent),
			parentOf(resource.URN("urn:pulumi:dev::e2e::tidbconfluent:index:"+child)))
	}
}

// orphansOf recognizes one connection as an orphan.
func orphansOf(id string) OrphanCheck[tidbapi.PrivateLinkConnection] {
	return OrphanCheck[tidbapi.PrivateLinkConnection]{
		Matches:   func(c tidbapi.PrivateLinkConnection) bool { return c.PrivateLinkConnectionID == id },
		InputsKey: func(c tidbapi.PrivateLinkConnection) string { return "inputs of " + c.DisplayName },
		Describe:  func(c tidbapi.PrivateLinkConnection, _ string) string { return c.PrivateLinkConnectionID },
		InState:   "refresh", Elsewhere: "rename",
	}
}

// TestPreCreateCheck: an orphan rejects the creation before any request for it. A seen resource is not an orphan.
func TestPreCreateCheck(t *testing.T) {
	t.Parallel()
	s := &cloud{connections: []tidbapi.PrivateLinkConnection{existing("plc-old", nil)}}
	l := newLab(t, s)
	creation := l.connection()
	creation.Of.URN = resource.NewURN("dev", "e2e", "", "tidbconfluent:tidbcloud:PrivateLinkConnection", "orders")
	creation.Orphans = orphansOf("plc-old")
	_, err := creation.Create(t.Context())
	require.ErrorContains(t, err, "there is already plc-old; if the state has it, under any name, refresh; ")
	assert.Zero(t, s.created, "nothing was asked for")

	l.seen.Note("1001/plc-old")
	created, err := creation.Create(t.Context())
	require.NoError(t, err)
	assert.True(t, l.seen.Has("1001/"+created.PrivateLinkConnectionID), "what was created is seen")

	// A resource that was shown by its inputs alone is recognized by its name.
	l.seen.Forget("1001/plc-old")
	l.seen.Note("inputs of kafka")
	_, err = creation.Create(t.Context())
	require.NoError(t, err)
	creation.Orphans.Matches = func(c tidbapi.PrivateLinkConnection) bool { return c.DisplayName == "kafka" }
	_, err = creation.Create(t.Context())
	require.ErrorContains(t, err, "there is already plc-old")
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
