package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
)

// existingParts are existing parts that fit.
func existingParts() component.PrivateLinkArgs {
	return component.PrivateLinkArgs{
		Network:           &component.Network{Id: pulumi.String("n-1")},
		PrivateLinkAccess: &component.PrivateLinkAccess{Id: pulumi.String("pla-1")},
		KafkaCluster:      &component.KafkaCluster{Id: pulumi.String("lkc-1")},
	}
}

// Every message names the property, both values and what to do, and nothing is created.
func TestBadInputs(t *testing.T) {
	t.Parallel()
	str := func(s string) pulumi.StringPtrInput { return pulumi.String(s) }
	tests := []struct {
		name   string
		args   component.PrivateLinkArgs
		change func(*world)
		want   []string
	}{
		{
			"malformed TiDB Cloud cluster",
			component.PrivateLinkArgs{TidbClusterId: pulumi.String("orders")},
			nil,
			[]string{
				`tidbClusterId: "orders" is not a TiDB Cloud cluster ID; use the ID that the service shows, such as ` +
					`10684312905347001938`,
			},
		},
		{
			"malformed environment",
			component.PrivateLinkArgs{EnvironmentId: pulumi.String("prod")},
			nil,
			[]string{
				`environmentId: "prod" is not a Confluent environment ID; use the ID that the service shows, such as ` +
					`env-gz903`,
			},
		},
		{
			"malformed network",
			component.PrivateLinkArgs{Network: &component.Network{Id: str("net-1")}},
			nil,
			[]string{`network.id: "net-1" is not a Confluent network ID`},
		},
		{"malformed access", component.PrivateLinkArgs{
			Network: &component.Network{Id: str("n-1")}, PrivateLinkAccess: &component.PrivateLinkAccess{Id: str("1")},
		}, nil, []string{`privateLinkAccess.id: "1" is not a Confluent PrivateLink Access ID`}},
		{"malformed Kafka cluster", component.PrivateLinkArgs{
			Network: &component.Network{Id: str("n-1")}, KafkaCluster: &component.KafkaCluster{Id: str("kafka")},
		}, nil, []string{`kafkaCluster.id: "kafka" is not a Confluent Kafka cluster ID`}},
		{
			"malformed encryption key",
			component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{ByokKeyId: str("arn:aws:kms:1")}},
			nil,
			[]string{
				`kafkaCluster.byokKeyId: "arn:aws:kms:1" is not a Confluent self-managed encryption key ID; use the ` +
					`ID that the service shows, such as cck-abc12`,
			},
		},
		{
			"malformed region",
			component.PrivateLinkArgs{Region: str("aws-us-east-1x")},
			nil,
			[]string{`region: "aws-us-east-1x" is not an AWS region code; use one such as us-east-1`},
		},
		{
			"two zones",
			component.PrivateLinkArgs{Network: &component.Network{Zones: pulumi.ToStringArray([]string{
				"use1-az1",
				"use1-az2",
			})}},
			nil,
			[]string{"network.zones: has 2 AZs (use1-az1, use1-az2), but a Confluent network has exactly 3; use 3 AZ " +
				"IDs"},
		},
		{"repeated zones", component.PrivateLinkArgs{Network: &component.Network{
			Zones: pulumi.ToStringArray([]string{"use1-az1", "use1-az2", "use1-az1"}),
		}}, nil, []string{"network.zones: use1-az1, use1-az2, use1-az1 has repeated AZs; use 3 different AZ IDs"}},
		{
			"DNS resolution",
			component.PrivateLinkArgs{Network: &component.Network{DnsResolution: str("PUBLIC")}},
			nil,
			[]string{`network.dnsResolution: "PUBLIC" is not one of PRIVATE, CHASED_PRIVATE; use one of these`},
		},
		{
			"availability",
			component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Availability: str("HIGH")}},
			nil,
			[]string{`kafkaCluster.availability: "HIGH" is not one of MULTI_ZONE, SINGLE_ZONE; use one of these`},
		},
		{
			"CKU of a multi-zone cluster",
			component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Cku: pulumi.Int(1)}},
			nil,
			[]string{"kafkaCluster.cku: 1 is too low: a MULTI_ZONE cluster has at least 2 CKU; use 2 or more"},
		},
		{"CKU of a single-zone cluster", component.PrivateLinkArgs{
			KafkaCluster: &component.KafkaCluster{Availability: str("SINGLE_ZONE"), Cku: pulumi.Int(0)},
		}, nil, []string{"kafkaCluster.cku: 0 is too low: a SINGLE_ZONE cluster has at least 1 CKU; use 1 or more"}},
		{
			"empty name",
			component.PrivateLinkArgs{Connection: &component.Connection{DisplayName: str(" ")}},
			nil,
			[]string{"connection.displayName: is empty; set a name, or leave it out"},
		},
		{"a network's id and its fields", component.PrivateLinkArgs{Network: &component.Network{
			Id: str("n-1"), DisplayName: str("net"), DnsResolution: str("PRIVATE"),
		}}, nil, []string{"network.id: n-1 conflicts with displayName, dnsResolution, which applies only to a new " +
			"one; leave one of them out"}},
		{"an access's id and its fields", component.PrivateLinkArgs{
			Network:           &component.Network{Id: str("n-1")},
			PrivateLinkAccess: &component.PrivateLinkAccess{Id: str("pla-1"), DisplayName: str("tidb")},
		}, nil, []string{"privateLinkAccess.id: pla-1 conflicts with displayName"}},
		{"a Kafka cluster's id and its fields", component.PrivateLinkArgs{
			Network: &component.Network{Id: str("n-1")},
			KafkaCluster: &component.KafkaCluster{
				Id: str("lkc-1"), Availability: str("MULTI_ZONE"), Cku: pulumi.Int(2), ByokKeyId: str("cck-1"),
				DeletionProtection: pulumi.Bool(true),
			},
		}, nil, []string{"kafkaCluster.id: lkc-1 conflicts with availability, byokKeyId, cku, deletionProtection"}},
		{
			"an access without its network",
			component.PrivateLinkArgs{PrivateLinkAccess: &component.PrivateLinkAccess{Id: str("pla-1")}},
			nil,
			[]string{"privateLinkAccess.id: pla-1 exists, so it cannot be on a new network; set network.id to the ID " +
				"of its network"},
		},
		{
			"a Kafka cluster without its network",
			component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Id: str("lkc-1")}},
			nil,
			[]string{"kafkaCluster.id: lkc-1 exists, so it cannot be on a new network"},
		},
		{
			"several at once",
			component.PrivateLinkArgs{TidbClusterId: pulumi.String("x"), EnvironmentId: pulumi.String("y")},
			nil,
			[]string{"2 inputs are wrong:\n  - tidbClusterId: ", "\n  - environmentId: "},
		},

		{
			"Starter",
			component.PrivateLinkArgs{},
			func(w *world) { w.Cluster["clusterPlan"], w.Cluster["servicePlan"] = "STARTER", "Starter" },
			[]string{
				"tidbClusterId: TiDB Cloud cluster 1001 (orders) is on the plan Starter, but only Essential clusters",
				"use the ID of an Essential cluster",
			},
		},
		{
			"not on AWS",
			component.PrivateLinkArgs{},
			func(w *world) { w.Cluster["cloudProvider"] = "alicloud" },
			[]string{
				"tidbClusterId: TiDB Cloud cluster 1001 (orders) is on alicloud, but only a cluster on aws",
				"use the ID of a cluster on AWS",
			},
		},
		{
			"region mismatch",
			component.PrivateLinkArgs{Region: str("us-west-2")},
			nil,
			[]string{"region: us-west-2 is not the region of TiDB Cloud cluster 1001 (orders), which is in us-east-1" +
				"; leave region out, or set the cluster's"},
		},

		{
			"existing network not on AWS", existingParts(), func(w *world) { w.Network["cloud"] = "GCP" },
			[]string{"network.id: network n-1 is on GCP, but must be on AWS"},
		},
		{
			"existing network of another type", existingParts(),
			func(w *world) { w.Network["connectionTypes"] = []any{"PEERING"} },
			[]string{"network.id: network n-1 is of the type PEERING, but must be of the type PRIVATELINK"},
		},
		{
			"existing network in another region", existingParts(), func(w *world) { w.Network["region"] = "us-west-2" },
			[]string{"network.id: network n-1 is in region us-west-2, but TiDB Cloud cluster 1001 is in us-east-1"},
		},
		{
			"existing network without a DNS domain", existingParts(), func(w *world) { w.Network["dnsDomain"] = "" },
			[]string{"network.id: network n-1 has no DNS domain or no VPC endpoint service, so it is not READY"},
		},
		{
			"existing network without an endpoint service", existingParts(),
			func(w *world) { w.Network["aws"] = []any{} },
			[]string{"network.id: network n-1 has no DNS domain or no VPC endpoint service, so it is not READY"},
		},
		{
			"existing access for another account", existingParts(),
			func(w *world) { w.Access["aws"] = []any{object{"account": "999988887777"}} },
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is for AWS account 999988887777, but TiDB " +
				"Cloud's account is 111122223333"},
		},
		{
			"existing access for another network", existingParts(),
			func(w *world) { w.Access["networks"] = []any{object{"id": "n-2"}} },
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is for network n-2, but network.id is n-1"},
		},
		{
			"existing Kafka cluster of another type", existingParts(),
			func(w *world) { w.Kafka["standards"] = []any{object{"maxEcku": 5}}; delete(w.Kafka, "dedicated") },
			[]string{"kafkaCluster.id: Kafka cluster lkc-1 is a Standard cluster, but only Dedicated clusters"},
		},
		{
			"existing Kafka cluster not provisioned", existingParts(),
			func(w *world) { w.Kafka["bootstrapEndpoint"] = "" },
			[]string{"kafkaCluster.id: Kafka cluster lkc-1 has no bootstrap endpoint, so it is not PROVISIONED; " +
				"check its phase in Confluent Cloud and run pulumi again when it is, or use the ID of another"},
		},
		{
			"existing Kafka cluster on another network", existingParts(),
			func(w *world) { w.Kafka["networks"] = []any{object{"id": "n-2"}} },
			[]string{"kafkaCluster.id: Kafka cluster lkc-1 is on network n-2, but network.id is n-1"},
		},
		{
			"existing network in another environment", existingParts(),
			func(w *world) { w.Network["environment"] = object{"id": "env-2"} },
			[]string{"network.id: network n-1 is in environment env-2, but environmentId is env-1; use the ID of one " +
				"in that environment"},
		},
		{
			"existing access in another environment", existingParts(),
			func(w *world) { w.Access["environment"] = object{"id": "env-2"} },
			[]string{"privateLinkAccess.id: PrivateLink Access pla-1 is in environment env-2, but environmentId is " +
				"env-1"},
		},
		{
			"existing Kafka cluster in another environment", existingParts(),
			func(w *world) { w.Kafka["environment"] = object{"id": "env-2"} },
			[]string{"kafkaCluster.id: Kafka cluster lkc-1 is in environment env-2, but environmentId is env-1"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			if test.change != nil {
				test.change(w)
			}
			_, err := w.build(t, test.args)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			assert.Empty(t, w.Children(), "nothing is created")
		})
	}
}

