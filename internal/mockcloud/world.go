// Package mockcloud mocks the services for the tests of components: it answers look-ups and creates children.
package mockcloud

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// The types, functions and values of the services.
const (
	NetworkType    = "confluentcloud:index/network:Network"
	AccessType     = "confluentcloud:index/privateLinkAccess:PrivateLinkAccess"
	KafkaType      = "confluentcloud:index/kafkaCluster:KafkaCluster"
	ConnectionType = "tidbconfluent:tidbcloud:PrivateLinkConnection"
	DomainsType    = "tidbconfluent:tidbcloud:DomainAttachment"

	Service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	LinkURN = "urn:pulumi:stack::project::tidbconfluent:index:PrivateLink::orders"

	GroupType    = "aws:ec2/securityGroup:SecurityGroup"
	EndpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"
	ZoneType     = "aws:route53/zone:Zone"
	RecordType   = "aws:route53/record:Record"

	EndpointName = "vpce-1-abcd.vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com"
	Domain       = "domnprzqrog.us-east-1.aws.confluent.cloud"
	AccessURN    = "urn:pulumi:stack::project::tidbconfluent:index:VpcAccess::consumers"

	TiDBAccount = "111122223333"
	OwnAccount  = "444455556666"

	GetNetwork = "confluentcloud:index/getNetwork:getNetwork"
	GetKafka   = "confluentcloud:index/getKafkaCluster:getKafkaCluster"
	GetKafkas  = "confluentcloud:index/getKafkaClusters:getKafkaClusters"
	GetAccess  = "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess"
)

// Object is an object of a provider.
type Object = map[string]any

// SeveralOf stands for several accesses of a name, instead of the id of one.
const SeveralOf = "several"

// World is what the mocked providers answer. A test changes what it needs.
type World struct {
	Cluster, Zones, Network, Access, Kafka Object
	// Several are functions that find several objects of each name, and None those that find none.
	Several, None []string
	// Kafkas are further Kafka clusters of the environment.
	Kafkas []Object
	// Called are accesses, by their names.
	Called                     map[string]Object
	DNSDomain, EndpointService string
	// NewKafka are the outputs of a new Kafka cluster.
	NewKafka Object
	// Refused is a function that answers with an error, and Refusal that error.
	Refused, Refusal string
	AWS              AWS
	// Missing are types of which a preview finds nothing in the state.
	Missing []string
	// Held, if set, blocks the creation of an access until it is closed.
	Held chan struct{}
	// Logged is what was logged next to the resources, as "severity: message".
	Logged []string

	mu         sync.Mutex
	Registered map[string]Registration
	// Twice are the names that were registered more than once.
	Twice []string
	Calls []pulumi.MockCallArgs
}

// Registration is a resource that was registered.
type Registration struct {
	Inputs Object
	RPC    *rpc.RegisterResourceRequest
}

// New returns a world in which everything is as a PrivateLink needs it.
func New() *World {
	return &World{
		Refusal: "401 Unauthorized",
		Cluster: Object{
			"clusterId": "1001", "displayName": "orders", "state": "ACTIVE", "clusterPlan": "ESSENTIAL",
			"servicePlan":   "Essential",
			"cloudProvider": "aws", "regionId": "aws-us-east-1", "region": "us-east-1",
		},
		Zones: Object{"accountId": "111122223333", "availabilityZoneIds": []any{"use1-az6", "use1-az1", "use1-az2"}},
		Network: Object{
			"id": "n-1", "cloud": "AWS", "region": "us-east-1", "connectionTypes": []any{"PRIVATELINK"},
			"zones":           []any{"use1-az6", "use1-az4", "use1-az5"},
			"dnsDomain":       "domnprzqrog.us-east-1.aws.confluent.cloud",
			"zonalSubdomains": Object{"use1-az6": "use1-az6.domnprzqrog.us-east-1.aws.confluent.cloud"},
			"aws": []any{Object{
				"account": "999900001111", "vpc": "vpc-1",
				"privateLinkEndpointService": Service,
			}},
		},
		Access: Object{
			"id": "pla-1", "aws": []any{Object{"account": "111122223333"}},
			"networks": []any{Object{"id": "n-1"}},
		},
		Kafka: Object{
			"id": "lkc-1", "displayName": "orders", "networks": []any{Object{"id": "n-1"}},
			"dedicated":         Object{"cku": 2},
			"bootstrapEndpoint": "lkc-1.domnprzqrog.us-east-1.aws.confluent.cloud:9092",
			"restEndpoint":      "https://lkc-1:443", "rbacCrn": "crn://x",
		},
		NewKafka: Object{
			"bootstrapEndpoint": "lkc-new:9092", "restEndpoint": "https://lkc-new:443",
			"rbacCrn": "crn://new",
		},
		DNSDomain:       "domnprzqrog.us-east-1.aws.confluent.cloud",
		EndpointService: Service,
		AWS:             newAWS(),
		Registered:      map[string]Registration{},
	}
}

// Call answers a function.
func (w *World) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Calls = append(w.Calls, args)
	answer, err := w.answer(args)
	if err != nil {
		return nil, err
	}
	return resource.NewPropertyMapFromMap(answer), nil
}

