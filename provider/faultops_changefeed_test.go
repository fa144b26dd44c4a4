package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The calls of a changefeed's life.
var (
	listFeeds  = callTo(http.MethodGet, func(rest string) bool { return rest == "/changefeeds" })
	postFeed   = callTo(http.MethodPost, func(rest string) bool { return rest == "/changefeeds" })
	getFeed    = callTo(http.MethodGet, func(rest string) bool { return strings.HasPrefix(rest, "/changefeeds/") })
	patchFeed  = callTo(http.MethodPatch, func(string) bool { return true })
	stopFeed   = callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":stop") })
	startFeed  = callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":start") })
	removeFeed = callTo(http.MethodDelete, func(string) bool { return true })
	feedTables = callTo(http.MethodPost, func(rest string) bool {
		return strings.HasSuffix(rest,
			":describeSchemaTable")
	})
)

// feedOperations are those of a changefeed. Its rows are lost if a replacement starts later than its predecessor
// stopped.
func feedOperations() []operation {
	none := func(*stack) {}
	fed := func(s *stack) { s.must(s.up(s.feed)) }
	// The program changes after the changefeed was created, and another process applies the change.
	changing := func(change ...func(map[string]any)) func(*stack) {
		return func(s *stack) { fed(s); s.program(change...); s.restart() }
	}
	resuming := func(s *stack) { s.program(paused); fed(s); s.program(); s.restart() }
	failing := func(state string, change ...func(map[string]any)) func(*stack) {
		return func(s *stack) {
			fed(s)
			s.setFeed(func(c *sandbox.Changefeed) { c.State = state })
			s.must(s.refresh(s.feed))
			s.program(change...)
			s.restart()
		}
	}
	vanished := func(s *stack) {
		fed(s)
		s.box.Update(func(w *sandbox.State) { clear(w.Changefeeds) })
	}
	unanswered := func(made bool) func(*stack) {
		return func(s *stack) {
			s.box.Inject(sandbox.Fault{Match: postFeed, Drop: true, Run: made})
			s.box.Inject(sandbox.Fault{Match: listFeeds, Skip: 1, Status: 403, Times: -1})
			require.Error(s.t, s.up(s.feed))
			require.Contains(s.t, s.feed.id, "unconfirmed")
			s.box.ClearFaults()
			s.restart()
		}
	}
	interrupted := func(s *stack) {
		s.box.Inject(sandbox.Fault{Match: listFeeds, Skip: 1, Status: 400})
		require.Error(s.t, s.up(s.feed))
		require.NotEmpty(s.t, s.feed.id)
	}
	up := func(s *stack) error { return s.up(s.feed) }
	refresh := func(s *stack) error { return s.refresh(s.feed) }
	destroy := func(s *stack) error { return errors.Join(s.retire(nil), s.destroy(s.feed)) }
	refreshAndUp := func(s *stack) error { return errors.Join(s.refresh(s.feed), s.up(s.feed)) }
	revert := func(s *stack) error { s.program(); return s.up(s.feed) }
	invoke := func(function string) func(*stack) error { return func(s *stack) error { return s.invoke(function) } }

	return []operation{
		{name: "create changefeed, list", prepare: none, hit: listFeeds, run: up},
		{name: "create changefeed, create", prepare: none, hit: postFeed, run: up},
		{name: "create changefeed, then destroy, create", prepare: none, hit: postFeed, run: up, next: destroy},
		{name: "create changefeed, then refresh, create", prepare: none, hit: postFeed, run: up, next: refreshAndUp},
		{name: "create changefeed, list while waiting", prepare: none, hit: listFeeds, skip: 1, run: up},
		{name: "resume creation of changefeed, get", prepare: interrupted, hit: getFeed, run: up},
		{name: "create paused changefeed, stop", prepare: func(s *stack) { s.program(paused) }, hit: stopFeed, run: up},
		{
			name: "replace changefeed that was not answered, list", prepare: unanswered(true), hit: listFeeds, run: up,
			believes: true,
		},
		{name: "replace changefeed that was not answered, stop", prepare: unanswered(true), hit: stopFeed, run: up},
		{name: "replace changefeed that was not answered, delete", prepare: unanswered(true), hit: removeFeed, run: up},
		{name: "replace changefeed that was never made, list", prepare: unanswered(false), hit: listFeeds, run: up},
		{
			name: "delete changefeed that was not answered, list", prepare: unanswered(true), hit: listFeeds,
			run:      destroy,
			believes: true,
		},
		{
			name: "read changefeed that was not answered, list", prepare: unanswered(true), hit: listFeeds,
			run:  refresh,
			next: refreshAndUp, believes: true,
		},
		{name: "read changefeed, get", prepare: fed, hit: getFeed, run: refresh},
		{name: "read vanished changefeed, get", prepare: vanished, hit: getFeed, run: refresh, next: destroy},
		{name: "read vanished changefeed, list", prepare: vanished, hit: listFeeds, run: refresh, next: destroy},
		{name: "edit changefeed, get", prepare: changing(edited), hit: getFeed, run: up},
		{name: "edit changefeed, stop", prepare: changing(edited), hit: stopFeed, run: up},
		{name: "edit changefeed, then revert, stop", prepare: changing(edited), hit: stopFeed, run: up, next: revert},
		{name: "edit changefeed, list while pausing", prepare: changing(edited), hit: listFeeds, run: up},
		{name: "edit changefeed, edit", prepare: changing(edited), hit: patchFeed, run: up},
		{name: "edit changefeed, then revert, edit", prepare: changing(edited), hit: patchFeed, run: up, next: revert},
		{name: "edit changefeed, start", prepare: changing(edited), hit: startFeed, run: up},
		{name: "edit failed changefeed, stop", prepare: failing("RUNNING_FAILED", edited), hit: stopFeed, run: up},
		{name: "pause changefeed, stop", prepare: changing(paused), hit: stopFeed, run: up},
		{name: "resume changefeed, start", prepare: resuming, hit: startFeed, run: up},
		{name: "repair failed changefeed, start", prepare: failing("RUNNING_FAILED"), hit: startFeed, run: up},
		{name: "replace changefeed, get", prepare: changing(overTheInternet), hit: getFeed, run: up, continues: true},
		{name: "replace changefeed, stop", prepare: changing(overTheInternet), hit: stopFeed, run: up, continues: true},
		{
			name: "replace changefeed, list while pausing", prepare: changing(overTheInternet), hit: listFeeds, run: up,
			continues: true,
		},
		{
			name: "replace changefeed, list", prepare: changing(overTheInternet), hit: listFeeds, skip: 1, run: up,
			continues: true,
		},
		{
			name: "replace changefeed, create", prepare: changing(overTheInternet), hit: postFeed, run: up,
			continues: true,
		},
		{
			name: "replace changefeed, then revert, create", prepare: changing(overTheInternet), hit: postFeed, run: up,
			next: revert, continues: true,
		},
		{
			name: "replace changefeed, list while waiting", prepare: changing(overTheInternet), hit: listFeeds, skip: 2,
			run: up, continues: true,
		},
		{
			name: "replace changefeed, delete", prepare: changing(overTheInternet), hit: removeFeed, run: up,
			continues: true,
		},
		{
			name: "replace failed changefeed, delete", prepare: failing("CREATE_FAILED"), hit: removeFeed, run: up,
			continues: true,
		},
		{
			name: "replace failed changefeed, create", prepare: failing("CREATE_FAILED"), hit: postFeed, run: up,
			continues: true,
		},
		{name: "delete changefeed, delete", prepare: fed, hit: removeFeed, run: destroy},
		{name: "delete changefeed, list", prepare: fed, hit: listFeeds, run: destroy},
		{name: "delete changefeed, get", prepare: fed, hit: getFeed, run: destroy},
		{name: "delete vanished changefeed, get", prepare: vanished, hit: getFeed, run: destroy},
		{name: "getChangefeed, get", prepare: fed, hit: getFeed, run: invoke("getChangefeed")},
		{name: "getChangefeeds, list", prepare: fed, hit: listFeeds, run: invoke("getChangefeeds")},
		{name: "getChangefeedTables, tables", prepare: none, hit: feedTables, run: invoke("getChangefeedTables")},
	}
}

