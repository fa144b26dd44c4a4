package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestAddresses: clients get plain addresses of new and existing Kafka clusters, whatever Confluent Cloud reports
// around the host.
func TestAddresses(t *testing.T) {
	t.Parallel()
	const links = `
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders.networkId}"}
      privateLinkAccess: {id: "${orders.privateLinkAccessId}"}
      kafkaCluster: {id: "${orders.kafkaClusterId}"}
outputs:
  new: ${orders.bootstrapEndpoint}
  newRest: ${orders.restEndpoint}
  existing: ${payments.bootstrapEndpoint}
  existingRest: ${payments.restEndpoint}
`
	for _, reported := range []struct{ name, before, after, rest string }{
		{"SASL_SSL", "SASL_SSL://", "", ""},
		{"PLAINTEXT and a slash", "PLAINTEXT://", "/", "/"},
	} {
		t.Run(reported.name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, "resources:"+links, sandbox.Options{NextDNSLabel: dnsLabel})
			s.sandbox.Inject(sandbox.Fault{
				Service: sandbox.ServiceConfluent, Path: "/cmk/v2/clusters**", Times: -1,
				Edit: func(object map[string]any) {
					if address, ok := object["kafka_bootstrap_endpoint"].(string); ok {
						object["kafka_bootstrap_endpoint"] = reported.before + address + reported.after
					}
					if address, ok := object["http_endpoint"].(string); ok {
						object["http_endpoint"] = address + reported.rest
					}
				},
			})
			s.up()
			outputs := s.outputs()
			for _, cluster := range []string{"new", "existing"} {
				assert.Regexp(t, `^lkc-\w+\.`+dnsLabel+`\.us-east-1\.aws\.confluent\.cloud:9092$`, outputs[cluster],
					cluster)
				assert.Regexp(t, `^https://lkc-\w+\.`+dnsLabel+`\.us-east-1\.aws\.confluent\.cloud:443$`,
					outputs[cluster+"Rest"], cluster)
			}
			s.settled()
			s.destroyed()
		})
	}
}
