// Package broker runs a Kafka cluster on loopback. It is Kafka itself in the ways that matter to a client: TLS with
// SNI, SASL PLAIN, and permissions, which may change at any time.
package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Replicas is the only replication factor of topics.
const Replicas = 3

// Options describes a cluster.
type Options struct {
	// ID is the ID of the cluster.
	ID string
	// Bootstrap is the name that clients connect to first, and Brokers are the names of the brokers. All are at Port.
	Bootstrap string
	// Target is the name that Bootstrap leads to in DNS, if it is another one.
	Target  string
	Brokers []string
	Port    int
	// Certificate is for all names.
	Certificate tls.Certificate
	// Authenticate returns the owner of the key. It is called with every request, so that a key can be revoked.
	Authenticate func(key, secret string) (principal string, ok bool)
	// Permissions returns the present permissions. It is called with every request too.
	Permissions func() []Permission
}

// Cluster is a running cluster.
type Cluster struct {
	opts      Options
	kafka     *kfake.Cluster
	listeners []*listener
	admin     *kgo.Client

	mu     sync.Mutex
	synced []Permission
}

// Start starts a cluster.
func Start(opts Options) (*Cluster, error) {
	c := &Cluster{opts: opts}
	kafka, err := kfake.NewCluster(
		kfake.NumBrokers(len(opts.Brokers)), kfake.ClusterID(opts.ID), kfake.ListenFn(c.listen),
		kfake.EnableACLs(),
		// All clients have one user name. Their host is the principal, and decides what they may do: see
		// [conn.RemoteAddr].
		kfake.User("PLAIN", "*", "", insiderACLs()...),
	)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot start a Kafka cluster: %w", err), c.closeListeners())
	}
	c.kafka = kafka
	kafka.ControlKey(int16(kmsg.CreateTopics), c.checkTopics)
	if c.admin, err = c.Client(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// listen creates the listener of the next broker.
func (c *Cluster) listen(network, address string) (net.Listener, error) {
	var config net.ListenConfig
	tcp, err := config.Listen(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	name := c.opts.Brokers[len(c.listeners)]
	l := newListener(c, tcp, net.JoinHostPort(name, strconv.Itoa(c.opts.Port)))
	c.listeners = append(c.listeners, l)
	return l, nil
}

// Names are all names of the cluster.
func (c *Cluster) Names() []string {
	names := append([]string{c.opts.Bootstrap}, c.opts.Brokers...)
	if c.opts.Target != "" {
		names = append(names, c.opts.Target)
	}
	return names
}

// Addr is the loopback address of a name. A name that is none of the cluster's leads to a broker that refuses it.
func (c *Cluster) Addr(name string) string {
	i := max(slices.Index(c.opts.Brokers, name), 0)
	return c.listeners[i].tcp.Addr().String()
}

// Port is where the cluster listens.
func (c *Cluster) Port() int { return c.opts.Port }

// Client creates a client that needs neither a key nor permissions.
func (c *Cluster) Client(opts ...kgo.Opt) (*kgo.Client, error) {
	own := []kgo.Opt{
		kgo.SeedBrokers(c.listeners[0].Addr().String()),
		kgo.Dialer(func(_ context.Context, _, address string) (net.Conn, error) {
			for _, l := range c.listeners {
				if l.Addr().String() == address {
					return l.connect()
				}
			}
			return nil, fmt.Errorf("there is no broker at %s", address)
		}),
	}
	return kgo.NewClient(append(own, opts...)...)
}

// Close stops the cluster.
func (c *Cluster) Close() error {
	if c.admin != nil {
		c.admin.Close()
	}
	if c.kafka != nil {
		c.kafka.Close()
	}
	return c.closeListeners()
}

func (c *Cluster) closeListeners() error {
	var errs []error
	for _, l := range c.listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// checkTopics refuses to create topics of another replication factor than the only one, or whose names Kafka refuses.
//
//nolint:revive // the signature is kfake's
func (c *Cluster) checkTopics(r kmsg.Request) (kmsg.Response, error, bool) {
	c.kafka.KeepControl()
	request, ok := r.(*kmsg.CreateTopicsRequest)
	refuses := func(t kmsg.CreateTopicsRequestTopic) bool { return refusalOf(t) != nil }
	if !ok || !slices.ContainsFunc(request.Topics, refuses) {
		return nil, nil, false
	}
	response, ok := request.ResponseKind().(*kmsg.CreateTopicsResponse)
	if !ok {
		return nil, nil, false
	}
	for _, t := range request.Topics {
		refused := kmsg.NewCreateTopicsResponseTopic()
		refused.Topic, refused.ErrorCode = t.Topic, kerr.InvalidRequest.Code
		message := "another topic of the request is refused"
		if err := refusalOf(t); err != nil {
			refused.ErrorCode, message = err.of.Code, err.message
		}
		refused.ErrorMessage = &message
		response.Topics = append(response.Topics, refused)
	}
	return response, nil, true
}

type topicRefusal struct {
	of      *kerr.Error
	message string
}

// topicName is what Kafka accepts as the name of a topic, apart from "." and "..".
var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// refusalOf is why a topic is not created; nil for no reason.
func refusalOf(t kmsg.CreateTopicsRequestTopic) *topicRefusal {
	switch {
	case !topicName.MatchString(t.Topic), t.Topic == ".", t.Topic == "..":
		return &topicRefusal{
			kerr.InvalidTopicException,
			fmt.Sprintf("the topic %q is not 1 to 249 letters, digits, dots, underscores and hyphens", t.Topic),
		}
	case t.ReplicationFactor != Replicas && t.ReplicationFactor != -1:
		return &topicRefusal{
			kerr.InvalidReplicationFactor,
			fmt.Sprintf("the replication factor is %d: it must be %d", t.ReplicationFactor, Replicas),
		}
	}
	return nil
}
