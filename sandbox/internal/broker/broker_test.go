package broker

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// running is a cluster with one key, whose owner may do what the test allows.
type running struct {
	t *testing.T
	*Cluster
	roots *x509.CertPool

	mu          sync.Mutex
	secret      string
	permissions []Permission
}

const (
	bootstrap = "lkc-1.net.example"
	owner     = "User:sa-1"
)

func start(t *testing.T) *running {
	t.Helper()
	r := &running{t: t, roots: x509.NewCertPool(), secret: "secret"}
	brokers := []string{"b0.net.example", "b1.net.example", "b2.net.example"}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: append(brokers, bootstrap), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	r.roots.AddCert(certificate)
	r.Cluster, err = Start(Options{
		ID: "lkc-1", Bootstrap: bootstrap, Brokers: brokers, Port: 9092,
		Certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		Authenticate: func(key, secret string) (string, bool) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return owner, key == "key" && secret == r.secret
		},
		Permissions: func() []Permission {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.permissions
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	return r
}

func (r *running) allow(permissions ...Permission) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.permissions = permissions
}

// client connects from outside.
func (r *running) client(signIn sasl.Mechanism, seed string, opts ...kgo.Opt) *kgo.Client {
	r.t.Helper()
	opts = append(opts, kgo.SeedBrokers(seed+":9092"), kgo.RequestRetries(0), kgo.RecordRetries(0),
		kgo.DisableIdempotentWrite(),
		kgo.Dialer(func(ctx context.Context, network, address string) (net.Conn, error) {
			name, _, err := net.SplitHostPort(address)
			require.NoError(r.t, err)
			dialer := &tls.Dialer{Config: &tls.Config{RootCAs: r.roots, ServerName: name}}
			return dialer.DialContext(ctx, network, r.Addr(name))
		}))
	if signIn != nil {
		opts = append(opts, kgo.SASL(signIn))
	}
	client, err := kgo.NewClient(opts...)
	require.NoError(r.t, err)
	r.t.Cleanup(client.Close)
	return client
}

func signIn(secret string) sasl.Mechanism { return plain.Auth{User: "key", Pass: secret}.AsMechanism() }

// create creates a topic, and returns Kafka's error.
func create(t *testing.T, client *kgo.Client, topic string, replicas int16) error {
	t.Helper()
	request := kmsg.NewPtrCreateTopicsRequest()
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic, wanted.NumPartitions, wanted.ReplicationFactor = topic, 4, replicas
	request.Topics = append(request.Topics, wanted)
	response, err := request.RequestWith(t.Context(), client)
	require.NoError(t, err)
	return kerr.ErrorForCode(response.Topics[0].ErrorCode)
}

func topicPermission(operation kmsg.ACLOperation) Permission {
	return Permission{owner, kmsg.ACLResourceTypeTopic, "app.", true, operation}
}

func TestMessagesGoThrough(t *testing.T) {
	t.Parallel()
	r := start(t)
	client := r.client(signIn("secret"), bootstrap)
	require.ErrorIs(t, create(t, client, "app.rows", 3), kerr.TopicAuthorizationFailed)
	r.allow(topicPermission(kmsg.ACLOperationCreate), topicPermission(kmsg.ACLOperationWrite))
	require.ErrorIs(t, create(t, client, "other.rows", 3), kerr.TopicAuthorizationFailed)
	require.ErrorIs(t, create(t, client, "app.rows", 2), kerr.InvalidReplicationFactor)
	require.NoError(t, create(t, client, "app.rows", 3))
	topics, err := r.Topics(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []Topic{{"app.rows", 4, 3}}, topics)

	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: "app.rows", Value: []byte("1")}).FirstErr())
	messages, err := r.Messages(t.Context(), "app.rows")
	require.NoError(t, err)
	require.Len(t, messages, 1)
	assert.Equal(t, "1", string(messages[0].Value))
	none, err := r.Messages(t.Context(), "nothing")
	require.NoError(t, err)
	assert.Empty(t, none)

	// A removed role is gone for an open connection too.
	r.allow()
	err = client.ProduceSync(t.Context(), &kgo.Record{Topic: "app.rows", Value: []byte("2")}).FirstErr()
	require.ErrorIs(t, err, kerr.TopicAuthorizationFailed)
	// So is a key.
	r.allow(Everything(owner)...)
	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: "app.rows", Value: []byte("3")}).FirstErr())
	r.mu.Lock()
	r.secret = "another"
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.Error(t, client.ProduceSync(ctx, &kgo.Record{Topic: "app.rows", Value: []byte("4")}).FirstErr())
	require.ErrorIs(t, r.client(signIn("secret"), bootstrap).Ping(t.Context()), kerr.SaslAuthenticationFailed)
	messages, err = r.Messages(t.Context(), "app.rows")
	require.NoError(t, err)
	assert.Len(t, messages, 2)
}

