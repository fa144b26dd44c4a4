package sandbox_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

const (
	kafkaCluster = "lkc-aaaaaa"
	dnsDomain    = "domnprzqrog.us-east-1.aws.confluent.cloud"
	clusterCRN   = "crn://confluent.cloud/organization=5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21" +
		"/environment=env-7x3k9q/cloud-cluster=" + kafkaCluster
)

// flowing is a server with a private link, a key, and a role on the topics that begin with "rows".
type flowing struct {
	*fixture
	path string // of the changefeeds
}

// newFlowing starts one. Patience is how long a changefeed tries again before it fails.
func newFlowing(t *testing.T, options sandbox.ChangefeedOptions, patience time.Duration) *flowing {
	t.Helper()
	f := &flowing{fixture: &fixture{t: t}}
	f.Server = sandboxtest.New(t, sandbox.Options{
		Changefeeds: options, MaxRequestsPerMinute: -1,
		Times: sandbox.Times{ChangefeedFail: patience},
		Prepare: func(s *sandbox.State) {
			s.Networks["n-aaaaaa"] = &sandbox.Network{DNSLabel: "domnprzqrog"}
			s.PrivateLinkAccesses["pla-aaaaaa"] = &sandbox.PrivateLinkAccess{
				NetworkID: "n-aaaaaa",
				Account:   "111122223333",
			}
			s.KafkaClusters[kafkaCluster] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa"}
			s.ServiceAccounts["sa-aaaaaa"] = &sandbox.ServiceAccount{}
			s.APIKeys[kafkaKey] = &sandbox.APIKey{OwnerID: "sa-aaaaaa", ClusterID: kafkaCluster, Secret: kafkaSecret}
			s.RoleBindings["rb-AAAAA"] = &sandbox.RoleBinding{
				Principal: "User:sa-aaaaaa", RoleName: "ResourceOwner",
				CRNPattern: clusterCRN + "/kafka=" + kafkaCluster + "/topic=rows*",
			}
		},
	})
	f.Update(func(s *sandbox.State) {
		s.PrivateLinkConnections["plc-a"] = &sandbox.PrivateLinkConnection{
			ClusterID: f.Seed().EssentialUSEast1, DisplayName: "link",
			EndpointService: s.Networks["n-aaaaaa"].EndpointService,
			Domains: []*sandbox.AttachedDomain{{
				Type: "CONFLUENT", UniqueName: "domnprzqrog.us-east-1", Names: []string{"*." + dnsDomain},
			}},
		}
	})
	f.path = changefeeds(f.Seed().EssentialUSEast1)
	return f
}

// request is a changefeed that works.
func (f *flowing) request() object {
	return with(changefeedRequest("plc-a"), kafkaCluster+"."+dnsDomain, "sink", "kafka", "authentication", "serverName")
}

// create creates a changefeed, and waits for its state.
func (f *flowing) create(request object, state string) string {
	f.t.Helper()
	got := f.tidb("POST", f.path, request)
	require.Equal(f.t, 200, got.status, got.message())
	changefeed := f.path + "/" + got.text("changefeedId")
	f.wait(changefeed, state)
	return changefeed
}

// wait waits for a state, and returns the error that goes with it.
func (f *flowing) wait(changefeed, state string) string {
	f.t.Helper()
	got, deadline := f.tidb("GET", changefeed, nil), time.Now().Add(20*time.Second)
	for got.text("state") != state {
		require.True(f.t, time.Now().Before(deadline), "the changefeed does not become %s", state)
		time.Sleep(10 * time.Millisecond)
		got = f.tidb("GET", changefeed, nil)
	}
	return got.text("error")
}

func (f *flowing) insert(table string, rows ...sandbox.Row) {
	f.t.Helper()
	for _, r := range rows {
		require.NoError(f.t, f.Commit(f.Seed().EssentialUSEast1, sandbox.RowChange{Table: table, After: r}))
	}
}

