package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// keylessWarning is what each preview and update of the example prints: one of its tables has no key.
const keylessWarning = "warning: tables: shop.visits have neither a primary key nor a unique key without NULL"

// TestChangefeedExamples runs the changefeed example in each language, checks that all of them create the same, and
// compares the rows that arrive in Kafka with those of the table.
func TestChangefeedExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "changefeed/"+language, sandbox.Options{NextDNSLabel: dnsLabel})
			s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.set("environmentId", s.sandbox.Seed().EnvironmentID)
			s.up()
			s.hideKeys()
			assert.Equal(t, []any{"shop"}, s.outputs()["topics"])
			all.add(s, language)
			if language != "yaml" && language != "go" { // Pulumi's Go SDK knows the component alone
				assert.Contains(t, s.resourceCalled("rows").Dependencies, s.resourceCalled("orders-kafka").URN)
			}
			s.insert(3)
			s.allArrive("shop")
			assert.Contains(t, s.pulumi("preview", "--diff", "--expect-no-changes"), keylessWarning)
			s.pulumi("refresh", "--yes", "--skip-preview", "--diff", "--expect-no-changes")
			s.destroyed()
		})
	}
	t.Cleanup(func() { all.equal(t) })
}
