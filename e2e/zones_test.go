package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestReportedZones: whatever AZs TiDB Cloud reports later, a stack that exists stays as it is, and can be worked on.
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
	s.change(program + "      kafkaCluster: {cku: 3}\n")
	assert.Equal(t, plan{"given": "update kafkaCluster", "given-kafka": "update dedicated.cku"}, s.observed("up", "--yes", "--skip-preview").plan)
	s.settled()
}
