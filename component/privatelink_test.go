package component_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
)

const (
	networkType    = "confluentcloud:index/network:Network"
	accessType     = "confluentcloud:index/privateLinkAccess:PrivateLinkAccess"
	kafkaType      = "confluentcloud:index/kafkaCluster:KafkaCluster"
	connectionType = "tidbconfluent:tidbcloud:PrivateLinkConnection"
	domainsType    = "tidbconfluent:tidbcloud:DomainAttachment"

	service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	linkURN = "urn:pulumi:stack::project::tidbconfluent:index:PrivateLink::orders"
)

type object = map[string]any

// severalOf stands for several accesses of a name, in the place of the id of one.
const severalOf = "several"

// world is what the mocked providers answer. A test bends what it needs.
type world struct {
	cluster, zones, network, access, kafka object
	// several are functions that find several objects of each name, and none those that find none.
	several, none []string
	// kafkas are further Kafka clusters of the environment.
	kafkas []object
	// called are accesses, by their names.
	called                     map[string]object
	dnsDomain, endpointService string
	// newKafka is what a new Kafka cluster gives out.
	newKafka object
	// refused is a function that answers with an error, and refusal that error.
	refused, refusal string
	aws              awsWorld
	// missing are types of which a preview finds nothing in the state.
	missing []string
	// held is what the creation of an access waits for.
	held chan struct{}
	// logged is what was said beside the resources, as "severity: message".
	logged []string

	mu         sync.Mutex
	registered map[string]registration
	// twice are the names that were registered more than once.
	twice []string
	calls []pulumi.MockCallArgs
}

type registration struct {
	inputs object
	rpc    *rpc.RegisterResourceRequest
}

func newWorld() *world {
	return &world{
		refusal: "401 Unauthorized",
		cluster: object{
			"clusterId": "1001", "displayName": "orders", "state": "ACTIVE", "clusterPlan": "ESSENTIAL", "servicePlan": "Essential",
			"cloudProvider": "aws", "regionId": "aws-us-east-1", "region": "us-east-1",
		},
		zones: object{"accountId": "111122223333", "availabilityZoneIds": []any{"use1-az6", "use1-az1", "use1-az2"}},
		network: object{
			"id": "n-1", "cloud": "AWS", "region": "us-east-1", "connectionTypes": []any{"PRIVATELINK"},
			"zones": []any{"use1-az6", "use1-az4", "use1-az5"}, "dnsDomain": "domnprzqrog.us-east-1.aws.confluent.cloud",
			"zonalSubdomains": object{"use1-az6": "use1-az6.domnprzqrog.us-east-1.aws.confluent.cloud"},
			"aws":             []any{object{"account": "999900001111", "vpc": "vpc-1", "privateLinkEndpointService": service}},
		},
		access: object{"id": "pla-1", "aws": []any{object{"account": "111122223333"}}, "networks": []any{object{"id": "n-1"}}},
		kafka: object{
			"id": "lkc-1", "displayName": "orders", "networks": []any{object{"id": "n-1"}}, "dedicated": object{"cku": 2},
			"bootstrapEndpoint": "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud:9092", "restEndpoint": "https://lkc-1:443", "rbacCrn": "crn://x",
		},
		newKafka:        object{"bootstrapEndpoint": "lkc-new:9092", "restEndpoint": "https://lkc-new:443", "rbacCrn": "crn://new"},
		dnsDomain:       "domnprzqrog.us-east-1.aws.confluent.cloud",
		endpointService: service,
		aws:             newAWS(),
		registered:      map[string]registration{},
	}
}

func (w *world) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, args)
	answers := map[string]object{
		"tidbconfluent:tidbcloud:getCluster":                             w.cluster,
		"tidbconfluent:tidbcloud:getPrivateLinkZones":                    w.zones,
		"confluentcloud:index/getEnvironment:getEnvironment":             {"id": "env-1", "displayName": "shop"},
		"confluentcloud:index/getNetwork:getNetwork":                     w.network,
		"confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess": w.access,
		"confluentcloud:index/getKafkaCluster:getKafkaCluster":           w.kafka,
		getKafkas: {"id": "1", "clusters": w.allKafkas(), "environment": object{"id": "env-1"}},
	}
	if name, ok := args.Args["displayName"]; ok {
		// As Confluent's provider says it, behind the bridge.
		if slices.Contains(w.several, args.Token) {
			return nil, bridged("error reading X: there are multiple Xs with \"display_name\"=%q", name.StringValue())
		}
		if slices.Contains(w.none, args.Token) {
			return nil, bridged("error reading X: X with \"display_name\"=%q was not found", name.StringValue())
		}
	}
	if name, ok := args.Args["displayName"]; ok && args.Token == getAccess && args.Token != w.refused {
		if answer, ok := w.called[name.StringValue()]; ok && answer["id"] == severalOf {
			return nil, fmt.Errorf("error reading Private Link Access: there are multiple Private Link Access with \"display_name\"=%q", name.StringValue())
		} else if ok {
			return resource.NewPropertyMapFromMap(answer), nil
		}
		return nil, fmt.Errorf("error reading Private Link Access: Private Link Access with \"display_name\"=%q was not found", name.StringValue())
	}
	if answer, ok, err := w.aws.call(args); ok && args.Token != w.refused {
		return resource.NewPropertyMapFromMap(answer), err
	}
	answer, ok := answers[args.Token]
	ok = ok || args.Token == w.refused
	if !ok {
		return nil, errors.New("no answer to " + args.Token)
	}
	if args.Token == w.refused {
		return nil, errors.New(w.refusal)
	}
	return resource.NewPropertyMapFromMap(answer), nil
}

