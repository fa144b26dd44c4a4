package e2e

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharingProgram is a link, a changefeed over it, and a second link over the outputs of the first.
const sharingProgram = rowsProgram + `
  sharedKafka: ${payments.kafkaClusterId}
`

const secondLink = `
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      privateLinkAccess: {id: "${orders.privateLinkAccessId}"}
      kafkaCluster: {id: "${orders.kafkaClusterId}"}
outputs:`

// TestSavedPlan: a first update follows the plan of its preview, names, dependencies and unknown inputs included. An
// update that differs from the plan is refused.
func TestSavedPlan(t *testing.T) {
	t.Parallel()
	program := strings.Replace(sharingProgram, "\noutputs:", secondLink, 1)
	s := newStack(t, program)
	plan := filepath.Join(s.env["HOME"], "plan.json")
	s.pulumi("preview", "--save-plan", plan)
	s.pulumi("up", "--yes", "--skip-preview", "--plan", plan)
	s.hideKeys()

	// In YAML, too, the changefeed goes before the domains that it needs.
	needs := s.resource("rows-changefeed").Dependencies
	for _, child := range []string{"orders-connection", "orders-domains", "orders-kafka"} {
		assert.Contains(t, needs, s.resource(child).URN)
	}

	s.pulumi("preview", "--save-plan", plan)
	s.change(strings.Replace(program, "name: shop", "name: store", 1))
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview", "--plan", plan), "violates plan")
	s.change(program)
	s.settled()
	s.destroyed()
	var deleted []string
	for _, call := range s.changes() {
		if strings.HasPrefix(call, "DELETE") && strings.Contains(call, s.sandbox.Seed().EssentialUSEast1+"/") {
			deleted = append(deleted, path.Base(path.Dir(call)))
		}
	}
	require.NotEmpty(t, deleted)
	assert.Equal(t, "changefeeds", deleted[0], deleted)
}
