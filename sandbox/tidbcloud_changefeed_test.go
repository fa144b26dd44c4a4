package sandbox_test

import (
	"fmt"
	"maps"
	"net/http"
	"path"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func changefeeds(cluster string) string { return "/v1beta1/clusters/" + cluster + "/changefeeds" }

// with returns a copy of an object with a change at a path of keys; nil deletes.
func with(o object, value any, keys ...string) object {
	o = maps.Clone(o)
	if o == nil {
		o = object{}
	}
	switch inner, _ := o[keys[0]].(object); {
	case len(keys) > 1:
		o[keys[0]] = with(inner, value, keys[1:]...)
	case value == nil:
		delete(o, keys[0])
	default:
		o[keys[0]] = value
	}
	return o
}

const (
	kafkaKey    = "ABCDEFGHIJKLMNOP"
	kafkaSecret = "do-not-show-this-secret"
)

// changefeedRequest is what ticloud sends for a Confluent cluster behind a private link connection.
func changefeedRequest(connection string) object {
	return object{
		"displayName": "rows",
		"filter":      object{"filterRule": []string{"shop.*"}, "mode": "IGNORE_NOT_SUPPORT_TABLE"},
		"sink": object{"type": "KAFKA", "kafka": object{
			"network": object{
				"networkType": "PRIVATE_LINK",
				"privateLink": object{"privateLinkConnectionId": connection, "port": 9092},
			},
			"broker": object{"kafkaVersion": "VERSION_3XX", "compression": "NONE"},
			"authentication": object{
				"authType": "SASL_PLAIN", "username": kafkaKey, "userName": kafkaKey, "password": kafkaSecret,
				"enableTls":  true,
				"serverName": "lkc-abcdef.domnprzqrog.us-east-1.aws.confluent.cloud",
			},
			"dataFormat": object{"protocol": "CANAL_JSON"},
			"topicPartitionConfig": object{
				"dispatchType": "ONE_TOPIC", "defaultTopic": "rows", "replicationFactor": 3, "partitionNum": "3",
				"partitionDispatchers": []object{{"partitionType": "TABLE", "matcher": []string{"*.*"}}},
			},
		}},
		"startPosition": object{"mode": "FROM_NOW"},
	}
}

// edit is a changefeedRequest as an edit has it.
func edit(request object) object { return with(request, nil, "startPosition") }

// feeding is a linked server whose changefeeds change their states alone.
type feeding struct {
	*linked
	path string // of the changefeeds of the first cluster
	plc  string
}

func newFeeding(t *testing.T, options sandbox.ChangefeedOptions) *feeding {
	t.Helper()
	options.StatesOnly = true
	l := newLinked(t, sandbox.Options{Changefeeds: options})
	return &feeding{linked: l, path: changefeeds(l.Seed().EssentialUSEast1), plc: path.Base(l.connection)}
}

// created creates a changefeed and returns its path.
func (f *feeding) created() string {
	f.t.Helper()
	got := f.tidb("POST", f.path, changefeedRequest(f.plc))
	require.Equal(f.t, http.StatusOK, got.status, got.message())
	return f.path + "/" + got.text("changefeedId")
}

// running creates a changefeed and waits until it runs.
func (f *feeding) running() string {
	f.t.Helper()
	created := f.created()
	f.clock.advance(5 * time.Minute)
	require.Equal(f.t, "RUNNING", f.state(created))
	return created
}

func (f *feeding) state(changefeed string) string {
	f.t.Helper()
	return f.tidb("GET", changefeed, nil).text("state")
}

// do calls with an expected status.
func (f *feeding) do(status int, method, path string, body any) reply {
	f.t.Helper()
	got := f.tidb(method, path, body)
	require.Equal(f.t, status, got.status, got.message())
	return got
}

func TestChangefeedLife(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	created := f.created()
	got := f.do(200, "GET", created, nil)
	assert.Equal(t, "CREATING", got.text("state"))
	assert.Nil(t, got.at("checkpoint"))
	f.do(400, "POST", created+":stop", object{})
	f.clock.advance(5 * time.Minute)
	got = f.do(200, "GET", created, nil)
	assert.Equal(t, "RUNNING", got.text("state"))
	assert.Equal(t, f.clock.Now().Format(time.RFC3339), got.text("checkpoint.time"))
	refused := f.do(400, "POST", created+":start", object{})
	assert.InDelta(t, 9, refused.at("code"), 0)
	assert.Contains(t, refused.message(), "is RUNNING: it can be started when it is PAUSED or RUNNING_FAILED")

	assert.Equal(t, "RUNNING", f.do(200, "POST", created+":stop", object{}).text("state"), "it takes time")
	assert.Contains(t, f.do(400, "POST", created+":stop", object{}).message(), "being stopped", "once is enough")
	assert.Contains(t, f.do(400, "PATCH", created, edit(changefeedRequest(f.plc))).message(), "being stopped")
	f.clock.advance(time.Minute)
	stopped := f.do(200, "GET", created, nil)
	assert.Equal(t, "PAUSED", stopped.text("state"))
	f.clock.advance(time.Hour)
	assert.Equal(t, stopped.text("checkpoint.tso"), f.do(200, "GET", created, nil).text("checkpoint.tso"))
	f.do(400, "POST", created+":stop", object{})

	f.do(200, "POST", created+":start", object{})
	assert.Contains(t, f.do(400, "POST", created+":start", object{}).message(), "being started", "once is enough")
	assert.Contains(t, f.do(400, "PATCH", created, edit(changefeedRequest(f.plc))).message(), "being started")
	f.clock.advance(time.Minute)
	assert.Equal(t, "RUNNING", f.state(created))

	assert.Equal(t, "RUNNING", f.do(200, "DELETE", created, nil).text("state"), "there is no word for it")
	assert.Contains(t, f.do(400, "DELETE", created, nil).message(), "being deleted", "once is enough")
	f.do(400, "DELETE", f.connection, nil)
	f.do(400, "POST", created+":stop", object{})
	f.clock.advance(time.Minute)
	assert.InDelta(t, 5, f.do(404, "GET", created, nil).at("code"), 0)
	f.do(404, "DELETE", created, nil)
	f.do(200, "DELETE", f.connection, nil)
	assert.Contains(t, f.do(400, "DELETE", f.connection, nil).message(), "is DELETING", "once is enough")

	var states []string
	for _, e := range f.Events() {
		if e.Kind == "Changefeed" {
			states = append(states, e.State)
		}
	}
	assert.Equal(t, []string{"CREATING", "RUNNING", "PAUSED", "RUNNING", "DELETED"}, states)
}

// The dependencies of a changefeed stay while it exists.
func TestDomainsInUseStay(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	attached := f.attach(f.uniqueName)
	require.Equal(t, http.StatusOK, attached.status)
	f.clock.advance(time.Minute)
	created := f.running()
	detach := object{"attachDomainId": attached.text("attachDomainId")}
	refused := f.do(400, "POST", f.connection+":detachDomains", detach)
	assert.InDelta(t, 9, refused.at("code"), 0)
	assert.Contains(t, refused.message(), path.Base(created))
	f.do(200, "DELETE", created, nil)
	f.do(400, "POST", f.connection+":detachDomains", detach)
	f.clock.advance(time.Minute)
	f.do(200, "POST", f.connection+":detachDomains", detach)
}

func TestChangefeedAnswer(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	got := f.do(200, "GET", f.running(), nil)
	for field, want := range map[string]any{
		"clusterId": f.Seed().EssentialUSEast1, "displayName": "rows", "error": "", "startPosition.mode": "FROM_NOW",
		"sink.type": "KAFKA", "sink.kafka.network.privateLink.port": 9092.0,
		"sink.kafka.authentication.username":           kafkaKey,
		"sink.kafka.dataFormat.enableTidbExtension":    false,
		"sink.kafka.outputRawChangeEvent":              false,
		"sink.kafka.columnSelectors":                   []any{},
		"sink.kafka.topicPartitionConfig.partitionNum": 3.0,
		"sink.kafka.topicPartitionConfig.separator":    "",
		"filter.caseSensitive":                         false,
		"filter.eventFilterRule":                       []any{},
		"sink.kafka.topicPartitionConfig.partitionDispatchers": []any{
			object{"partitionType": "TABLE", "matcher": []any{"*.*"}, "indexName": "", "columns": []any{}},
		},
	} {
		assert.Equal(t, want, got.at(field), field)
	}
	assert.NotContains(t, got.at("sink.kafka.authentication"), "password")
	tso, err := strconv.ParseUint(got.text("checkpoint.tso"), 10, 64)
	require.NoError(t, err)
	assert.Equal(t, f.clock.Now().UnixMilli(), int64(tso>>18))
	for _, call := range f.Calls() {
		assert.NotContains(t, string(call.RequestBody), kafkaSecret)
	}
	assert.NotContains(t, fmt.Sprint(f.Difference()), kafkaSecret)
	f.Update(func(s *sandbox.State) {
		for _, c := range s.Changefeeds {
			assert.Equal(t, kafkaSecret, c.Sink.Kafka.Authentication.Password)
		}
	})
}

func TestChangefeedOptions(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{
		MaskSecrets: true, IntegersAsStrings: true, KeepDeleted: true, UniqueNames: true, DeletePausedOnly: true,
		StateStatus: 409, QuotaStatus: 429, Tolerant: true, EditFailed: true,
	})
	created := f.running()
	got := f.do(200, "GET", created, nil)
	assert.Equal(t, "******", got.text("sink.kafka.authentication.password"))
	assert.Equal(t, "3", got.at("sink.kafka.topicPartitionConfig.replicationFactor"))
	assert.Equal(t, "1", f.do(200, "GET", f.path, nil).at("totalSize"))
	f.do(409, "POST", f.path, changefeedRequest(f.plc))
	f.do(409, "DELETE", created, nil)
	f.Update(func(s *sandbox.State) { s.Changefeeds[path.Base(created)].State = "RUNNING_FAILED" })
	f.do(409, "POST", created+":stop", object{})
	f.do(200, "PATCH", created, with(with(edit(changefeedRequest(f.plc)), "x", "sink", "kafka", "unknown"), "odd", "x"))
	f.do(200, "DELETE", created, nil)
	f.clock.advance(time.Minute)
	assert.Equal(t, "DELETED", f.state(created))
	f.do(404, "DELETE", created, nil)
	for i := range 10 {
		f.do(200, "POST", f.path, with(changefeedRequest(f.plc), fmt.Sprint(i), "displayName"))
	}
	f.do(429, "POST", f.path, with(changefeedRequest(f.plc), "one more", "displayName"))
}

