package provider_test

import (
	"net/http"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestChangefeedOptions takes a changefeed through its whole life with each behavior that the service may have.
func TestChangefeedOptions(t *testing.T) {
	t.Parallel()
	atOnce(t, 24, map[string]sandbox.ChangefeedOptions{
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
		lives()["changefeed"].spoken(t, sandbox.Options{Changefeeds: o}).lifeOfFeed()
	})
}

// lifeOfFeed creates, edits, pauses, resumes, repairs, replaces and deletes. After each step, an update and a refresh
// change nothing.
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

// mustBeSettled requires that neither an up nor a refresh finds anything to do.
func (s *stack) mustBeSettled(after string) {
	s.t.Helper()
	s.restart()
	s.mustBeUnchanged(s.feed)
	before := *s.feed
	require.NoError(s.t, s.refresh(s.feed), after)
	assert.Equal(s.t, before.inputs, s.feed.inputs, "a refresh finds a change without a cause, after %s", after)
	assert.Equal(s.t, before.properties, s.feed.properties, "a refresh finds a change without a cause, after %s",
		after)
	s.mustBeUnchanged(s.feed)
}

// assertContinues requires the changefeed to have started where another stopped.
func (s *stack) assertContinues() {
	s.t.Helper()
	start := s.liveFeed().StartPosition
	assert.Contains(s.t, []string{"FROM_TSO", "FROM_TIME"}, start.Mode)
	assert.NotEmpty(s.t, s.feed.properties.Get("predecessorTso").AsString())
}

// invokeFeed requires the functions to report the facts in any form of the answer.
func (s *stack) invokeFeed() {
	s.t.Helper()
	cluster := s.box.Seed().EssentialUSEast1
	call := func(function string, args map[string]any) property.Map {
		args["clusterId"] = cluster
		resp, err := s.server.Invoke(p.InvokeRequest{
			Token: tokens.Type("tidbconfluent:tidbcloud:" + function),
			Args:  object(args),
		})
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
