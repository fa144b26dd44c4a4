package vpcaccess_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

// Every message names the property, both values and what to do, and nothing is created.
func TestBadVpcs(t *testing.T) {
	t.Parallel()
	type args = vpcaccess.VpcAccessArgs
	list := func(values ...string) pulumi.StringArray { return pulumi.ToStringArray(values) }
	tests := []struct {
		name    string
		change  func(*args)
		prepare func(*world)
		want    []string
	}{
		{
			"malformed environment", func(a *args) { a.EnvironmentId = pulumi.String("prod") }, nil,
			[]string{`environmentId: "prod" is not a Confluent environment ID`},
		},
		{
			"malformed network", func(a *args) { a.NetworkId = pulumi.String("net") }, nil,
			[]string{`networkId: "net" is not a Confluent network ID`},
		},
		{
			"malformed VPC",
			func(a *args) { a.VpcId = pulumi.String("main") },
			nil,
			[]string{
				`vpcId: "main" is not the ID of a VPC; use the ID that the service shows, such as ` +
					`vpc-0a1b2c3d4e5f67890`,
			},
		},
		{
			"malformed subnet", func(a *args) { a.SubnetIds = list("subnet-1", "use1-az1") }, nil,
			[]string{`subnetIds: "use1-az1" is not the ID of a subnet`},
		},
		{"no subnet", func(a *args) { a.SubnetIds = list() }, nil, []string{"subnetIds: is empty; use a subnet in " +
			"each of the network's AZs that has clients"}},
		{
			"malformed CIDR block",
			func(a *args) { a.AllowedCidrBlocks = list("10.0.0.7") },
			nil,
			[]string{
				`allowedCidrBlocks: "10.0.0.7" is not a CIDR block; use one such as 10.0.0.0/16, or 10.0.0.7/32 for ` +
					`a single address`,
			},
		},
		{
			"another address of the CIDR block",
			func(a *args) { a.AllowedCidrBlocks = list("10.0.7.1/16") },
			nil,
			[]string{"allowedCidrBlocks: 10.0.7.1/16 is not the first address of its CIDR block; use 10.0.0.0/16"},
		},
		{
			"malformed security group",
			func(a *args) { a.AllowedSecurityGroupIds = list("default") },
			nil,
			[]string{`allowedSecurityGroupIds: "default" is not the ID of a security group`},
		},
		{
			"tags of AWS",
			func(a *args) { a.Tags = pulumi.ToStringMap(map[string]string{"AWS:x": "1"}) },
			nil,
			[]string{`tags: "AWS:x" begins with aws:, which AWS reserves; use another key for the tag`},
		},
		{
			"an access's id and its fields",
			func(a *args) {
				a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{
					Id:          pulumi.String("pla-1"),
					DisplayName: pulumi.String("mine"),
				}
			},
			nil,
			[]string{"privateLinkAccess.id: pla-1 conflicts with displayName"},
		},
		{
			"a third of the network",
			func(a *args) { a.DnsDomain = pulumi.String(domain) },
			nil,
			[]string{"dnsDomain: dnsDomain set without zonalSubdomains, vpcEndpointServiceName; set all three, or " +
				"none to look them up"},
		},
		{
			"two networks",
			func(a *args) {
				networkOf(a, "us-east-1", domain)
				a.DnsDomain = pulumi.String("domother.us-east-1.aws.confluent.cloud")
			},
			nil,
			[]string{
				"dnsDomain: zonalSubdomains has use1-az4." + domain + ", which is not below dnsDomain " +
					"domother.us-east-1.aws.confluent.cloud; use both of the same network",
			},
		},
		{
			"two regions",
			func(a *args) { networkOf(a, "us-west-2", domain) },
			nil,
			[]string{"dnsDomain: endpoint service com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0 is in " +
				"region us-west-2, but DNS domain " + domain + " is in us-east-1"},
		},
		{
			"several at once",
			func(a *args) { a.VpcId, a.NetworkId = pulumi.String("x"), pulumi.String("y") },
			nil,
			[]string{"2 inputs are wrong:\n  - networkId: ", "\n  - vpcId: "},
		},

		{
			"network of another type", nil, func(w *world) { w.Network["connectionTypes"] = []any{"PEERING"} },
			[]string{"networkId: network n-1 is of the type PEERING, but must be of the type PRIVATELINK"},
		},
		{
			"network that is not READY", nil, func(w *world) { w.Network["aws"] = []any{} },
			[]string{"networkId: network n-1 has no DNS domain or no VPC endpoint service, so it is not READY"},
		},
		{
			"another region", nil, func(w *world) { w.AWS.Region = "us-west-2" },
			[]string{
				"vpcId: the aws provider works in region us-west-2, but network n-1 is in us-east-1, and an endpoint " +
					"must be in the network's region; use a VPC of us-east-1, and an aws provider (or aws:region) " +
					"for it",
			},
		},
		{
			"no such VPC", func(a *args) { a.VpcId = pulumi.String("vpc-2") }, nil,
			[]string{
				"vpcId: looking for VPC vpc-2 in AWS account 444455556666, region us-east-1: no matching EC2 VPC " +
					"found; check the ID, and the account and region of the aws provider",
			},
		},
		{
			"no such subnet", func(a *args) { a.SubnetIds = list("subnet-99") }, nil,
			[]string{"subnetIds: looking for subnet subnet-99 in AWS account 444455556666, region us-east-1: "},
		},
		{
			"subnet of another VPC", nil, func(w *world) { w.AWS.VPCOf["subnet-2"] = "vpc-2" },
			[]string{"subnetIds: subnet subnet-2 is in VPC vpc-2, but vpcId is vpc-1; use subnets of that VPC"},
		},
		{
			"two subnets in one AZ", func(a *args) { a.SubnetIds = list("subnet-1", "subnet-2", "subnet-5") }, nil,
			[]string{"subnetIds: subnets subnet-1 and subnet-5 are both in use1-az6, but an endpoint is in one " +
				"subnet of an AZ; leave one of them out"},
		},
		{
			"no common AZ", func(a *args) { a.SubnetIds = list("subnet-4") }, nil,
			[]string{
				"subnetIds: no AZ in common: the subnets are in use1-az2, the network in use1-az4, use1-az5, " +
					"use1-az6; use subnets in at least one of the network's AZs",
			},
		},
		{
			"access for another account", func(
				a *args,
			) {
				a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: pulumi.String("pla-1")}
			}, nil,
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is for AWS account 111122223333, but the aws " +
				"provider's account is 444455556666"},
		},
		{
			"access to another network",
			func(a *args) { a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: pulumi.String("pla-1")} },
			func(w *world) {
				w.Access = object{
					"id": "pla-1", "aws": []any{object{"account": "444455556666"}},
					"networks": []any{object{"id": "n-2"}},
				}
			},
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is for network n-2, but networkId is n-1"},
		},
		{
			"network in another environment", nil, func(w *world) { w.Network["environment"] = object{"id": "env-2"} },
			[]string{"networkId: network n-1 is in environment env-2, but environmentId is env-1; use the ID of one " +
				"in that environment"},
		},
		{
			"access in another environment",
			func(a *args) { a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: pulumi.String("pla-1")} },
			func(w *world) { w.Access["environment"] = object{"id": "env-2"} },
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is in environment env-2, but environmentId is " +
				"env-1"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			if test.prepare != nil {
				test.prepare(w)
			}
			_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(test.change))
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			assert.Empty(t, without(w.Children(), "consumers"), "nothing is created")
		})
	}
}

