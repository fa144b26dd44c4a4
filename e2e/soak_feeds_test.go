package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// soakFeed is a changefeed of the program over one of its links, as it is now.
type soakFeed struct {
	link   string
	native bool // a Changefeed with a key of its own, and no KafkaChangefeed
	tables int  // one table more for each edit
	topic  string
	paused bool
	named  string // display name; empty means left out
}

const soakMostFeeds = 4

func (m *soakModel) anyFeed() string { return pick(m, slices.Sorted(maps.Keys(m.feeds))...) }

// hasNative reports whether the program has, or had before this step, a native changefeed on a link; an empty name
// means any link. Of its key and its connection, the engine knows only that they come from the link. It would delete
// the Kafka cluster, or detach the domains, before the changefeed that uses them, which the services refuse.
func (m *soakModel) hasNative(link string) bool {
	for _, feeds := range []map[string]*soakFeed{m.before, m.feeds} {
		for _, feed := range feeds {
			if feed.native && (link == "" || feed.link == link) {
				return true
			}
		}
	}
	return false
}

// changeFeed changes the changefeeds of the program, or makes the command replace a part of one.
func (m *soakModel) changeFeed(step *soakStep) string {
	if len(m.feeds) == 0 || len(m.feeds) < soakMostFeeds && m.random.IntN(3) == 0 {
		name := m.name("feed")
		m.feeds[name] = &soakFeed{link: m.anyLink(), native: m.random.IntN(2) == 0, topic: name}
		return fmt.Sprintf("add %s on %s, native: %t", name, m.feeds[name].link, m.feeds[name].native)
	}
	name := m.anyFeed()
	feed := m.feeds[name]
	switch m.random.IntN(8) {
	case 0:
		delete(m.feeds, name)
		return "remove " + name
	case 1:
		feed.tables++
		return "edit the tables of " + name
	case 2:
		feed.topic = m.name("topic")
		return "move " + name + " to " + feed.topic
	case 3:
		feed.paused = !feed.paused
		return fmt.Sprintf("pause %s: %t", name, feed.paused)
	case 4:
		step.replace = append(step.replace, name+"-key")
		return "rotate the key of " + name
	case 5:
		step.replace, step.refresh = append(step.replace, name+"-changefeed"), true
		return "replace " + name
	case 6:
		feed.link = m.anyLink()
		return "move " + name + " to " + feed.link
	default:
		feed.named = m.name("name")
		return "rename " + name
	}
}

// behindFeed changes a changefeed without Pulumi.
func (m *soakModel) behindFeed(step *soakStep) {
	place := m.random.IntN(soakMostFeeds)
	what := pick(m, "vanish", "stop", "fail")
	step.refresh = true
	step.what = append(step.what, fmt.Sprintf("let changefeed %d %s", place, what))
	step.behind = append(step.behind, func(s *sandbox.State) {
		ids := slices.Sorted(maps.Keys(s.Changefeeds))
		if len(ids) == 0 {
			return
		}
		id := ids[place%len(ids)]
		switch what {
		case "vanish":
			delete(s.Changefeeds, id)
		case "stop":
			s.Changefeeds[id].State = sandbox.StatePaused
		default:
			s.Changefeeds[id].State, s.Changefeeds[id].Error = sandbox.StateRunningFailed, "no leader"
		}
	})
}

// soakFeedCalls are the calls about changefeeds that faults hit.
func soakFeedCalls() (all []sandbox.Fault) {
	for _, call := range []struct{ method, path string }{
		{http.MethodGet, ""},
		{http.MethodGet, "/*"},
		{http.MethodPost, ""},
		{http.MethodPatch, "/*"},
		{http.MethodDelete, "/*"},
		{http.MethodPost, "/*:start"},
		{http.MethodPost, "/*:stop"},
		{http.MethodPost, ":describeSchemaTable"},
	} {
		all = append(all, sandbox.Fault{
			Service: sandbox.ServiceTiDBCloud, Method: call.method, Path: "/v1beta1/clusters/*/changefeeds" + call.path,
		})
	}
	return all
}

// feedProgram declares the changefeeds as they are.
func (m *soakModel) feedProgram() (program string) {
	for _, name := range slices.Sorted(maps.Keys(m.feeds)) {
		f := m.feeds[name]
		tables := []string{ordersTable}
		for i := range f.tables {
			tables = append(tables, fmt.Sprintf("test.t%d", i))
		}
		inputs := []string{fmt.Sprintf("paused: %t", f.paused)}
		if f.named != "" {
			inputs = append(inputs, "displayName: "+f.named)
		}
		form, between := soakComponent, ", "
		if f.native {
			form, between = soakNative, "\n      "
		}
		program += strings.NewReplacer("NAME", name, "LINK", f.link, "CLUSTER", m.links[f.link].cluster,
			"TOPIC", f.topic, "TABLES", strings.Join(tables, ", "), "INPUTS",
			strings.Join(inputs, between)).Replace(form)
	}
	return program
}

const soakComponent = `  NAME:
    type: tidbconfluent:KafkaChangefeed
    properties: {tidbClusterId: "{{.CLUSTER}}", environmentId: "{{.EnvironmentID}}",
      kafkaClusterId: "${LINK.kafkaClusterId}", privateLinkConnectionId: "${LINK.privateLinkConnectionId}",
      tables: [TABLES], topics: {name: TOPIC}, INPUTS}
`

