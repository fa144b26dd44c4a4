package provider_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestDialectsOfChangefeeds leads a changefeed through its whole life in each dialect of TiDB Cloud, and in each that
// goes with many others.
func TestDialectsOfChangefeeds(t *testing.T) {
	t.Parallel()
	all := combinations()
	for _, d := range sandbox.Dialects() {
		all[string(d)] = []sandbox.Dialect{d}
	}
	atOnce(t, all, func(t *testing.T, dialects []sandbox.Dialect) {
		t.Helper()
		s := spokenFeedStack(t, sandbox.Options{Dialects: dialects})
		s.lifeOfFeed()
		if d := dialects[0]; len(dialects) == 1 && !notOfChangefeeds[d] { // of several, one may hide the other
			assert.Positive(t, s.box.DialectUses()[d], "%s was not at work", d)
		}
	})
}

// atOnce runs many cases that wait more than they work, so that more of them run at once than there are processors.
func atOnce[T any](t *testing.T, cases map[string]T, run func(*testing.T, T)) {
	t.Helper()
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, 24)
	for name, c := range cases {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			t.Run(name, func(t *testing.T) { run(t, c) })
		})
	}
}

// notOfChangefeeds are dialects that the life of a changefeed does not meet, or only where the machine is fast.
var notOfChangefeeds = map[sandbox.Dialect]bool{
	sandbox.LateGet: true, sandbox.LateList: true, sandbox.LateChanges: true, sandbox.LingeringNames: true, sandbox.ShuffledLists: true,
	sandbox.LateAttachments: true, sandbox.LateDomains: true, sandbox.LingeringDomains: true, sandbox.NoUniqueNames: true,
	sandbox.WholeDomains: true, sandbox.RegionNameOnly: true, sandbox.PlainRegions: true, sandbox.NoCloudProvider: true,
	sandbox.NoClusterPlan: true, sandbox.NoServicePlan: true, sandbox.NoServiceRegion: true, sandbox.UpperCaseClouds: true,
}

// TestChangefeedOptions does so for each way in which the service may behave.
func TestChangefeedOptions(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]sandbox.ChangefeedOptions{
		"tolerant":            {Tolerant: true},
		"masked secrets":      {MaskSecrets: true},
		"integers as strings": {IntegersAsStrings: true},
		"deleted ones stay":   {KeepDeleted: true},
		"unique names":        {UniqueNames: true},
		"delete paused only":  {DeletePausedOnly: true},
		"edit failed":         {EditFailed: true},
		"409 for states":      {StateStatus: http.StatusConflict},
		"all": {
			MaskSecrets: true, IntegersAsStrings: true, KeepDeleted: true, UniqueNames: true, DeletePausedOnly: true,
			EditFailed: true, StateStatus: http.StatusConflict,
		},
	}, func(t *testing.T, o sandbox.ChangefeedOptions) {
		t.Helper()
		spokenFeedStack(t, sandbox.Options{Changefeeds: o}).lifeOfFeed()
	})
}

// spokenFeedStack is a stack with a name that is long enough to be cut.
func spokenFeedStack(t *testing.T, o sandbox.Options) *stack {
	t.Helper()
	s := newFeedStack(t, spokenPatience, o)
	s.name = "rows of TiDB Cloud to Confluent Cloud, for orders "
	return s
}

// lifeOfFeed creates, edits, pauses, resumes, repairs, replaces and deletes. Between any two steps, nothing is left to
// do.
func (s *stack) lifeOfFeed() {
	s.t.Helper()
	const rule = "shop.*"
	step := func(what string, change ...func(map[string]any)) {
		s.t.Helper()
		s.program(change...)
		s.restart()
		require.NoError(s.t, s.up(s.feed), what)
		s.mustBeSettled(what)
	}
	step("create")
	s.assertFeed("RUNNING", rule)

	step("edit", edited)
	s.assertFeed("RUNNING", rule, "!shop.audit")
	step("pause", edited, paused)
	s.assertFeed("PAUSED", rule, "!shop.audit")
	step("edit what is paused", paused)
	s.assertFeed("PAUSED", rule)
	step("resume")
	s.assertFeed("RUNNING", rule)
	s.invokeFeed()

	s.setFeed(func(c *sandbox.Changefeed) { c.State = "RUNNING_FAILED" })
	s.restart()
	s.must(s.refresh(s.feed))
	step("edit what failed", edited)
	s.assertFeed("RUNNING", rule, "!shop.audit")

	s.setFeed(func(c *sandbox.Changefeed) { c.State = "PAUSED" })
	s.restart()
	s.must(s.refresh(s.feed))
	step("resume what was paused by hand", edited)
	s.assertFeed("RUNNING", rule, "!shop.audit")

	step("replace", edited, overTheInternet)
	s.assertFeed("RUNNING", rule, "!shop.audit")
	s.assertContinues()
	s.setFeed(func(c *sandbox.Changefeed) { c.State = "CREATE_FAILED" })
	s.restart()
	s.must(s.refresh(s.feed))
	step("replace what failed", edited, overTheInternet)
	s.assertContinues()

	s.restart()
	s.must(s.destroy(s.feed))
	assert.Empty(s.t, s.feeds())
	s.program(paused)
	s.must(s.up(s.feed)) // its name may be taken for a moment
	s.mustBeSettled("create what starts paused")
	s.assertFeed("PAUSED", rule)
	s.restart()
	s.must(s.destroy(s.feed))
	assert.Empty(s.t, s.feeds())
}

