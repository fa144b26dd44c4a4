package sandbox

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/broker"
)

// kafkaClusters are the Kafka clusters that clients connected to. They start with their first client.
type kafkaClusters struct {
	world       *world
	certificate *certificate

	mu      sync.Mutex
	running map[string]*broker.Cluster
	closed  bool
}

// cluster is the running Kafka cluster of an ID.
func (k *kafkaClusters) cluster(id string) (*broker.Cluster, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, errors.New("the sandbox is closed")
	}
	if c := k.running[id]; c != nil {
		return c, nil
	}
	opts, err := k.options(id)
	if err != nil {
		return nil, err
	}
	if opts.Certificate, err = k.certificate.issue(append(opts.Brokers, opts.Bootstrap, opts.Target)...); err != nil {
		return nil, err
	}
	c, err := broker.Start(opts)
	if err != nil {
		return nil, err
	}
	if k.running == nil {
		k.running = map[string]*broker.Cluster{}
	}
	k.running[id] = c
	return c, nil
}

// options describes the cluster of an ID. Its users are its API keys, and they may do what their roles allow.
func (k *kafkaClusters) options(id string) (broker.Options, error) {
	opts := broker.Options{
		ID: id, Port: kafkaPort,
		Authenticate: func(key, secret string) (principal string, ok bool) {
			k.world.look(func(time.Time) {
				found := k.world.state.KafkaKey(id, key)
				if found != nil && subtle.ConstantTimeCompare([]byte(found.Secret), []byte(secret)) == 1 {
					principal, ok = found.Principal(), true
				}
			})
			return principal, ok
		},
		Permissions: func() (permissions []broker.Permission) {
			k.world.look(func(time.Time) {
				if c := k.world.state.KafkaClusters[id]; c != nil {
					permissions = k.world.state.kafkaPermissions(c)
				}
			})
			return permissions
		},
	}
	err := fmt.Errorf("there is no Kafka cluster %q", id)
	k.world.look(func(time.Time) {
		c := k.world.state.KafkaClusters[id]
		switch {
		case c == nil:
		case c.Type != typeDedicated:
			err = fmt.Errorf("the Kafka cluster %s is %s: the sandbox runs Dedicated ones", id, c.Type)
		case !c.serving():
			err = fmt.Errorf("the Kafka cluster %s is %s: it must be %s", id, c.Phase, PhaseProvisioned)
		default:
			network := k.world.state.Networks[c.NetworkID]
			opts.Bootstrap, opts.Brokers, err = c.bootstrapHost(network), c.brokerHosts(network), nil
			opts.Target = c.privateHost(network)
		}
	})
	return opts, err
}

// serving reports whether the cluster has brokers.
func (c *KafkaCluster) serving() bool {
	return c.Type == typeDedicated && (c.Phase == PhaseProvisioned || c.Phase == PhaseDeprovisioning)
}

// stopDeleted stops the clusters that are deleted.
func (k *kafkaClusters) stopDeleted() {
	k.mu.Lock()
	defer k.mu.Unlock()
	var deleted []string
	k.world.look(func(time.Time) {
		for id := range k.running {
			if k.world.state.KafkaClusters[id] == nil {
				deleted = append(deleted, id)
			}
		}
	})
	for _, id := range deleted {
		_ = k.running[id].Close() // nothing depends on it any more
		delete(k.running, id)
	}
}

func (k *kafkaClusters) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	var errs []error
	for _, c := range k.running {
		errs = append(errs, c.Close())
	}
	k.running = nil
	return errors.Join(errs...)
}

type (
	// Message is a message of a Kafka topic.
	Message = broker.Message
	// Topic is a Kafka topic.
	Topic = broker.Topic
)

// Topics lists the topics of a Dedicated Kafka cluster.
func (s *Server) Topics(ctx context.Context, clusterID string) ([]Topic, error) {
	c, err := s.kafka.cluster(clusterID)
	if err != nil {
		return nil, err
	}
	topics, err := c.Topics(ctx)
	slices.SortFunc(topics, func(a, b Topic) int { return cmp.Compare(a.Name, b.Name) })
	return topics, err
}

// Messages returns what a topic holds now, the messages of each partition in their order. A topic that does not exist
// holds nothing.
func (s *Server) Messages(ctx context.Context, clusterID, topic string) ([]Message, error) {
	c, err := s.kafka.cluster(clusterID)
	if err != nil {
		return nil, err
	}
	return c.Messages(ctx, topic)
}

// Follow hands over the messages of a topic, from the first one on, as they come. An empty name stands for all topics.
// It ends when the context does, or take returns false.
func (s *Server) Follow(ctx context.Context, clusterID, topic string, take func(Message) bool) error {
	c, err := s.kafka.cluster(clusterID)
	if err != nil {
		return err
	}
	return c.Follow(ctx, topic, take)
}
