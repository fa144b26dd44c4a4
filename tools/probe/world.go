package main

import (
	"context"
	"errors"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The objects of the sandbox that the live ones are compared with.
const (
	boxEnvironment = "env-7x3k9q"
	boxCluster     = "10482930571846290153"
	boxService     = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
)

// prepare creates a link in the sandbox that is ready, with a changefeed.
func prepare(s *sandbox.State) {
	made := time.Now().Add(-time.Hour).Truncate(time.Second)
	s.Networks["n-probe"] = &sandbox.Network{
		ID: "n-probe", EnvironmentID: boxEnvironment, DisplayName: "probe", Cloud: "AWS", Region: "us-east-1",
		ConnectionTypes: []string{"PRIVATELINK"}, Zones: []string{"use1-az1", "use1-az2", "use1-az6"},
		DNSResolution: "PRIVATE",
		DNSLabel:      "domprobe", EndpointService: boxService, VPC: "vpc-0", Phase: sandbox.PhaseReady,
		CreatedAt: made, UpdatedAt: made,
	}
	s.PrivateLinkAccesses["pla-probe"] = &sandbox.PrivateLinkAccess{
		ID: "pla-probe", EnvironmentID: boxEnvironment, NetworkID: "n-probe", DisplayName: "probe",
		Account: "111122223333",
		Phase:   sandbox.PhaseReady, CreatedAt: made, UpdatedAt: made,
	}
	s.KafkaClusters["lkc-probe"] = &sandbox.KafkaCluster{
		ID: "lkc-probe", EnvironmentID: boxEnvironment, NetworkID: "n-probe", DisplayName: "probe",
		Availability: "MULTI_ZONE", Cloud: "AWS",
		Region: "us-east-1", Type: "Dedicated", CKU: 2, StatusCKU: 2, Phase: sandbox.PhaseProvisioned, CreatedAt: made,
		UpdatedAt: made,
	}
	s.PrivateLinkConnections["plc-probe"] = &sandbox.PrivateLinkConnection{
		ID: "plc-probe", ClusterID: boxCluster, DisplayName: "probe", Type: "AWS_ENDPOINT_SERVICE",
		EndpointService: boxService,
		ServiceRegion:   "us-east-1", State: sandbox.StateActive, EndpointID: "vpce-0",
		AvailabilityZoneIDs: []string{"use1-az1"},
		CreatedAt:           made, UpdatedAt: made,
		Domains: []*sandbox.AttachedDomain{{
			ID: "ad-probe", Type: "CONFLUENT", UniqueName: "domprobe.us-east-1",
			Names: []string{"*.domprobe.us-east-1.aws.confluent.cloud"}, State: sandbox.StateActive, CreatedAt: made,
		}},
	}
	s.Changefeeds["cf-probe"] = &sandbox.Changefeed{
		ID: "cf-probe", ClusterID: boxCluster, DisplayName: "probe", State: sandbox.StatePaused, CreatedAt: made,
		UpdatedAt: made,
		Sink: sandbox.ChangefeedSink{Type: "KAFKA", Kafka: &sandbox.KafkaSink{
			Network:        &sandbox.SinkNetwork{NetworkType: "PRIVATE_LINK", PrivateLink: &sandbox.SinkPrivateLink{}},
			Broker:         &sandbox.KafkaBroker{KafkaVersion: "VERSION_3XX", Compression: "NONE"},
			Authentication: &sandbox.KafkaAuthentication{AuthType: "SASL_PLAIN", Username: "probe", EnableTLS: true},
			DataFormat:     &sandbox.DataFormat{Protocol: "CANAL_JSON"},
			TopicPartitionConfig: &sandbox.TopicPartitionConfig{
				DispatchType: "ONE_TOPIC", DefaultTopic: "probe", ReplicationFactor: 3, PartitionNum: 3,
			},
		}},
		Filter:        sandbox.ChangefeedFilter{FilterRule: []string{"*.*"}, Mode: "IGNORE_NOT_SUPPORT_TABLE"},
		StartPosition: sandbox.StartPosition{Mode: "FROM_NOW"},
	}
}

// inSandbox walks through both services of a sandbox on loopback.
func inSandbox(ctx context.Context) (tidb, confluent *walker, err error) {
	server, err := sandbox.Start(sandbox.Options{Prepare: prepare, MaxRequestsPerMinute: 10_000})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	tidb, confluent = walkServer(ctx, server)
	return tidb, confluent, nil
}

func walkServer(ctx context.Context, server *sandbox.Server) (tidb, confluent *walker) {
	c := server.Credentials()
	tidb = tidbCloud(ctx, service{url: server.TiDBCloudURL(), key: key{c.PublicKey, c.PrivateKey}, digest: true},
		boxCluster)
	confluent = confluentCloud(ctx, service{url: server.ConfluentURL(), key: key{c.CloudAPIKey, c.CloudAPISecret}},
		boxEnvironment)
	return tidb, confluent
}
