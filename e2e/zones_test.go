package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestReportedZones: whatever AZs TiDB Cloud reports later, a stack that exists stays as it is, and can be
// worked on; also while the cluster is being modified.
func TestReportedZones(t *testing.T) {
	t.Parallel()
	const program = `
resources:
  chosen:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
  given:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      network: {zones: [use1-az1, use1-az2, use1-az3]}
  brought:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${chosen.networkId}"}
      privateLinkAccess: {id: "${chosen.privateLinkAccessId}"}
      kafkaCluster: {id: "${chosen.kafkaClusterId}"}
`
	s := newStack(t, program)
	s.up()
	for _, reported := range [][]string{
		{"use1-az2", "use1-az6", "use1-az1"},
		{"use1-az3", "use1-az4", "use1-az5"},
		{"use1-az4", "use1-az5", "use1-az6"},
		{"use1-az5"},
		{},
	} {
		s.sandbox.Update(func(state *sandbox.State) {
			state.TiDBClusters[s.sandbox.Seed().EssentialUSEast1].AvailabilityZoneIDs = reported
		})
		assert.Empty(t, s.observed("preview").plan, "TiDB Cloud reports %v", reported)
	}
	s.sandbox.Update(func(state *sandbox.State) {
		state.TiDBClusters[s.sandbox.Seed().EssentialUSEast1].State = "MODIFYING"
	})
	s.change(strings.Replace(program, "az3]}\n", "az3]}\n      kafkaCluster: {cku: 3}\n", 1))
	assert.Equal(t, plan{"given": "update kafkaCluster", "given-kafka": "update dedicated.cku"}, s.observed("up", "--yes", "--skip-preview").plan)
	s.settled()
}