// A transient problem, or an object of this component, stops only the creation of children.
func TestTransientProblemsOfAVpc(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.AWS.VPC["enableDnsHostnames"] = false
	_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(nil))
	require.NoError(t, err)
	for _, name := range without(w.Children(), "consumers") {
		assert.Equal(t, []string{"prerequisites of " + accessURN}, w.Registered[name].RPC.GetHooks().GetBeforeCreate(),
			name)
	}

	w = newWorld()
	w.AWS.Zone = "Z7"
	_, err = w.giveAccess(t, mockcloud.VpcAccessArgs(nil))
	require.NoError(t, err)
	for _, name := range without(w.Children(), "consumers") {
		var want []string
		if name == "consumers-zone" {
			want = []string{"hosted zone of " + accessURN}
		}
		assert.Equal(t, want, w.Registered[name].RPC.GetHooks().GetBeforeCreate(), name)
	}
}

// A preview cannot know whether the program is going to enable DNS on a VPC that it creates. An update knows.
func TestDNSOfAVpcOfTheProgram(t *testing.T) {
	t.Parallel()
	for _, dryRun := range []bool{true, false} {
		w := newWorld()
		w.AWS.VPC["enableDnsHostnames"] = false
		require.NoError(t, pulumi.RunErr(w.Logging(func(ctx *pulumi.Context) error {
			vpc, err := ec2.NewVpc(ctx, "main", nil)
			if err != nil {
				return err
			}
			_, err = vpcaccess.NewVpcAccess(ctx, "consumers", mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
				a.VpcId = vpc.URN().ApplyT(func(pulumi.URN) string { return "vpc-1" }).(pulumi.StringOutput)
			}))
			return err
		}), pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = dryRun }))
		hooks := w.Registered["consumers-sg"].RPC.GetHooks().GetBeforeCreate()
		if !dryRun {
			assert.Equal(t, []string{"prerequisites of " + accessURN}, hooks)
			assert.Empty(t, w.Logged)
			continue
		}
		assert.Empty(t, hooks)
		assert.Equal(t, []string{
			"warning: vpcId: VPC vpc-1 has enableDnsHostnames disabled, but a private hosted zone needs " +
				"enableDnsSupport and enableDnsHostnames; enable them, unless this update does",
		}, w.Logged)
	}
}

