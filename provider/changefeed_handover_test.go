package provider_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// limited is a stack with a changefeed in a cluster that may have no second one, and a program that replaces it.
func limited(t *testing.T) *stack {
	t.Helper()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{
		Quotas: sandbox.Quotas{ChangefeedsPerCluster: 1}, Changefeeds: sandbox.ChangefeedOptions{KeepDeleted: true},
	})
	s.must(s.up(s.feed))
	s.program(overTheInternet)
	s.restart()
	return s
}

// When the old changefeed was deleted first, and the new one is refused, only the state has the checkpoint.
func TestCheckpointOutlivesARefusedReplacement(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]func(*stack) error{
		"up": func(*stack) error { return nil }, "refresh": func(s *stack) error { return s.refresh(s.feed) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := limited(t)
			s.box.Inject(sandbox.Fault{Match: postFeed, Skip: 1, Status: http.StatusBadRequest, Times: -1})
			s.wantError(s.up(s.feed), "the old changefeed is deleted, and the state has its checkpoint",
				"run pulumi up again")
			assert.Empty(t, s.feeds())
			s.box.ClearFaults()
			s.restart()
			s.must(between(s))
			s.restart()
			s.must(s.up(s.feed))
			s.assertFeed("RUNNING", "shop.*")
			s.must(s.lostRows())
		})
	}
}

// With the option deleteBeforeReplace too, a refused creation does not lose the checkpoint.
func TestCheckpointOutlivesARefusalAfterDeletion(t *testing.T) {
	t.Parallel()
	s := limited(t)
	s.box.Inject(sandbox.Fault{Match: postFeed, Status: http.StatusBadRequest, Times: 1})
	s.must(s.diffOfFeed())
	require.Error(t, s.replace(s.feed, true))
	s.restart()
	s.must(s.up(s.feed))
	s.assertFeed("RUNNING", "shop.*")
	s.must(s.lostRows())
}