func TestOnlyKeysAndNamesOfTheClusterConnect(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx := t.Context()
	require.NoError(t, r.client(signIn("secret"), bootstrap).Ping(ctx))
	require.ErrorIs(t, r.client(signIn("wrong"), bootstrap).Ping(ctx), kerr.SaslAuthenticationFailed)
	scrammed := scram.Auth{User: "key", Pass: "secret"}.AsSha256Mechanism()
	require.ErrorContains(t, r.client(scrammed, bootstrap).Ping(ctx), "SASL")
	require.Error(t, r.client(nil, bootstrap).Ping(ctx))
	require.ErrorContains(t, r.client(signIn("secret"), "lkc-2.net.example").Ping(ctx), "unrecognized name")
}

// Bytes that are not a Kafka request close only their connection.
func TestGarbage(t *testing.T) {
	t.Parallel()
	r := start(t)
	frame := func(length uint32, body ...byte) []byte {
		return append(binary.BigEndian.AppendUint32(nil, length), body...)
	}
	for _, garbage := range [][]byte{
		frame(1<<31, 0), frame(0), frame(8, 0x70, 0, 0, 0, 0, 0, 0, 0), frame(8, 0, 17, 0, 9, 0, 0, 0, 0),
		frame(8, 0, 36, 0, 2, 0, 0, 0, 0), frame(8, 0, 3, 0, 1, 0, 0, 0, 0),
		[]byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		dialer := &tls.Dialer{Config: &tls.Config{RootCAs: r.roots, ServerName: bootstrap}}
		c, err := dialer.DialContext(t.Context(), "tcp", r.Addr(bootstrap))
		require.NoError(t, err)
		_, err = c.Write(garbage)
		require.NoError(t, err)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, err = c.Read(make([]byte, 1))
		require.ErrorContains(t, err, "EOF", "%q", garbage)
		require.NoError(t, c.Close())
	}
	require.NoError(t, r.client(signIn("secret"), bootstrap).Ping(t.Context()))
}

// Confluent Cloud creates no topic by itself, and takes messages of a limited size.
func TestWhatTheClusterDoesNotTake(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.allow(Everything(owner)...)
	client := r.client(signIn("secret"), bootstrap, kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0),
		kgo.ProducerBatchMaxBytes(4<<20), kgo.ProducerBatchCompression(kgo.NoCompression()))
	write := func(size int) error {
		return client.ProduceSync(t.Context(), &kgo.Record{Topic: "app.rows", Value: make([]byte, size)}).FirstErr()
	}
	require.ErrorIs(t, write(1), kerr.UnknownTopicOrPartition)
	topics, err := r.Topics(t.Context())
	require.NoError(t, err)
	assert.Empty(t, topics)
	for _, name := range []string{"a topic", "", "..", strings.Repeat("x", 250)} {
		require.ErrorIs(t, create(t, client, name, 3), kerr.InvalidTopicException, "%q", name)
	}
	require.NoError(t, create(t, client, "app.rows", 3))
	require.ErrorIs(t, create(t, client, "app.rows", 3), kerr.TopicAlreadyExists)
	require.NoError(t, write(1<<19))
	require.ErrorIs(t, write(3<<20), kerr.MessageTooLarge)
}
