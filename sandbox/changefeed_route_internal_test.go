package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// routed starts a sandbox with two Kafka clusters, and a connection to their network. It returns the sink of a
// changefeed that writes to one of them.
func routed(t *testing.T, resolution string) (s *Server, sink func(cluster string) KafkaSink) {
	t.Helper()
	s, err := Start(Options{Prepare: func(s *State) {
		s.Networks["n-aaaaaa"] = &Network{DNSLabel: "domnprzqrog", DNSResolution: resolution}
		s.PrivateLinkAccesses["pla-aaaaaa"] = &PrivateLinkAccess{NetworkID: "n-aaaaaa", Account: "111122223333"}
		for _, id := range []string{"lkc-aaaaaa", "lkc-bbbbbb"} {
			s.KafkaClusters[id] = &KafkaCluster{NetworkID: "n-aaaaaa"}
			s.APIKeys["KEYOF"+id] = &APIKey{OwnerID: "sa-aaaaaa", ClusterID: id, Secret: "secret"}
		}
		s.ServiceAccounts["sa-aaaaaa"] = &ServiceAccount{}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	const domain = "domnprzqrog.us-east-1.aws.confluent.cloud"
	s.Update(func(state *State) {
		state.PrivateLinkConnections["plc-a"] = &PrivateLinkConnection{
			ClusterID: s.Seed().EssentialUSEast1, EndpointService: state.Networks["n-aaaaaa"].EndpointService,
			Domains: []*AttachedDomain{{Type: "CONFLUENT", Names: []string{"*." + domain}}},
		}
	})
	return s, func(cluster string) KafkaSink {
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
}

// TestBrokersOfAnotherCAAreRefused: a changefeed verifies the certificate of a broker, and not its name alone.
func TestBrokersOfAnotherCAAreRefused(t *testing.T) {
	t.Parallel()
	s, sink := routed(t, "")
	tidb := s.Seed().EssentialUSEast1
	require.NoError(t, s.tryKafka(t.Context(), tidb, sink("lkc-aaaaaa")))
	var err error
	s.kafka.certificate, err = newCertificate() // of the brokers that start from now on
	require.NoError(t, err)
	require.ErrorContains(t, s.tryKafka(t.Context(), tidb, sink("lkc-bbbbbb")), "unknown authority")
}

// TestPublicNamesLeadToPrivateOnes: a cluster in a network with CHASED_PRIVATE has both. An attached domain covers the
// private one.
func TestPublicNamesLeadToPrivateOnes(t *testing.T) {
	t.Parallel()
	s, sink := routed(t, resolutionChasedPrivate)
	tidb := s.Seed().EssentialUSEast1
	private := sink("lkc-aaaaaa")
	require.NoError(t, s.tryKafka(t.Context(), tidb, private))
	public := private
	public.Authentication = &KafkaAuthentication{}
	*public.Authentication = *private.Authentication
	public.Authentication.ServerName = "lkc-aaaaaa-domnprzqrog.us-east-1.aws.glb.confluent.cloud"
	require.ErrorContains(t, s.tryKafka(t.Context(), tidb, public), "in no domain that is attached")
}
