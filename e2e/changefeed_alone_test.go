package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestChangefeedAloneExamples runs the example of the changefeed without a component in each language. That rows
// arrive is tested with the component.
func TestChangefeedAloneExamples(t *testing.T) {
	t.Parallel()
	const password = "canary-kafka-password"
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "changefeed-alone/"+language, sandbox.Options{Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true}})
			cluster := s.sandbox.Seed().EssentialUSEast1
			s.sandbox.Update(func(state *sandbox.State) {
				state.EndpointServices = map[string]*sandbox.EndpointService{awsService: {AllowedAccounts: []string{matrixAccount}}}
				state.PrivateLinkConnections["plc-orders"] = &sandbox.PrivateLinkConnection{
					ID: "plc-orders", ClusterID: cluster, DisplayName: "orders", Type: "AWS_ENDPOINT_SERVICE",
					EndpointService: awsService, State: "ACTIVE",
				}
			})
			s.pulumi("config", "set", "--path", "--type", "string", "tidb.clusterId", cluster)
			s.pulumi("config", "set", "privateLinkConnectionId", "plc-orders")
			s.pulumi("config", "set", "kafkaHost", "lkc-abc123.domnprzqrog.us-east-1.aws.confluent.cloud")
			s.pulumi("config", "set", "kafkaKey", "ABCDEFGHIJKLMNOP")
			s.pulumi("config", "set", "--secret", "kafkaSecret", password)
			s.up()
			assert.Equal(t, "RUNNING", s.outputs()["state"])
			assert.NotContains(t, s.pulumi("stack", "export"), password, "it is encrypted in the state")
			s.pulumi("preview", "--expect-no-changes")
			s.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
			s.pulumi("destroy", "--yes", "--skip-preview")
		})
	}
}