func (w *World) answer(args pulumi.MockCallArgs) (Object, error) {
	name, byName := args.Args["displayName"]
	several, none := slices.Contains(w.Several, args.Token), slices.Contains(w.None, args.Token)
	if byName && !several && !none && args.Token == GetAccess && args.Token != w.Refused {
		called, ok := w.Called[name.StringValue()]
		if ok && called["id"] != SeveralOf {
			return called, nil
		}
		several, none = ok, !ok
	}
	// As Confluent's provider words it, behind the bridge.
	const bridged = "invoking a function: 1 error occurred:\n\t* error reading X: "
	switch {
	case byName && several:
		return nil, fmt.Errorf(bridged+"there are multiple Xs with \"display_name\"=%q\n\n", name.StringValue())
	case byName && none:
		return nil, fmt.Errorf(bridged+"X with \"display_name\"=%q was not found\n\n", name.StringValue())
	case args.Token == w.Refused:
		return nil, errors.New(w.Refusal)
	case strings.HasPrefix(args.Token, "aws:"):
		return w.AWS.call(args)
	}
	answer, ok := map[string]Object{
		"tidbconfluent:tidbcloud:getCluster":                 w.Cluster,
		"tidbconfluent:tidbcloud:getPrivateLinkZones":        w.Zones,
		"confluentcloud:index/getEnvironment:getEnvironment": {"id": "env-1", "displayName": "shop"},
		GetNetwork: w.Network, GetAccess: w.Access, GetKafka: w.Kafka,
		GetKafkas: {"id": "1", "clusters": w.allKafkas(), "environment": Object{"id": "env-1"}},
	}[args.Token]
	if !ok {
		return nil, errors.New("no answer to " + args.Token)
	}
	return answer, nil
}

// allKafkas are the Kafka clusters of the environment.
func (w *World) allKafkas() []any {
	var all []any
	for _, k := range append([]Object{w.Kafka}, w.Kafkas...) {
		if k["id"] != nil {
			all = append(all, k)
		}
	}
	return all
}

// NewResource creates a resource.
func (w *World) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	w.Hold(args.TypeToken)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, already := w.Registered[args.Name]; already {
		w.Twice = append(w.Twice, args.Name)
	}
	w.Registered[args.Name] = Registration{Inputs: args.Inputs.Mappable(), RPC: args.RegisterRPC}
	outputs := map[string]Object{
		NetworkType: {
			"dnsDomain":       w.DNSDomain,
			"zonalSubdomains": Object{"use1-az1": "use1-az1." + w.DNSDomain},
			"aws":             []any{Object{"privateLinkEndpointService": w.EndpointService}},
		},
		KafkaType:      w.NewKafka,
		ConnectionType: {"privateLinkConnectionId": "plc-new"},
		EndpointType: {"state": w.AWS.EndpointState, "dnsEntries": []any{
			Object{"dnsName": EndpointName, "hostedZoneId": "Z0"},
			Object{"dnsName": "vpce-1-abcd-us-east-1d" + EndpointName[len("vpce-1-abcd"):], "hostedZoneId": "Z0"},
		}},
		ZoneType: {"zoneId": "Z1"},
		DomainsType: {"domains": []any{
			Object{"name": "*.domnprzqrog.us-east-1.aws.confluent.cloud", "state": "ACTIVE", "message": ""},
		}},
	}
	state := args.Inputs.Copy()
	for key, value := range outputs[args.TypeToken] {
		state[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
	}
	ids := map[string]string{
		NetworkType: "n-new", AccessType: "pla-new", KafkaType: "lkc-new", ConnectionType: "1001/plc-new",
		GroupType: "sg-new", EndpointType: "vpce-new", ZoneType: "Z1", RecordType: "Z1_record",
	}
	if slices.Contains(w.Missing, args.TypeToken) {
		return "", state, nil
	}
	return ids[args.TypeToken], state, nil
}

// Hold makes the creation of an access wait, if a test wants it.
func (w *World) Hold(token string) {
	if token == AccessType && w.Held != nil {
		<-w.Held
	}
}

// Children are the names of what was registered as children of the component.
func (w *World) Children() []string {
	var names []string
	for name := range w.Registered {
		if name != "orders" && name != "stack" && name != "project-stack" {
			names = append(names, name)
		}
	}
	return names
}

// AccessOf is an access for an account to a network.
func AccessOf(account, network string) Object {
	return Object{"id": "pla-9", "aws": []any{Object{"account": account}}, "networks": []any{Object{"id": network}}}
}

// Run runs a program in this world: a preview, or an update.
func (w *World) Run(dryRun bool, program func(*pulumi.Context) error) error {
	return pulumi.RunErr(program, pulumi.WithMocks("project", "stack", w),
		func(info *pulumi.RunInfo) { info.DryRun = dryRun })
}

// Logging records what is logged next to the resources of a program.
func (w *World) Logging(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		ctx.Log = recorder{ctx.Log, w}
		return program(ctx)
	}
}

// LookedFor are the names that a function was called with.
func (w *World) LookedFor(token string) []string {
	var names []string
	for _, call := range w.Calls {
		if name, ok := call.Args["displayName"]; ok && call.Token == token {
			names = append(names, name.StringValue())
		}
	}
	return names
}

// MoveTo moves the TiDB Cloud cluster, and with it the network, to a region.
func (w *World) MoveTo(region string) {
	w.Cluster["regionId"], w.Cluster["region"] = "aws-"+region, region
	w.DNSDomain = "domnprzqrog." + region + ".aws.confluent.cloud"
	w.EndpointService = "com.amazonaws.vpce." + region + ".vpce-svc-0123456789abcdef0"
}

// Lock holds up the answers, while a test looks at what was registered.
func (w *World) Lock() { w.mu.Lock() }

// Unlock lets the answers go on.
func (w *World) Unlock() { w.mu.Unlock() }
