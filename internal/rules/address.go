package rules

import (
	"net"
	"regexp"
	"strings"
)

// The ports of a Confluent Kafka cluster, where an address names none.
const (
	kafkaPort = "9092"
	restPort  = "443"
)

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+._-]*://`)

// BootstrapEndpoint returns <host>:<port>, the address for Kafka clients. Confluent Cloud reports it with or without a
// security protocol in front (SASL_SSL://), and sometimes as a list, of which one address is enough.
func BootstrapEndpoint(reported string) string { return hostAndPort(reported, kafkaPort) }

// RESTEndpoint returns the address of a Kafka cluster's REST API, https://<host>:<port>, from the one that Confluent
// Cloud reports.
func RESTEndpoint(reported string) string {
	address := hostAndPort(reported, restPort)
	switch {
	case address == "":
		return ""
	case strings.HasPrefix(strings.ToLower(strings.TrimSpace(reported)), "http://"):
		return "http://" + address
	}
	return "https://" + address
}

// hostAndPort returns the first address of a list, without scheme and path.
func hostAndPort(reported, port string) string {
	for address := range strings.SplitSeq(reported, ",") {
		address = scheme.ReplaceAllString(strings.TrimSpace(address), "")
		address, _, _ = strings.Cut(address, "/")
		host, given, err := net.SplitHostPort(address)
		if err != nil {
			host = address
		}
		if given != "" {
			port = given
		}
		if host = DNSName(host); host != "" {
			return net.JoinHostPort(host, port)
		}
	}
	return ""
}

// DNSName returns a DNS name without the dot at its end, which marks it as complete.
func DNSName(reported string) string { return strings.TrimRight(strings.TrimSpace(reported), ".") }

var chasedHost = regexp.MustCompile(`^(?i)(lkc-[a-z0-9]+)-([a-z0-9]+)((?:\.[a-z0-9-]+)+)\.glb(\.confluent\.cloud)$`)

// PrivateHost returns the name of a Kafka cluster in its network's own domain. In a network with CHASED_PRIVATE,
// Confluent Cloud reports a public name, which leads there in public DNS; but TiDB Cloud reaches the network's domain
// alone.
func PrivateHost(host string) string { return chasedHost.ReplaceAllString(host, "$1.$2$3$4") }