func TestChangefeedQuotaAndPages(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	for range 10 {
		f.clock.advance(time.Second)
		f.created()
	}
	refused := f.do(400, "POST", f.path, changefeedRequest(f.plc))
	assert.InDelta(t, 8, refused.at("code"), 0)
	first := f.do(200, "GET", f.path+"?pageSize=7", nil)
	assert.Len(t, first.at("changefeeds"), 7)
	assert.InDelta(t, 10, first.at("totalSize"), 0)
	second := f.do(200, "GET", f.path+"?pageSize=7&pageToken="+first.text("nextPageToken"), nil)
	assert.Len(t, second.at("changefeeds"), 3)
	assert.Empty(t, second.text("nextPageToken"))
	assert.Empty(t, f.do(200, "GET", f.path+"?changefeedType=MYSQL", nil).at("changefeeds"))
	f.do(400, "GET", f.path+"?changefeedType=PULSAR", nil)
}

func TestChangefeedEdit(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	created, request := f.running(), edit(changefeedRequest(f.plc))
	assert.Contains(t, f.do(400, "PATCH", created, request).message(), "is RUNNING: it can be edited when it is PAUSED")
	f.do(200, "POST", created+":stop", object{})
	f.clock.advance(time.Minute)

	assert.Contains(t, f.do(400, "PATCH", created, changefeedRequest(f.plc)).message(), "startPosition")
	f.do(400, "PATCH", created, with(request, nil, "filter"))
	f.do(400, "PATCH", created, with(request, nil, "sink"))
	assert.Contains(t,
		f.do(400, "PATCH", created, with(request, nil, "sink", "kafka", "authentication", "password")).message(),
		"password is empty")
	assert.Contains(t, f.do(400, "PATCH", created,
		with(request, 9093, "sink", "kafka", "network", "privateLink", "port")).message(), "network cannot be changed")

	got := f.do(200, "PATCH", created,
		with(with(request, []string{"test.*"}, "filter", "filterRule"), nil, "displayName"))
	assert.Equal(t, "PAUSED", got.text("state"))
	assert.Empty(t, got.text("displayName"), "an edit replaces as a whole")
	assert.Equal(t, []any{"test.*"}, got.at("filter.filterRule"))
	got = f.do(200, "PATCH", created, with(request, "new", "sink", "kafka", "authentication", "password"))
	assert.Equal(t, "rows", got.text("displayName"))
	f.Update(func(s *sandbox.State) {
		assert.Equal(t, "new", s.Changefeeds[path.Base(created)].Sink.Kafka.Authentication.Password)
	})
}

