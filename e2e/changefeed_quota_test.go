package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// nativeFeed is a changefeed with a key that exists.
func nativeFeed(name, more string) string {
	return fmt.Sprintf(`
  %s:
    type: tidbconfluent:tidbcloud:Changefeed
    properties:
      clusterId: "{{.EssentialUSEast1}}"
      kafka:
        network: {privateLink: {privateLinkConnectionId: plc-a7bq2mxw, port: 9092}}
        topicPartitionConfig: {dispatchType: ONE_TOPIC, defaultTopic: %s}
`, name, name) + more
}

// newQuotaStack has a cluster with some changefeeds of other programs.
func newQuotaStack(t *testing.T, others int) *stack {
	t.Helper()
	return newStack(t, "resources: {}\n", sandbox.Options{
		Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
		Prepare: func(state *sandbox.State) {
			prepareRows(state)
			for i := range others {
				state.Changefeeds[fmt.Sprintf("cf-other%d", i)] = &sandbox.Changefeed{
					ClusterID: (&sandbox.Server{}).Seed().EssentialUSEast1, DisplayName: fmt.Sprint("other ", i),
					Sink: sandbox.ChangefeedSink{Type: "MYSQL", MySQL: &sandbox.MySQLSink{}},
				}
			}
		},
	})
}

// refusesTooMany requires a program to be refused before anything is changed.
func (s *stack) refusesTooMany(existing, planned int, command ...string) {
	s.t.Helper()
	before := len(s.madeChanges())
	out := s.pulumiFails(command...)
	assert.Contains(s.t, out, fmt.Sprintf("has %d changefeeds, but at most 10 are possible, and this update creates "+
		"%d; create fewer, or delete an unused one", existing, planned))
	assert.Len(s.t, s.madeChanges(), before, "nothing is changed")
}

// TestPlannedChangefeedsAreCountedTogether: where nine exist, a program with one more is accepted, and one with two
// more is refused, whatever declares them.
func TestPlannedChangefeedsAreCountedTogether(t *testing.T) {
	t.Parallel()
	s := newQuotaStack(t, 9)
	rows := "resources:\n" + kafkaChangefeed("rows", "")
	for _, program := range []string{
		rows + nativeFeed("feed", ""), rows + kafkaChangefeed("more", ""),
		"resources:" + nativeFeed("feed", "") + nativeFeed("more", ""),
	} {
		s.change(program)
		s.refusesTooMany(9, 2, "preview")
		s.refusesTooMany(9, 2, "up", "--yes")
	}
	// Of these two, the command creates one.
	urn := "urn:pulumi:dev::e2e::tidbconfluent:tidbcloud:Changefeed::more"
	s.pulumi("preview", "--target", urn)
	s.pulumi("up", "--yes", "--target", urn)
	// A changefeed in the state counts once, and a place that becomes free only after the creation is not free.
	s.change("resources:" + nativeFeed("more", ""))
	s.pulumi("preview", "--expect-no-changes")
	s.change("resources:" + nativeFeed("feed", ""))
	s.refusesTooMany(10, 1, "preview")
	s.change("resources: {}\n")
	s.up()
	s.change(rows)
	s.pulumi("up", "--yes")
	s.hideKeys()
	s.settled()
}

// TestAnEleventhKafkaChangefeedIsRefused: a changefeed beyond the quota is refused, and existing ones are not.
func TestAnEleventhKafkaChangefeedIsRefused(t *testing.T) {
	t.Parallel()
	s := newQuotaStack(t, 9)
	named := func(more string) string { return "resources:\n" + kafkaChangefeed("rows", more) }
	s.change(named("displayName: first"))
	s.up()
	s.hideKeys()
	s.pulumi("preview", "--expect-no-changes")
	s.pulumi("up", "--yes", "--replace", s.resource("rows-key").URN)
	s.hideKeys()
	s.change(named("displayName: second, serviceAccountId: sa-000001"))
	s.pulumi("up", "--yes")
	s.hideKeys()
	// A replacement frees its own place, also one that creates an account, and one with another name.
	old := s.resource("rows-changefeed").ID
	s.change(named(fmt.Sprintf("startPosition: {time: %q}, displayName: third", time.Now().UTC().Format(time.RFC3339))))
	s.pulumi("preview")
	s.pulumi("up", "--yes")
	s.hideKeys()
	assert.NotEqual(t, old, s.resource("rows-changefeed").ID)
	s.change(named("displayName: third") + kafkaChangefeed("more", ""))
	s.refusesTooMany(10, 1, "preview")
	before := len(s.madeChanges())
	out := s.pulumiFails("up", "--yes", "--skip-preview")
	assert.Contains(t, out, "has 10 changefeeds, but at most 10 are possible; delete an unused one")
	assert.Len(t, s.madeChanges(), before, "not even an account is created")
}
