package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/emulator"
)

const (
	typeVpcAccess = "tidbconfluent:index:VpcAccess"
	typeGroup     = "aws:ec2/securityGroup:SecurityGroup"
	typeEndpoint  = "aws:ec2/vpcEndpoint:VpcEndpoint"
	typeZone      = "aws:route53/zone:Zone"
	typeRecord    = "aws:route53/record:Record"
)

// ownVpc is a VPC that exists, with a subnet in each of some AZs.
type ownVpc struct {
	id      string
	subnets map[string]string
}

func newOwnVpc(t *testing.T, account *emulator.Account, block string, zones ...string) ownVpc {
	t.Helper()
	id, err := account.NewVpc(t.Context(), block+".0.0/16")
	require.NoError(t, err)
	vpc := ownVpc{id: id, subnets: map[string]string{}}
	for i, zone := range zones {
		vpc.subnets[zone], err = account.NewSubnet(t.Context(), id, fmt.Sprintf("%s.%d.0/24", block, i), zone)
		require.NoError(t, err)
	}
	return vpc
}

// in are the ids of the subnets in these AZs.
func (v ownVpc) in(zones ...string) []string {
	var ids []string
	for _, zone := range zones {
		ids = append(ids, v.subnets[zone])
	}
	return ids
}

// useVpc configures an example's VPC.
func (s *stack) useVpc(vpc ownVpc, zones ...string) {
	s.t.Helper()
	s.set("vpc.id", vpc.id)
	s.set("vpc.clients[0]", "10.0.0.0/16")
	for i, id := range vpc.in(zones...) {
		s.set(fmt.Sprintf("vpc.subnetIds[%d]", i), id)
	}
}

func existing(t *testing.T, account *emulator.Account) []string {
	t.Helper()
	all, err := account.Existing(t.Context())
	require.NoError(t, err)
	return all
}

// TestVpcFromNothing: one program creates a VPC, a link and the access from the VPC to the Kafka cluster, and one
// destroy deletes all of it, in an order that the services accept.
func TestVpcFromNothing(t *testing.T) {
	t.Parallel()
	program := readFile(t, "testdata", "vpc", "nothing.yaml")
	s := newStack(t, strings.Replace(program, "enableDnsHostnames: true", "enableDnsHostnames: false", 1))
	account := s.withAWS()
	s.pulumi("preview")
	assert.Empty(t, s.changes(), "a preview changes nothing")
	assert.Empty(t, account.Calls())
	// A fault of the VPC shows after its creation, before anything is ordered for it, and can be fixed in the program.
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"), "has enableDnsHostnames disabled")
	assert.Empty(t, s.changes())
	s.change(program)
	s.pulumi("up", "--yes")

	assert.Subset(t, names(s.resources()), []string{
		typeVpcAccess + " orders-vpc", typeAccess + " orders-vpc-access", typeGroup + " orders-vpc-sg",
		typeEndpoint + " orders-vpc-endpoint",
		typeZone + " orders-vpc-zone", typeRecord + " orders-vpc-record", typeRecord + " orders-vpc-record-use1-az1",
		typeRecord + " orders-vpc-record-use1-az2",
	})
	s.settled()
	results, ok := s.outputs()["vpcAccess"].([]any)
	require.True(t, ok)
	require.Len(t, results, 1)
	result, ok := results[0].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, account.ID, result["accountId"])
	assert.Equal(t, []any{"use1-az1", "use1-az2"}, result["zones"])
	// The state has the same of the VPC's own resource.
	for _, r := range s.resources() {
		if r.Type == typeVpcAccess {
			delete(result, "name")
			assert.Equal(t, result, r.Outputs)
		}
	}

	// A renamed entry is a new one, in a VPC that already has its hosted zone.
	s.change(strings.Replace(program, "- vpcId:", "- name: consumers\n          vpcId:", 1))
	assert.Contains(t, s.pulumiFails("preview"), "already has the private hosted zone")
	s.change(program)

	s.destroyed()
	assert.Empty(t, existing(t, account), "left behind after destroy")
	calls := account.Calls()
	at := func(operation string) int { return slices.Index(calls, operation) }
	assert.Less(t, at("DeleteVpcEndpoints"), at("DeleteSecurityGroup"))
	assert.Less(t, at("DeleteVpcEndpoints"), at("DeleteSubnet"))
	for _, call := range s.sandbox.Calls() {
		assert.NotEqual(t, 409, call.Status, "%s %s came too early", call.Method, call.Path)
	}
}

