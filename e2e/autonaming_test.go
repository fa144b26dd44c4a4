package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// connectionNames are the names of the connections in TiDB Cloud.
func (s *stack) connectionNames() []string {
	s.t.Helper()
	var names []string
	s.sandbox.Update(func(state *sandbox.State) {
		for _, c := range state.PrivateLinkConnections {
			names = append(names, c.DisplayName)
		}
	})
	return names
}

// TestAutonamingModes: the stack configuration names a connection without a name. A chosen name stays, whatever is
// configured later.
func TestAutonamingModes(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.set("pulumi:autonaming.mode", "disabled")
	out := s.pulumiFails("preview")
	assert.Contains(t, out, "displayName")
	assert.Contains(t, out, "pulumi:autonaming of the stack configuration disables automatic names; set a name "+
		"(connection.displayName of a PrivateLink)")
	assert.Empty(t, s.changes())

	s.set("pulumi:autonaming.mode", "verbatim")
	assert.NotContains(t, s.up(), "autonaming")
	assert.Equal(t, []string{"orders-connection"}, s.connectionNames())
	s.settled()

	// The connection of a killed run is recognized, also when the next run would choose another name.
	s.pulumi("config", "rm", "--path", "pulumi:autonaming.mode")
	s.set("pulumi:autonaming.pattern", "${stack}-${name}-${alphanum(5)}")
	s.settled()
	s.forgetsAndTakesOver()
	s.up()
	s.settled()
	assert.Equal(t, []string{"orders-connection"}, s.connectionNames())

	// A name that is set is not chosen.
	s.set("pulumi:autonaming.pattern", "enforced")
	s.set("pulumi:autonaming.enforce", "true")
	s.change(strings.Replace(oneLink, "environmentId:", "connection: {displayName: given}\n      environmentId:", 1))
	s.up()
	assert.Equal(t, []string{"given"}, s.connectionNames())
	s.destroyed()
}

// TestAutonamingOfAType: a pattern may be for a provider or for a type, be enforced, and have random parts, by which a
// killed run's connection differs from the next run's.
func TestAutonamingOfAType(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.write("Pulumi.dev.yaml", "config:\n  confluentcloud:endpoint: "+s.sandbox.ConfluentURL()+`
  pulumi:autonaming:
    mode: disabled
    providers:
      tidbconfluent:
        pattern: provider-${name}
        resources:
          tidbconfluent:tidbcloud:PrivateLinkConnection:
            pattern: ${project}.${hex(6)}.${name}-${num(4)}
            enforce: true
`)
	out := s.up()
	assert.NotContains(t, out, "does not support autonaming configuration")
	require.Len(t, s.connectionNames(), 1)
	name := s.connectionNames()[0]
	assert.Regexp(t, `^e2e\.[0-9a-f]{6}\.orders-connection-[0-9]{4}$`, name)
	s.settled()

	s.forgetsAndTakesOver()
	s.up()
	s.settled()
	assert.Equal(t, []string{name}, s.connectionNames())
	s.destroyed()
}

// TestLongNamesOfSisters: links with long names of the same beginning go into one network, one after the other and in
// runs of their own.
func TestLongNamesOfSisters(t *testing.T) {
	t.Parallel()
	stem := "corp-platform-streaming-production-us-east-1-private-link-to-confluent-cloud-number"
	s := newStack(t, sisters(stem, 1))
	s.up()
	for n := 2; n <= 3; n++ {
		s.change(sisters(stem, n))
		out := s.pulumi("up", "--yes", "--skip-preview", "--target", "**"+stem+"-"+string(rune('0'+n))+"-*",
			"--target-dependents")
		assert.NotContains(t, out, "there is already")
	}
	s.up()
	s.settled()
	names := s.connectionNames()
	assert.Len(t, names, 3)
	for _, name := range names {
		assert.LessOrEqual(t, len(name), 64)
	}
	s.destroyed()
}

// sisters are the native connections of so many links to one network.
func sisters(stem string, number int) string {
	program := `
resources:
  link:
    type: tidbconfluent:PrivateLink
    name: orders
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      connection: {displayName: orders}
`
	for n := 1; n < number; n++ {
		program += `
  sister` + string(rune('0'+n)) + `:
    type: tidbconfluent:tidbcloud:PrivateLinkConnection
    name: ` + stem + "-" + string(rune('1'+n)) + `-connection
    properties:
      clusterId: "{{.EssentialUSEast1}}"
      awsEndpointService: {name: "${link.vpcEndpointServiceName}"}
`
	}
	return program
}
