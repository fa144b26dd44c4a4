package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// feedingIn is a server that speaks dialects, which take a minute, and has a changefeed that was just created.
func feedingIn(t *testing.T, dialects ...sandbox.Dialect) (f *feeding, created reply) {
	t.Helper()
	l := speaking(t, dialects...)
	f = &feeding{linked: l, path: changefeeds(l.Seed().EssentialUSEast1), plc: "plc-1"}
	f.Update(func(s *sandbox.State) {
		s.PrivateLinkConnections[f.plc] = &sandbox.PrivateLinkConnection{
			ID: f.plc, ClusterID: f.Seed().EssentialUSEast1, State: "ACTIVE", Type: "AWS_ENDPOINT_SERVICE",
			EndpointService: f.service,
		}
	})
	created = f.tidb("POST", f.path, changefeedRequest(f.plc))
	return f, created
}

// only is the path of the only changefeed, in every dialect.
func (f *feeding) only() (path string) {
	f.Update(func(s *sandbox.State) {
		for id := range s.Changefeeds {
			path = f.path + "/" + id
		}
	})
	return path
}

// Each of the ways to be late or busy with a changefeed.
func TestLateAndBusyDialectsOfChangefeeds(t *testing.T) {
	t.Parallel()
	f, created := feedingIn(t, sandbox.LateGet, sandbox.LateList, sandbox.LateChanges, sandbox.LateStates)
	assert.Nil(t, created.at("state"))
	assert.Equal(t, http.StatusNotFound, f.tidb("GET", f.only(), nil).status)
	assert.Empty(t, f.tidb("GET", f.path, nil).list("changefeeds"))
	assert.Equal(t, http.StatusNotFound, f.tidb("POST", f.only()+":stop", object{}).status)
	f.clock.advance(5 * time.Minute)
	assert.Equal(t, "RUNNING", f.tidb("GET", f.only(), nil).text("state"))
	assert.Len(t, f.tidb("GET", f.path, nil).list("changefeeds"), 1)
	for d, n := range f.DialectUses() {
		assert.Positive(t, n, d)
	}

	f, _ = feedingIn(t, sandbox.BusyAborted)
	f.clock.advance(time.Minute)
	require.Equal(t, http.StatusOK, f.tidb("POST", f.path, changefeedRequest(f.plc)).status)
	f.clock.advance(5 * time.Minute)
	busy := func(method, path string, body any) {
		t.Helper()
		assert.Equal(t, http.StatusConflict, f.tidb(method, path, body).status)
		f.clock.advance(time.Minute)
		assert.Equal(t, http.StatusOK, f.tidb(method, path, body).status)
		f.clock.advance(5 * time.Minute)
	}
	busy("POST", f.only()+":stop", object{})
	busy("PATCH", f.only(), edit(changefeedRequest(f.plc)))
	busy("POST", f.only()+":start", object{})
	busy("DELETE", f.only(), nil)
}

func TestGoneDialectsOfChangefeeds(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sandbox.Dialect]int{
		sandbox.GoneForbidden: 403, sandbox.GoneBadRequest: 400, sandbox.GoneForGood: 410, sandbox.GoneDeleted: 200,
		sandbox.LingeringNames: 404,
	} {
		f, _ := feedingIn(t, dialect)
		path := f.only()
		f.clock.advance(5 * time.Minute)
		require.Equal(t, http.StatusOK, f.tidb("DELETE", path, nil).status)
		f.clock.advance(time.Minute)
		f.clock.advance(time.Second)
		gone := f.tidb("GET", path, nil)
		assert.Equal(t, want, gone.status, dialect)
		if dialect == sandbox.GoneDeleted {
			assert.Equal(t, "DELETED", gone.text("state"))
			assert.Len(t, f.tidb("GET", f.path, nil).list("changefeeds"), 1)
			assert.Equal(t, http.StatusBadRequest, f.tidb("POST", path+":start", object{}).status)
			continue
		}
		assert.Empty(t, f.tidb("GET", f.path, nil).list("changefeeds"))
		if dialect == sandbox.LingeringNames {
			assert.Equal(t, http.StatusConflict, f.tidb("POST", f.path, changefeedRequest(f.plc)).status)
		}
	}
}

// Each of the spellings, and each of the other forms, of one answer.
func TestSpellingDialectsOfChangefeeds(t *testing.T) {
	t.Parallel()
	for dialect, check := range map[sandbox.Dialect]func(f *feeding, created, seen, listed reply){
		sandbox.NumericIDs: func(f *feeding, created, seen, _ reply) {
			assert.IsType(f.t, 1., created.at("changefeedId"))
			assert.IsType(f.t, 1., seen.at("checkpoint.tso"))
		},
		sandbox.NumbersAsText: func(f *feeding, _, seen, _ reply) {
			assert.Equal(f.t, "9092", seen.at("sink.kafka.network.privateLink.port"))
		},
		sandbox.LowerCaseWords: func(f *feeding, _, seen, _ reply) {
			assert.Equal(f.t, "running", seen.text("state"))
			assert.Equal(f.t, "canal_json", seen.text("sink.kafka.dataFormat.protocol"))
			assert.Equal(f.t, "from_now", seen.text("startPosition.mode"))
		},
		sandbox.PrefixedWords: func(f *feeding, _, seen, _ reply) {
			assert.Equal(f.t, "CHANGEFEED_STATE_RUNNING", seen.text("state"))
			assert.Equal(f.t, "AUTH_TYPE_SASL_PLAIN", seen.text("sink.kafka.authentication.authType"))
		},
		sandbox.OtherWords: func(f *feeding, _, seen, _ reply) { assert.Equal(f.t, "NORMAL", seen.text("state")) },
		sandbox.SnakeCase: func(f *feeding, _, seen, _ reply) {
			assert.NotEmpty(f.t, seen.text("sink.kafka.topic_partition_config.default_topic"))
		},
		sandbox.Envelopes: func(f *feeding, _, seen,
			_ reply,
		) {
			assert.Equal(f.t, "RUNNING", seen.text("changefeed.state"))
		},
		sandbox.AbridgedLists: func(f *feeding, _, _, listed reply) {
			assert.Len(f.t, listed.at("changefeeds.0"), 3)
		},
		sandbox.BareCreations:   func(f *feeding, created, _, _ reply) { assert.Len(f.t, created.body, 1) },
		sandbox.SilentCreations: func(f *feeding, created, _, _ reply) { assert.Empty(f.t, created.body) },
		sandbox.OtherStatuses: func(f *feeding, created, _,
			_ reply,
		) {
			assert.Equal(f.t, http.StatusCreated, created.status)
		},
		sandbox.NoDefaults: func(f *feeding, _, seen, listed reply) {
			assert.Nil(f.t, seen.at("error"))
			assert.Nil(f.t, listed.at("nextPageToken"))
		},
		sandbox.OtherTimes: func(f *feeding, created, seen, _ reply) {
			assert.Regexp(f.t, `\dZ$`, created.text("createTime"))
			assert.Regexp(f.t, `\.\d{3}\+00:00$`, seen.text("checkpoint.time"))
		},
		sandbox.NoContent: func(f *feeding, _, _, _ reply) {
			assert.Equal(f.t, http.StatusNoContent, f.tidb("POST", f.only()+":stop", object{}).status)
		},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			f, created := feedingIn(t, dialect)
			f.clock.advance(5 * time.Minute)
			check(f, created, f.tidb("GET", f.only(), nil), f.tidb("GET", f.path, nil))
		})
	}
}