// mustBeSettled wants neither an up nor a refresh to find anything to do.
func (s *stack) mustBeSettled(after string) {
	s.t.Helper()
	s.restart()
	s.mustBeUnchanged(s.feed)
	before := *s.feed
	require.NoError(s.t, s.refresh(s.feed), after)
	assert.Equal(s.t, before.inputs, s.feed.inputs, "a refresh finds a change that nobody made, after %s", after)
	assert.Equal(s.t, before.properties, s.feed.properties, "a refresh finds a change that nobody made, after %s", after)
	s.mustBeUnchanged(s.feed)
}

// assertContinues wants the changefeed to have started where another stopped.
func (s *stack) assertContinues() {
	s.t.Helper()
	start := s.liveFeed().StartPosition
	assert.Contains(s.t, []string{"FROM_TSO", "FROM_TIME"}, start.Mode)
	assert.NotEmpty(s.t, s.feed.properties.Get("predecessorTso").AsString())
}

// invokeFeed wants the functions to report what is so, however it is put.
func (s *stack) invokeFeed() {
	s.t.Helper()
	cluster := s.box.Seed().EssentialUSEast1
	call := func(function string, args map[string]any) property.Map {
		args["clusterId"] = cluster
		resp, err := s.server.Invoke(p.InvokeRequest{Token: tokens.Type("tidbconfluent:tidbcloud:" + function), Args: object(args)})
		s.must(err)
		require.Empty(s.t, resp.Failures)
		return resp.Return
	}
	one := call("getChangefeed", map[string]any{"changefeedId": s.feedID()})
	assert.Equal(s.t, "RUNNING", one.Get("state").AsString())
	assert.Equal(s.t, s.feedID(), one.Get("changefeedId").AsString())
	assert.NotEmpty(s.t, one.Get("checkpointTso").AsString())
	at, err := time.Parse(time.RFC3339, one.Get("checkpointTime").AsString())
	s.must(err)
	assert.WithinDuration(s.t, time.Now(), at, time.Minute)
	all := call("getChangefeeds", map[string]any{}).Get("changefeeds").AsArray()
	require.Equal(s.t, 1, all.Len())
	assert.Equal(s.t, "RUNNING", all.Get(0).AsMap().Get("state").AsString())
	tables := call("getChangefeedTables", map[string]any{"filterRules": []any{"*.*"}})
	assert.Positive(s.t, tables.Get("tablesWithKey").AsArray().Len())
}

// A changefeed that somebody else deleted is noticed in each dialect; one that cannot be seen is not taken for deleted.
func TestDialectsOfChangefeedsThatSomebodyElseDeleted(t *testing.T) {
	t.Parallel()
	all := map[string]sandbox.Dialect{}
	for _, d := range sandbox.Dialects() {
		all[string(d)] = d
	}
	atOnce(t, all, func(t *testing.T, d sandbox.Dialect) {
		t.Helper()
		s := spokenFeedStack(t, sandbox.Options{Dialects: []sandbox.Dialect{d}})
		s.must(s.up(s.feed))
		s.restart()
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			s.box.Inject(sandbox.Fault{Service: sandbox.ServiceTiDBCloud, Status: status, Times: -1})
			require.Error(t, s.refresh(s.feed), "a refresh believes %d", status)
			s.box.ClearFaults()
			s.restart()
		}
		s.box.Update(func(w *sandbox.State) { clear(w.Changefeeds) })
		err := s.refresh(s.feed)
		if d == sandbox.ErrorsAsText {
			// A page that anybody could have written proves nothing.
			require.Error(t, err)
			return
		}
		s.must(err)
		assert.Empty(t, s.feed.id)
	})
}

// A creation that was cut short before TiDB Cloud shows what it made is not forgotten by the next command.
func TestYoungChangefeedsAreNotForgotten(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(*stack, *tracked) error{
		"refresh": (*stack).refresh, "destroy": (*stack).destroy, "up": (*stack).up,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFeedStack(t, spokenPatience, sandbox.Options{
				Dialects: []sandbox.Dialect{sandbox.LateGet, sandbox.LateList, sandbox.LateChanges},
				Times:    sandbox.Times{Lag: 2500 * time.Millisecond},
			})
			s.timeout = 1
			require.Error(t, s.up(s.feed))
			require.NotEmpty(t, s.feed.id, "the creation ends before its effect shows")
			s.timeout = 0
			s.restart()
			s.must(next(s, s.feed))
			s.restart()
			time.Sleep(100 * time.Millisecond) // what hides something new hides that it is being deleted as well
			s.must(s.up(s.feed))
			s.assertFeed("RUNNING", "shop.*")
			s.must(s.destroy(s.feed))
			assert.Empty(t, s.feeds())
		})
	}
}