// canal is a message in Canal-JSON, as far as the tests compare it.
type canal struct {
	Database, Table, Type string
	PKNames               []string
	IsDDL                 bool
	Data, Old             []map[string]*string
	SQLType               map[string]int
	MySQLType             map[string]string
	TiDB                  map[string]uint64 `json:"_tidb"`

	topic     string
	partition int32
	commit    int64
}

// rows are the changes that a topic holds, in the order of the commits, each once.
func (f *flowing) rows(topic string) []canal {
	f.t.Helper()
	messages, err := f.Messages(f.t.Context(), kafkaCluster, topic)
	require.NoError(f.t, err)
	var all []canal
	seen := map[string]bool{}
	for _, m := range messages {
		var c canal
		require.NoError(f.t, json.Unmarshal(m.Value, &c), "%s", m.Value)
		var times struct{ ES, TS int64 }
		require.NoError(f.t, json.Unmarshal(m.Value, &times))
		if c.Type == "TIDB_WATERMARK" {
			continue
		}
		c.topic, c.partition, c.commit = m.Topic, m.Partition, times.ES
		assert.Nil(f.t, m.Key)
		content, err := json.Marshal([]any{c.Database, c.Table, c.Type, c.Data, c.Old})
		require.NoError(f.t, err)
		if !seen[string(content)] { // at least once
			all = append(all, c)
		}
		seen[string(content)] = true
	}
	slices.SortStableFunc(all, func(a, b canal) int { return int(a.commit - b.commit) })
	return all
}

