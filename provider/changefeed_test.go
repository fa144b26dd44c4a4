package provider_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const (
	changefeedType = "tidbconfluent:tidbcloud:Changefeed"
	kafkaSecret    = "canary-kafka-secret"
)

// A feedLab has a cluster with an active private link connection.
type feedLab struct {
	t          *testing.T
	server     integration.Server
	box        *sandbox.Server
	cluster    string
	connection string
}

func newFeedLab(t *testing.T, options ...sandbox.Options) *feedLab {
	t.Helper()
	o := append(options, sandbox.Options{})[0]
	o.Changefeeds.StatesOnly = true // no Kafka cluster exists
	server, box := linked(t, o)
	lab := &feedLab{t: t, server: server, box: box, cluster: box.Seed().EssentialUSEast1}
	_, made := create(t, server, connectionType, connectionInputs(lab.cluster))
	lab.connection = made.Properties.Get("privateLinkConnectionId").AsString()
	return lab
}

// inputs are those of a changefeed into Confluent Cloud, with changes.
func (l *feedLab) inputs(change ...func(inputs map[string]any)) property.Map {
	inputs := map[string]any{
		"clusterId": l.cluster,
		"kafka": map[string]any{
			"network": map[string]any{"privateLink": map[string]any{
				"privateLinkConnectionId": l.connection,
				"port":                    9092.0,
			}},
			"authentication": map[string]any{
				"authType": "SASL_PLAIN", "username": "KEY", "password": kafkaSecret, "enableTls": true,
				"serverName": "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud",
			},
			"dataFormat":           map[string]any{"protocol": "CANAL_JSON"},
			"topicPartitionConfig": map[string]any{"dispatchType": "ONE_TOPIC", "defaultTopic": "orders"},
		},
		"filter": map[string]any{"filterRule": []any{"shop.*"}},
	}
	for _, f := range change {
		f(inputs)
	}
	return object(inputs)
}

func named(name string) func(map[string]any) {
	return func(inputs map[string]any) { inputs["displayName"] = name }
}

func taking(rules ...any) func(map[string]any) {
	return func(inputs map[string]any) { inputs["filter"] = map[string]any{"filterRule": rules} }
}

// A feed is a changefeed as Pulumi has it.
type feed struct {
	*feedLab
	id            string
	inputs, state property.Map
}

func (l *feedLab) create(inputs property.Map) *feed {
	l.t.Helper()
	inputs, made := create(l.t, l.server, changefeedType, inputs)
	return &feed{l, made.ID, inputs, made.Properties}
}

// diff compares the state with new inputs, as the engine does before each update.
func (f *feed) diff(inputs property.Map) p.DiffResponse {
	f.t.Helper()
	resp, err := f.server.Diff(p.DiffRequest{
		ID: f.id, Urn: urn(changefeedType), State: f.state, OldInputs: f.inputs, Inputs: inputs,
	})
	require.NoError(f.t, err)
	return resp
}

// checked runs new inputs through Check, which keeps the name.
func (f *feed) checked(inputs property.Map) property.Map {
	f.t.Helper()
	resp, err := f.server.Check(p.CheckRequest{Urn: urn(changefeedType), State: f.inputs, Inputs: inputs})
	require.NoError(f.t, err)
	require.Empty(f.t, resp.Failures)
	return resp.Inputs
}

// update returns the error that the user sees.
func (f *feed) update(inputs property.Map) error {
	resp, err := f.server.Update(p.UpdateRequest{
		ID: f.id, Urn: urn(changefeedType), State: f.state, OldInputs: f.inputs, Inputs: inputs,
	})
	if !resp.Properties.Equals(property.Map{}) {
		f.state = resp.Properties
	}
	switch {
	case err == nil:
		f.inputs = inputs
	case resp.PartialState != nil:
		return errors.New(strings.Join(resp.PartialState.Reasons, "\n"))
	}
	return err
}

func (f *feed) refresh() p.ReadResponse {
	f.t.Helper()
	resp, err := f.server.Read(p.ReadRequest{ID: f.id, Urn: urn(changefeedType), Inputs: f.inputs, Properties: f.state})
	require.NoError(f.t, err)
	f.inputs, f.state = resp.Inputs, resp.Properties
	return resp
}

// live is what the sandbox holds.
func (f *feed) live() sandbox.Changefeed {
	f.t.Helper()
	var live sandbox.Changefeed
	f.box.Update(func(s *sandbox.State) {
		if c := s.Changefeeds[strings.TrimPrefix(f.id, f.cluster+"/")]; c != nil {
			live = *c
		}
	})
	return live
}

func diffKinds(resp p.DiffResponse) map[string]p.DiffKind {
	all := map[string]p.DiffKind{}
	for path, d := range resp.DetailedDiff {
		all[path] = d.Kind
	}
	return all
}

