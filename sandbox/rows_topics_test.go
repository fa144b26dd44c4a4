package sandbox_test

import (
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func TestTopicsAndPartitions(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	topics := object{
		"dispatchType": "BY_TABLE", "defaultTopic": "rows-default", "topicPrefix": "rows.", "separator": "_",
		"topicSuffix":       ".v1",
		"replicationFactor": 3, "partitionNum": 5, "partitionDispatchers": []object{
			{"partitionType": "INDEX_VALUE", "matcher": []string{"shop.customers"}},
		},
	}
	request := with(with(f.request(), topics, "sink", "kafka", "topicPartitionConfig"), "ZSTD", "sink", "kafka",
		"broker", "compression")
	f.create(with(request, "FORCE_SYNC", "filter", "mode"), "RUNNING")
	var customers []sandbox.Row
	for i := range 20 {
		customers = append(customers, customer(string(rune('a'+i))))
	}
	visit := sandbox.Row{"page": "/", "visited_at": "2026-01-01 00:00:00"}
	f.insert("shop.customers", customers...)
	f.insert("shop.visits", visit)
	f.arrives("rows.shop_customers.v1", customers...)
	f.arrives("rows.shop_visits.v1", visit)
	used := map[int32]bool{}
	for _, m := range f.rows("rows.shop_customers.v1") {
		used[m.partition] = true
	}
	assert.Greater(t, len(used), 2)
	created, err := f.Topics(t.Context(), kafkaCluster)
	require.NoError(t, err)
	assert.Equal(t, []sandbox.Topic{
		{Name: "rows-default", Partitions: 5, Replicas: 3},
		{Name: "rows.shop_customers.v1", Partitions: 5, Replicas: 3},
		{Name: "rows.shop_visits.v1", Partitions: 5, Replicas: 3},
	}, created)
}

// A cluster with public endpoints is reached without a private link.
func TestPublicEndpoints(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{NeedDescribeConfigs: true}, 200*time.Millisecond)
	f.Update(func(s *sandbox.State) { s.KafkaClusters[kafkaCluster].NetworkID = "" })
	public := object{"networkType": "PUBLIC", "publicEndpoints": "pkc-aaaaaa.us-east-1.aws.confluent.cloud:9092"}
	request := with(with(f.request(), public, "sink", "kafka", "network"), nil, "sink", "kafka", "authentication",
		"serverName")
	failed := f.create(request, "CREATE_FAILED")
	assert.Contains(t, f.tidb("GET", failed, nil).text("error"), "cannot read the configuration")
	f.Update(func(s *sandbox.State) {
		s.RoleBindings["rb-AAAAA"].RoleName, s.RoleBindings["rb-AAAAA"].CRNPattern = "CloudClusterAdmin", clusterCRN
	})
	f.create(request, "RUNNING")
	f.insert("shop.customers", customer("1"))
	f.arrives("rows", customer("1"))
}

func TestRoles(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, 200*time.Millisecond)
	environment, _, _ := strings.Cut(clusterCRN, "/cloud-cluster")
	topic := clusterCRN + "/kafka=" + kafkaCluster + "/topic="
	for _, test := range []struct {
		role, pattern string
		works         bool
	}{
		{"EnvironmentAdmin", environment, true},
		{"EnvironmentAdmin", strings.Replace(environment, "env-7x3k9q", "env-m5vr2d", 1), false},
		{"CloudClusterAdmin", strings.ReplaceAll(clusterCRN, "lkc-aaaaaa", "lkc-bbbbbb"), false},
		{"MetricsViewer", clusterCRN, false},
		{"ResourceOwner", topic + "*", true},
		{"ResourceOwner", topic + "rows-x", false},
		{"ResourceOwner", clusterCRN + "/kafka=" + kafkaCluster + "/group=rows*", false},
		{"DeveloperManage", topic + "rows*", true}, // it creates the topic; writing would be another role's
		{"DeveloperWrite", topic + "rows*", false}, // the topic does not exist
	} {
		f.Update(func(s *sandbox.State) {
			s.RoleBindings["rb-AAAAA"].RoleName, s.RoleBindings["rb-AAAAA"].CRNPattern = test.role, test.pattern
		})
		name := "rows-" + test.role + "-" + strings.ReplaceAll(path.Base(test.pattern), "*", "")
		request := with(f.request(), strings.ReplaceAll(name, "=", "."), "sink", "kafka", "topicPartitionConfig",
			"defaultTopic")
		state := map[bool]string{true: "RUNNING", false: "CREATE_FAILED"}[test.works]
		changefeed := f.create(request, state)
		f.tidb("DELETE", changefeed, nil)
	}
	// Write is enough for a topic that exists.
	f.Update(func(s *sandbox.State) { s.RoleBindings["rb-AAAAA"].CRNPattern = topic + "rows*" })
	f.create(with(f.request(), "rows-ResourceOwner-topic.", "sink", "kafka", "topicPartitionConfig", "defaultTopic"),
		"RUNNING")
	f.insert("shop.customers", customer("1"))
	f.arrives("rows-ResourceOwner-topic.", customer("1"))
}

func TestNotes(t *testing.T) {
	t.Parallel()
	f := newFlowing(t, sandbox.ChangefeedOptions{}, time.Second)
	tidb := f.Seed().EssentialUSEast1
	assert.Contains(t, f.Notes(tidb, "shop.orders")[0], "no changefeed")
	changefeed := f.create(with(f.request(), object{"protocol": "OPEN_PROTOCOL"}, "sink", "kafka", "dataFormat"),
		"RUNNING")
	f.insert("shop.customers", customer("1"))
	notes := f.Notes(tidb, "shop.orders")
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], path.Base(changefeed)+" has the protocol OPEN_PROTOCOL: the sandbox writes "+
		"CANAL_JSON alone")
	time.Sleep(100 * time.Millisecond)
	assert.Empty(t, f.rows("rows"))
}