// data are the rows of messages, as text.
func data(messages []canal) []sandbox.Row {
	rows := []sandbox.Row{}
	for _, m := range messages {
		row := sandbox.Row{}
		for name, value := range m.Data[0] {
			if value != nil {
				row[name] = *value
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// arrives waits until a topic has these rows, in any order, and no others.
func (f *flowing) arrives(topic string, want ...sandbox.Row) {
	f.t.Helper()
	var got []sandbox.Row
	assert.Eventually(f.t, func() bool {
		got = data(f.rows(topic))
		return len(got) >= len(want)
	}, 20*time.Second, 10*time.Millisecond, "the rows do not arrive")
	require.ElementsMatch(f.t, want, got)
}

func customer(id string) sandbox.Row {
	return sandbox.Row{"id": id, "email": id + "@example.com", "name": "N" + id}
}

func TestRowsFlow(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	f.insert("shop.customers", customer("0")) // before the changefeed
	changefeed := f.create(with(f.request(), true, "sink", "kafka", "dataFormat", "enableTidbExtension"), "RUNNING")
	tidb := f.Seed().EssentialUSEast1
	one, two := customer("1"), customer("2")
	changed := maps.Clone(one)
	changed["name"] = "other"
	f.insert("shop.customers", one)
	require.NoError(t, f.Commit(tidb, sandbox.RowChange{Table: "shop.customers", After: two},
		sandbox.RowChange{Table: "shop.customers", Before: one, After: changed}))
	require.NoError(t, f.Commit(tidb, sandbox.RowChange{Table: "shop.customers", Before: two}))
	f.insert("test.t", sandbox.Row{"k": "1"})                                     // no rule takes it
	f.insert("shop.visits", sandbox.Row{"page": "/", "visited_at": "2026-01-01"}) // it has no key
	require.Eventually(t, func() bool { return len(f.rows("rows")) >= 4 }, 20*time.Second, 10*time.Millisecond)
	got := f.rows("rows")
	types := []string{}
	for _, m := range got {
		types = append(types, m.Type)
		assert.Equal(t, "shop", m.Database)
		assert.Equal(t, []string{"id"}, m.PKNames)
		assert.Equal(t, map[string]int{"id": -5, "email": 12, "name": 12}, m.SQLType)
		assert.Equal(t, map[string]string{"id": "bigint", "email": "varchar", "name": "varchar"}, m.MySQLType)
		assert.NotZero(t, m.TiDB["commitTs"])
	}
	assert.ElementsMatch(t, []string{"INSERT", "INSERT", "UPDATE", "DELETE"}, types)
	assert.ElementsMatch(t, []sandbox.Row{one, two, changed, two}, data(got))
	i := slices.IndexFunc(got, func(m canal) bool { return m.Type == "UPDATE" })
	assert.Equal(t, "N1", *got[i].Old[0]["name"])

	topics, err := f.Topics(t.Context(), kafkaCluster)
	require.NoError(t, err)
	assert.Equal(t, []sandbox.Topic{{Name: "rows", Partitions: 3, Replicas: 3}}, topics)
	before := f.tidb("GET", changefeed, nil).text("checkpoint.tso")
	require.Eventually(t, func() bool {
		return f.tidb("GET", changefeed, nil).text("checkpoint.tso") > before
	}, 10*time.Second, 10*time.Millisecond, "the checkpoint stands still")
	require.Eventually(t, func() bool {
		messages, err := f.Messages(t.Context(), kafkaCluster, "rows")
		require.NoError(t, err)
		return slices.ContainsFunc(messages,
			func(m sandbox.Message) bool { return strings.Contains(string(m.Value), "watermarkTs") })
	}, 10*time.Second, 10*time.Millisecond)
}

// A changefeed that is paused, edited and resumed, and one that takes the place of another, write every row.
func TestNoRowIsLost(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	changefeed := f.create(f.request(), "RUNNING")
	f.insert("shop.customers", customer("1"))
	f.arrives("rows", customer("1"))
	f.tidb("POST", changefeed+":stop", object{})
	f.wait(changefeed, "PAUSED")
	f.insert("shop.customers", customer("2"))
	time.Sleep(100 * time.Millisecond)
	f.arrives("rows", customer("1"))
	edited := f.tidb("PATCH", changefeed,
		edit(with(f.request(), "rows-2", "sink", "kafka", "topicPartitionConfig", "defaultTopic")))
	require.Equal(t, 200, edited.status, edited.message())
	f.tidb("POST", changefeed+":start", object{})
	f.wait(changefeed, "RUNNING")
	f.insert("shop.customers", customer("3"))
	require.Eventually(t, func() bool { return len(f.rows("rows-2")) >= 2 }, 20*time.Second, 10*time.Millisecond)
	got := data(f.rows("rows-2"))
	assert.Contains(t, got, customer("2"))
	assert.Contains(t, got, customer("3"))

	f.tidb("POST", changefeed+":stop", object{})
	f.wait(changefeed, "PAUSED")
	f.insert("shop.customers", customer("4"))
	checkpoint := f.tidb("GET", changefeed, nil).text("checkpoint.tso")
	require.Equal(t, 200, f.tidb("DELETE", changefeed, nil).status)
	f.insert("shop.customers", customer("5"))
	f.create(with(with(f.request(), object{"mode": "FROM_TSO", "tso": checkpoint}, "startPosition"),
		"rows-3", "sink", "kafka", "topicPartitionConfig", "defaultTopic"), "RUNNING")
	require.Eventually(t, func() bool {
		got := data(f.rows("rows-3"))
		return slices.ContainsFunc(got, func(r sandbox.Row) bool { return r["id"] == "4" }) &&
			slices.ContainsFunc(got, func(r sandbox.Row) bool { return r["id"] == "5" })
	}, 20*time.Second, 10*time.Millisecond)
}

// Without each of the protections, a running changefeed fails with a message about it.
func TestProtections(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil   func(s *sandbox.State)
		message string
	}{
		"role": {
			func(s *sandbox.State) { delete(s.RoleBindings, "rb-AAAAA") },
			"TOPIC_AUTHORIZATION_FAILED",
		},
		"role elsewhere": {
			func(s *sandbox.State) { s.RoleBindings["rb-AAAAA"].CRNPattern += "more*" },
			"TOPIC_AUTHORIZATION_FAILED",
		},
		"role for reading": {
			func(s *sandbox.State) { s.RoleBindings["rb-AAAAA"].RoleName = "DeveloperRead" },
			"TOPIC_AUTHORIZATION_FAILED",
		},
		"key": {func(s *sandbox.State) { delete(s.APIKeys, kafkaKey) }, "SASL_AUTHENTICATION_FAILED"},
		"secret": {
			func(s *sandbox.State) { s.APIKeys[kafkaKey].Secret = "another" },
			"SASL_AUTHENTICATION_FAILED",
		},
		"key of another": {
			func(s *sandbox.State) { s.APIKeys[kafkaKey].ClusterID = "lkc-bbbbbb" },
			"SASL_AUTHENTICATION_FAILED",
		},
		"domain": {
			func(s *sandbox.State) { s.PrivateLinkConnections["plc-a"].Domains = nil },
			"cannot resolve lkc-aaaaaa.domnprzqrog",
		},
		"domain not yet": {
			func(s *sandbox.State) { s.PrivateLinkConnections["plc-a"].Domains[0].State = "CREATING" },
			"cannot resolve",
		},
		"access": {
			func(s *sandbox.State) { delete(s.PrivateLinkAccesses, "pla-aaaaaa") },
			"plc-a is FAILED: it must be ACTIVE",
		},
		"connection": {
			func(s *sandbox.State) { delete(s.PrivateLinkConnections, "plc-a") },
			"plc-a does not exist",
		},
		"cluster": {func(s *sandbox.State) { delete(s.KafkaClusters, kafkaCluster) }, "connection refused"},
		"service account": {
			func(s *sandbox.State) { s.APIKeys[kafkaKey].OwnerID = "sa-bbbbbb" },
			"TOPIC_AUTHORIZATION_FAILED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlowing(t, sandbox.ChangefeedOptions{}, 200*time.Millisecond)
			changefeed := f.create(f.request(), "RUNNING")
			f.insert("shop.customers", customer("1"))
			f.arrives("rows", customer("1"))
			f.Update(test.spoil)
			f.insert("shop.customers", customer("2"))
			assert.Contains(t, f.wait(changefeed, "RUNNING_FAILED"), test.message)
			assert.True(t, slices.ContainsFunc(f.Events(), func(e sandbox.Event) bool { return e.State == "WARNING" }))
			assert.NotContains(t, f.tidb("GET", changefeed, nil).text("error"), kafkaSecret)
			if f.hasKafka() {
				assert.NotContains(t, data(f.rows("rows")), customer("2"))
			}
		})
	}
}

// hasKafka reports whether there is something to consume from.
func (f *flowing) hasKafka() (exists bool) {
	f.Update(func(s *sandbox.State) { exists = s.KafkaClusters[kafkaCluster] != nil })
	return exists
}

// A fault from the beginning makes the creation, and a test of the sink, fail with the same message.
func TestWrongSinks(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, 200*time.Millisecond)
	kafka := func(value any, keys ...string) object {
		return with(f.request(), value, append([]string{"sink", "kafka"}, keys...)...)
	}
	for name, test := range map[string]struct {
		request object
		message string
		topics  bool // only creating topics shows it
	}{
		"port":        {kafka(9093, "network", "privateLink", "port"), "9093: connection refused", false},
		"TLS name":    {kafka("lkc-zzzzzz."+dnsDomain, "authentication", "serverName"), "unrecognized name", false},
		"no TLS name": {kafka(nil, "authentication", "serverName"), "vpce.amazonaws.com", false},
		"foreign name": {
			kafka("lkc-aaaaaa.elsewhere.example", "authentication", "serverName"), "cannot resolve",
			false,
		},
		"no TLS": {with(kafka(false, "authentication", "enableTls"), nil, "sink", "kafka", "authentication",
			"serverName"), "cannot connect", false},
		"secret":    {kafka("wrong", "authentication", "password"), "SASL_AUTHENTICATION_FAILED", false},
		"mechanism": {kafka("SASL_SCRAM_SHA_256", "authentication", "authType"), "SASL", false},
		"no sign-in": {kafka(object{
			"authType": "DISABLE", "enableTls": true,
			"serverName": kafkaCluster + "." + dnsDomain,
		}, "authentication"), "cannot connect", false},
		"replicas": {kafka(1, "topicPartitionConfig", "replicationFactor"), "INVALID_REPLICATION_FACTOR", true},
		"partitions": {kafka(31, "topicPartitionConfig", "partitionNum"), "partitionNum is 31: it must be from " +
			"1 to 30", false},
		"topic": {kafka("other", "topicPartitionConfig", "defaultTopic"), "TOPIC_AUTHORIZATION_FAILED", true},
		"public endpoint": {
			kafka(object{"networkType": "PUBLIC", "publicEndpoints": "pkc-1.example:9092"}, "network"),
			"no such host", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.tidb("POST", f.path+":test", object{"sink": test.request["sink"]})
			if test.topics {
				assert.Equal(t, 200, got.status, got.message())
			} else {
				assert.Equal(t, 400, got.status)
				assert.Contains(t, got.message(), test.message)
			}
			created := f.tidb("POST", f.path, test.request)
			for created.status == 400 && strings.Contains(created.message(), "limit") {
				time.Sleep(10 * time.Millisecond)
				created = f.tidb("POST", f.path, test.request)
			}
			require.Equal(t, 200, created.status, created.message())
			changefeed := f.path + "/" + created.text("changefeedId")
			assert.Contains(t, f.wait(changefeed, "CREATE_FAILED"), test.message)
			f.tidb("DELETE", changefeed, nil)
		})
	}
	assert.Equal(t, 200, f.tidb("POST", f.path+":test", object{"sink": f.request()["sink"]}).status)
	topics, err := f.Topics(t.Context(), kafkaCluster)
	require.NoError(t, err)
	assert.Empty(t, topics, "a test leaves nothing there")
}