func TestChangefeedLife(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	assert.Equal(t, "RUNNING", f.state.Get("state").AsString())
	assert.Equal(t, f.id, lab.cluster+"/"+f.state.Get("changefeedId").AsString())
	assert.Regexp(t, "^orders-[0-9a-f]{7}$", f.inputs.Get("displayName").AsString())
	assert.Equal(t, "RUNNING", f.live().State)
	assert.Empty(t, f.diff(f.checked(lab.inputs())).DetailedDiff, "what TiDB Cloud fills in makes no difference")

	state, inputs := f.state, f.inputs
	f.refresh()
	assert.Equal(t, inputs, f.inputs)
	assert.Equal(t, state, f.state)
	assert.Empty(t, f.diff(f.checked(lab.inputs())).DetailedDiff)

	require.NoError(t, f.server.Delete(p.DeleteRequest{ID: f.id, Urn: urn(changefeedType), Properties: f.state}))
	assert.Empty(t, f.live().ID)
	read, err := f.server.Read(p.ReadRequest{ID: f.id, Urn: urn(changefeedType), Inputs: f.inputs, Properties: f.state})
	require.NoError(t, err)
	assert.Empty(t, read.ID)
}

func TestChangefeedPasswordIsSecretAndNeverRead(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	password := func(properties property.Map) property.Value {
		return properties.Get("kafka").AsMap().Get("authentication").AsMap().Get("password")
	}
	assert.True(t, password(f.inputs).Secret() || f.inputs.Get("kafka").Secret())
	assert.True(t, password(f.state).Secret() || f.state.Get("kafka").Secret())

	imported, err := lab.server.Read(p.ReadRequest{ID: f.id, Urn: urn(changefeedType)})
	require.NoError(t, err)
	assert.True(t, password(imported.Inputs).IsNull())
	f.inputs, f.state = imported.Inputs, imported.Properties
	diff := f.diff(f.checked(lab.inputs()))
	assert.Equal(t, p.Update, diff.DetailedDiff["kafka.authentication.password"].Kind)
	for path, d := range diff.DetailedDiff {
		assert.Equal(t, p.Update, d.Kind, path)
	}
	require.NoError(t, f.update(f.checked(lab.inputs())))
	assert.Equal(t, kafkaSecret, f.live().Sink.Kafka.Authentication.Password)
}

func TestChangefeedEditsInPlace(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	edited := f.checked(lab.inputs(named("renamed"), taking("shop.*", "!shop.audit")))
	assert.Equal(t, map[string]p.DiffKind{"displayName": p.Update, "filter.filterRule": p.Update},
		diffKinds(f.diff(edited)))
	before := len(lab.box.Calls())
	require.NoError(t, f.update(edited))
	live := f.live()
	assert.Equal(t, "RUNNING", live.State)
	assert.Equal(t, "renamed", live.DisplayName)
	assert.Equal(t, []string{"shop.*", "!shop.audit"}, live.Filter.FilterRule)
	changes := 0
	for _, call := range lab.box.Calls()[before:] {
		if call.Method != http.MethodGet {
			changes++
		}
	}
	assert.Equal(t, 3, changes, "stop, edit, start")
	assert.Empty(t, f.diff(f.inputs).DetailedDiff)
}

func TestChangefeedResumesWhenAnEditFails(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	// Whatever the reason is.
	lab.box.Inject(sandbox.Fault{Method: http.MethodPatch, Status: http.StatusBadRequest, Times: 1})
	edited := f.checked(lab.inputs(taking("other.*")))
	err := f.update(edited)
	require.ErrorContains(t, err, "editing changefeed")
	assert.Equal(t, "RUNNING", f.live().State, "it resumes when the edit fails")
	assert.NotEmpty(t, f.diff(edited).DetailedDiff, "the edit is still due")
	require.NoError(t, f.update(edited))
	assert.Equal(t, []string{"other.*"}, f.live().Filter.FilterRule)
}

func TestChangefeedPausesAndResumes(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	paused := func(inputs map[string]any) { inputs["paused"] = true }
	f := lab.create(lab.inputs(paused))
	assert.Equal(t, "PAUSED", f.live().State)
	resumed := f.checked(lab.inputs())
	assert.Equal(t, map[string]p.DiffKind{"paused": p.Update}, diffKinds(f.diff(resumed)))
	require.NoError(t, f.update(resumed))
	assert.Equal(t, "RUNNING", f.live().State)
	require.NoError(t, f.update(f.checked(lab.inputs(paused, taking("a.*")))))
	assert.Equal(t, "PAUSED", f.live().State, "an edit leaves it paused")
}