// bridged is an error of Confluent's provider, with what the bridge to Terraform puts around it.
func bridged(format string, name string) error {
	return errors.New("invoking a function: 1 error occurred:\n\t* " + fmt.Sprintf(format, name) + "\n\n")
}

// allKafkas are the Kafka clusters of the environment.
func (w *world) allKafkas() []any {
	var all []any
	for _, k := range append([]object{w.kafka}, w.kafkas...) {
		if k["id"] != nil {
			all = append(all, k)
		}
	}
	return all
}

func (w *world) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	w.hold(args.TypeToken)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, already := w.registered[args.Name]; already {
		w.twice = append(w.twice, args.Name)
	}
	w.registered[args.Name] = registration{inputs: args.Inputs.Mappable(), rpc: args.RegisterRPC}
	outputs := map[string]object{
		networkType: {
			"dnsDomain":       w.dnsDomain,
			"zonalSubdomains": object{"use1-az1": "use1-az1." + w.dnsDomain},
			"aws":             []any{object{"privateLinkEndpointService": w.endpointService}},
		},
		kafkaType:      w.newKafka,
		connectionType: {"privateLinkConnectionId": "plc-new"},
		endpointType: {"state": w.aws.endpointState, "dnsEntries": []any{
			object{"dnsName": endpointName, "hostedZoneId": "Z0"},
			object{"dnsName": "vpce-1-abcd-us-east-1d" + endpointName[len("vpce-1-abcd"):], "hostedZoneId": "Z0"},
		}},
		zoneType: {"zoneId": "Z1"},
		domainsType: {"domains": []any{
			object{"name": "*.domnprzqrog.us-east-1.aws.confluent.cloud", "state": "ACTIVE", "message": ""},
		}},
	}
	state := args.Inputs.Copy()
	for key, value := range outputs[args.TypeToken] {
		state[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
	}
	ids := map[string]string{
		networkType: "n-new", accessType: "pla-new", kafkaType: "lkc-new", connectionType: "1001/plc-new",
		groupType: "sg-new", endpointType: "vpce-new", zoneType: "Z1", recordType: "Z1_record",
	}
	if slices.Contains(w.missing, args.TypeToken) {
		return "", state, nil
	}
	return ids[args.TypeToken], state, nil
}

