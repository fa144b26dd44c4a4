package cdc

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/canal"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// fatalError is an error that another try cannot fix.
type fatalError struct{ error }

func fatal(format string, args ...any) error { return fatalError{fmt.Errorf(format, args...)} }

// IsFatal reports whether trying again is useless.
func IsFatal(err error) bool { return errors.As(err, new(fatalError)) }

// Writer writes to a Kafka cluster.
type Writer struct {
	config     Config
	client     *kgo.Client
	partitions map[string]int32 // of the topics in use
}

// Connect connects and signs in.
func Connect(ctx context.Context, config Config) (*Writer, error) {
	if err := config.prepare(); err != nil {
		return nil, fatalError{err}
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(config.Seeds...), kgo.Dialer(config.Dial), kgo.ClientID("ticdc"),
		kgo.RequestRetries(0), kgo.RecordRetries(1),
		kgo.RetryBackoffFn(func(int) time.Duration { return 10 * time.Millisecond }),
		kgo.MetadataMinAge(10 * time.Millisecond), kgo.DisableIdempotentWrite(), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.RecordDeliveryTimeout(5 * time.Second),
		kgo.ProducerBatchCompression(codecs[config.Compression]),
	}
	if m := config.mechanism(); m != nil {
		opts = append(opts, kgo.SASL(m))
	}
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, fatalError{fmt.Errorf("cannot make a Kafka client: %w", err)}
	}
	w := &Writer{config: config, client: client, partitions: map[string]int32{}}
	if err := w.lookAround(ctx); err != nil {
		client.Close()
		return nil, err
	}
	return w, nil
}

var codecs = map[string]kgo.CompressionCodec{
	"": kgo.NoCompression(), "NONE": kgo.NoCompression(), "GZIP": kgo.GzipCompression(),
	"SNAPPY": kgo.SnappyCompression(),
	"LZ4":    kgo.Lz4Compression(), "ZSTD": kgo.ZstdCompression(),
}

func (c *Config) mechanism() sasl.Mechanism {
	scrammed := scram.Auth{User: c.Username, Pass: c.Password}
	switch c.Mechanism {
	case "PLAIN":
		return plain.Auth{User: c.Username, Pass: c.Password}.AsMechanism()
	case "SCRAM-SHA-256":
		return scrammed.AsSha256Mechanism()
	case "SCRAM-SHA-512":
		return scrammed.AsSha512Mechanism()
	}
	return nil
}

// lookAround reads the topics before anything is written.
func (w *Writer) lookAround(ctx context.Context) error {
	request := kmsg.NewPtrMetadataRequest()
	request.Topics = []kmsg.MetadataRequestTopic{}
	metadata, err := request.RequestWith(ctx, w.client)
	if err != nil {
		return fmt.Errorf("cannot connect to the Kafka cluster: %w", err)
	}
	if limit := int32(10 * len(metadata.Brokers)); w.config.Topics.Partitions > limit { //nolint:gosec // there are few
		return fatal("partitionNum is %d: it must be from 1 to %d, 10 for each broker", w.config.Topics.Partitions,
			limit)
	}
	configs := kmsg.NewPtrDescribeConfigsRequest()
	for _, b := range metadata.Brokers {
		broker := kmsg.NewDescribeConfigsRequestResource()
		broker.ResourceType, broker.ResourceName = kmsg.ConfigResourceTypeBroker, fmt.Sprint(b.NodeID)
		broker.ConfigNames = []string{"min.insync.replicas", "message.max.bytes"}
		configs.Resources = []kmsg.DescribeConfigsRequestResource{broker}
		response, err := configs.RequestWith(ctx, w.client)
		if err != nil {
			return fmt.Errorf("cannot reach the broker %s:%d: %w", b.Host, b.Port, err)
		}
		if err := kerr.ErrorForCode(response.Resources[0].ErrorCode); err != nil && w.config.NeedConfigs {
			return fmt.Errorf("cannot read the configuration of the Kafka cluster: %w", err)
		}
	}
	return nil
}

// Prepare creates the default topic, for events that belong to no table.
func (w *Writer) Prepare(ctx context.Context) error {
	_, err := w.topic(ctx, w.config.Topics.Default)
	return err
}

// Close closes the connections.
func (w *Writer) Close() { w.client.Close() }