// TestVpcBesideKafka: the access from a VPC to the network does not wait for the Kafka cluster. Here the Kafka cluster
// is PROVISIONED only when the endpoint and its records are there.
func TestVpcBesideKafka(t *testing.T) {
	t.Parallel()
	s := newStack(t, readFile(t, "testdata", "vpc", "existing.yaml"),
		sandbox.Options{Times: sandbox.Times{KafkaClusterCreate: -1}})
	account := s.withAWS()
	s.useVpc(newOwnVpc(t, account, "10.0", "use1-az1", "use1-az2"), "use1-az1", "use1-az2")
	done := make(chan struct{})
	watched := make(chan bool)
	go func() {
		ready := eventually(done, func() bool {
			records := 0
			for _, call := range account.Calls() {
				if strings.HasSuffix(call, "/rrset/") {
					records++
				}
			}
			return records == 3
		})
		s.sandbox.Update(func(state *sandbox.State) {
			for _, cluster := range state.KafkaClusters {
				cluster.Phase, cluster.StatusCKU = sandbox.PhaseProvisioned, cluster.CKU
			}
		})
		watched <- ready
	}()
	out, err := s.run("up", "--yes", "--skip-preview")
	close(done)
	assert.True(t, <-watched, "the records wait for the Kafka cluster")
	require.NoError(t, err, "%s", out)
	calls := account.Calls()
	assert.Less(t, slices.Index(calls, "CreateVpcEndpoint"),
		slices.IndexFunc(calls, func(call string) bool { return strings.HasSuffix(call, "/rrset/") }))
}

// ownNetwork is a network that another team keeps.
func ownNetwork(state *sandbox.State) {
	state.Networks = map[string]*sandbox.Network{"n-6kq2zr": {}}
}

// TestVpcAlone: a VpcAccess serves a network that exists, without TiDB Cloud, and can be worked on afterwards.
func TestVpcAlone(t *testing.T) {
	t.Parallel()
	program := readFile(t, "testdata", "vpc", "alone.yaml")
	s := newStack(t, program, sandbox.Options{Prepare: ownNetwork})
	// Nothing here is for TiDB Cloud.
	delete(s.env, "TIDBCLOUD_PUBLIC_KEY")
	delete(s.env, "TIDBCLOUD_PRIVATE_KEY")
	account := s.withAWS()
	vpc := newOwnVpc(t, account, "10.0", "use1-az1", "use1-az2", "use1-az3")
	s.useVpc(vpc, "use1-az1", "use1-az3")
	before := existing(t, account)

	preview := s.pulumi("preview")
	assert.Contains(t, preview,
		"subnet "+vpc.subnets["use1-az3"]+
			" in use1-az3 is left out, since the network is in use1-az1, use1-az2, use1-az6")
	assert.Equal(t, before, existing(t, account), "a preview changes nothing")
	s.up()
	assert.Equal(t, []any{"use1-az1"}, s.outputs()["zones"])
	// The zone that it created itself is no obstacle.
	s.settled()

	// A second zone, and more allowed clients, are updates in place.
	s.useVpc(vpc, "use1-az1", "use1-az2")
	s.change(strings.Replace(program, "        - 10.0.0.0/16\n", "        - 10.0.0.0/16\n        - 10.9.0.0/16\n", 1))
	want := plan{
		"consumers": "update allowedCidrBlocks subnetIds", "consumers-sg": "update ingress",
		"consumers-endpoint": "update subnetIds",
		"consumers-record":   "update records", "consumers-record-use1-az1": "create",
		"consumers-record-use1-az2": "create",
	}
	for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
		got := s.observed(command...).plan
		for name, action := range want {
			verb, _, _ := strings.Cut(action, " ")
			assert.Regexp(t, "^"+verb, got[name], "%s of %s", command[0], name)
		}
		assert.Len(t, got, len(want), "%v", got)
	}
	s.settled()

	// Another name with an alias replaces nothing.
	s.change(strings.NewReplacer("  consumers:\n", "  clients:\n", "        - 10.0.0.0/16\n",
		"        - 10.0.0.0/16\n        - 10.9.0.0/16\n", "${consumers.", "${clients.",
		"    properties:\n", "    options:\n      aliases: [{name: consumers}]\n    properties:\n").Replace(
		readFile(t, "testdata", "vpc", "alone.yaml")))
	for name, action := range s.observed("up", "--yes", "--skip-preview").plan {
		assert.Regexp(t, "^update", action, name)
	}
	s.settled()

	s.destroyed()
	assert.Equal(t, before, existing(t, account), "what exists stays")
}

