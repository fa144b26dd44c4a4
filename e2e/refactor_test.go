package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoLinks are one that leaves its names to the component, and one that does not.
const twoLinks = `
resources:
  shop:
    type: confluentcloud:Environment
  orders:
    type: tidbconfluent:PrivateLink
    options: {}
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
  payments:
    type: tidbconfluent:PrivateLink
    options: {}
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      network: {displayName: payments network}
      privateLinkAccess: {displayName: payments access}
      kafkaCluster: {displayName: payments cluster}
`

// renamed is twoLinks with another name and with options for one of the two.
func renamed(program, name, newName, options string) string {
	return strings.Replace(program, "  "+name+":\n    type: tidbconfluent:PrivateLink\n    options: {}\n",
		"  "+newName+":\n    type: tidbconfluent:PrivateLink\n    options: "+options+"\n", 1)
}

// TestRename: another name or another parent, with aliases in any of their forms, replaces nothing. Names in
// Confluent that were derived from the component's follow it in place, and nothing else is touched.
func TestRename(t *testing.T) {
	t.Parallel()
	s := newStack(t, twoLinks)
	s.up()
	before := len(s.changes())

	// With the specification that the SDKs send, and with a URN.
	s.change(renamed(renamed(twoLinks,
		"orders", "purchases", "{aliases: [{name: orders}]}"),
		"payments", "incoming", `{aliases: ["urn:pulumi:dev::e2e::tidbconfluent:index:PrivateLink::payments"]}`))
	assert.Equal(t, map[string]string{
		"purchases-network": "update", "purchases-access": "update", "purchases-kafka": "update",
	}, s.planned())
	s.up()
	after := s.changes()[before:]
	assert.Len(t, after, 3)
	for _, call := range after {
		assert.Regexp(t, "^PATCH ", call)
	}

	// Without the alias from then on, and below other parents.
	unchanged := func(options string) {
		s.change(renamed(renamed(twoLinks, "orders", "purchases", "{}"), "payments", "incoming", options))
		s.pulumi("up", "--yes", "--skip-preview", "--diff", "--expect-no-changes")
	}
	unchanged(`{}`)
	unchanged(`{parent: "${shop}", aliases: [{noParent: true}]}`)
	unchanged(`{parent: "${purchases}", aliases: [{parent: "${shop}"}]}`)
	unchanged(`{aliases: [{parent: "${purchases}"}]}`)
	for _, r := range s.resources() {
		assert.NotContains(t, r.URN, "Environment$", "it has moved away")
	}
	s.stateRename("incoming", "received",
		renamed(renamed(twoLinks, "orders", "purchases", "{}"), "payments", "received", "{}"))
	assert.Len(t, s.changes(), before+3)
	s.settled()
	s.destroyed()
}

// stateRename renames a component in the state. Its children keep theirs, so that all of them would be
// deleted and created anew, until they have other names there too.
func (s *stack) stateRename(from, to, program string) {
	s.t.Helper()
	children := map[string]string{}
	for _, r := range s.resources() {
		name := r.URN[strings.LastIndex(r.URN, ":")+1:]
		if suffix, is := strings.CutPrefix(name, from+"-"); is {
			children[r.URN] = to + "-" + suffix
		}
	}
	require.Len(s.t, children, 5)
	link := "urn:pulumi:dev::e2e::tidbconfluent:index:PrivateLink::"
	s.pulumi("state", "rename", link+from, to, "--yes")
	s.change(program)
	planned := s.planned()
	assert.Equal(s.t, "delete", planned[from+"-kafka"])
	assert.Equal(s.t, "create", planned[to+"-kafka"])
	for urn, name := range children {
		s.pulumi("state", "rename", urn, name, "--yes")
	}
	assert.Empty(s.t, s.planned())
}

// renames rename the component of each language's example, with the alias as that language's SDK sends it.
var renames = map[string]struct{ file, old, new string }{
	"typescript": {
		"index.ts", "    kafkaCluster: { cku: 2 },\n}",
		"    kafkaCluster: { cku: 2 },\n}, { aliases: [{ name: \"orders\" }] }",
	},
	"python": {
		"__main__.py", "    kafka_cluster={\"cku\": 2},\n",
		"    kafka_cluster={\"cku\": 2},\n    opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name=\"orders\")]),\n",
	},
	"go": {
		"main.go", "\t\t\t},\n\t\t})",
		"\t\t\t},\n\t\t}, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(\"orders\")}}))",
	},
}

// renamesInPlace checks that another name of an example's component, with an alias, replaces nothing.
func (s *stack) renamesInPlace(language string) {
	s.t.Helper()
	rename, ok := renames[language]
	if !ok {
		return // TestRename does it in YAML.
	}
	program := readFile(s.t, s.dir, rename.file)
	require.Equal(s.t, 1, strings.Count(program, rename.old), rename.file)
	require.Equal(s.t, 1, strings.Count(program, `"orders"`), rename.file)
	program = strings.Replace(program, `"orders"`, `"purchases"`, 1)
	s.write(rename.file, strings.Replace(program, rename.old, rename.new, 1))
	assert.Equal(s.t, map[string]string{
		"purchases-network": "update", "purchases-access": "update", "purchases-kafka": "update",
	}, s.planned())
}

// TestAnotherStack: a component moves with all that it created to another stack, of another project too, and a stack to
// another project.
func TestAnotherStack(t *testing.T) {
	t.Parallel()
	s := newStack(t, twoLinks)
	s.up()
	before := s.changes()

	settings := readFile(t, s.dir, "Pulumi.dev.yaml")
	s.write("Pulumi.live.yaml", settings)
	s.change("name: shop\nruntime: yaml\nresources: {}\n")
	s.pulumi("stack", "init", "live", "--no-select")
	s.pulumi("state", "move", "--source", "organization/e2e/dev", "--dest", "organization/shop/live", "--yes",
		"urn:pulumi:dev::e2e::tidbconfluent:index:PrivateLink::payments")

	first, second, _ := strings.Cut(twoLinks, "  payments:")
	s.change(first)
	s.settled()
	moved := "resources:\n  payments:" + second
	s.change("name: shop\nruntime: yaml\n" + moved)
	s.pulumi("stack", "select", "live")
	s.settled()

	s.pulumi("stack", "rename", "organization/bazaar/live")
	s.change("name: bazaar\nruntime: yaml\n" + moved)
	s.pulumi("stack", "select", "organization/bazaar/live")
	s.settled()
	assert.Equal(t, before, s.changes())
}
