package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestDialects takes a link through its whole life in each kind of dialect of TiDB Cloud. The provider's test of this
// name has each dialect alone.
func TestDialects(t *testing.T) {
	t.Parallel()
	for name, names := range map[string]string{
		"not yet there": "late-get,late-list,late-changes,late-attachments,late-states,late-domains,errors-as-words",
		"busy":          "busy-aborted,busy-precondition,lingering-domains,gone-forbidden,errors-in-envelope",
		"busy and terse": "busy-conflict,busy-too-early,gone-bad-request,errors-with-own-codes," +
			"lower-case-words,numeric-ids,numbers-as-text,null-lists,short-names,region-name-only,digest-in-lower-case",
		"lacking": "gone-deleted,bare-creations,abridged-lists,no-unique-names,no-service-region," +
			"no-cloud-provider,no-service-plan," +
			"no-totals,no-content,digest-once,digest-after-bearer",
		"different": "busy-locked,gone-410,errors-with-own-codes-as-text,title-case-words,upper-case-clouds," +
			"whole-domains," +
			"shuffled-lists,other-times,small-pages,other-statuses,snake-case,envelopes,digest-quoted",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dialects, err := sandbox.ParseDialects(names)
			require.NoError(t, err)
			// The plugin looks half a second after a creation for the first time.
			s := newStack(t, dialectProgram, sandbox.Options{
				Dialects: dialects, Times: sandbox.Times{Lag: 1200 * time.Millisecond}, MaxRequestsPerMinute: -1,
			})
			s.set("tidbconfluent:requestsPerMinute", "6000")
			s.up()
			assert.Equal(t, "us-east-1", s.outputs()["region"])
			s.settled()
			s.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
			s.destroyed()
		})
	}
}

// dialectProgram is a link whose connection has a name that a service could cut.
const dialectProgram = `
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      connection:
        displayName: orders of the whole world, to Confluent Cloud
outputs:
  region: ${orders.region}
  domains: ${orders.attachedDomains}
`
