package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// flowing is a server with a changefeed that writes shop.orders into the topic "rows".
func flowing(t *testing.T) *sandbox.Server {
	t.Helper()
	const cluster, domain = "lkc-aaaaaa", "domnprzqrog.us-east-1.aws.confluent.cloud"
	server := sandboxtest.New(t)
	server.Update(func(s *sandbox.State) {
		s.Networks["n-aaaaaa"] = &sandbox.Network{DNSLabel: "domnprzqrog"}
		s.PrivateLinkAccesses["pla-aaaaaa"] = &sandbox.PrivateLinkAccess{NetworkID: "n-aaaaaa", Account: "111122223333"}
		s.KafkaClusters[cluster] = &sandbox.KafkaCluster{NetworkID: "n-aaaaaa"}
		s.ServiceAccounts["sa-aaaaaa"] = &sandbox.ServiceAccount{}
		s.APIKeys["KEY"] = &sandbox.APIKey{OwnerID: "sa-aaaaaa", ClusterID: cluster, Secret: "secret"}
		s.RoleBindings["rb-AAAAA"] = &sandbox.RoleBinding{
			Principal: "User:sa-aaaaaa", RoleName: "OrganizationAdmin",
			CRNPattern: "crn://confluent.cloud/organization=5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21",
		}
	})
	server.Update(func(s *sandbox.State) {
		s.PrivateLinkConnections["plc-a"] = &sandbox.PrivateLinkConnection{
			ClusterID: server.Seed().EssentialUSEast1, EndpointService: s.Networks["n-aaaaaa"].EndpointService,
			Domains: []*sandbox.AttachedDomain{{Names: []string{"*." + domain}}},
		}
		s.Changefeeds["cf-a"] = &sandbox.Changefeed{
			ClusterID: server.Seed().EssentialUSEast1,
			Filter:    sandbox.ChangefeedFilter{FilterRule: []string{"shop.orders"}},
			Sink: sandbox.ChangefeedSink{Kafka: &sandbox.KafkaSink{
				Network: &sandbox.SinkNetwork{
					NetworkType: "PRIVATE_LINK",
					PrivateLink: &sandbox.SinkPrivateLink{PrivateLinkConnectionID: "plc-a", Port: 9092},
				},
				Broker: &sandbox.KafkaBroker{},
				Authentication: &sandbox.KafkaAuthentication{
					AuthType: "SASL_PLAIN", Username: "KEY", Password: "secret", EnableTLS: true,
					ServerName: cluster + "." + domain,
				},
				DataFormat: &sandbox.DataFormat{Protocol: "CANAL_JSON"},
				TopicPartitionConfig: &sandbox.TopicPartitionConfig{
					DispatchType: "ONE_TOPIC", DefaultTopic: "rows", ReplicationFactor: 3, PartitionNum: 1,
				},
			}},
		}
	})
	return server
}

func TestRowsCommand(t *testing.T) {
	t.Setenv("SANDBOX_TIDB_CLUSTER_ID", "")
	url := flowing(t).ConfluentURL()
	inserted, notes, err := command(t, "insert", "--url", url, "--rows", "3")
	require.NoError(t, err)
	assert.Empty(t, notes)
	assert.Equal(t, 3, strings.Count(inserted, "inserted into shop.orders: "), inserted)
	rows, _, err := command(t, "rows", "--url", url, "--topic", "rows", "--count", "3", "--wait", "30s")
	require.NoError(t, err)
	ids := func(text string) (all []string) {
		for _, match := range regexp.MustCompile(`"data":\[\{[^}]*"id":"(\d+)"`).FindAllStringSubmatch(text, -1) {
			all = append(all, match[1])
		}
		return all
	}
	assert.Equal(t, []string{"1", "2", "3"}, ids(rows), rows)
	assert.Contains(t, rows, "rows/0@0\t{")

	changed, _, err := command(t, "insert", "--url", url, "--rows", "0", "--update", "1", "--delete", "1")
	require.NoError(t, err)
	assert.Contains(t, changed, "updated in shop.orders")
	assert.Contains(t, changed, `"amount":"4.03"`, "a decimal keeps its digits")
	assert.Contains(t, changed, "deleted from shop.orders")
	values, _, err := command(t, "rows", "--url", url, "--count", "5", "--wait", "30s", "--values")
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2", "3", "3", "1"}, ids(values), values)
	assert.True(t, strings.HasPrefix(values, `{"id":0`))

	_, _, err = command(t, "rows", "--url", url, "--count", "6", "--wait", "2s")
	require.ErrorContains(t, err, "5 messages came in 2s")
	_, notes, err = command(t, "insert", "--url", url, "--table", "test.t")
	require.NoError(t, err)
	assert.Contains(t, notes, "no changefeed of the TiDB cluster")
	for message, args := range map[string][]string{
		`there is no table "shop.nothing": there are shop.customers`: {"insert", "--table", "shop.nothing"},
		"too few":                       {"insert", "--delete", "9"},
		`there is no TiDB cluster "1"`:  {"insert", "--cluster", "1"},
		"cannot change -1 rows":         {"insert", "--rows", "-1"},
		`there is no Kafka cluster "x"`: {"rows", "--cluster", "x"},
	} {
		_, _, err := command(t, append(args, "--url", url)...)
		require.ErrorContains(t, err, message)
	}
	_, _, err = command(t, "rows", "--url", sandboxtest.New(t).ConfluentURL())
	require.ErrorContains(t, err, "no Dedicated Kafka cluster")
}

// The sandbox accepts every protocol of TiDB Cloud and writes one: both commands report that.
func TestRowsOfAnotherProtocol(t *testing.T) {
	t.Setenv("SANDBOX_TIDB_CLUSTER_ID", "")
	server := flowing(t)
	server.Update(func(s *sandbox.State) { s.Changefeeds["cf-a"].Sink.Kafka.DataFormat.Protocol = "AVRO" })
	const note = "note: the changefeed cf-a has the protocol AVRO: the sandbox writes CANAL_JSON alone\n"
	_, notes, err := command(t, "insert", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Equal(t, note, notes)
	_, notes, err = command(t, "rows", "--url", server.ConfluentURL(), "--count", "1", "--wait", "300ms")
	require.ErrorContains(t, err, "0 messages came in 300ms")
	assert.Equal(t, note, notes)
}

// What comes later is printed when it comes, and Ctrl-C is no error.
func TestRowsFollow(t *testing.T) {
	t.Parallel()
	server := flowing(t)
	ctx, cancel := context.WithCancel(t.Context())
	out, errs := &lines{seen: make(chan string, 10)}, &bytes.Buffer{}
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"rows", "--url", server.ConfluentURL()}, out, errs) }()
	for range 2 {
		_, err := server.Generate(
			sandbox.GeneratedRows{ClusterID: server.Seed().EssentialUSEast1, Table: "shop.orders", Insert: 1})
		require.NoError(t, err)
		select {
		case line := <-out.seen:
			assert.Contains(t, line, `"type":"INSERT"`)
		case <-time.After(20 * time.Second):
			t.Fatal("no row came")
		}
	}
	cancel()
	require.NoError(t, <-done)
	assert.Empty(t, errs.String())
}

// lines hands over what is written to it.
type lines struct{ seen chan string }

func (l *lines) Write(p []byte) (int, error) {
	l.seen <- string(p)
	return len(p), nil
}
