package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestBootstrapEndpoint(t *testing.T) {
	t.Parallel()
	const want = "lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:9092"
	for _, reported := range []string{
		want,
		"SASL_SSL://" + want, "SASL_PLAINTEXT://" + want, "PLAINTEXT://" + want, "SSL://" + want, "sasl_ssl://" + want,
		"kafka+ssl://" + want, "https://" + want, "INTERNAL-1.x://" + want,
		" SASL_SSL://" + want + "\n", "SASL_SSL://" + want + "/",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud",
		"SASL_SSL://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud.:9092",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud.",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:",
		"SASL_SSL://" + want + ",SASL_SSL://b1.domnprzqrog.us-east-1.aws.confluent.cloud:9092", want + ", b1:9092",
		",SASL_SSL://" + want,
	} {
		assert.Equal(t, want, rules.BootstrapEndpoint(reported), "%q", reported)
	}
	assert.Equal(t, "lkc-w7kgd5-pdwnk6.us-west-2.aws.glb.confluent.cloud:9093",
		rules.BootstrapEndpoint("SASL_SSL://lkc-w7kgd5-pdwnk6.us-west-2.aws.glb.confluent.cloud:9093"),
		"another port, a load balancer")
	for _, nothing := range []string{"", " ", ",", "SASL_SSL://", "SASL_SSL://:9092"} {
		assert.Empty(t, rules.BootstrapEndpoint(nothing), "%q", nothing)
	}
}

func TestRESTEndpoint(t *testing.T) {
	t.Parallel()
	const want = "https://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:443"
	for _, reported := range []string{
		want, want + "/", " " + want + " ", "HTTPS://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:443",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:443",
		"lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud",
		"https://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud",
		"https://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud.:443",
		"SASL_SSL://lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud:443", want + "," + want,
	} {
		assert.Equal(t, want, rules.RESTEndpoint(reported), "%q", reported)
	}
	assert.Equal(t, "http://127.0.0.1:8090", rules.RESTEndpoint("http://127.0.0.1:8090"),
		"of a cluster on this machine")
	for _, nothing := range []string{"", " ", "https://"} {
		assert.Empty(t, rules.RESTEndpoint(nothing), "%q", nothing)
	}
}

func TestDNSName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "domnprzqrog.us-east-1.aws.confluent.cloud",
		rules.DNSName("domnprzqrog.us-east-1.aws.confluent.cloud."))
	assert.Equal(t, "pdwnk6.us-west-2.aws.glb.confluent.cloud",
		rules.DNSName("pdwnk6.us-west-2.aws.glb.confluent.cloud"))
	assert.Empty(t, rules.DNSName("."))
}

func TestPrivateHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"lkc-w7kgd5-pdwnk6.us-west-2.aws.glb.confluent.cloud":   "lkc-w7kgd5.pdwnk6.us-west-2.aws.confluent.cloud",
		"LKC-w7kgd5-Pdwnk6.us-west-2.aws.GLB.confluent.cloud":   "LKC-w7kgd5.Pdwnk6.us-west-2.aws.confluent.cloud",
		"lkc-w7kgd5.pdwnk6.us-west-2.aws.confluent.cloud":       "",
		"lkc-w7kgd5-pdwnk6.us-west-2.aws.confluent.cloud":       "",
		"pkc-w7kgd5.us-west-2.aws.confluent.cloud":              "",
		"lkc-w7kgd5-pdwnk6.us-west-2.aws.glb.confluent.cloud.x": "",
		"": "",
	} {
		if want == "" {
			want = host
		}
		assert.Equal(t, want, rules.PrivateHost(host))
	}
}