// children are the names of what was registered beside the component.
func (w *world) children() []string {
	var names []string
	for name := range w.registered {
		if name != "orders" && name != "stack" && name != "project-stack" {
			names = append(names, name)
		}
	}
	return names
}

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
		"region": l.Region, "tidbAwsAccountId": l.TidbAwsAccountId, "tidbAvailabilityZoneIds": l.TidbAvailabilityZoneIds,
		"networkId": l.NetworkId, "zones": l.Zones, "dnsDomain": l.DnsDomain, "dnsUniqueName": l.DnsUniqueName,
		"zonalSubdomains": l.ZonalSubdomains, "vpcEndpointServiceName": l.VpcEndpointServiceName,
		"privateLinkAccessId": l.PrivateLinkAccessId, "kafkaClusterId": l.KafkaClusterId, "bootstrapEndpoint": l.BootstrapEndpoint,
		"restEndpoint": l.RestEndpoint, "kafkaClusterCrn": l.KafkaClusterCrn,
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
			"cloud": "AWS", "region": "us-east-1", "connectionTypes": []any{"PRIVATELINK"}, "environment": env, "displayName": "orders",
			"zones": []any{"use1-az1", "use1-az2", "use1-az6"}, "dnsConfig": object{"resolution": "PRIVATE"},
		},
		"orders-access": {
			"aws": object{"account": "111122223333"}, "network": object{"id": "n-new"}, "environment": env, "displayName": "orders",
		},
		"orders-kafka": {
			"cloud": "AWS", "region": "us-east-1", "availability": "MULTI_ZONE", "dedicated": object{"cku": 2.0},
			"network": object{"id": "n-new"}, "environment": env, "displayName": "orders",
		},
		"orders-connection": {
			"clusterId": "1001", "type": "AWS_ENDPOINT_SERVICE", "awsEndpointService": object{"name": service},
		},
		"orders-domains": {
			"clusterId": "1001", "privateLinkConnectionId": "plc-new", "type": "CONFLUENT", "uniqueName": "domnprzqrog.us-east-1",
		},
	}
	assert.Len(t, w.children(), len(want))
	for name, inputs := range want {
		assert.Equal(t, inputs, w.registered[name].inputs, name)
		assert.Equal(t, linkURN, w.registered[name].rpc.GetParent(), name)
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
		"privateLinkConnectionId": "plc-new", "attachedDomains": []string{"*.domnprzqrog.us-east-1.aws.confluent.cloud"},
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
	network, kafka := w.registered["orders-network"], w.registered["orders-kafka"]
	assert.Equal(t, "net", network.inputs["displayName"])
	assert.Equal(t, object{"resolution": "CHASED_PRIVATE"}, network.inputs["dnsConfig"])
	assert.Equal(t, []any{"use1-az4", "use1-az5", "use1-az6"}, network.inputs["zones"], "another order is no change")
	stored, ok := w.registered["orders"].inputs["network"].(object)
	require.True(t, ok)
	assert.Equal(t, network.inputs["zones"], stored["zones"])
	assert.Empty(t, network.rpc.GetIgnoreChanges(), "given zones are the user's to change")
	assert.Equal(t, "tidb", w.registered["orders-access"].inputs["displayName"])
	assert.Equal(t, "kafka", kafka.inputs["displayName"])
	assert.Equal(t, "SINGLE_ZONE", kafka.inputs["availability"])
	assert.Equal(t, object{"cku": 3.0}, kafka.inputs["dedicated"])
	assert.Equal(t, object{"id": "cck-1"}, kafka.inputs["byokKey"])
	assert.Equal(t, true, kafka.inputs["deletionProtection"])
	assert.Equal(t, "to-kafka", w.registered["orders-connection"].inputs["displayName"])
}

func TestASingleZoneClusterHasOneCKUByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Availability: pulumi.String("SINGLE_ZONE")}})
	require.NoError(t, err)
	assert.Equal(t, object{"cku": 1.0}, w.registered["orders-kafka"].inputs["dedicated"])
}

func TestChosenZonesStayChosen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	assert.Equal(t, []string{"zones"}, w.registered["orders-network"].rpc.GetIgnoreChanges())
}

// Nothing waits for more than it needs: the connection for the access, and neither for the Kafka cluster.
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
		assert.ElementsMatch(t, dependencies, w.registered[name].rpc.GetDependencies(), name)
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
	assert.ElementsMatch(t, []string{"orders-connection", "orders-domains"}, w.children())
	assert.Equal(t, "n-1", outputs["networkId"])
	assert.Equal(t, []string{"use1-az4", "use1-az5", "use1-az6"}, outputs["zones"])
	assert.Equal(t, "domnprzqrog.us-east-1", outputs["dnsUniqueName"])
	assert.Equal(t, service, outputs["vpcEndpointServiceName"])
	assert.Equal(t, "pla-1", outputs["privateLinkAccessId"])
	assert.Equal(t, "lkc-1", outputs["kafkaClusterId"])
	assert.Equal(t, "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud:9092", outputs["bootstrapEndpoint"])
	for _, call := range w.calls {
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
	assert.ElementsMatch(t, []string{"orders-access", "orders-kafka", "orders-connection", "orders-domains"}, w.children())
	assert.Equal(t, object{"id": "n-1"}, w.registered["orders-access"].inputs["network"])
	assert.Equal(t, object{"id": "n-1"}, w.registered["orders-kafka"].inputs["network"])
}

func TestCustomTimeoutsReachTheChildren(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{}, pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "3h", Update: "0s"}))
	require.NoError(t, err)
	for _, name := range w.children() {
		timeouts := w.registered[name].rpc.GetCustomTimeouts()
		assert.Equal(t, "3h", timeouts.GetCreate(), name)
		assert.Empty(t, timeouts.GetUpdate(), name)
	}
	assert.Equal(t, "1h", w.registered["orders-kafka"].rpc.GetCustomTimeouts().GetDelete())
}

func TestWithoutCustomTimeoutsOnlyTheKafkaClustersDeletionHasOne(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := w.build(t, component.PrivateLinkArgs{})
	require.NoError(t, err)
	for _, name := range w.children() {
		timeouts := w.registered[name].rpc.GetCustomTimeouts()
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
	inputs := w.registered["orders"].inputs
	assert.Equal(t, "1001", inputs["tidbClusterId"])
	assert.Equal(t, object{"cku": 4.0}, inputs["kafkaCluster"])
	assert.Len(t, inputs, 3)
}
