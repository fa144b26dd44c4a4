//go:build linux

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// feedProgram is a changefeed over a connection that exists, with a key that exists.
const feedProgram = `
resources:
  rows:
    type: tidbconfluent:tidbcloud:Changefeed
    properties:
      clusterId: "{{.EssentialUSEast1}}"
      kafka:
        network: {privateLink: {privateLinkConnectionId: plc-a7bq2mxw, port: 9092}}
        authentication:
          authType: SASL_PLAIN
          username: EXISTINGKEY00001
          password: existing/secret+of-the-key
          enableTls: true
          serverName: lkc-9mz5yq.domnprzqrog.us-east-1.aws.confluent.cloud
        topicPartitionConfig: {dispatchType: ONE_TOPIC, defaultTopic: shop}
      filter: {filterRule: [shop.orders]}
    options: {customTimeouts: {create: 30s, update: 30s, delete: 30s}}
`

const (
	changefeedsPath = tidbPath + "/changefeeds"
	changefeedPath  = changefeedsPath + "/cf-*"
)

// A feedChange is a change of a changefeed by an update, with its calls.
type feedChange struct {
	what    string
	program string
	points  []point
}

var feedChanges = []feedChange{
	{"creation", feedProgram, []point{
		{name: "listing the changefeeds", method: "GET", path: changefeedsPath, caller: ours},
		{name: "creating the changefeed", method: "POST", path: changefeedsPath, caller: ours},
	}},
	{"edit", strings.Replace(feedProgram, "[shop.orders]", "[shop.*]", 1), []point{
		{name: "looking up the changefeed", method: "GET", path: changefeedPath, caller: ours},
		{name: "pausing it", method: "POST", path: changefeedPath + ":stop", caller: ours},
		{name: "waiting until it is paused", method: "GET", path: changefeedsPath, caller: ours},
		{name: "editing it", method: "PATCH", path: changefeedPath, caller: ours},
		{name: "resuming it", method: "POST", path: changefeedPath + ":start", caller: ours},
	}},
	{"replacement", strings.Replace(feedProgram, "plc-a7bq2mxw", "plc-b8cr3nyx", 1), []point{
		{name: "pausing the old changefeed", method: "POST", path: changefeedPath + ":stop", caller: ours},
		{name: "creating the new one", method: "POST", path: changefeedsPath, caller: ours},
		{name: "deleting the old one", method: "DELETE", path: changefeedPath, caller: ours},
	}},
}

// A feedCase is a change that is interrupted.
type feedCase struct {
	feedChange
	blow
}

func (c feedCase) String() string { return c.what + ": " + c.blow.String() }

// feedCases are all of them where every is set, else each interruption and each call at least once.
func feedCases(every bool) []feedCase {
	var all []feedCase
	turn := 0
	for _, change := range feedChanges {
		cases := blows(change.points, true)
		cases = slices.DeleteFunc(cases, func(b blow) bool { return b.victim == confluents })
		for _, p := range change.points {
			ofPoint := slices.DeleteFunc(slices.Clone(cases), func(b blow) bool { return b.point != p })
			if !every {
				ofPoint = ofPoint[turn%len(ofPoint):][:1]
				turn += 4
			}
			for _, b := range ofPoint {
				all = append(all, feedCase{change, b})
			}
		}
	}
	return all
}

// TestInterruptionsOfChangefeeds interrupts the creation, an edit and a replacement of a changefeed, and recovers: one
// changefeed runs, and every row that was inserted since the first one ran is in Kafka.
func TestInterruptionsOfChangefeeds(t *testing.T) {
	t.Parallel()
	all := feedCases(os.Getenv(everyInterruption) != "")
	var mu sync.Mutex
	var ran []string
	cases, workers := make(chan feedCase), sync.WaitGroup{}
	for range 3 {
		workers.Go(func() {
			for c := range cases {
				t.Run(c.String(), func(t *testing.T) {
					steps := newStack(t, "", sandbox.Options{Prepare: prepareFeeds}).interruptFeed(c)
					mu.Lock()
					defer mu.Unlock()
					ran = append(ran, fmt.Sprintf("%s: %s", c, strings.Join(steps, ", ")))
				})
			}
		})
	}
	for _, c := range all {
		cases <- c
	}
	close(cases)
	workers.Wait()
	slices.Sort(ran)
	t.Logf("each with the steps that end it:\n%s", strings.Join(ran, "\n"))
	testkit.Report(t, "%d interruptions of changefeeds ended with the documented steps, of %d that were tried",
		len(ran), len(all))
	assert.Len(t, ran, len(all))
}

// prepareFeeds has two connections to the Kafka cluster.
func prepareFeeds(state *sandbox.State) {
	prepareRows(state)
	second := *state.PrivateLinkConnections["plc-a7bq2mxw"]
	second.DisplayName = "second"
	state.PrivateLinkConnections["plc-b8cr3nyx"] = &second
}

// interruptFeed starts a change and interrupts it, then follows the documentation. It returns the steps that were
// needed.
func (s *stack) interruptFeed(c feedCase) []string {
	s.t.Helper()
	s.t.Log(c)
	var rows []sandbox.Row
	if c.program != feedProgram {
		s.change(feedProgram)
		s.up()
		rows = s.insert(3)
	}
	s.change(c.program)
	c.run(s, "up")
	assert.Empty(s.t, s.orphans(c.interruption.name == cliKilled), "processes outlive the command line")
	if c.program != feedProgram {
		rows = append(rows, s.insert(3)...)
	}
	steps := s.recoverFeed(c.polite)
	rows = append(rows, s.insert(3)...)
	s.pulumi("preview", "--refresh", "--expect-no-changes")
	s.sandbox.Update(func(state *sandbox.State) {
		require.Len(s.t, state.Changefeeds, 1)
		for _, feed := range state.Changefeeds {
			assert.Contains(s.t, []string{sandbox.StateRunning, sandbox.StateWarning}, feed.State, feed.Error)
		}
	})
	assert.Empty(s.t, s.pendingCreates(), "still under way, as the state says")
	s.arrive(rows, "shop")
	return steps
}

// recoverFeed follows the documentation, with no step that is not needed.
func (s *stack) recoverFeed(polite bool) []string {
	s.t.Helper()
	r := s.unlock()
	if len(s.pendingCreates()) > 0 {
		r.step("clear", "refresh", "--clear-pending-creates", "--yes", "--skip-preview")
	}
	if polite {
		r.step("up", "up", "--yes", "--skip-preview")
	} else {
		r.upAndTakeOver()
	}
	return r.steps
}
