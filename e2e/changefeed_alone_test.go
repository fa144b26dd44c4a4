package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestChangefeedAloneExamples runs the example of the changefeed without a component in each language, checks that all
// of them create the same, and compares the rows that arrive in Kafka with those of the table.
func TestChangefeedAloneExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "changefeed-alone/"+language, sandbox.Options{Prepare: prepareRows})
			s.hideKeys()
			key := s.sandbox.APIKeys()[0]
			s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.set("privateLinkConnectionId", "plc-a7bq2mxw")
			s.set("kafkaHost", "lkc-9mz5yq.domnprzqrog.us-east-1.aws.confluent.cloud")
			s.set("kafkaKey", key.ID)
			s.setSecret("kafkaSecret", key.Secret)
			s.up()
			assert.Equal(t, "RUNNING", s.outputs()["state"])
			all.add(s, language)
			s.insert(3)
			s.allArrive("shop")
			s.settled()
			s.pulumi("destroy", "--yes", "--skip-preview")
			s.sandbox.Update(func(state *sandbox.State) { require.Empty(t, state.Changefeeds) })
		})
	}
	t.Cleanup(func() { all.equal(t) })
}
