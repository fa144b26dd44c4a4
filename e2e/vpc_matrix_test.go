package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// vpcMatrix is the preview matrix of a VpcAccess. It has a stack of its own, with an AWS account. Each change has a
// network of its own, since an account has one access to a network and a VPC one zone for its domain.
var vpcMatrix = matrix{
	title: "`tidbconfluent:index:VpcAccess`",
	resources: []string{
		"access", "sg", "endpoint", "zone", "record", "record-use1-az1", "record-use1-az2",
		"record-use1-az6",
	},
	changes: vpcChanges,
	prefix:  "vpc",
	outputs: map[string][]string{
		"": {"accountId", "region"}, "access": {"privateLinkAccessId"}, "sg": {"securityGroupId"},
		"endpoint": {"endpointId"},
		"zone":     {"hostedZoneId"}, "subnets": {"zones", "bootstrapNames"},
	},
}

// The network of the change, as its outputs have it.
const (
	givenDomain = `dnsDomain: NETWORK.us-east-1.aws.confluent.cloud`
	givenZones  = `zonalSubdomains: {use1-az1: use1-az1.NETWORK.us-east-1.aws.confluent.cloud, ` +
		`use1-az2: use1-az2.NETWORK.us-east-1.aws.confluent.cloud, ` +
		`use1-az6: use1-az6.NETWORK.us-east-1.aws.confluent.cloud}`
	givenService = `vpcEndpointServiceName: com.amazonaws.vpce.us-east-1.vpce-svc-SERVICE`
	givenAll     = givenDomain + ", " + givenZones + ", " + givenService
)

// anotherVpcNetwork is the plan for another network, or for an unknown one.
func anotherVpcNetwork(access string) plan {
	return plan{
		"access": access, "endpoint": "replace serviceName", "zone": "replace name",
		"record": "replace name records zoneId", "record-use1-az1": "replace name records zoneId",
		"record-use1-az2": "replace name records zoneId",
	}
}