// After a repair, a changefeed with a warning goes on, and one that failed can be resumed.
func TestChangefeedRecovers(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	changefeed := f.create(f.request(), "RUNNING")
	var role *sandbox.RoleBinding
	take := func(s *sandbox.State) { role = s.RoleBindings["rb-AAAAA"]; delete(s.RoleBindings, "rb-AAAAA") }
	give := func(s *sandbox.State) { s.RoleBindings["rb-AAAAA"] = role }
	f.Update(take)
	f.wait(changefeed, "WARNING")
	f.insert("shop.customers", customer("1"))
	f.Update(give)
	assert.Empty(t, f.wait(changefeed, "RUNNING"))
	f.arrives("rows", customer("1"))
	f.Update(take)
	f.wait(changefeed, "RUNNING_FAILED")
	f.insert("shop.customers", customer("2"))
	f.Update(give)
	time.Sleep(100 * time.Millisecond)
	assert.Equal(t, "RUNNING_FAILED", f.tidb("GET", changefeed, nil).text("state"), "only a resume helps")
	f.tidb("POST", changefeed+":start", object{})
	f.wait(changefeed, "RUNNING")
	f.arrives("rows", customer("1"), customer("2"))
}

// A key is rotated by an edit, after which the old one is not needed.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	changefeed := f.create(f.request(), "RUNNING")
	f.insert("shop.customers", customer("1"))
	f.arrives("rows", customer("1"))
	f.Update(func(s *sandbox.State) {
		s.APIKeys["NEWKEY"] = &sandbox.APIKey{OwnerID: "sa-aaaaaa", ClusterID: kafkaCluster, Secret: "new"}
	})
	f.tidb("POST", changefeed+":stop", object{})
	f.wait(changefeed, "PAUSED")
	request := edit(f.request())
	authentication := object{
		"authType": "SASL_PLAIN", "username": "NEWKEY", "password": "new", "enableTls": true,
		"serverName": kafkaCluster + "." + dnsDomain,
	}
	require.Equal(t, 200,
		f.tidb("PATCH", changefeed, with(request, authentication, "sink", "kafka", "authentication")).status)
	f.Update(func(s *sandbox.State) { delete(s.APIKeys, kafkaKey) })
	f.tidb("POST", changefeed+":start", object{})
	f.wait(changefeed, "RUNNING")
	f.insert("shop.customers", customer("2"))
	f.arrives("rows", customer("1"), customer("2"))
	assert.Equal(t, "RUNNING", f.tidb("GET", changefeed, nil).text("state"))
}