// A rate limit, or a refusal of the request's contents, is no reason to delete the old changefeed first.
func TestNoRoomIsMadeForOtherLimits(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]sandbox.Fault{
		"rate limit of a listing":  {Match: listFeeds, Skip: 1, Status: http.StatusTooManyRequests},
		"rate limit of a creation": {Match: postFeed, Status: http.StatusTooManyRequests},
		"rate limit in words": {
			Match: postFeed, Status: 403,
			Body: `{"code":8,"message":"changefeed requests exceed the rate limit"}`,
		},
		"long name of a topic": {
			Match: postFeed, Status: 400,
			Body: `{"code":49900002,"message":"changefeed topic name exceeds the maximum"}`,
		},
		"invalid argument": {
			Match: postFeed, Status: 400,
			Body: `{"code":3,"message":"changefeed lag exceeds the limit"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
			s.must(s.up(s.feed))
			old := s.feedID()
			s.program(overTheInternet)
			s.restart()
			f.Times = -1
			s.box.Inject(f)
			require.Error(t, s.up(s.feed))
			s.box.ClearFaults()
			assert.Equal(t, old, s.feedID())
			assert.Eventually(t, func() bool { return s.liveFeed().State == "RUNNING" }, 10*time.Second,
				5*time.Millisecond, "it resumes")
		})
	}
}

// A changefeed that never ran, and is gone when its replacement is created, has its start position in the state.
func TestReplacementOfWhatNeverRanAndIsGone(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.must(s.up(s.feed))
	s.setFeed(func(c *sandbox.Changefeed) { c.State = "CREATE_FAILED" })
	s.must(s.refresh(s.feed))
	s.box.Update(func(w *sandbox.State) { clear(w.Changefeeds) })
	s.restart()
	created, err := time.Parse(time.RFC3339, s.feed.properties.Get("createTime").AsString())
	s.must(err)
	s.must(s.up(s.feed))
	assert.WithinDuration(t, created, *s.liveFeed().StartPosition.Time, 0)
}

// A changefeed of an unanswered creation hands its checkpoint over to the one that replaces it.
func TestUnansweredChangefeedHandsItsCheckpointOver(t *testing.T) {
	t.Parallel()
	keep := sandbox.ChangefeedOptions{KeepDeleted: true}
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{Changefeeds: keep})
	operationCalled(t, "replace changefeed that was not answered, delete").prepare(s)
	s.must(s.up(s.feed))
	s.must(s.lostRows())
	assert.Equal(t, "FROM_TSO", s.liveFeed().StartPosition.Mode)
	_, err := strconv.ParseUint(s.liveFeed().StartPosition.TSO, 10, 64)
	s.must(err)
}

// diffOfFeed shows the changefeed to the provider, as the engine does before each change.
func (s *stack) diffOfFeed() error {
	_, err := s.server.Diff(p.DiffRequest{
		ID: s.feed.id, Urn: urn(changefeedType), State: s.feed.properties, Inputs: s.given(s.feed),
		OldInputs: s.feed.inputs,
	})
	return err
}

// A run that was killed while it created the replacement left one that starts at the checkpoint. The next run takes it
// over, and edits it to what the program now says.
func TestReplacementOfAKilledRunIsTakenOver(t *testing.T) {
	t.Parallel()
	keep := sandbox.ChangefeedOptions{KeepDeleted: true}
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{Changefeeds: keep})
	s.must(s.up(s.feed))
	s.program(overTheInternet)
	s.restart()
	before := *s.feed
	s.must(s.diffOfFeed())
	s.must(s.create(s.feed))
	left := s.feedID()
	*s.feed = before // the state after the killed run
	s.program(overTheInternet, edited)
	s.restart()
	s.must(s.up(s.feed))
	assert.Equal(t, left, s.feedID())
	s.assertFeed("RUNNING", "shop.*", "!shop.audit")
	s.must(s.lostRows())
}

// elsewhereFed moves the changefeed into another cluster.
func (s *stack) elsewhereFed(inputs map[string]any) {
	overTheInternet(inputs)
	inputs["clusterId"] = s.box.Seed().EssentialUSWest2
}

// A cluster at its limit has no room for the changefeed of another one. That one stays, and runs on.
func TestNoRoomIsMadeInAnotherCluster(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{Quotas: sandbox.Quotas{ChangefeedsPerCluster: 1}})
	s.must(s.up(s.feed))
	other := &tracked{token: changefeedType}
	s.must(s.createAs(other, object(s.feedInputs(named("other"), s.elsewhereFed))))
	s.program(s.elsewhereFed)
	s.restart()
	require.ErrorContains(t, s.up(s.feed), "that is the limit")
	assert.Eventually(t, func() bool { return s.feeds()[s.feedID()].State == "RUNNING" }, 10*time.Second,
		5*time.Millisecond)
	assert.Len(t, s.feeds(), 2)
}

// A checkpoint means nothing in another cluster, even if the old changefeed is deleted first.
func TestCheckpointStaysInItsCluster(t *testing.T) {
	t.Parallel()
	for _, deleteFirst := range []bool{true, false} {
		s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
		s.must(s.up(s.feed))
		s.program(s.elsewhereFed)
		s.restart()
		s.must(s.diffOfFeed())
		s.must(s.replace(s.feed, deleteFirst))
		assert.Equal(t, "FROM_NOW", s.liveFeed().StartPosition.Mode)
	}
}

// A changefeed that the program pauses stays paused when its replacement on demand is refused. The engine shows the
// provider at most a refresh of it.
func TestPausedChangefeedStaysPausedWhenItsReplacementIsRefused(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.program(paused)
	s.must(s.up(s.feed))
	s.restart()
	s.must(s.refresh(s.feed))
	s.box.Inject(sandbox.Fault{Match: postFeed, Status: http.StatusBadRequest, Times: -1})
	before := len(s.box.Calls())
	require.Error(t, s.replace(s.feed, false))
	assert.Zero(t, feedCalls(s.box.Calls()[before:])["start"])
}