func TestChangefeedDrift(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	set := func(change func(c *sandbox.Changefeed)) {
		lab.box.Update(func(s *sandbox.State) { change(s.Changefeeds[f.state.Get("changefeedId").AsString()]) })
		f.refresh()
	}
	wanted := f.checked(lab.inputs())

	set(func(c *sandbox.Changefeed) { c.State = "PAUSED" })
	assert.Equal(t, map[string]p.DiffKind{"state": p.Update}, diffKinds(f.diff(wanted)), "paused by hand")
	require.NoError(t, f.update(wanted))
	assert.Equal(t, "RUNNING", f.live().State)

	set(func(c *sandbox.Changefeed) { c.Filter.FilterRule = []string{"by.hand"} })
	assert.Equal(t, map[string]p.DiffKind{"filter.filterRule": p.Update}, diffKinds(f.diff(wanted)), "edited by hand")
	require.NoError(t, f.update(wanted))
	assert.Equal(t, []string{"shop.*"}, f.live().Filter.FilterRule)

	set(func(c *sandbox.Changefeed) { c.State = "CREATE_FAILED" })
	diff := f.diff(wanted)
	assert.Equal(t, map[string]p.DiffKind{"state": p.UpdateReplace}, diffKinds(diff))
	assert.True(t, diff.DeleteBeforeReplace)
}

func TestChangefeedReplacementStartsAtTheCheckpoint(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	moved := f.checked(lab.inputs(overTheInternet))
	diff := f.diff(moved)
	assert.Equal(t, map[string]p.DiffKind{"kafka.network": p.UpdateReplace}, diffKinds(diff))
	assert.False(t, diff.DeleteBeforeReplace)

	created := check(t, lab.server, changefeedType, moved.Delete("displayName"))
	made, err := lab.server.Create(p.CreateRequest{Urn: urn(changefeedType), Properties: created})
	require.NoError(t, err)
	old := f.live()
	assert.Equal(t, "PAUSED", old.State, "the old one stops first, and is there until the new one is")
	replacement := feed{lab, made.ID, created, made.Properties}
	assert.Equal(t, "FROM_TSO", replacement.live().StartPosition.Mode)
	assert.Equal(t, replacement.state.Get("predecessorTso").AsString(), replacement.live().StartPosition.TSO)
	require.NoError(t, lab.server.Delete(p.DeleteRequest{ID: f.id, Urn: urn(changefeedType), Properties: f.state}))
	assert.Empty(t, f.live().ID)
}

func TestChangefeedChecks(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	in := func(path string, v any) func(map[string]any) {
		return func(inputs map[string]any) {
			keys := strings.Split(path, ".")
			for _, key := range keys[:len(keys)-1] {
				if inputs[key] == nil {
					inputs[key] = map[string]any{}
				}
				inputs, _ = inputs[key].(map[string]any)
			}
			if last := keys[len(keys)-1]; v == nil {
				delete(inputs, last)
			} else {
				inputs[last] = v
			}
		}
	}
	for name, tt := range map[string]struct {
		change   func(map[string]any)
		property string
		reason   string
	}{
		"no network": {
			in("kafka.network", map[string]any{}), "kafka.network",
			"neither privateLink nor publicEndpoints",
		},
		"two networks": {in("kafka.network.publicEndpoints", []any{"a:1"}), "kafka.network", "conflicts with"},
		"a port": {in("kafka.network.privateLink.port", 0.0), "kafka.network.privateLink.port", "0 is not a " +
			"port number"},
		"no password": {
			in("kafka.authentication.password", nil), "kafka.authentication.password",
			"is required for authType SASL_PLAIN",
		},
		"no auth": {
			in("kafka.authentication.authType", "DISABLE"), "kafka.authentication.username",
			"conflicts with authType DISABLE",
		},
		"no TLS": {
			in("kafka.authentication.enableTls", false), "kafka.authentication.serverName",
			"enableTls is false",
		},
		"AVRO": {
			in("kafka.dataFormat.protocol", "AVRO"), "kafka.topicPartitionConfig.dispatchType",
			"supports only BY_TABLE",
		},
		"a protocol": {in("kafka.dataFormat.protocol", "XML"), "kafka.dataFormat.protocol", `"XML" is not one of`},
		"debezium": {
			in("kafka.dataFormat.debeziumConfig", map[string]any{}), "kafka.dataFormat.debeziumConfig",
			"applies only to DEBEZIUM",
		},
		"no topic": {
			in("kafka.topicPartitionConfig.defaultTopic", nil),
			"kafka.topicPartitionConfig.defaultTopic", "is required",
		},
		"a topic": {
			in("kafka.topicPartitionConfig.defaultTopic", "a b"),
			"kafka.topicPartitionConfig.defaultTopic", "Kafka does not allow",
		},
		"partitions": {
			in("kafka.topicPartitionConfig.partitionNum", 0.0),
			"kafka.topicPartitionConfig.partitionNum", "0 is too low",
		},
		"a rule": {taking("shop"), "filter.filterRule", "is not a filter rule"},
		"two positions": {
			in("startPosition", map[string]any{"tso": "1", "time": "2026-01-31T12:00:00Z"}),
			"startPosition", "conflicts with",
		},
		"a position":    {in("startPosition.time", "yesterday"), "startPosition.time", "RFC 3339"},
		"an empty name": {named(""), "displayName", "is empty"},
		"a cluster":     {in("clusterId", "x"), "clusterId", `"x" is not a TiDB Cloud cluster ID`},
		"no connection": {
			in("kafka.network.privateLink.privateLinkConnectionId", "x"),
			"kafka.network.privateLink.privateLinkConnectionId", "plc-",
		},
		"an unknown key": {in("kafka.topic", "x"), "kafka.topic", "there is no such input"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := lab.server.Check(p.CheckRequest{Urn: urn(changefeedType), Inputs: lab.inputs(tt.change)})
			require.NoError(t, err)
			var reasons []string
			for _, failure := range resp.Failures {
				reasons = append(reasons, failure.Property+": "+failure.Reason)
			}
			assert.Contains(t, strings.Join(reasons, "\n"), tt.property+": ")
			assert.Contains(t, strings.Join(reasons, "\n"), tt.reason)
			assert.NotContains(t, strings.Join(reasons, "\n"), kafkaSecret)
		})
	}
}