// The value of a required input may turn out to be null, whatever the schema says.
func TestMissingInputs(t *testing.T) {
	t.Parallel()
	vpc := component.PrivateLinkArgs{
		TidbClusterId: pulumi.String("1001"), EnvironmentId: pulumi.String("env-1"),
		VpcAccess: []component.VpcAccessEntry{{}},
	}
	tests := []struct {
		name  string
		build func(*pulumi.Context) error
		want  []string
	}{
		{"of a PrivateLink", func(ctx *pulumi.Context) error {
			_, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{})
			return err
		}, []string{
			"tidbClusterId: is required: the ID of the TiDB Cloud cluster",
			"environmentId: is required: the ID of the Confluent environment",
		}},
		{"of one of its VPCs", func(ctx *pulumi.Context) error {
			_, err := component.NewPrivateLink(ctx, "orders", vpc)
			return err
		}, []string{"vpcAccess[0].vpcId: is required", "vpcAccess[0].subnetIds: is required"}},
		{"of a VpcAccess", func(ctx *pulumi.Context) error {
			_, err := vpcaccess.NewVpcAccess(ctx, "consumers", vpcaccess.VpcAccessArgs{})
			return err
		}, []string{"environmentId: is required", "networkId: is required", "vpcId: is required", "subnetIds: is " +
			"required"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			err := pulumi.RunErr(test.build, pulumi.WithMocks("project", "stack", w))
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			assert.Empty(t, w.Children(), "nothing is created")
		})
	}
}