// TestVpcDrift: resources that were deleted without Pulumi are created again.
func TestVpcDrift(t *testing.T) {
	t.Parallel()
	s := newStack(t, readFile(t, "testdata", "vpc", "alone.yaml"), sandbox.Options{Prepare: ownNetwork})
	account := s.withAWS()
	s.useVpc(newOwnVpc(t, account, "10.0", "use1-az1", "use1-az2"), "use1-az1", "use1-az2")
	s.up()
	endpoint, ok := s.outputs()["endpointId"].(string)
	require.True(t, ok)
	require.NoError(t, account.Delete(t.Context(), endpoint))
	s.pulumi("refresh", "--yes", "--skip-preview")
	assert.Equal(t, "create", s.observed("up", "--yes", "--skip-preview").plan["consumers-endpoint"])
	assert.NotEqual(t, endpoint, s.outputs()["endpointId"])
	s.settled()
	s.destroyed()
}

// TestVpcExamples runs the example of each language, which begins with nothing, and checks that all of them create the
// same.
func TestVpcExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "vpc/"+language, sandbox.Options{NextDNSLabel: dnsLabel})
			account := s.withAWS()
			s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.set("environmentId", s.sandbox.Seed().EnvironmentID)
			s.pulumi("preview")
			assert.Empty(t, s.changes(), "a preview changes nothing")
			assert.Empty(t, account.Calls(), "a preview changes nothing")
			s.up()
			assert.Equal(t, []any{"use1-az1", "use1-az2", "use1-az6"}, s.outputs()["zones"])
			all.add(s, language)
			s.settled()
			s.destroyed()
			assert.Empty(t, existing(t, account), "left behind after destroy")
		})
	}
	t.Cleanup(func() { all.equal(t) })
}

// TestVpcsOfALink: the VPCs of a link come and go without the rest, and their order means nothing.
func TestVpcsOfALink(t *testing.T) {
	t.Parallel()
	program := func(link, options string, entries ...string) string {
		return fmt.Sprintf("resources:\n  %s:\n    type: tidbconfluent:PrivateLink\n%s    properties:\n"+
			"      tidbClusterId: \"{{.EssentialUSEast1}}\"\n      environmentId: {{.EnvironmentID}}\n      "+
			"vpcAccess: [%s]\n",
			link, options, strings.Join(entries, ", "))
	}
	s := newStack(t, program("orders", ""))
	account := s.withAWS()
	entry := func(name, block string) string {
		vpc := newOwnVpc(t, account, block, "use1-az1")
		return fmt.Sprintf("{name: %s, vpcId: %s, subnetIds: [%s], allowedCidrBlocks: [%s.0.0/16]}", name, vpc.id,
			vpc.subnets["use1-az1"], block)
	}
	a, b := entry("a", "10.1"), entry("b", "10.2")
	before := existing(t, account)
	s.up()

	s.change(program("orders", "", a, b))
	created := plan{}
	for _, child := range []string{
		"-vpc-access", "-a", "-a-sg", "-a-endpoint", "-a-zone", "-a-record", "-b", "-b-sg",
		"-b-endpoint", "-b-zone", "-b-record",
	} {
		created["orders"+child] = "create"
	}
	created["orders"] = "update vpcAccess"
	assert.Equal(t, created.String(), s.observed("up", "--yes", "--skip-preview").plan.String())
	s.settled()

	s.change(program("orders", "", b, a))
	for name, action := range s.observed("up", "--yes", "--skip-preview").plan {
		assert.Equal(t, "orders", name, "another order is a change of the component alone, which is %s", action)
	}

	s.change(program("purchases", "    options: {aliases: [{name: orders}]}\n", b, a))
	for name, action := range s.observed("up", "--yes", "--skip-preview").plan {
		assert.Equal(t, "update displayName", action, "%s: another name with an alias replaces nothing", name)
	}
	s.settled()

	s.change(program("purchases", "", b))
	for name, action := range s.observed("up", "--yes", "--skip-preview").plan {
		if name != "purchases" {
			assert.Equal(t, "delete", action, name)
			assert.Regexp(t, "^purchases-a(-|$)", name)
		}
	}
	s.destroyed()
	assert.Equal(t, before, existing(t, account))
}
