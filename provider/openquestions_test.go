package provider_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// Where a cluster may have one connection to an endpoint service, a replacement that comes first is refused, with what
// to do about it. The old connection stays, and is replaced as soon as it goes first.
func TestReplacementWhereOneConnectionIsAllowed(t *testing.T) {
	t.Parallel()
	s := newStackWith(t, 100*time.Millisecond, sandbox.Options{Dialects: []sandbox.Dialect{sandbox.UniqueServices}})
	s.name = "orders"
	s.must(s.up(s.connection))
	was := *s.connection
	for _, s.name = range []string{"invoices", "payments"} {
		s.wantError(s.up(s.connection), "409", "already exists in the cluster",
			"if this one replaces it, set the option deleteBeforeReplace of the resource")
		require.Equal(t, was.id, s.connection.id)
		s.restart()
	}
	s.name = "orders"
	s.mustBeUnchanged(s.connection)
	s.name = "payments"
	s.must(s.replace(s.connection, true))
	s.assertInStep()
	assert.Positive(t, s.box.DialectUses()[sandbox.UniqueServices])
	s.destroyAll()
}

// A read may come from a copy that does not know of a deletion yet. That is no sign that the deletion failed.
func TestDeletionsWithStaleReads(t *testing.T) {
	t.Parallel()
	s := newStackWith(t, 10*time.Second, sandbox.Options{
		Dialects: []sandbox.Dialect{sandbox.StaleReads},
		Times:    sandbox.Times{ConnectionDelete: time.Second, DomainDetach: time.Second},
	})
	s.must(s.up(s.connection))
	s.must(s.up(s.attachment))
	s.must(s.destroy(s.attachment))
	s.must(s.destroy(s.connection))
	assert.Positive(t, s.box.DialectUses()[sandbox.StaleReads])
	assert.Empty(t, s.box.Difference())
}

// How TiDB Cloud asks for credentials is not published.
func TestDigestAlgorithms(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512", "SHA-512-256"} {
		for _, qop := range []string{"auth", "none"} {
			s := newStackWith(t, time.Second, sandbox.Options{Digest: sandbox.Digest{Algorithm: algorithm, QOP: qop}})
			for range 2 {
				s.must(s.invoke("getCluster"))
			}
		}
	}
}
