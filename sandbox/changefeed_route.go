package sandbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dialer connects as TiDB Cloud would: it knows only what the API has.
type dialer struct {
	server *Server
	// network and authentication are of a sink of the TiDB cluster.
	cluster        string
	network        SinkNetwork
	authentication KafkaAuthentication
}

// seeds are the addresses to connect to first. Over a private link, serverName is the only name that there is; without,
// all that is known is the endpoint.
func (d *dialer) seeds() []string {
	if d.network.NetworkType == networkPublic {
		return strings.Split(d.network.PublicEndpoints, ",")
	}
	name := d.authentication.ServerName
	if name == "" {
		d.server.world.look(func(time.Time) {
			id := d.network.PrivateLink.PrivateLinkConnectionID
			if c := d.server.world.state.PrivateLinkConnections[id]; c != nil {
				name = c.endpointName()
			}
		})
	}
	return []string{net.JoinHostPort(name, strconv.FormatInt(d.network.PrivateLink.Port, 10))}
}

// endpointName is the DNS name of the connection's endpoint.
func (c *PrivateLinkConnection) endpointName() string {
	region, service := "", c.EndpointService
	if parts := strings.Split(c.EndpointService, "."); len(parts) == 5 {
		region, service = parts[3], parts[4]
	}
	return strings.Join([]string{c.EndpointID, service, region, "vpce.amazonaws.com"}, ".")
}

// dial connects to a broker.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var leadsTo string
	d.server.world.look(func(time.Time) { leadsTo, err = d.resolve(d.server.world.state, host, port) })
	if err != nil {
		return nil, err
	}
	cluster, err := d.server.kafka.cluster(leadsTo)
	if err != nil {
		return nil, err
	}
	raw, err := new(net.Dialer).DialContext(ctx, network, cluster.Addr(host))
	if err != nil || !d.authentication.EnableTLS {
		return raw, err
	}
	// A seed is verified with the configured name, and a broker with its own.
	name := host
	if d.authentication.ServerName != "" && slices.Contains(d.seeds(), address) {
		name = d.authentication.ServerName
	}
	secured := tls.Client(raw, &tls.Config{
		ServerName: name, RootCAs: d.server.certificate.roots(), MinVersion: tls.VersionTLS12,
	})
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error is clearer
		return nil, fmt.Errorf("the TLS handshake with %s failed: %w", name, err)
	}
	return secured, nil
}

// resolve finds the Kafka cluster that a name leads to.
func (d *dialer) resolve(s *State, host, port string) (string, error) {
	find := s.publicClusters
	if d.network.NetworkType == networkPrivateLink {
		connection, err := d.connection(s)
		if err != nil {
			return "", err
		}
		if host != connection.endpointName() && !connection.covers(host) {
			return "", fmt.Errorf("cannot resolve %s: it is in no domain that is attached to the private link "+
				"connection %s",
				host, connection.ID)
		}
		find = func(string) []*KafkaCluster { return s.clustersBehind(connection.EndpointService) }
	}
	clusters := find(host)
	switch {
	case len(clusters) == 0 && d.network.NetworkType == networkPublic:
		return "", fmt.Errorf("cannot resolve %s: no such host", host)
	case len(clusters) == 0 || port != strconv.Itoa(kafkaPort):
		return "", fmt.Errorf("cannot connect to %s: connection refused", net.JoinHostPort(host, port))
	}
	for _, c := range clusters {
		if c.named(s, host) {
			return c.ID, nil
		}
	}
	return clusters[0].ID, nil // TLS will show that this is not the one
}

// connection is the private link connection, if it works.
func (d *dialer) connection(s *State) (*PrivateLinkConnection, error) {
	id := d.network.PrivateLink.PrivateLinkConnectionID
	c := s.PrivateLinkConnections[id]
	switch {
	case c == nil || c.ClusterID != d.cluster:
		return nil, fmt.Errorf("the private link connection %s does not exist", id)
	case c.State != StateActive:
		return nil, fmt.Errorf("the private link connection %s is %s: it must be %s", id, c.State, StateActive)
	}
	return c, nil
}

// covers reports whether a name is in an attached domain. A wildcard stands for any number of labels, as in DNS.
func (c *PrivateLinkConnection) covers(host string) bool {
	return slices.ContainsFunc(c.Domains, func(d *AttachedDomain) bool {
		return d.State == StateActive && slices.ContainsFunc(d.Names, func(name string) bool {
			suffix, wildcard := strings.CutPrefix(name, "*")
			return wildcard && strings.HasSuffix(strings.ToLower(host), suffix) || strings.EqualFold(name, host)
		})
	})
}

// clustersBehind are the Kafka clusters in the network of an endpoint service.
func (s *State) clustersBehind(service string) []*KafkaCluster {
	n := s.networkBehind(service)
	return s.kafkaClusters(func(c *KafkaCluster) bool { return n != nil && c.NetworkID == n.ID && c.serving() })
}

// publicClusters are the Kafka clusters with a public name.
func (s *State) publicClusters(host string) []*KafkaCluster {
	return s.kafkaClusters(func(c *KafkaCluster) bool { return c.NetworkID == "" && c.serving() && c.named(s, host) })
}

// named reports whether a name is one of the cluster's.
func (c *KafkaCluster) named(s *State, host string) bool {
	n := s.Networks[c.NetworkID]
	return strings.EqualFold(host, c.bootstrapHost(n)) || strings.EqualFold(host, c.privateHost(n)) ||
		slices.Contains(c.brokerHosts(n), strings.ToLower(host))
}
