package component_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
)

// build declares a PrivateLink in this world and returns its outputs.
func (w *world) build(t *testing.T, args component.PrivateLinkArgs, opts ...pulumi.ResourceOption) (object, error) {
	t.Helper()
	if args.TidbClusterId == nil {
		args.TidbClusterId = pulumi.String("1001")
	}
	if args.EnvironmentId == nil {
		args.EnvironmentId = pulumi.String("env-1")
	}
	outputs := object{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		link, err := component.NewPrivateLink(ctx, "orders", args, opts...)
		if err != nil {
			return err
		}
		for name, out := range outputsOf(link) {
			result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
			if err != nil {
				return err
			}
			outputs[name] = result.Value
		}
		return nil
	}, pulumi.WithMocks("project", "stack", w))
	return outputs, err
}

func outputsOf(l *component.PrivateLink) map[string]pulumi.Output {
	return map[string]pulumi.Output{
		"environmentId": l.EnvironmentId, "vpcAccess": l.VpcAccess,
		"region": l.Region, "tidbAwsAccountId": l.TidbAwsAccountId,
		"tidbAvailabilityZoneIds": l.TidbAvailabilityZoneIds,
		"networkId":               l.NetworkId, "zones": l.Zones, "dnsDomain": l.DnsDomain,
		"dnsUniqueName":   l.DnsUniqueName,
		"zonalSubdomains": l.ZonalSubdomains, "vpcEndpointServiceName": l.VpcEndpointServiceName,
		"privateLinkAccessId": l.PrivateLinkAccessId, "kafkaClusterId": l.KafkaClusterId,
		"bootstrapEndpoint": l.BootstrapEndpoint,
		"restEndpoint":      l.RestEndpoint, "kafkaClusterCrn": l.KafkaClusterCrn,
		"privateLinkConnectionId": l.PrivateLinkConnectionId, "attachedDomains": l.AttachedDomains,
	}
}

// What uses the connection also waits for the attached domains, and goes before them.
func TestConnectionDependsOnDomains(t *testing.T) {
	t.Parallel()
	w := newWorld()
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		link, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
			TidbClusterId: pulumi.String("1001"), EnvironmentId: pulumi.String("env-1"),
		})
		if err != nil {
			return err
		}
		result, err := internals.UnsafeAwaitOutput(ctx.Context(), link.PrivateLinkConnectionId)
		if err != nil {
			return err
		}
		assert.Equal(t, "plc-new", result.Value)
		var names []string
		for _, dependency := range result.Dependencies {
			urn, err := internals.UnsafeAwaitOutput(ctx.Context(), dependency.URN())
			if err != nil {
				return err
			}
			text, _ := urn.Value.(pulumi.URN)
			names = append(names, string(text))
		}
		assert.Contains(t, strings.Join(names, " "), "::orders-domains")
		return nil
	}, pulumi.WithMocks("project", "stack", w))
	require.NoError(t, err)
}

