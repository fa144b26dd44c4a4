package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestChangefeedExamples runs the changefeed example of each language.
func TestChangefeedExamples(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "changefeed/"+language, sandbox.Options{NextDNSLabel: dnsLabel})
			s.pulumi("config", "set", "--path", "--type", "string", "tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.pulumi("config", "set", "environmentId", s.sandbox.Seed().EnvironmentID)
			s.up()
			assert.Equal(t, []any{"shop"}, s.outputs()["topics"])
			// It warns of a table without a key each time.
			s.pulumi("preview", "--expect-no-changes")
			s.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
			s.destroyed()
		})
	}
}