func TestSecretsStayOutOfMessages(t *testing.T) {
	t.Parallel()
	text, _ := pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput)
	list, _ := pulumi.ToSecret(pulumi.ToStringArray([]string{"use1-az1", "hunter2"})).(pulumi.StringArrayOutput)
	number, _ := pulumi.ToSecret(pulumi.Int(1)).(pulumi.IntOutput)
	line, _ := pulumi.ToSecret(pulumi.String("hunter2\n")).(pulumi.StringOutput)
	prefix, _ := pulumi.ToSecret(pulumi.String("use1-az1")).(pulumi.StringOutput)
	longer, _ := pulumi.ToSecret(pulumi.String("use1-az1-hunter2")).(pulumi.StringOutput)
	tests := []struct {
		name, secret, want string
		args               component.PrivateLinkArgs
	}{
		{
			"text", "hunter2", `tidbClusterId: "[secret]" is not a TiDB Cloud cluster ID`,
			component.PrivateLinkArgs{TidbClusterId: text},
		},
		{
			"in quotes, with a line's end", "hunter2", `tidbClusterId: "[secret]" is not a TiDB Cloud cluster ID`,
			component.PrivateLinkArgs{TidbClusterId: line},
		},
		{
			"that begins with another", "hunter2", `region: "[secret]" is not an AWS region code`,
			component.PrivateLinkArgs{TidbClusterId: prefix, Region: longer.ToStringPtrOutput()},
		},
		{
			"list", "hunter2", `network.zones: "[secret]" is not an AZ ID`,
			component.PrivateLinkArgs{Network: &component.Network{Zones: list}},
		},
		{
			"number", "cku: 1", "kafkaCluster.cku: [secret] is too low: a MULTI_ZONE cluster has at least 2 CKU",
			component.PrivateLinkArgs{KafkaCluster: &component.KafkaCluster{Cku: number.ToIntPtrOutput()}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newWorld().build(t, test.args)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), test.secret)
		})
	}
}