// topic returns the number of partitions of a topic, which it creates if there is none.
func (w *Writer) topic(ctx context.Context, name string) (int32, error) {
	if n := w.partitions[name]; n > 0 {
		return n, nil
	}
	n, err := w.describe(ctx, name)
	if errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.TopicAuthorizationFailed) {
		// A client that may not see a topic cannot learn that it does not exist.
		if err := w.create(ctx, name); err != nil {
			return 0, err
		}
		n, err = w.describe(ctx, name)
	}
	if err != nil {
		return 0, fmt.Errorf("cannot use the topic %s: %w", name, err)
	}
	w.partitions[name] = n
	return n, nil
}

func (w *Writer) describe(ctx context.Context, name string) (int32, error) {
	request := kmsg.NewPtrMetadataRequest()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &name
	request.Topics = append(request.Topics, asked)
	response, err := request.RequestWith(ctx, w.client)
	if err != nil {
		return 0, err
	}
	if len(response.Topics) != 1 {
		return 0, fmt.Errorf("the brokers do not answer about the topic %s", name)
	}
	//nolint:gosec // few
	return int32(len(response.Topics[0].Partitions)), kerr.ErrorForCode(response.Topics[0].ErrorCode)
}

func (w *Writer) create(ctx context.Context, name string) error {
	request := kmsg.NewPtrCreateTopicsRequest()
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic, wanted.NumPartitions, wanted.ReplicationFactor = name, w.config.Topics.Partitions,
		w.config.Topics.Replicas
	request.Topics = append(request.Topics, wanted)
	response, err := request.RequestWith(ctx, w.client)
	if err != nil {
		return fmt.Errorf("cannot create the topic %s: %w", name, err)
	}
	if len(response.Topics) != 1 {
		return fmt.Errorf("the brokers do not answer whether they created the topic %s", name)
	}
	result := response.Topics[0]
	detail := ""
	if result.ErrorMessage != nil {
		detail = ": " + *result.ErrorMessage
	}
	switch err := kerr.ErrorForCode(result.ErrorCode); {
	case err == nil, errors.Is(err, kerr.TopicAlreadyExists):
		return nil
	case errors.Is(err, kerr.InvalidReplicationFactor), errors.Is(err, kerr.InvalidPartitions),
		errors.Is(err, kerr.InvalidTopicException):
		return fatalError{fmt.Errorf("cannot create the topic %s: %w%s", name, err, detail)}
	default:
		return fmt.Errorf("cannot create the topic %s: %w%s", name, err, detail)
	}
}

// Write writes changes, and returns when all are acknowledged.
func (w *Writer) Write(ctx context.Context, changes []tidb.Change, now time.Time) error {
	if w.config.Silent {
		return nil
	}
	var records []*kgo.Record
	for _, c := range changes {
		if !w.config.Filter.takes(c) {
			continue
		}
		for _, c := range w.split(c) {
			r, err := w.record(ctx, c, now)
			if err != nil {
				return err
			}
			records = append(records, r)
		}
	}
	if err := w.client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return fmt.Errorf("cannot write to the Kafka cluster: %w", err)
	}
	return nil
}

// split turns a change of a row's key into a deletion and an insertion.
func (w *Writer) split(c tidb.Change) []tidb.Change {
	if w.config.Raw || !c.KeyChanged() {
		return []tidb.Change{c}
	}
	deletion, insertion := c, c
	deletion.After, insertion.Before = nil, nil
	return []tidb.Change{deletion, insertion}
}

func (w *Writer) record(ctx context.Context, c tidb.Change, now time.Time) (*kgo.Record, error) {
	name := w.config.Topics.topic(c.Table)
	n, err := w.topic(ctx, name)
	if err != nil {
		return nil, err
	}
	partition, err := w.config.Topics.partition(c, n)
	if err != nil {
		return nil, err
	}
	return &kgo.Record{
		Topic: name, Partition: partition,
		Value: canal.Row(c, w.config.columns(c.Table), w.config.Extended, now),
	}, nil
}

// Probe finds out whether writing is still possible.
func (w *Writer) Probe(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(w.partitions)) {
		if _, err := w.describe(ctx, name); err != nil {
			return fmt.Errorf("cannot use the topic %s: %w", name, err)
		}
	}
	return nil
}

// Watermark reports in every partition that all changes up to a TSO were written. Only the extension has watermarks.
func (w *Writer) Watermark(ctx context.Context, resolved uint64, now time.Time) error {
	if !w.config.Extended || w.config.Silent {
		return nil
	}
	var records []*kgo.Record
	for name, n := range w.partitions {
		for p := range n {
			records = append(records, &kgo.Record{Topic: name, Partition: p, Value: canal.Watermark(resolved, now)})
		}
	}
	if err := w.client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return fmt.Errorf("cannot write to the Kafka cluster: %w", err)
	}
	return nil
}
