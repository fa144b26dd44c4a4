package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBrokersOfAnotherCAAreRefused: a changefeed verifies the certificate of a broker, and not its name alone.
func TestBrokersOfAnotherCAAreRefused(t *testing.T) {
	t.Parallel()
	s, err := Start(Options{Prepare: func(s *State) {
		s.Networks["n-aaaaaa"] = &Network{DNSLabel: "domnprzqrog"}
		s.PrivateLinkAccesses["pla-aaaaaa"] = &PrivateLinkAccess{NetworkID: "n-aaaaaa", Account: "111122223333"}
		for _, id := range []string{"lkc-aaaaaa", "lkc-bbbbbb"} {
			s.KafkaClusters[id] = &KafkaCluster{NetworkID: "n-aaaaaa"}
			s.APIKeys["KEYOF"+id] = &APIKey{OwnerID: "sa-aaaaaa", ClusterID: id, Secret: "secret"}
		}
		s.ServiceAccounts["sa-aaaaaa"] = &ServiceAccount{}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	tidb := s.Seed().EssentialUSEast1
	const domain = "domnprzqrog.us-east-1.aws.confluent.cloud"
	s.Update(func(state *State) {
		state.PrivateLinkConnections["plc-a"] = &PrivateLinkConnection{
			ClusterID: tidb, EndpointService: state.Networks["n-aaaaaa"].EndpointService,
			Domains: []*AttachedDomain{{Type: "CONFLUENT", Names: []string{"*." + domain}}},
		}
	})
	sink := func(cluster string) KafkaSink {
		return KafkaSink{
			Network: &SinkNetwork{NetworkType: networkPrivateLink, PrivateLink: &SinkPrivateLink{"plc-a", kafkaPort}},
			Broker:  &KafkaBroker{}, DataFormat: &DataFormat{Protocol: protocolCanalJSON},
			Authentication: &KafkaAuthentication{
				AuthType: authSASLPlain, Username: "KEYOF" + cluster, Password: "secret", EnableTLS: true,
				ServerName: cluster + "." + domain,
			},
			TopicPartitionConfig: &TopicPartitionConfig{DefaultTopic: "rows", PartitionNum: 3, ReplicationFactor: 3},
		}
	}
	require.NoError(t, s.tryKafka(t.Context(), tidb, sink("lkc-aaaaaa")))
	s.kafka.certificate, err = newCertificate() // of the brokers that start from now on
	require.NoError(t, err)
	require.ErrorContains(t, s.tryKafka(t.Context(), tidb, sink("lkc-bbbbbb")), "unknown authority")
}