func TestNewParts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)

	env := object{"id": "env-1"}
	want := map[string]object{
		"orders-network": {
			"cloud": "AWS", "region": "us-east-1", "connectionTypes": []any{"PRIVATELINK"}, "environment": env,
			"displayName": "orders",
			"zones":       []any{"use1-az1", "use1-az2", "use1-az6"}, "dnsConfig": object{"resolution": "PRIVATE"},
		},
		"orders-access": {
			"aws": object{"account": "111122223333"}, "network": object{"id": "n-new"}, "environment": env,
			"displayName": "orders",
		},
		"orders-kafka": {
			"cloud": "AWS", "region": "us-east-1", "availability": "MULTI_ZONE", "dedicated": object{"cku": 2.0},
			"network": object{"id": "n-new"}, "environment": env, "displayName": "orders",
		},
		"orders-connection": {
			"clusterId": "1001", "type": "AWS_ENDPOINT_SERVICE", "awsEndpointService": object{"name": service},
		},
		"orders-domains": {
			"clusterId": "1001", "privateLinkConnectionId": "plc-new", "type": "CONFLUENT",
			"uniqueName": "domnprzqrog.us-east-1",
		},
	}
	assert.Len(t, w.Children(), len(want))
	for name, inputs := range want {
		assert.Equal(t, inputs, w.Registered[name].Inputs, name)
		assert.Equal(t, linkURN, w.Registered[name].RPC.GetParent(), name)
	}
	assert.Equal(t, object{
		"environmentId": "env-1", "vpcAccess": []vpcaccess.VpcAccessResult{},
		"region": "us-east-1", "tidbAwsAccountId": "111122223333",
		"tidbAvailabilityZoneIds": []string{"use1-az1", "use1-az2", "use1-az6"},
		"networkId":               "n-new", "zones": []string{"use1-az1", "use1-az2", "use1-az6"},
		"dnsDomain": "domnprzqrog.us-east-1.aws.confluent.cloud", "dnsUniqueName": "domnprzqrog.us-east-1",
		"zonalSubdomains":        map[string]string{"use1-az1": "use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud"},
		"vpcEndpointServiceName": service, "privateLinkAccessId": "pla-new", "kafkaClusterId": "lkc-new",
		"bootstrapEndpoint": "lkc-new:9092", "restEndpoint": "https://lkc-new:443", "kafkaClusterCrn": "crn://new",
		"privateLinkConnectionId": "plc-new",
		"attachedDomains":         []string{"*.domnprzqrog.us-east-1.aws.confluent.cloud"},
	}, outputs)
}

func TestGivenInputsReachTheChildren(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{
		Region: pulumi.String("us-east-1"),
		Network: &component.Network{
			DisplayName: pulumi.String("net"), DnsResolution: pulumi.String("CHASED_PRIVATE"),
			Zones: pulumi.ToStringArray([]string{"use1-az6", "use1-az4", "use1-az5"}),
		},
		PrivateLinkAccess: &component.PrivateLinkAccess{DisplayName: pulumi.String("tidb")},
		KafkaCluster: &component.KafkaCluster{
			DisplayName: pulumi.String("kafka"), Availability: pulumi.String("SINGLE_ZONE"), Cku: pulumi.Int(3),
			ByokKeyId: pulumi.String("cck-1"), DeletionProtection: pulumi.Bool(true),
		},
		Connection: &component.Connection{DisplayName: pulumi.String("to-kafka")},
	})
	require.NoError(t, err)
	network, kafka := w.Registered["orders-network"], w.Registered["orders-kafka"]
	assert.Equal(t, "net", network.Inputs["displayName"])
	assert.Equal(t, object{"resolution": "CHASED_PRIVATE"}, network.Inputs["dnsConfig"])
	assert.Equal(t, []any{"use1-az4", "use1-az5", "use1-az6"}, network.Inputs["zones"], "another order is no change")
	stored, ok := w.Registered["orders"].Inputs["network"].(object)
	require.True(t, ok)
	assert.Equal(t, network.Inputs["zones"], stored["zones"])
	assert.Empty(t, network.RPC.GetIgnoreChanges(), "given zones are the user's to change")
	assert.Equal(t, "tidb", w.Registered["orders-access"].Inputs["displayName"])
	assert.Equal(t, "kafka", kafka.Inputs["displayName"])
	assert.Equal(t, "SINGLE_ZONE", kafka.Inputs["availability"])
	assert.Equal(t, object{"cku": 3.0}, kafka.Inputs["dedicated"])
	assert.Equal(t, object{"id": "cck-1"}, kafka.Inputs["byokKey"])
	assert.Equal(t, true, kafka.Inputs["deletionProtection"])
	assert.Equal(t, "to-kafka", w.Registered["orders-connection"].Inputs["displayName"])
}

func TestASingleZoneClusterHasOneCKUByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(
		t, component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Availability: pulumi.String("SINGLE_ZONE")}},
	)
	require.NoError(t, err)
	assert.Equal(t, object{"cku": 1.0}, w.Registered["orders-kafka"].Inputs["dedicated"])
}

func TestChosenZonesStayChosen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	assert.Equal(t, []string{"zones"}, w.Registered["orders-network"].RPC.GetIgnoreChanges())
}

