package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestCallsOfAChangefeed: creating a changefeed takes two calls, an edit four, a deletion two, and the looks of the
// waits; a refresh takes one; and where nothing changes, none.
func TestCallsOfAChangefeed(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 5*time.Second, sandbox.Options{})
	s.calls(map[string]int{"list": 1, "create": 1}, 1, func() { s.must(s.up(s.feed)) })
	s.calls(map[string]int{}, 0, func() { s.mustBeUnchanged(s.feed) })
	s.calls(map[string]int{"get": 1}, 0, func() { s.must(s.refresh(s.feed)) })
	s.program(edited)
	s.calls(map[string]int{}, 0, s.previewOfFeed)
	s.calls(map[string]int{"get": 1, "stop": 1, "edit": 1, "start": 1}, 2, func() { s.must(s.up(s.feed)) })
	s.program(edited, paused)
	s.calls(map[string]int{"get": 1, "stop": 1}, 1, func() { s.must(s.up(s.feed)) })
	s.program(edited)
	s.calls(map[string]int{"get": 1, "start": 1}, 1, func() { s.must(s.up(s.feed)) })
	s.program(edited, overTheInternet)
	// The replacement reads and stops the old changefeed, and lists the changefeeds before it creates the new one. A
	// GET of the old one, after the listing, confirms that it is gone.
	s.calls(map[string]int{"get": 2, "stop": 1, "list": 1, "create": 1, "delete": 1}, 3,
		func() { s.must(s.up(s.feed)) })
	s.calls(map[string]int{"delete": 1, "get": 1}, 1, func() { s.must(s.destroy(s.feed)) })
}

// previewOfFeed asks for the difference of an update, and previews it.
func (s *stack) previewOfFeed() {
	s.t.Helper()
	checked, err := s.server.Check(p.CheckRequest{
		Urn: urn(changefeedType), State: s.feed.inputs,
		Inputs: s.given(s.feed),
	})
	s.must(err)
	diff, err := s.server.Diff(p.DiffRequest{
		ID: s.feed.id, Urn: urn(changefeedType), State: s.feed.properties, Inputs: checked.Inputs,
		OldInputs: s.feed.inputs,
	})
	s.must(err)
	assert.True(s.t, diff.HasChanges)
	_, err = s.server.Update(p.UpdateRequest{
		ID: s.feed.id, Urn: urn(changefeedType), State: s.feed.properties, Inputs: checked.Inputs,
		OldInputs: s.feed.inputs, DryRun: true,
	})
	s.must(err)
	_, err = s.server.Create(p.CreateRequest{Urn: urn(changefeedType), Properties: checked.Inputs, DryRun: true})
	s.must(err)
}

// calls requires a number of calls and, where the operation waits, listings in addition: at least one for each wait.
func (s *stack) calls(want map[string]int, waits int, do func()) {
	s.t.Helper()
	before := len(s.box.Calls())
	do()
	got := feedCalls(s.box.Calls()[before:])
	looks := got["list"] - want["list"]
	assert.GreaterOrEqual(s.t, looks, waits, "looks")
	if waits == 0 {
		assert.Zero(s.t, looks, "looks")
	}
	delete(got, "list")
	others := map[string]int{}
	for kind, n := range want {
		if kind != "list" {
			others[kind] = n
		}
	}
	assert.Equal(s.t, others, got)
}

// feedCalls counts calls by what they are for. The challenge that each process begins with is no call.
func feedCalls(calls []sandbox.Call) map[string]int {
	kinds := map[string]int{}
	for _, call := range calls {
		if call.Status == http.StatusUnauthorized {
			continue
		}
		kind := map[string]string{
			http.MethodGet: "get", http.MethodPost: "create", http.MethodPatch: "edit",
			http.MethodDelete: "delete",
		}[call.Method]
		switch {
		case listFeeds(call):
			kind = "list"
		case stopFeed(call):
			kind = "stop"
		case startFeed(call):
			kind = "start"
		case !strings.Contains(call.Path, "/changefeeds"):
			kind = call.Method + " " + call.Path
		}
		kinds[kind]++
	}
	return kinds
}

// TestWaitsOfChangefeedsShareTheirLooks: all changefeeds of a cluster wait with one listing.
func TestWaitsOfChangefeedsShareTheirLooks(t *testing.T) {
	t.Parallel()
	const feeds, creation = 8, 600 * time.Millisecond
	s := newFeedStack(t, 5*time.Second, sandbox.Options{Times: sandbox.Times{ChangefeedCreate: creation}})
	before := len(s.box.Calls())
	var running sync.WaitGroup
	for i := range feeds {
		running.Go(func() {
			name := fmt.Sprintf("rows-%d", i)
			inputs := object(s.feedInputs(named(name)))
			at := resource.NewURN("test", "test", "", changefeedType, name)
			_, err := s.server.Create(p.CreateRequest{Urn: at, Properties: inputs})
			assert.NoError(t, err)
		})
	}
	running.Wait()
	require.Len(t, s.feeds(), feeds)
	got := feedCalls(s.box.Calls()[before:])
	assert.Equal(t, feeds, got["create"])
	looks := got["list"] - feeds // one before each creation
	assert.Positive(t, looks)
	// Each wait alone would look at least every LongestPause.
	alone := feeds * int(creation/pace(0).LongestPause)
	assert.Less(t, looks, alone/2, "looks of %d changefeeds", feeds)
}