const soakNative = `  NAME-account: {type: confluentcloud:ServiceAccount}
  NAME-role:
    type: confluentcloud:RoleBinding
    properties:
      principal: "User:${NAME-account.id}"
      roleName: CloudClusterAdmin
      crnPattern: ${LINK.kafkaClusterCrn}
  NAME-key:
    type: confluentcloud:ApiKey
    properties:
      owner: {id: "${NAME-account.id}", kind: ServiceAccount, apiVersion: iam/v2}
      managedResource: {id: "${LINK.kafkaClusterId}", kind: Cluster, apiVersion: cmk/v2,
        environment: {id: "{{.EnvironmentID}}"}}
      disableWaitForReady: true
  NAME-changefeed:
    type: tidbconfluent:tidbcloud:Changefeed
    properties:
      clusterId: "{{.CLUSTER}}"
      kafka:
        network: {privateLink: {privateLinkConnectionId: "${LINK.privateLinkConnectionId}", port: 9092}}
        authentication:
          authType: SASL_PLAIN
          username: ${NAME-key.id}
          password: ${NAME-key.secret}
          enableTls: true
          serverName: {"fn::select": [0, {"fn::split": [":", "${LINK.bootstrapEndpoint}"]}]}
        topicPartitionConfig: {defaultTopic: TOPIC}
      filter: {filterRule: [TABLES]}
      INPUTS
    options: {dependsOn: ["${NAME-role}"]}
`

// A soakRun is the work of a changefeed: from one table into one Kafka cluster, since some row.
type soakRun struct {
	id, cluster, kafka string
	topics             []string
	since              int // rows before it may be missing
}

// insert inserts a row on each TiDB Cloud cluster.
func (r *soak) insert() {
	seed := r.stack.sandbox.Seed()
	for _, cluster := range []string{seed.EssentialUSEast1, seed.EssentialUSEast1B, seed.EssentialUSWest2} {
		_, err := r.stack.sandbox.Generate(sandbox.GeneratedRows{ClusterID: cluster, Table: ordersTable, Insert: 1})
		require.NoError(r.stack.t, err)
	}
}

// flows checks that the changefeeds are as in the program, and that no row is lost: each that was inserted
// while a changefeed led from a table into a Kafka cluster is there.
func (r *soak) flows() error {
	known := map[string]soakRun{}
	for name, feed := range r.model.feeds {
		live, kafka := r.liveFeed(name)
		if live == nil {
			return fmt.Errorf("%s is not in the service", name)
		}
		rows, err := r.stack.sandbox.Rows(live.ClusterID, ordersTable)
		if err != nil {
			return err
		}
		run := r.runs[name]
		if run.cluster != live.ClusterID || run.kafka != kafka || r.vanished[run.id] {
			run = soakRun{cluster: live.ClusterID, kafka: kafka, since: len(rows) - 1}
		}
		run.id = live.ID
		if !slices.Contains(run.topics, feed.topic) {
			run.topics = append(run.topics, feed.topic)
		}
		known[name] = run
		want := map[bool]string{true: sandbox.StatePaused, false: sandbox.StateRunning}[feed.paused]
		if live.State != want {
			return fmt.Errorf("%s is %s, not %s: %s", name, live.State, want, live.Error)
		}
		if feed.paused {
			continue
		}
		if err := r.arrived(run, rows[run.since:]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	r.runs, r.vanished = known, map[string]bool{}
	return nil
}

// liveFeed is the changefeed of a name, as the service has it, and the Kafka cluster of its link.
func (r *soak) liveFeed(name string) (live *sandbox.Changefeed, kafka string) {
	byName := map[string]string{}
	for _, resource := range r.stack.resources() {
		byName[resource.name()] = resource.ID
	}
	_, id, _ := strings.Cut(byName[name+"-changefeed"], "/")
	// One that fails for a moment goes on by itself.
	for range 100 {
		live = nil
		r.stack.sandbox.Update(func(s *sandbox.State) {
			if c := s.Changefeeds[id]; c != nil {
				copied := *c
				live = &copied
			}
		})
		if live == nil || live.State != sandbox.StateWarning {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return live, byName[r.model.feeds[name].link+"-kafka"]
}

// arrived waits until all rows are in the topics.
func (r *soak) arrived(run soakRun, rows []sandbox.Row) error {
	var missing []string
	for range 200 {
		found := map[string]bool{}
		for _, topic := range run.topics {
			messages, err := r.stack.sandbox.Messages(r.stack.t.Context(), run.kafka, topic)
			if err != nil {
				return err
			}
			for _, m := range messages {
				found[insertedID(r.stack.t, m)] = true
			}
		}
		missing = nil
		for _, row := range rows {
			if !found[row["id"]] {
				missing = append(missing, row["id"])
			}
		}
		if len(missing) == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the rows %v of %s are not in %v of %s", missing, run.cluster, run.topics, run.kafka)
}

// insertedID is the ID of the row whose insertion a message is; empty for any other message.
func insertedID(t *testing.T, m sandbox.Message) string {
	t.Helper()
	var canal struct {
		Type string
		Data []sandbox.Row
	}
	require.NoError(t, json.Unmarshal(m.Value, &canal), "%s", m.Value)
	if canal.Type != "INSERT" {
		return ""
	}
	return canal.Data[0]["id"]
}

// failedFeeds counts the changefeeds that only a resume helps.
func (r *soak) failedFeeds() (failed int) {
	r.stack.sandbox.Update(func(s *sandbox.State) {
		for _, c := range s.Changefeeds {
			if c.State == sandbox.StateRunningFailed {
				failed++
			}
		}
	})
	return failed
}