func TestFailedChangefeed(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	created := f.running()
	set := func(state string) {
		f.Update(func(s *sandbox.State) {
			s.Changefeeds[path.Base(created)].State, s.Changefeeds[path.Base(created)].Error = state,
				"the key is revoked"
		})
	}
	set("RUNNING_FAILED")
	assert.Equal(t, "the key is revoked", f.do(200, "GET", created, nil).text("error"))
	f.do(400, "PATCH", created, edit(changefeedRequest(f.plc)))
	f.do(200, "POST", created+":start", object{})
	f.clock.advance(time.Minute)
	got := f.do(200, "GET", created, nil)
	assert.Equal(t, "RUNNING", got.text("state"))
	assert.Empty(t, got.text("error"))
	set("RUNNING_FAILED")
	f.do(200, "POST", created+":stop", object{})
	f.clock.advance(time.Minute)
	assert.Equal(t, "PAUSED", f.state(created))
	f.do(200, "PATCH", created, edit(changefeedRequest(f.plc)))

	f.clock.advance(25 * time.Hour)
	f.do(200, "POST", created+":start", object{})
	f.clock.advance(time.Minute)
	got = f.do(200, "GET", created, nil)
	assert.Equal(t, "RUNNING_FAILED", got.text("state"))
	assert.Contains(t, got.text("error"), "GC safe point")

	set("CREATE_FAILED")
	f.do(400, "POST", created+":start", object{})
	f.do(400, "PATCH", created, edit(changefeedRequest(f.plc)))
	f.do(200, "DELETE", created, nil)
}