var vpcChanges = []change{
	{
		"environmentId", changed, ``, `environmentId: {{.SecondEnvironmentID}}, networkId: n-second`,
		anotherVpcNetwork("replace environment.id network.id"), "With a network there.",
	},
	{
		"environmentId", later, ``, `environmentId: ` + unknown("{{.EnvironmentID}}"),
		anotherVpcNetwork("replace environment.id").with(plan{"": "zones bootstrapNames"}), "",
	},
	{"networkId", changed, ``, `networkId: n-other`, anotherVpcNetwork("replace network.id"), ""},
	{
		"networkId", later, ``, `networkId: ` + unknown("n-NETWORK"),
		anotherVpcNetwork("replace network.id").with(plan{"": "zones bootstrapNames"}), "",
	},
	{"dnsDomain", set, ``, givenAll, plan{}, "With the other two, to what the network has."},
	{"dnsDomain", removed, givenAll, ``, plan{}, "With the other two."},
	{
		"dnsDomain", later, givenAll,
		`dnsDomain: ` + unknown("NETWORK.us-east-1.aws.confluent.cloud") + ", " + givenZones + ", " + givenService,
		plan{
			"zone": "replace name", "record": "replace name zoneId", "record-use1-az1": "replace name zoneId",
			"record-use1-az2": "replace name zoneId", "": "bootstrapNames",
		},
		"",
	},
	{
		"zonalSubdomains", later, givenAll,
		strings.Replace(givenAll, "{use1-az1: use1-az1.NETWORK.us-east-1.aws.confluent.cloud",
			"{use1-az1: "+unknown("use1-az1.NETWORK.us-east-1.aws.confluent.cloud"), 1),
		plan{
			"endpoint": "update subnetIds", "record": "update records", "record-use1-az1": "update records",
			"record-use1-az2": "update records",
			"":                "zones bootstrapNames",
		},
		"",
	},
	{
		"vpcEndpointServiceName", later, givenAll,
		givenDomain + ", " + givenZones + ", vpcEndpointServiceName: " +
			unknown("com.amazonaws.vpce.us-east-1.vpce-svc-SERVICE"),
		plan{
			"endpoint": "replace serviceName", "record": "update records", "record-use1-az1": "update records",
			"record-use1-az2": "update records",
		},
		"",
	},
	{"vpcId", changed, ``, `vpcId: "${vpc.other}", subnetIds: ["${vpc.otherA}", "${vpc.otherB}"]`, plan{
		"sg": "replace vpcId", "endpoint": "replace vpcId", "zone": "update vpcs.vpcId",
		"record": "update records", "record-use1-az1": "update records", "record-use1-az2": "update records",
	}, "With subnets there."},
	{"vpcId", later, ``, `vpcId: ` + unknown("${vpc.id}"), plan{
		"sg": "replace vpcId", "endpoint": "replace vpcId", "zone": "update vpcs.vpcId",
		"record": "update records", "record-use1-az1": "update records", "record-use1-az2": "update records",
	}, ""},
	{"subnetIds", changed, ``, `subnetIds: ["${vpc.a}", "${vpc.b}", "${vpc.c}"]`, plan{
		"endpoint": "update subnetIds", "record-use1-az6": "create",
	}, "One more."},
	{"subnetIds", changed, ``, `subnetIds: ["${vpc.b}"]`, plan{
		"endpoint": "update subnetIds", "record": "update records", "record-use1-az1": "delete",
		"record-use1-az2": "delete",
	}, "All but one removed."},
	{
		"subnetIds", changed, ``, `subnetIds: ["${vpc.a}", "${vpc.b}", "${vpc.far}"]`,
		plan{},
		"One more, in an AZ that the network does not have.",
	},
	{"subnetIds", order, ``, `subnetIds: ["${vpc.b}", "${vpc.a}"]`, plan{}, ""},
	{"subnetIds", later, ``, `subnetIds: ["${vpc.a}", ` + unknown("${vpc.b}") + `]`, plan{
		"endpoint": "update subnetIds", "record": "update records", "record-use1-az1": "update records",
		"record-use1-az2": "update records",
		"record-use1-az6": "create", "": "zones bootstrapNames",
	}, "It could be in any AZ."},
	{"allowedCidrBlocks", set, ``, `allowedCidrBlocks: [10.0.0.0/16]`, plan{"sg": "update ingress"}, ""},
	{
		"allowedCidrBlocks", changed, `allowedCidrBlocks: [10.0.0.0/16]`, `allowedCidrBlocks: [10.7.0.0/16]`,
		plan{"sg": "update ingress.cidrBlocks"},
		"",
	},
	{
		"allowedCidrBlocks", removed, `allowedCidrBlocks: [10.0.0.0/16]`, ``,
		plan{"sg": "update ingress"},
		"No client may connect then.",
	},
	{
		"allowedCidrBlocks", order, `allowedCidrBlocks: [10.0.0.0/16, 10.7.0.0/16]`,
		`allowedCidrBlocks: [10.7.0.0/16, 10.0.0.0/16]`,
		plan{},
		"",
	},
	{
		"allowedCidrBlocks", later, `allowedCidrBlocks: [10.0.0.0/16]`,
		`allowedCidrBlocks: [` + unknown("10.0.0.0/16") + `]`,
		plan{"sg": "update ingress"},
		"",
	},
	{
		"allowedSecurityGroupIds", set, ``, `allowedSecurityGroupIds: ["${clients.id}"]`,
		plan{"sg": "update ingress"},
		"",
	},
	{
		"allowedSecurityGroupIds", removed, `allowedSecurityGroupIds: ["${clients.id}"]`, ``,
		plan{"sg": "update ingress"},
		"",
	},
	{
		"allowedSecurityGroupIds", later, `allowedSecurityGroupIds: ["${clients.id}"]`,
		`allowedSecurityGroupIds: [` + unknown("${clients.id}") + `]`,
		plan{"sg": "update ingress"},
		"",
	},
	{"privateLinkAccess.id", set, ``, `networkId: n-existing, privateLinkAccess: {id: pla-existing}`, plan{
		"access": "delete", "endpoint": "replace serviceName", "zone": "replace name",
		"record": "replace name records zoneId", "record-use1-az1": "replace name records zoneId",
		"record-use1-az2": "replace name records zoneId",
	}, "With its network."},
	{
		"privateLinkAccess.displayName", set, ``, `privateLinkAccess: {displayName: ours}`,
		plan{"access": "update displayName"},
		"",
	},
	{
		"privateLinkAccess.displayName", removed, `privateLinkAccess: {displayName: ours}`, ``,
		plan{"access": "update displayName"},
		"",
	},
	{
		"privateLinkAccess.displayName", later, `privateLinkAccess: {displayName: ours}`,
		`privateLinkAccess: {displayName: ` + unknown("ours") + `}`,
		plan{"access": "update displayName"},
		"",
	},
	{
		"tags", set, ``, `tags: {team: a}`,
		plan{"sg": "update tags tagsAll", "endpoint": "update tags tagsAll", "zone": "update tags tagsAll"},
		"",
	},
	{
		"tags", changed, `tags: {team: a}`, `tags: {team: b}`,
		plan{"sg": "update tags tagsAll", "endpoint": "update tags tagsAll", "zone": "update tags tagsAll"},
		"",
	},
	{
		"tags", removed, `tags: {team: a}`, ``,
		plan{"sg": "update tags tagsAll", "endpoint": "update tags tagsAll", "zone": "update tags tagsAll"},
		"",
	},
	{
		"tags", later, `tags: {team: a}`, `tags: {team: ` + unknown("a") + `}`,
		plan{"sg": "update tags tagsAll", "endpoint": "update tags tagsAll", "zone": "update tags tagsAll"},
		"",
	},
}

