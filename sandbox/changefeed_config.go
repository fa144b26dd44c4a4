package sandbox

import (
	"context"
	"net"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/cdc"
)

// sinkConfig is a sink and a filter in the words of package cdc.
func (s *Server) sinkConfig(cluster string, k KafkaSink, filter ChangefeedFilter) (cdc.Config, *dialer) {
	d := &dialer{server: s, cluster: cluster, network: *k.Network, authentication: *k.Authentication}
	topics := k.TopicPartitionConfig
	config := cdc.Config{
		Seeds: d.seeds(), Dial: d.dial, Mechanism: mechanisms[k.Authentication.AuthType],
		Username: k.Authentication.Username, Password: k.Authentication.Password,
		Compression: k.Broker.Compression, Extended: k.DataFormat.EnableTiDBExtension,
		Silent: k.DataFormat.Protocol != protocolCanalJSON, NeedConfigs: s.opts.Changefeeds.NeedDescribeConfigs,
		Topics: cdc.Topics{
			ByTable: topics.DispatchType == dispatchByTable, ByDatabase: topics.DispatchType == dispatchByDatabase,
			Default: topics.DefaultTopic, Prefix: topics.TopicPrefix, Separator: topics.Separator,
			Suffix: topics.TopicSuffix,
			//nolint:gosec // bounded
			Partitions: int32(min(topics.PartitionNum, 1<<30)), Replicas: int16(min(topics.ReplicationFactor, 1<<14)),
		},
		Filter: cdc.Filter{
			Tables: filter.FilterRule, CaseSensitive: filter.CaseSensitive, KeylessToo: filter.Mode == modeForce,
		},
		Raw: k.OutputRawChangeEvent,
	}
	for _, e := range filter.EventFilterRule {
		config.Filter.Events = append(config.Filter.Events, cdc.EventFilter{Tables: e.Matcher, Ignore: e.IgnoreEvent})
	}
	for _, p := range topics.PartitionDispatchers {
		config.Topics.Dispatchers = append(config.Topics.Dispatchers, cdc.Dispatcher{
			Tables: p.Matcher, By: p.PartitionType, Index: p.IndexName, Columns: p.Columns,
		})
	}
	for _, c := range k.ColumnSelectors {
		config.Columns = append(config.Columns, cdc.ColumnSelector{Tables: c.Matcher, Columns: c.Columns})
	}
	return config, d
}

var mechanisms = map[string]string{
	authDisable: "", authSASLPlain: "PLAIN", "SASL_SCRAM_SHA_256": "SCRAM-SHA-256",
	"SASL_SCRAM_SHA_512": "SCRAM-SHA-512",
}

// check looks whether the Kafka cluster can still be reached.
func (d *dialer) check() (err error) {
	seeds := d.seeds()
	d.server.world.look(func(time.Time) {
		for _, seed := range seeds {
			host, port, _ := net.SplitHostPort(seed) // it was checked with the sink
			if _, err = d.resolve(d.server.world.state, host, port); err == nil {
				return
			}
		}
	})
	return err
}

// tryKafka connects to a sink's Kafka cluster, and leaves nothing there.
func (s *Server) tryKafka(ctx context.Context, cluster string, k KafkaSink) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	config, d := s.sinkConfig(cluster, k, ChangefeedFilter{FilterRule: []string{"*.*"}})
	if err := d.check(); err != nil {
		return err
	}
	writer, err := cdc.Connect(ctx, config)
	if err != nil {
		return err
	}
	writer.Close()
	return nil
}
