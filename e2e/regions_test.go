package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestEndpointServiceInAnotherRegion: a connection to an endpoint service in another region is documented not to work
// for Essential clusters. A preview warns of it, but not of one in the cluster's region, or of one that exists.
func TestEndpointServiceInAnotherRegion(t *testing.T) {
	t.Parallel()
	const (
		service = "awsEndpointService: {name: com.amazonaws.vpce.us-west-2.vpce-svc-0aaaaaaaaaaaaaaa1}"
		warning = ": the endpoint service is in us-west-2, but the TiDB Cloud cluster is in us-east-1; as far as " +
			"documented, private link connections of Essential clusters do not reach other regions; use an endpoint " +
			"service in us-east-1"
	)
	program := func(inputs string) string {
		return "resources:\n  queue: {type: tidbconfluent:tidbcloud:PrivateLinkConnection, properties: {" + inputs +
			"}}\n"
	}
	const east, west = `clusterId: "{{.EssentialUSEast1}}", `, `clusterId: "{{.EssentialUSWest2}}", `
	s := newStack(t, program(east+service), sandbox.Options{Prepare: func(state *sandbox.State) {
		state.EndpointServices = map[string]*sandbox.EndpointService{
			awsService: {AllowedAccounts: []string{tidbAccount}},
		}
	}})
	assert.Contains(t, s.pulumi("preview"), "awsEndpointService.name"+warning)

	s.change(program(east + strings.Replace(service, "name:", "region: us-west-2, name:", 1)))
	assert.Contains(t, s.pulumi("preview"), "awsEndpointService.region"+warning)
	s.change(program(east + "awsEndpointService: {region: us-west-2, name: " + awsService + "}"))
	assert.Contains(t, s.pulumi("preview"), "awsEndpointService.region"+warning)

	s.change(program(west + service))
	assert.NotContains(t, s.pulumi("preview"), "warning")
	s.change(program(east + toAWS))
	assert.NotContains(t, s.pulumi("preview"), "warning")
	s.up()
	before := len(s.sandbox.Calls())
	s.pulumi("preview", "--expect-no-changes")
	assert.Len(t, s.sandbox.Calls(), before, "of one that exists nothing is asked")
	s.destroyed()
}
