package broker

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Message is a message of a topic.
type Message struct {
	Topic     string    `json:"topic"`
	Partition int32     `json:"partition"`
	Offset    int64     `json:"offset"`
	Time      time.Time `json:"time"`
	Key       []byte    `json:"key,omitempty"`
	Value     []byte    `json:"value"`
}

// Topic is a topic.
type Topic struct {
	Name       string `json:"name"`
	Partitions int    `json:"partitions"`
	Replicas   int    `json:"replicas"`
}

// Topics are all topics.
func (c *Cluster) Topics(ctx context.Context) ([]Topic, error) {
	request := kmsg.NewPtrMetadataRequest()
	response, err := request.RequestWith(ctx, c.admin)
	if err != nil {
		return nil, fmt.Errorf("cannot list the topics: %w", err)
	}
	var topics []Topic
	for _, t := range response.Topics {
		if t.Topic != nil && len(t.Partitions) > 0 {
			topics = append(topics, Topic{*t.Topic, len(t.Partitions), len(t.Partitions[0].Replicas)})
		}
	}
	return topics, nil
}

// Follow hands over the messages of a topic, from the first one on, as they come. An empty name stands for all topics.
// It ends when the context does, or take returns false.
func (c *Cluster) Follow(ctx context.Context, topic string, take func(Message) bool) error {
	pattern := regexp.QuoteMeta(topic)
	if topic == "" {
		pattern = ".+"
	}
	consumer, err := c.Client(kgo.ConsumeRegex(), kgo.ConsumeTopics("^"+pattern+"$"),
		kgo.FetchMaxWait(50*time.Millisecond),
		kgo.MetadataMinAge(20*time.Millisecond), kgo.MetadataMaxAge(200*time.Millisecond),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return fmt.Errorf("cannot consume: %w", err)
	}
	defer consumer.Close()
	for {
		fetches := consumer.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("cannot consume: %w", err)
		}
		for _, r := range fetches.Records() {
			if !take(Message{r.Topic, r.Partition, r.Offset, r.Timestamp.UTC(), r.Key, r.Value}) {
				return nil
			}
		}
	}
}

// Messages are the messages that a topic has now, in no order but each partition's. A topic that does not exist has
// none.
func (c *Cluster) Messages(ctx context.Context, topic string) ([]Message, error) {
	missing := int64(0)
	for _, p := range c.kafka.PartitionInfos(topic) {
		missing += p.HighWatermark - p.LogStartOffset
	}
	var messages []Message
	if missing == 0 {
		return nil, nil
	}
	err := c.Follow(ctx, topic, func(m Message) bool {
		messages = append(messages, m)
		return int64(len(messages)) < missing
	})
	return messages, err
}