// The error of a failed look-up names where it looked and what to check, before anything is created.
func TestRefusedLookUpsOfAVpc(t *testing.T) {
	t.Parallel()
	tests := []struct{ function, want string }{
		{"confluentcloud:index/getEnvironment:getEnvironment", "environmentId: looking up environment env-1: "},
		{"confluentcloud:index/getNetwork:getNetwork", "networkId: looking in environment env-1: "},
		{"confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess", "privateLinkAccess.id: looking in " +
			"environment env-1: "},
		{"aws:index/getCallerIdentity:getCallerIdentity", "looking up the AWS account: "},
		{"aws:index/getRegion:getRegion", "looking up the AWS region: "},
		{"aws:ec2/getVpc:getVpc", "vpcId: looking for VPC vpc-1 in AWS account 444455556666, region us-east-1: "},
		{"aws:ec2/getSubnet:getSubnet", "subnetIds: looking for subnet subnet-1 in AWS account 444455556666, region " +
			"us-east-1: "},
		{"aws:route53/getZone:getZone", "vpcId: looking for private hosted zones of VPC vpc-1: "},
	}
	for _, test := range tests {
		t.Run(test.function, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.Refused = test.function
			w.Access["aws"] = []any{object{"account": "444455556666"}}
			_, err := w.giveAccess(t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) {
				a.PrivateLinkAccess = &vpcaccess.PrivateLinkAccess{Id: pulumi.String("pla-1")}
			}))
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "401 Unauthorized")
			assert.Empty(t, without(w.Children(), "consumers"), "nothing is created")
		})
	}
}

func TestSecretsOfAVpcStayOutOfMessages(t *testing.T) {
	t.Parallel()
	text, _ := pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput)
	list, _ := pulumi.ToSecret(pulumi.ToStringArray([]string{"hunter2"})).(pulumi.StringArrayOutput)
	byZone, _ := pulumi.ToSecret(pulumi.ToStringMap(map[string]string{"use1-az1": "hunter2"})).(pulumi.StringMapOutput)
	for name, change := range map[string]func(*vpcaccess.VpcAccessArgs){
		"VPC":        func(a *vpcaccess.VpcAccessArgs) { a.VpcId = text },
		"network":    func(a *vpcaccess.VpcAccessArgs) { a.NetworkId = text },
		"subnets":    func(a *vpcaccess.VpcAccessArgs) { a.SubnetIds = list },
		"blocks":     func(a *vpcaccess.VpcAccessArgs) { a.AllowedCidrBlocks = list },
		"groups":     func(a *vpcaccess.VpcAccessArgs) { a.AllowedSecurityGroupIds = list },
		"subdomains": func(a *vpcaccess.VpcAccessArgs) { a.ZonalSubdomains = byZone },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newWorld().giveAccess(t, mockcloud.VpcAccessArgs(change))
			require.ErrorContains(t, err, `"[secret]"`)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}

	// A block of all addresses is reported, unless it is secret.
	w := newWorld()
	anyAddress, _ := pulumi.ToSecret(pulumi.ToStringArray([]string{"0.0.0.0/0"})).(pulumi.StringArrayOutput)
	_, err := w.giveAccess(
		t, mockcloud.VpcAccessArgs(func(a *vpcaccess.VpcAccessArgs) { a.AllowedCidrBlocks = anyAddress }),
	)
	require.NoError(t, err)
	assert.Empty(t, w.Logged)
}
