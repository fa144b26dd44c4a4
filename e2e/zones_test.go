package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestReportedZones: whatever AZs TiDB Cloud reports later, an existing stack stays as it is, and work on it goes on,
// also while the cluster is being modified.
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
  existing:
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
	assert.Equal(t, plan{"given": "update kafkaCluster", "given-kafka": "update dedicated.cku"},
		s.observed("up", "--yes", "--skip-preview").plan)
	s.settled()
}

// TestSingleZone: new TiDB Cloud clusters are in one AZ. The example, which is the program of the README, needs no
// other input for them. The chosen zones stay, whatever TiDB Cloud reports later.
func TestSingleZone(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	s := newStack(t, string(program))
	seed := s.sandbox.Seed()
	s.setText("tidb.clusterId", seed.SingleZone)
	s.set("environmentId", seed.EnvironmentID)
	s.pulumi("preview")
	s.up()
	assert.Equal(t, []any{"use1-az6"}, s.outputs()["tidbAvailabilityZoneIds"])
	assert.Equal(t, []any{"use1-az1", "use1-az2", "use1-az6"}, s.outputs()["zones"])
	s.settled()
	for _, reported := range [][]string{{"use1-az5"}, {"use1-az3", "use1-az4", "use1-az5"}, {}, {"use1-az6"}} {
		s.sandbox.Update(
			func(state *sandbox.State) { state.TiDBClusters[seed.SingleZone].AvailabilityZoneIDs = reported })
		assert.Empty(t, s.observed("preview").plan, "TiDB Cloud reports %v", reported)
	}
	s.destroyed()
}

// inRegion is a TiDB Cloud cluster of its own in a region whose AZ IDs are not known beforehand. Confluent Cloud
// chooses the last three of the sandbox's four.
func inRegion(zones ...string) sandbox.Options {
	return sandbox.Options{Prepare: func(state *sandbox.State) {
		state.TiDBClusters["7000"] = &sandbox.TiDBCluster{Region: "ap-southeast-3", AvailabilityZoneIDs: zones}
	}}
}

// TestZonesLeftToConfluent: where the region's AZ IDs are not known, Confluent Cloud chooses the zones of a network,
// and keeps them whatever TiDB Cloud reports later.
func TestZonesLeftToConfluent(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources:\n"+privateLink("orders", `tidbClusterId: "7000"`), inRegion("apse3-az2"))
	s.pulumi("preview")
	s.up()
	s.settled()
	for _, reported := range [][]string{{"apse3-az1"}, {"apse3-az1", "apse3-az2", "apse3-az3"}, {}, {"apse3-az2"}} {
		s.sandbox.Update(func(state *sandbox.State) { state.TiDBClusters["7000"].AvailabilityZoneIDs = reported })
		assert.Empty(t, s.observed("preview").plan, "TiDB Cloud reports %v", reported)
	}
	s.up()
	s.destroyed()
}

// TestNoZoneInCommonWithConfluentsChoice: the zones that Confluent Cloud chose are checked before anything is ordered
// in the network, at a preview too once the network exists. The advice in the message leads to a working link.
func TestNoZoneInCommonWithConfluentsChoice(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources:\n"+privateLink("orders", `tidbClusterId: "7000"`), inRegion("apse3-az1"))
	const refusal = "network.zones: no AZ in common: Confluent Cloud chose apse3-az2, apse3-az3, apse3-az4 for the " +
		"network, the TiDB Cloud cluster is in apse3-az1; set 3 AZ IDs of the region"
	s.pulumi("preview")
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"), refusal)
	assert.Contains(t, s.pulumiFails("preview"), refusal)
	assert.Equal(t, []string{"POST /networking/v1/networks"}, s.changes(), "nothing is ordered in it")

	s.change(
		"resources:\n" +
			privateLink("orders", `tidbClusterId: "7000", network: {zones: [apse3-az1, apse3-az2, apse3-az3]}`))
	s.up()
	s.settled()
	s.destroyed()
}