// idle is wrongFeed after a changefeed that is being resumed had time to run.
func (s *stack) idle() error {
	for deadline := time.Now().Add(s.grace); ; time.Sleep(5 * time.Millisecond) {
		if err := s.wrongFeed(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// wrongFeed reports what is wrong with the changefeed: it must have the state and the tables that the program sets.
func (s *stack) wrongFeed() error {
	if s.feed.id == "" {
		return nil
	}
	state, rules := "RUNNING", []string{}
	program := s.feedInputs(s.feedProgram...)
	if program["paused"] == true {
		state = "PAUSED"
	}
	filter, _ := program["filter"].(map[string]any)
	given, _ := filter["filterRule"].([]any)
	for _, rule := range given {
		rules = append(rules, fmt.Sprint(rule))
	}
	live := s.feeds()[s.feedID()]
	if live.State != state || !slices.Equal(rules, live.Filter.FilterRule) {
		return fmt.Errorf("the changefeed is %s and takes %q, but should be %s and take %q", live.State,
			live.Filter.FilterRule, state, rules)
	}
	if live.Sink.Kafka.Authentication.Password != kafkaSecret {
		return errors.New("the changefeed has lost its password")
	}
	return nil
}

// lostRows reports a changefeed that started after its predecessor's checkpoint.
func (s *stack) lostRows() error {
	var all []sandbox.Changefeed
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.Changefeeds {
			all = append(all, *c)
		}
	})
	slices.SortFunc(all, func(a, b sandbox.Changefeed) int { return a.CreatedAt.Compare(b.CreatedAt) })
	var covered uint64
	for i, c := range all {
		start := startOf(c)
		if i > 0 && start > covered {
			return fmt.Errorf("rows are lost: a changefeed starts at %d, and those before it came as far as %d", start,
				covered)
		}
		covered = max(covered, start, c.Checkpoint)
	}
	return nil
}

func startOf(c sandbox.Changefeed) uint64 {
	const logical = 18 // bits of a TSO
	switch at := c.StartPosition.Time; {
	case c.StartPosition.TSO != "":
		tso, _ := strconv.ParseUint(c.StartPosition.TSO, 10, 64)
		return tso
	case at != nil:
		return uint64(at.UnixMilli()) << logical
	}
	return uint64(c.CreatedAt.UnixMilli()) << logical
}
