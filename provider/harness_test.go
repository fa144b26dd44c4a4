package provider_test

import (
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

const (
	connectionType = "tidbconfluent:tidbcloud:PrivateLinkConnection"
	attachmentType = "tidbconfluent:tidbcloud:DomainAttachment"

	// A Confluent network that is ready and authorizes TiDB Cloud's account of us-east-1.
	serviceName = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	uniqueName  = "domnprzqrog.us-east-1"
)

// newServer runs the provider in this process.
func newServer(t *testing.T) integration.Server {
	t.Helper()
	prov, err := provider.New()
	require.NoError(t, err)
	server, err := integration.NewServer(t.Context(), provider.Name, semver.MustParse(provider.Version),
		integration.WithProvider(prov))
	require.NoError(t, err)
	return server
}

// linked runs the provider against a sandbox in which a Confluent network stands ready.
func linked(t *testing.T, options ...sandbox.Options) (integration.Server, *sandbox.Server) {
	t.Helper()
	box := newBox(t, options...)
	server := newServer(t)
	configure(t, server, box.Credentials(), box.TiDBCloudURL())
	return server, box
}

// newBox is a sandbox in which a Confluent network stands ready.
func newBox(t *testing.T, options ...sandbox.Options) *sandbox.Server {
	t.Helper()
	var o sandbox.Options
	if len(options) > 0 {
		o = options[0]
	}
	o.MaxRequestsPerMinute = -1
	o.Prepare = func(s *sandbox.State) {
		s.Networks["n-pr1jy6"] = &sandbox.Network{
			ID: "n-pr1jy6", EnvironmentID: "env-7x3k9q", DisplayName: "shared", Cloud: "AWS", Region: "us-east-1",
			ConnectionTypes: []string{"PRIVATELINK"}, Zones: []string{"use1-az1", "use1-az2", "use1-az6"},
			DNSResolution: "PRIVATE", DNSLabel: "domnprzqrog", EndpointService: serviceName, VPC: "vpc-0",
			Phase: "READY",
		}
		s.PrivateLinkAccesses["pla-1"] = &sandbox.PrivateLinkAccess{
			ID: "pla-1", EnvironmentID: "env-7x3k9q", NetworkID: "n-pr1jy6", DisplayName: "tidb",
			Account: "111122223333",
			Phase:   "READY",
		}
	}
	return sandboxtest.New(t, o)
}

func configure(t *testing.T, server integration.Server, c sandbox.Credentials, endpoint string) {
	t.Helper()
	inputs := object(map[string]any{
		"publicKey": c.PublicKey, "privateKey": c.PrivateKey, "serverlessEndpoint": endpoint,
		"requestsPerMinute": 100000.0,
	})
	require.NoError(t, server.Configure(p.ConfigureRequest{Args: inputs}))
}

// object turns plain Go values into properties.
func object(values map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(values))
}

func urn(token tokens.Type) resource.URN {
	return resource.NewURN("test", "test", "", token, "orders")
}

// check runs the inputs through the provider's Check, and requires that they are accepted.
func check(t *testing.T, server integration.Server, token tokens.Type, inputs property.Map) property.Map {
	t.Helper()
	resp, err := server.Check(p.CheckRequest{Urn: urn(token), Inputs: inputs})
	require.NoError(t, err)
	require.Empty(t, resp.Failures)
	return resp.Inputs
}

// create checks and creates a resource, and requires both to succeed.
func create(
	t *testing.T, server integration.Server, token tokens.Type, inputs property.Map,
) (property.Map, p.CreateResponse) {
	t.Helper()
	inputs = check(t, server, token, inputs)
	resp, err := server.Create(p.CreateRequest{Urn: urn(token), Properties: inputs})
	require.NoError(t, err)
	return inputs, resp
}

func connectionInputs(clusterID string) property.Map {
	return object(map[string]any{"clusterId": clusterID, "awsEndpointService": map[string]any{"name": serviceName}})
}

func attachmentInputs(connection property.Map) property.Map {
	return object(map[string]any{"type": "CONFLUENT", "uniqueName": uniqueName}).
		Set("clusterId", connection.Get("clusterId")).
		Set("privateLinkConnectionId", connection.Get("privateLinkConnectionId"))
}