func TestChangefeedStartPosition(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	now := f.clock.Now()
	tso := func(at time.Time) string { return strconv.FormatInt(at.UnixMilli()<<18, 10) }
	for name, test := range map[string]struct {
		position any
		status   int
		message  string
	}{
		"absent":        {nil, 200, ""},
		"TSO":           {object{"mode": "FROM_TSO", "tso": tso(now.Add(-time.Hour))}, 200, ""},
		"time":          {object{"mode": "FROM_TIME", "time": now.Add(-time.Hour).Format(time.RFC3339)}, 200, ""},
		"no TSO":        {object{"mode": "FROM_TSO"}, 400, "startPosition.tso"},
		"TSO as number": {object{"mode": "FROM_TSO", "tso": 12}, 400, "startPosition.tso"},
		"no time":       {object{"mode": "FROM_TIME"}, 400, "startPosition.time is missing"},
		"no real time":  {object{"mode": "FROM_TIME", "time": "yesterday"}, 400, "startPosition.time"},
		"long ago":      {object{"mode": "FROM_TSO", "tso": tso(now.Add(-25 * time.Hour))}, 400, "GC safe point"},
		"future":        {object{"mode": "FROM_TIME", "time": now.Add(time.Hour).Format(time.RFC3339)}, 400, "to now"},
		"both":          {object{"mode": "FROM_NOW", "tso": tso(now)}, 400, "does not go with"},
		"unknown mode":  {object{"mode": "FROM_START"}, 400, "FROM_START"},
	} {
		t.Run(name, func(t *testing.T) {
			got := f.tidb("POST", f.path, with(changefeedRequest(f.plc), test.position, "startPosition"))
			assert.Equal(t, test.status, got.status, got.message())
			assert.Contains(t, got.message(), test.message)
			f.Update(func(s *sandbox.State) { clear(s.Changefeeds) })
		})
	}
	got := f.do(200, "POST", f.path, with(changefeedRequest(f.plc),
		object{"mode": "FROM_TSO", "tso": tso(now.Add(-time.Hour))}, "startPosition"))
	assert.Equal(t, tso(now.Add(-time.Hour)), got.text("startPosition.tso"))
}

