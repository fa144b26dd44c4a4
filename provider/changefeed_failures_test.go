package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TiDB Cloud may refuse to delete what runs, in words that count as final. Paused, it can be deleted.
func TestChangefeedThatMustBePausedBeforeItsDeletion(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"invalid argument":    `{"code":3,"message":"the changefeed is RUNNING: pause it first"}`,
		"failed precondition": `{"code":9,"message":"the changefeed is RUNNING: pause it first"}`,
		"its own code":        `{"code":49900001,"message":"not allowed: the changefeed is RUNNING"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFeedStack(t, 5*time.Second, sandbox.Options{})
			s.must(s.up(s.feed))
			stopped := false
			s.box.Inject(sandbox.Fault{
				Status: http.StatusBadRequest, Body: body, Times: -1,
				Match: func(c sandbox.Call) bool {
					stopped = stopped || stopFeed(c)
					return removeFeed(c) && !stopped
				},
			})
			s.must(s.destroy(s.feed))
			assert.Empty(t, s.feeds())
		})
	}
}

// A changefeed that was stopped for a deletion that TiDB Cloud refuses runs again, also where it was still stopping.
func TestChangefeedThatCannotBeDeletedIsResumed(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 200*time.Millisecond, sandbox.Options{
		Times: sandbox.Times{ChangefeedStop: 50 * time.Millisecond},
	})
	s.must(s.up(s.feed))
	s.box.Inject(sandbox.Fault{
		Match: removeFeed, Status: http.StatusBadRequest, Times: -1, Body: `{"code":3,"message":"no"}`,
	})
	err := s.destroy(s.feed)
	require.ErrorContains(t, err, "deleting changefeed")
	require.NotContains(t, err.Error(), "could not be resumed")
	s.assertResumes()
}

// assertResumes requires the changefeed to run, at once or soon.
func (s *stack) assertResumes() {
	s.t.Helper()
	assert.Eventually(s.t, func() bool { return s.liveFeed().State == "RUNNING" }, 10*time.Second, 5*time.Millisecond,
		"it resumes")
}

// A call to stop or to start whose answer is lost has its effect. The next try is refused, since there is nothing left
// to do.
func TestLostAnswersOfStopAndStart(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]func(sandbox.Call) bool{"stop": stopFeed, "start": startFeed} {
		for _, status := range []int{http.StatusBadRequest, http.StatusConflict} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := newFeedStack(t, time.Minute, sandbox.Options{
					Changefeeds: sandbox.ChangefeedOptions{StateStatus: status},
					Times:       sandbox.Times{ChangefeedStop: time.Nanosecond, ChangefeedStart: time.Nanosecond},
				})
				s.must(s.up(s.feed))
				s.program(edited)
				s.restart()
				s.box.Inject(sandbox.Fault{Match: lost, Run: true, Drop: true})
				began := time.Now()
				s.must(s.up(s.feed))
				assert.Less(t, time.Since(began), 30*time.Second, "nothing is waited for")
				s.assertFeed("RUNNING", "shop.*", "!shop.audit")
			})
		}
	}
}

// The engine deletes a changefeed before it creates the replacement. If every answer to the stop is lost, the
// changefeed stays, and runs: the program may keep it after all.
func TestChangefeedRunsAgainWhenItsDeletionBeginsWithLostAnswers(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.must(s.up(s.feed))
	s.program(overTheInternet)
	s.restart()
	s.box.Inject(sandbox.Fault{Match: stopFeed, Run: true, Drop: true, Times: -1})
	s.must(s.diffOfFeed())
	require.ErrorContains(t, s.replace(s.feed, true), "before its deletion")
	s.assertResumes()
}

// A paused changefeed whose deletion fails stays paused.
func TestPausedChangefeedStaysPausedWhenItsDeletionFails(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.program(paused)
	s.must(s.up(s.feed))
	s.program(paused, overTheInternet)
	s.restart()
	s.box.Inject(sandbox.Fault{Match: getFeed, Status: http.StatusForbidden})
	s.must(s.diffOfFeed())
	require.ErrorContains(t, s.replace(s.feed, true), "before its deletion")
	assert.Equal(t, "PAUSED", s.liveFeed().State)
	s.box.Inject(sandbox.Fault{Match: removeFeed, Status: http.StatusForbidden})
	require.Error(t, s.replace(s.feed, true))
	assert.Equal(t, "PAUSED", s.liveFeed().State)
}

// The old changefeed had to be deleted first, with unknown outcome: only the error has its checkpoint then.
func TestCheckpointOfADeletionThatMakesRoomAndFails(t *testing.T) {
	t.Parallel()
	s := limited(t)
	deleted := false
	s.box.Inject(sandbox.Fault{Times: -1, Status: http.StatusForbidden, Match: func(c sandbox.Call) bool {
		deleted = deleted || removeFeed(c)
		return deleted && c.Method == http.MethodGet
	}})
	err := s.up(s.feed)
	require.ErrorContains(t, err, "; and making room for it: ")
	require.ErrorContains(t, err, "no rows are lost from startPosition 4")
	require.NotContains(t, err.Error(), "could not be resumed")
	assert.Eventually(t, func() bool { return len(s.feeds()) == 0 }, 10*time.Second, 5*time.Millisecond)
}

// TiDB Cloud may refuse the second changefeed, and the deletion of the first.
func TestChangefeedThatCannotMakeRoomRunsOn(t *testing.T) {
	t.Parallel()
	s := limited(t)
	s.box.Inject(sandbox.Fault{Match: removeFeed, Status: http.StatusForbidden, Times: -1})
	err := s.up(s.feed)
	require.ErrorContains(t, err, "that is the limit")
	require.ErrorContains(t, err, "deleting changefeed")
	s.assertResumes()
}

// TiDB Cloud may answer a key that does not see the cluster as if nothing existed there. A changefeed that the state
// forgets runs on, and the next update would create a second one.
func TestChangefeedIsNotForgottenWithoutItsCluster(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.must(s.up(s.feed))
	s.restart()
	for _, f := range []sandbox.Fault{
		{Match: getFeed, Status: http.StatusNotFound},
		{Match: listFeeds, Status: http.StatusOK, Body: "{}"},
		{Method: http.MethodGet, Path: "/v1beta1/clusters/*", Status: http.StatusNotFound},
	} {
		f.Times = -1
		s.box.Inject(f)
	}
	require.ErrorContains(t, s.refresh(s.feed), "is not visible to this API key")
	s.box.ClearFaults()
	s.must(s.refresh(s.feed))
	s.assertFeed("RUNNING", "shop.*")
}

// TiDB Cloud may repeat a request. No password gets into an error, or into the state in clear.
func TestPasswordsThatTiDBCloudRepeats(t *testing.T) {
	t.Parallel()
	const registrySecret = "canary-registry-secret"
	echo := func(call func(sandbox.Call) bool) sandbox.Fault {
		return sandbox.Fault{
			Match: call, Status: http.StatusForbidden,
			Body: `{"code":7,"message":"login with ` + kafkaSecret + ` or ` + registrySecret + ` failed"}`,
		}
	}
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	avro := func(inputs map[string]any) {
		kafka, _ := inputs["kafka"].(map[string]any)
		kafka["topicPartitionConfig"] = map[string]any{"dispatchType": "BY_TABLE", "defaultTopic": "orders"}
		kafka["dataFormat"] = map[string]any{"protocol": "AVRO", "avroConfig": map[string]any{
			"confluentSchemaRegistry": map[string]any{
				"endpoint": "https://r.example.com", "enableHttpAuth": true,
				"username": "U", "password": registrySecret,
			},
		}}
	}
	failsSilently := func(call func(sandbox.Call) bool, do func(*tracked) error) {
		t.Helper()
		s.restart()
		s.box.Inject(echo(call))
		err := do(s.feed)
		require.ErrorContains(t, err, "login with [redacted] or [redacted] failed")
	}
	s.program(avro)
	failsSilently(postFeed, s.up)
	s.must(s.up(s.feed))
	s.program(avro, edited)
	failsSilently(patchFeed, s.up)
	s.must(s.up(s.feed))
	failsSilently(getFeed, s.refresh)
	s.setFeed(func(c *sandbox.Changefeed) {
		c.State, c.Error = "RUNNING_FAILED", "login with "+kafkaSecret+" failed"
	})
	s.restart()
	s.must(s.refresh(s.feed))
	assert.Equal(t, "login with [redacted] failed", s.feed.properties.Get("error").AsString())
	failsSilently(removeFeed, s.destroy)
}

// An edit pauses a changefeed. A later interruption does not leave it paused.
func TestInterruptionAfterAnEditLeavesNothingPaused(t *testing.T) {
	t.Parallel()
	s := newFeedStack(t, 40*time.Millisecond, sandbox.Options{})
	s.must(s.up(s.feed))
	s.program(edited)
	s.restart()
	s.box.Inject(sandbox.Fault{Match: startFeed, Hang: true})
	s.timeout = 5
	require.ErrorContains(t, s.up(s.feed), "resuming changefeed")
	s.assertResumes()
	s.timeout = 0
	s.must(s.up(s.feed))
	s.assertFeed("RUNNING", "shop.*", "!shop.audit")
}
