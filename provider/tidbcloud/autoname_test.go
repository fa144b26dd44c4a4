package tidbcloud

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/autonaming"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// proposed is what the engine proposes for a resource.
func proposed(pattern, logicalName string, seed byte) shim.NamingOptions {
	urn := resource.NewURN("dev", "e2e", "", "tidbconfluent:tidbcloud:PrivateLinkConnection", logicalName)
	seeds := []byte{seed, 1, 2, 3}
	options, _ := (&autonaming.Pattern{Pattern: pattern}).AutonamingForResource(urn, seeds)
	return shim.NamingOptions{Seed: seeds, Configured: true, Proposed: options.ProposedName}
}

func chosen(t *testing.T, naming shim.NamingOptions, logicalName string) chosenName {
	t.Helper()
	name, err := chooseName(shim.WithNaming(t.Context(), naming), logicalName)
	require.NoError(t, err)
	return name
}

// TestSameResource: with any pattern, a name that another run chose for the same resource is recognized, and the name
// of another resource is not.
func TestSameResource(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("corp-", 20)
	for _, pattern := range []string{
		"${name}-${hex(4)}", "${name}-${alphanum(6)}", "${string(8)}-${name}", "${name}${num(5)}",
		"dev-${name}-${uuid}", "${uuid}",
		"${hex(7)}-${name}-${alphanum(5)}-${num(4)}", "${hex(4)}.${hex(9)}", "x${num(3)}y${num(3)}-${name}",
		"${name}-${hex(33)}",
		"${name}", "dev",
	} {
		for seed := range byte(50) {
			for _, name := range []string{"orders-connection", "o", "größe", long + "1-connection"} {
				one := chosen(t, proposed(pattern, name, seed), name)
				other := proposed(pattern, name, seed+100)
				assert.True(t, one.sameResource(other.Proposed, name), "%s: %s and %s", pattern, one.name,
					other.Proposed)
				if !strings.Contains(pattern, "${name}") {
					continue
				}
				for _, sister := range []string{
					"payments-connection", "orders-connectiom", "p", "größf",
					long + "2-connection",
				} {
					if sister != name {
						other := proposed(pattern, sister, seed+100)
						assert.False(t, one.sameResource(other.Proposed, name), "%s: %s and %s", pattern, one.name,
							other.Proposed)
					}
				}
			}
		}
	}
}

// TestSameResourceOfAnotherNaming: a run that was killed may have known another pulumi:autonaming.
func TestSameResourceOfAnotherNaming(t *testing.T) {
	t.Parallel()
	const name = "orders-connection"
	plain := chosen(t, shim.NamingOptions{}, name)
	verbatim := chosen(t, shim.NamingOptions{Configured: true, Proposed: name}, name)
	pattern := chosen(t, proposed("dev-${name}-${hex(4)}", name, 1), name)
	for _, one := range []chosenName{plain, verbatim, pattern} {
		assert.True(t, one.sameResource(plain.name, name))
		assert.True(t, one.sameResource(verbatim.name, name))
		assert.False(t, one.sameResource("orders", name))
		assert.False(t, one.sameResource("stg-orders-connection-ab12", name))
		assert.False(t, one.sameResource("", name))
	}
}

// TestRandomParts: only random parts are found, except for a character next to them that fits by chance.
func TestRandomParts(t *testing.T) {
	t.Parallel()
	for seed := range byte(100) {
		naming := proposed("dev-${name}-${hex(8)}", "orders", seed)
		parts := randomParts(naming.Proposed, naming.Seed)
		require.Len(t, parts, 1, naming.Proposed)
		assert.Equal(t, randomPart{len("dev-orders-"), len(naming.Proposed), "0123456789abcdef"}, parts[0])
		assert.Empty(t, randomParts("dev-orders-connection", naming.Seed))
		assert.Empty(t, randomParts(naming.Proposed, nil))
		assert.Empty(t, randomParts(naming.Proposed, []byte("another seed")))
		assert.Empty(t, randomParts("", naming.Seed))
	}
}

// TestLongNamesOfSisters: long names that differ only in the part that is cut stay different.
func TestLongNamesOfSisters(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, stem := range []string{
		strings.Repeat("corp-", 20) + "private-link-%d-connection", strings.Repeat("é", 60) + "%d", strings.Repeat("a",
			55) + "%d",
		"short-%d",
	} {
		for i := range 20 {
			logical := fmt.Sprintf(stem, i)
			name, err := autoname(t.Context(), logical, property.Map{})
			require.NoError(t, err)
			assert.LessOrEqual(t, len(*name), longestName)
			assert.True(t, isAutoname(*name, logical), *name)
			for other, is := range seen {
				assert.False(t, isAutoname(*name, other), "%s is taken for a name of %s", *name, other)
				assert.False(t, isAutoname(is, logical), "%s is taken for a name of %s", is, logical)
			}
			seen[logical] = *name
		}
	}
}

// TestKeptNames: a name that was chosen before is kept, also one of an earlier version, and whatever is configured
// since.
func TestKeptNames(t *testing.T) {
	t.Parallel()
	logical := strings.Repeat("corp-", 20) + "1"
	for _, old := range []string{logical[:56] + "-0123456", "orders-abcdef0"} {
		olds := property.NewMap(map[string]property.Value{"displayName": property.New(old)})
		for _, naming := range []shim.NamingOptions{
			{},
			{Configured: true, Proposed: "other"},
			{Configured: true, Disabled: true},
			{Configured: true},
		} {
			name, err := autoname(shim.WithNaming(t.Context(), naming), logical, olds)
			require.NoError(t, err)
			assert.Equal(t, old, *name)
		}
	}
}

func TestNoName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		naming  shim.NamingOptions
		logical string
		err     string
	}{
		{
			shim.NamingOptions{Configured: true, Disabled: true},
			"orders",
			"pulumi:autonaming of the stack configuration disables automatic names; set a name",
		},
		{
			shim.NamingOptions{Configured: true},
			"orders",
			"pulumi:autonaming of the stack configuration results in an empty name; change its pattern",
		},
		{
			shim.NamingOptions{Configured: true, Proposed: "a\tb"},
			"orders",
			`the automatic name "a\tb" has a control character`,
		},
		{shim.NamingOptions{}, "two\nlines", `has a control character, such as a line feed; use a name without one ` +
			`(connection.displayName of a PrivateLink)`},
	} {
		_, err := autoname(shim.WithNaming(t.Context(), c.naming), c.logical, property.Map{})
		require.ErrorContains(t, err, c.err)
	}
}
