package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestSecondAccess: Confluent Cloud has one access for an account and a network. If there is one, created by hand
// or by another stack, a preview reports it, and both solutions that it names lead to a link that is complete.
func TestSecondAccess(t *testing.T) {
	t.Parallel()
	inShared := func(more string) string {
		return "resources:\n" + privateLink("orders", "network: {id: n-shared}"+more)
	}
	s := newStack(t, inShared(""), sandbox.Options{Prepare: func(state *sandbox.State) {
		state.Networks = map[string]*sandbox.Network{"n-shared": {DisplayName: "billing"}}
		state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
			"pla-shared": {NetworkID: "n-shared", Account: tidbAccount, DisplayName: "billing"},
		}
	}})
	const refusal = `privateLinkAccess: PrivateLink Access pla-shared ("billing") authorizes TiDB Cloud's AWS ` +
		"account " + tidbAccount + " in network n-shared already"
	assert.Contains(t, s.pulumiFails("preview"), refusal)
	assert.Empty(t, s.changes())

	// To use it.
	s.change(inShared(", privateLinkAccess: {id: pla-shared}"))
	s.up()
	s.settled()

	// To take it over. It keeps its name here; a link renames its own parts.
	s.change(inShared(""))
	out := s.pulumiFails("preview")
	assert.Contains(t, out, refusal)
	command := regexp.MustCompile(
		`pulumi (import \S+ orders-access \S+) --parent '(\S+)' --protect=false --generate-code=false`).
		FindStringSubmatch(out)
	require.NotNil(t, command)
	s.pulumi(
		append(strings.Fields(command[1]), "--parent", command[2], "--protect=false", "--generate-code=false", "--yes",
			"--skip-preview")...)
	assert.Equal(t, map[string]string{"orders": "update", "orders-access": "update"}, s.planned())
	s.up()
	s.settled()
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.PrivateLinkAccesses, 1) })
	s.pulumi("destroy", "--yes", "--skip-preview")
	assert.Equal(t, []string{"PrivateLink Access pla-shared is gone"}, s.sandbox.Difference(),
		"it had become the link's")
}

// TestTwoAccessesOfAProgram: of two links that would create an access for the same account and network, the second
// cannot. With the first one's access it can.
func TestTwoAccessesOfAProgram(t *testing.T) {
	t.Parallel()
	links := func(access string) string {
		return `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
` + access
	}
	const refusal = "privateLinkAccess: orders-access authorizes TiDB Cloud's AWS account " + tidbAccount +
		" in network "
	s := newStack(t, links(""))
	s.pulumi("preview") // Nothing is known about a network that does not exist yet.
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"), refusal)
	assert.Contains(t, s.pulumiFails("preview"), refusal)
	s.sandbox.Update(func(state *sandbox.State) { assert.Len(t, state.PrivateLinkAccesses, 1) })

	s.change(links("      privateLinkAccess: {id: \"${orders.privateLinkAccessId}\"}\n"))
	s.up()
	s.settled()
	s.destroyed()
}