// overTheInternet changes the network, which replaces a changefeed.
func overTheInternet(inputs map[string]any) {
	kafka, _ := inputs["kafka"].(map[string]any)
	kafka["network"] = map[string]any{"publicEndpoints": []any{"broker.example.com:9092"}}
}

// replaceWith creates the replacement that Diff asked for.
func (f *feed) replaceWith(inputs property.Map) (p.CreateResponse, error) {
	f.t.Helper()
	diff := f.diff(f.checked(inputs))
	require.Contains(f.t, diffKinds(diff), "kafka.network")
	return f.server.Create(p.CreateRequest{
		Urn: urn(changefeedType), Properties: check(f.t, f.server, changefeedType, inputs),
	})
}

func TestChangefeedResumesWhenItsReplacementIsRefused(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	lab.box.Inject(sandbox.Fault{
		Method: http.MethodPost, Path: "/v1beta1/clusters/*/changefeeds",
		Status: http.StatusBadRequest,
	})
	_, err := f.replaceWith(lab.inputs(overTheInternet))
	require.ErrorContains(t, err, "creating a changefeed")
	assert.Eventually(t, func() bool { return f.live().State == "RUNNING" }, 10*time.Second, 10*time.Millisecond)
}

func TestChangefeedReplacementNeedsACheckpoint(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	lab.box.Update(func(s *sandbox.State) { clear(s.Changefeeds) })
	_, err := f.replaceWith(lab.inputs(overTheInternet))
	require.ErrorContains(t, err, "set startPosition.time to a time before it stopped")
	_, err = f.replaceWith(lab.inputs(overTheInternet, func(inputs map[string]any) {
		inputs["startPosition"] = map[string]any{"time": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}
	}))
	require.NoError(t, err)
}

// At the limit of a cluster, the old changefeed is deleted before the new one is created.
func TestChangefeedIsReplacedAtTheLimit(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t, sandbox.Options{Quotas: sandbox.Quotas{ChangefeedsPerCluster: 1}})
	f := lab.create(lab.inputs())
	made, err := f.replaceWith(lab.inputs(overTheInternet))
	require.NoError(t, err)
	assert.Empty(t, f.live().ID)
	assert.NotEmpty(t, made.Properties.Get("predecessorTso").AsString())
	require.NoError(t, lab.server.Delete(p.DeleteRequest{ID: f.id, Urn: urn(changefeedType), Properties: f.state}))
	replacement := feed{feedLab: lab, id: made.ID}
	assert.Equal(t, "RUNNING", replacement.live().State)
}

// With the option deleteBeforeReplace the engine deletes first.
func TestChangefeedThatIsDeletedFirstHandsItsCheckpointOver(t *testing.T) {
	t.Parallel()
	lab := newFeedLab(t)
	f := lab.create(lab.inputs())
	moved := lab.inputs(overTheInternet)
	f.diff(f.checked(moved))
	require.NoError(t, lab.server.Delete(p.DeleteRequest{ID: f.id, Urn: urn(changefeedType), Properties: f.state}))
	_, made := create(t, lab.server, changefeedType, moved)
	replacement := feed{feedLab: lab, id: made.ID}
	assert.Equal(t, "FROM_TSO", replacement.live().StartPosition.Mode)
}