func TestChangefeedCluster(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{Regions: []string{"us-east-1"}})
	seed := f.Seed()
	f.Update(func(s *sandbox.State) { s.TiDBClusters[seed.TwoZones].ChangefeedsDisabled = true })
	for cluster, want := range map[string]struct {
		status  int
		message string
	}{
		seed.Starter:           {400, "Starter"},
		seed.Paused:            {400, "PAUSED"},
		seed.AlibabaCloud:      {400, "alicloud-ap-southeast-1"},
		seed.EssentialUSWest2:  {400, "aws-us-west-2"},
		seed.TwoZones:          {403, "not enabled"},
		seed.EssentialUSEast1B: {400, "does not exist in the cluster"},
		"1":                    {404, "not found"},
	} {
		got := f.tidb("POST", changefeeds(cluster), changefeedRequest(f.plc))
		assert.Equal(t, want.status, got.status, cluster)
		assert.Contains(t, got.message(), want.message)
	}
	f.do(404, "GET", changefeeds(seed.EssentialUSEast1B)+"/"+path.Base(f.created()), nil)
	f.Update(func(s *sandbox.State) { s.PrivateLinkConnections[f.plc].State = "FAILED" })
	assert.Contains(t, f.do(400, "POST", f.path, changefeedRequest(f.plc)).message(), "is FAILED: it must be ACTIVE")
}

func TestChangefeedTables(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	got := f.do(200, "POST", f.path+":describeSchemaTable", object{"filterRules": []string{"shop.*"}})
	assert.Equal(t, []any{"shop.customers", "shop.orders"}, got.at("handleKeyTables"))
	assert.Equal(t, []any{"shop.visits"}, got.at("nonHandleKeyTables"))
	assert.Equal(t, f.clock.Now().Add(-24*time.Hour).Format(time.RFC3339), got.text("gcSafePoint"))
	assert.Contains(t, f.do(200, "POST", f.path+":describeSchemaTable", object{}).at("handleKeyTables"), "test.t")
	assert.Contains(t,
		f.do(400, "POST", f.path+":describeSchemaTable", object{"filterRules": []string{"shop"}}).message(), "shop")

	test := object{"sink": changefeedRequest(f.plc)["sink"]}
	assert.Empty(t, f.do(200, "POST", f.path+":test", test).body)
	f.do(400, "POST", f.path+":test",
		with(test, "plc-none", "sink", "kafka", "network", "privateLink", "privateLinkConnectionId"))
	f.do(400, "POST", f.path+":test", changefeedRequest(f.plc))
}

func TestFaultsHitChangefeeds(t *testing.T) {
	t.Parallel()
	f := newFeeding(t, sandbox.ChangefeedOptions{})
	f.Inject(sandbox.Fault{Method: "POST", Path: "**/changefeeds", Run: true, Status: 503})
	f.do(503, "POST", f.path, changefeedRequest(f.plc))
	assert.Len(t, f.do(200, "GET", f.path, nil).at("changefeeds"), 1, "it ran all the same")
	f.Inject(sandbox.Fault{Method: "GET", Path: "**/changefeeds", Edit: func(o map[string]any) { delete(o, "state") }})
	assert.NotContains(t, f.do(200, "GET", f.path, nil).at("changefeeds.0"), "state")
}