// vpcMatrixProgram has a VpcAccess for each change, before it or after it.
func vpcMatrixProgram(after bool) string {
	var resources, outputs strings.Builder
	resources.WriteString("  clients: {type: \"aws:ec2:SecurityGroup\", properties: {vpcId: \"${vpc.id}\"}}\n")
	if after {
		resources.WriteString("  fresh: {type: confluentcloud:Environment}\n")
	}
	for i, c := range vpcChanges {
		name, inputs := vpcMatrix.name(i), c.before
		if after {
			inputs = c.after
		}
		inputs = withIDs(inputs, map[string]string{
			"environmentId": "{{.EnvironmentID}}", "networkId": "n-NETWORK", "vpcId": `"${vpc.id}"`,
			"subnetIds": `["${vpc.a}", "${vpc.b}"]`,
		})
		inputs = strings.NewReplacer("NETWORK", name, "SERVICE", vpcService(i)).Replace(inputs)
		fmt.Fprintf(&resources, "  %s:\n    type: tidbconfluent:VpcAccess\n    properties: {%s}\n", name, inputs)
		for _, properties := range vpcMatrix.outputs {
			for _, property := range properties {
				fmt.Fprintf(&outputs, "  %[1]s-%[2]s: ${%[1]s.%[2]s}\n", name, property)
			}
		}
	}
	return "config: {vpc: {type: object}}\nresources:\n" + resources.String() + "outputs:\n" + outputs.String()
}

func vpcService(i int) string { return fmt.Sprintf("%017x", i+1) }

// TestVpcPreviewMatrix: a preview shows what the matrix has, and what the update then does.
func TestVpcPreviewMatrix(t *testing.T) {
	t.Parallel()
	s := newLargeStack(t, vpcMatrixProgram(false), func(state *sandbox.State) {
		state.Networks = map[string]*sandbox.Network{
			"n-other": {}, "n-existing": {},
			"n-second": {EnvironmentID: (&sandbox.Server{}).Seed().SecondEnvironmentID},
		}
		for i := range vpcChanges {
			state.Networks["n-"+vpcMatrix.name(i)] = &sandbox.Network{
				DNSLabel: vpcMatrix.name(i), EndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-" + vpcService(i),
			}
		}
	})
	aws := s.withAWS()
	s.sandbox.Update(func(state *sandbox.State) {
		state.PrivateLinkAccesses["pla-existing"] = &sandbox.PrivateLinkAccess{
			NetworkID: "n-existing", Account: aws.ID,
			Phase: sandbox.PhaseReady,
		}
	})
	vpc, other := newOwnVpc(t, aws, "10.0", "use1-az1", "use1-az2", "use1-az6", "use1-az3"),
		newOwnVpc(t, aws, "10.1", "use1-az1", "use1-az2")
	for key, value := range map[string]string{
		"id": vpc.id, "a": vpc.subnets["use1-az1"], "b": vpc.subnets["use1-az2"], "c": vpc.subnets["use1-az6"],
		"far":   vpc.subnets["use1-az3"],
		"other": other.id, "otherA": other.subnets["use1-az1"], "otherB": other.subnets["use1-az2"],
	} {
		s.set("vpc."+key, value)
	}
	s.up()
	calls := len(aws.Calls())

	s.change(vpcMatrixProgram(true))
	preview := s.observed("preview")
	assert.Len(t, aws.Calls(), calls, "a preview changes nothing")
	update := s.observed("up", "--yes", "--skip-preview")
	for i, c := range vpcChanges {
		t.Run(strings.Join([]string{c.input, c.kind}, " "), func(t *testing.T) {
			c.check(t, vpcMatrix, preview, update, vpcMatrix.name(i))
		})
	}
	s.pulumi("preview", "--diff", "--expect-no-changes")
}