// Nothing waits for more than it needs: the connection waits for the access, and neither waits for the Kafka cluster.
func TestOrder(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	urn := func(token, name string) string {
		return "urn:pulumi:stack::project::tidbconfluent:index:PrivateLink$" + token + "::orders-" + name
	}
	network, access := urn(networkType, "network"), urn(accessType, "access")
	want := map[string][]string{
		"orders-network":    nil,
		"orders-access":     {network},
		"orders-kafka":      {network},
		"orders-connection": {access, network},
		"orders-domains":    {urn(connectionType, "connection"), network},
	}
	for name, dependencies := range want {
		assert.ElementsMatch(t, dependencies, w.Registered[name].RPC.GetDependencies(), name)
	}
}

func TestExistingParts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	outputs, err := w.build(t, component.PrivateLinkArgs{
		Network:           &component.Network{Id: pulumi.String("n-1")},
		PrivateLinkAccess: &component.PrivateLinkAccess{Id: pulumi.String("pla-1")},
		KafkaCluster:      &component.KafkaCluster{Id: pulumi.String("lkc-1")},
	})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"orders-connection", "orders-domains"}, w.Children())
	assert.Equal(t, "n-1", outputs["networkId"])
	assert.Equal(t, []string{"use1-az4", "use1-az5", "use1-az6"}, outputs["zones"])
	assert.Equal(t, "domnprzqrog.us-east-1", outputs["dnsUniqueName"])
	assert.Equal(t, service, outputs["vpcEndpointServiceName"])
	assert.Equal(t, "pla-1", outputs["privateLinkAccessId"])
	assert.Equal(t, "lkc-1", outputs["kafkaClusterId"])
	assert.Equal(t, "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud:9092", outputs["bootstrapEndpoint"])
	for _, call := range w.Calls {
		if call.Token == "confluentcloud:index/getNetwork:getNetwork" {
			assert.Equal(t, object{"id": "n-1", "environment": object{"id": "env-1"}}, call.Args.Mappable())
		}
	}
}

func TestExistingNetworkWithNewParts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{Network: &component.Network{Id: pulumi.String("n-1")}})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"orders-access", "orders-kafka", "orders-connection", "orders-domains"},
		w.Children())
	assert.Equal(t, object{"id": "n-1"}, w.Registered["orders-access"].Inputs["network"])
	assert.Equal(t, object{"id": "n-1"}, w.Registered["orders-kafka"].Inputs["network"])
}

func TestCustomTimeoutsReachTheChildren(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(
		t, component.PrivateLinkArgs{}, pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "3h", Update: "4h"}),
	)
	require.NoError(t, err)
	for _, name := range w.Children() {
		timeouts := w.Registered[name].RPC.GetCustomTimeouts()
		assert.Equal(t, "3h", timeouts.GetCreate(), name)
		update := "4h"
		if name == "orders-network" || name == "orders-access" { // a rename waits for nothing
			update = ""
		}
		assert.Equal(t, update, timeouts.GetUpdate(), name)
	}
	assert.Equal(t, "1h", w.Registered["orders-kafka"].RPC.GetCustomTimeouts().GetDelete())
}

func TestWithoutCustomTimeoutsOnlyTheKafkaClustersDeletionHasOne(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	for _, name := range w.Children() {
		timeouts := w.Registered[name].RPC.GetCustomTimeouts()
		assert.Empty(t, timeouts.GetCreate(), name)
		want := ""
		if name == "orders-kafka" {
			want = "1h"
		}
		assert.Equal(t, want, timeouts.GetDelete(), name)
	}
}

func TestInputsAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld()
	secret, _ := pulumi.ToSecret(pulumi.String("env-1")).(pulumi.StringOutput)
	_, err := w.build(t, component.PrivateLinkArgs{
		EnvironmentId: secret,
		KafkaCluster:  &component.KafkaCluster{Cku: pulumi.Int(4)},
	})
	require.NoError(t, err)
	inputs := w.Registered["orders"].Inputs
	assert.Equal(t, "1001", inputs["tidbClusterId"])
	assert.Equal(t, object{"cku": 4.0}, inputs["kafkaCluster"])
	assert.Len(t, inputs, 3)
}
