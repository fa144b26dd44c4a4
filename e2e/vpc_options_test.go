package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/emulator"
)

// The options that docs/reference.md describes for a VpcAccess, and for those that are part of a PrivateLink. Each is
// set on one of both. Aliases are tried by TestVpcAlone and TestVpcsOfALink.
var vpcOptions = map[string]option{
	"customTimeouts": {given: `customTimeouts: {create: 90s, update: 2m, delete: 3m}`, state: hasTimeouts},
	"deletedWith":    {given: `deletedWith: "${fresh}"`, state: options["deletedWith"].state},
	"dependsOn":      {given: `dependsOn: ["${fresh}"]`, state: options["dependsOn"].state},
	"ignoreChanges":  {given: `ignoreChanges: [allowedCidrBlocks, vpcAccess]`},
	"parent":         {given: `parent: "${fresh}"`, state: hasParents},
	"protect":        {given: `protect: true`, state: options["protect"].state},
	"provider":       {given: `provider: "${amazon}"`, state: usesProviders("default", "amazon")},
	"providers": {
		given: `providers: ["${tidb}", "${confluent}", "${amazon}"]`,
		state: usesProviders("confluent", "amazon"),
	},
	"retainOnDelete": {given: `retainOnDelete: true`, state: options["retainOnDelete"].state},
}

func hasTimeouts(t *testing.T, given optioned) {
	t.Helper()
	given.children = maps.Clone(given.children)
	// A component waits for nothing itself.
	delete(given.children, "vpc")
	options["customTimeouts"].state(t, given)
}

func hasParents(t *testing.T, given optioned) {
	t.Helper()
	assert.Equal(t, freshURN, given.component.Parent)
	for name, child := range given.children {
		parent := given.component.URN
		if strings.HasPrefix(name, "vpc-") && name != "vpc-access" {
			parent = given.children["vpc"].URN
		}
		assert.Equal(t, parent, child.Parent, name)
	}
}

// usesProviders checks of which of the program's providers the children for Confluent Cloud and AWS are.
func usesProviders(confluent, amazon string) func(*testing.T, optioned) {
	return func(t *testing.T, given optioned) {
		t.Helper()
		for name, child := range given.children {
			switch kind, _, _ := strings.Cut(child.Type, ":"); kind {
			case "confluentcloud":
				assert.Contains(t, child.Provider, "::"+confluent, name)
			case "aws":
				assert.Contains(t, child.Provider, "::"+amazon, name)
			}
		}
	}
}

// vpcOptionsProgram has for each option a VpcAccess, and a PrivateLink with one, that have it.
func vpcOptionsProgram(ours, theirs ownVpc, amazon *emulator.Account, block string, without ...string) string {
	address := amazon.Env()["AWS_ENDPOINT_URL"]
	program := fmt.Sprintf(`
config: {endpoint: {type: string}}
resources:
  fresh: {type: confluentcloud:Environment}
  tidb: {type: pulumi:providers:tidbconfluent, properties: {requestsPerMinute: 1000000}}
  confluent: {type: pulumi:providers:confluentcloud, properties: {endpoint: "${endpoint}"}}
  amazon: {type: pulumi:providers:aws, properties: {region: us-east-1,
    endpoints: [{ec2: %[1]q, route53: %[1]q, sts: %[1]q}]}}
`, address)
	for _, name := range slices.Sorted(maps.Keys(vpcOptions)) {
		if slices.Contains(without, name) {
			continue
		}
		vpc := ours
		if strings.HasPrefix(name, "provider") {
			vpc = theirs
		}
		entry := fmt.Sprintf("vpcId: %s, subnetIds: [%s], allowedCidrBlocks: [%s]", vpc.id, vpc.subnets["use1-az1"],
			block)
		given := "    options: {" + vpcOptions[name].given + "}\n"
		program += fmt.Sprintf(
			"  %s:\n    type: tidbconfluent:VpcAccess\n    properties: {environmentId: %s, networkId: %s, %s}\n%s",
			name, "{{.EnvironmentID}}", networkFor(name), entry, given)
		program += privateLink(nested(name), "vpcAccess: [{"+entry+"}]") + given
	}
	return program
}

// networkFor is the network of the VpcAccess with an option. Ids have no capital letters.
func networkFor(option string) string { return "n-" + strings.ToLower(option) }

func nested(option string) string { return option + "Nested" }

// TestVpcOptions: the effect of a resource option on a VpcAccess, and of one on a PrivateLink on its resources in AWS.
func TestVpcOptions(t *testing.T) {
	t.Parallel()
	s := newLargeStack(t, "resources: {}\n", func(state *sandbox.State) {
		state.Networks = map[string]*sandbox.Network{}
		for name := range vpcOptions {
			state.Networks[networkFor(name)] = &sandbox.Network{
				DNSLabel:        strings.ToLower(name),
				EndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-" + vpcService(len(state.Networks)),
			}
		}
	})
	s.set("endpoint", s.sandbox.ConfluentURL())
	account, amazon := s.withAWS(), s.anotherAccount()
	ours, theirs := newOwnVpc(t, account, "10.0", "use1-az1"), newOwnVpc(t, amazon, "10.0", "use1-az1")
	s.change(vpcOptionsProgram(ours, theirs, amazon, "10.0.0.0/16"))
	s.up()
	made := s.optioned()

	s.change(vpcOptionsProgram(ours, theirs, amazon, "10.7.0.0/16"))
	update := s.observed("up", "--yes", "--skip-preview")
	for name, o := range vpcOptions {
		t.Run(name, func(t *testing.T) {
			require.Len(t, made[name].children, 5)
			require.Len(t, made[nested(name)].children, 11)
			if o.state != nil {
				o.state(t, made[name])
				o.state(t, made[nested(name)])
			}
			assert.Equal(t, "update ingress.cidrBlocks", update.plan.below(name)["sg"])
			assert.Equal(t, "update ingress.cidrBlocks", update.plan.below(nested(name))["vpc-sg"])
		})
	}
	// The account was looked up with the configured provider, too.
	for name, id := range map[string]string{"provider": amazon.ID, "providers": amazon.ID, "protect": account.ID} {
		assert.Equal(t, id, made[name].component.Outputs["accountId"], name)
		assert.Equal(t, id, made[nested(name)].children["vpc"].Outputs["accountId"], nested(name))
	}

	before := existing(t, account)
	s.change(vpcOptionsProgram(ours, theirs, amazon, "10.7.0.0/16", "retainOnDelete"))
	s.up()
	assert.NotContains(t, s.optioned(), "retainOnDelete")
	assert.NotContains(t, s.optioned(), nested("retainOnDelete"))
	assert.Equal(t, before, existing(t, account), "nothing is deleted")
}

// anotherAccount is a second AWS account for the stack, next to the one of its environment.
func (s *stack) anotherAccount() *emulator.Account {
	s.t.Helper()
	account, err := awsEmulator.running.Account()
	require.NoError(s.t, err)
	s.t.Cleanup(func() { assert.NoError(s.t, account.Close()) })
	account.Link(s.sandbox)
	return account
}
