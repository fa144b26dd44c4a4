package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// badInput is a set of inputs that cannot work.
type badInput struct {
	name string
	// inputs are the component's, in YAML; the two ids are put in where they are missing.
	inputs string
	// env changes variables of the environment; "" removes one.
	env map[string]string
	// want is in the message: the property, the values and what to do.
	want []string
}

// What exists in Confluent Cloud when the bad inputs are tried.
func existingParts(state *sandbox.State) {
	const account = "999988887777"
	state.Networks = map[string]*sandbox.Network{
		"n-good":     {},
		"n-other":    {},
		"n-west":     {Region: "us-west-2"},
		"n-peering":  {ConnectionTypes: []string{"PEERING"}},
		"n-nocommon": {Zones: []string{"use1-az3", "use1-az4", "use1-az5"}},
		"n-azure":    {Cloud: "AZURE", Region: "eastus"},
	}
	state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
		"pla-account": {NetworkID: "n-good", Account: account},
		"pla-other":   {NetworkID: "n-other", Account: account},
	}
	state.KafkaClusters = map[string]*sandbox.KafkaCluster{
		"lkc-basic": {Type: "Basic", NetworkID: ""},
		"lkc-other": {NetworkID: "n-other"},
	}
}

var badInputs = []badInput{
	{"cluster id malformed", `{tidbClusterId: orders}`, nil, []string{"tidbClusterId", `"orders"`}},
	{"environment id malformed", `{environmentId: prod}`, nil, []string{"environmentId", `"prod"`, "env-"}},
	{"network id malformed", `{network: {id: vpc-1}}`, nil, []string{"network.id", `"vpc-1"`, "n-"}},
	{
		"access id malformed", `{network: {id: n-good}, privateLinkAccess: {id: x-1}}`, nil,
		[]string{"privateLinkAccess.id", `"x-1"`, "pla-"},
	},
	{
		"Kafka id malformed", `{network: {id: n-good}, kafkaCluster: {id: x-1}}`, nil,
		[]string{"kafkaCluster.id", `"x-1"`, "lkc-"},
	},
	{
		"cluster id as a number", `{tidbClusterId: 10482930571846290153}`, nil,
		[]string{"tidbClusterId: is a number", "in quotes"},
	},
	{"cluster id null", `{tidbClusterId: {fn::select: [0, [null]]}}`, nil, []string{"tidbClusterId: is required"}},

	{
		"malformed in a secret", `{network: {fn::secret: {id: x-good}}}`, nil,
		[]string{"network.id", `"[secret]" is not a Confluent network ID`},
	},

	{
		"cluster not found", `{tidbClusterId: "10000000000000000001"}`, nil,
		[]string{"tidbClusterId", "10000000000000000001", "not found", "check the ID"},
	},
	{
		"environment not found", `{environmentId: env-none}`, nil,
		[]string{"environmentId", "env-none", "not found", "check the ID"},
	},
	{"network not found", `{network: {id: n-none}}`, nil, []string{"network.id", "n-none"}},

	{
		"no TiDB Cloud key", `{}`,
		map[string]string{"TIDBCLOUD_PUBLIC_KEY": "", "TIDBCLOUD_PRIVATE_KEY": ""},
		[]string{"publicKey", "TIDBCLOUD_PUBLIC_KEY", "privateKey", "TIDBCLOUD_PRIVATE_KEY"},
	},
	{
		"TiDB Cloud key refused", `{}`,
		map[string]string{"TIDBCLOUD_PRIVATE_KEY": "not-this-one"},
		[]string{"TIDBCLOUD_PRIVATE_KEY", "401"},
	},
	{
		"no Confluent key", `{}`,
		map[string]string{"CONFLUENT_CLOUD_API_KEY": "", "CONFLUENT_CLOUD_API_SECRET": ""},
		[]string{"environmentId", "confluentcloud:cloudApiKey"},
	},
	{
		"Confluent key refused", `{}`,
		map[string]string{"CONFLUENT_CLOUD_API_SECRET": "not-this-one"},
		[]string{"environmentId", "confluentcloud:cloudApiKey", "401"},
	},

	{
		"Starter", `{tidbClusterId: "{{.Starter}}"}`, nil,
		[]string{"tidbClusterId", "{{.Starter}}", "Starter", "Essential"},
	},
	{
		"not on AWS", `{tidbClusterId: "{{.AlibabaCloud}}"}`, nil,
		[]string{"tidbClusterId", "{{.AlibabaCloud}}", "alicloud", "aws"},
	},
	{"not active", `{tidbClusterId: "{{.Paused}}"}`, nil, []string{"tidbClusterId", "{{.Paused}}", "PAUSED", "ACTIVE"}},

	{"region malformed", `{region: us-east}`, nil, []string{"region", `"us-east"`, "us-east-1"}},
	{"region mismatch", `{region: us-west-2}`, nil, []string{"region", "us-west-2", "us-east-1"}},
	{
		"no common AZ", `{network: {zones: [use1-az3, use1-az4, use1-az5]}}`, nil,
		[]string{"network.zones", "use1-az3", "use1-az1"},
	},
	{
		"two zones", `{network: {zones: [use1-az1, use1-az2]}}`, nil,
		[]string{"network.zones", "use1-az1, use1-az2", "3"},
	},
	{
		"repeated zones", `{network: {zones: [use1-az1, use1-az1, use1-az2]}}`, nil,
		[]string{"network.zones", "use1-az1", "repeated"},
	},
	{
		"zones of two regions", `{network: {zones: [use1-az1, use1-az2, usw2-az1]}}`, nil,
		[]string{"network.zones", "use1-az1", "usw2-az1", "different regions"},
	},
	{
		"DNS resolution", `{network: {dnsResolution: PUBLIC}}`, nil,
		[]string{"dnsResolution", "PUBLIC", "PRIVATE", "CHASED_PRIVATE"},
	},
	// Pulumi YAML checks the values that it can see; the errors about the others are ours.
	{
		"DNS resolution computed", `{network: {dnsResolution: {fn::join: ["", [PUBLIC]]}}}`, nil,
		[]string{"network.dnsResolution", `"PUBLIC"`, "PRIVATE, CHASED_PRIVATE"},
	},

	{
		"network id and name", `{network: {id: n-good, displayName: new}}`, nil,
		[]string{"network.id", "n-good", "displayName", "leave one of them out"},
	},
	{
		"access id and name", `{network: {id: n-good}, privateLinkAccess: {id: pla-account, displayName: new}}`, nil,
		[]string{"privateLinkAccess.id", "pla-account", "displayName", "leave one of them out"},
	},
	{
		"Kafka id and cku", `{network: {id: n-good}, kafkaCluster: {id: lkc-other, cku: 2}}`, nil,
		[]string{"kafkaCluster.id", "lkc-other", "cku", "leave one of them out"},
	},
	{
		"access without its network", `{privateLinkAccess: {id: pla-account}}`, nil,
		[]string{"privateLinkAccess.id", "pla-account", "network.id"},
	},
	{
		"Kafka cluster without its network", `{kafkaCluster: {id: lkc-other}}`, nil,
		[]string{"kafkaCluster.id", "lkc-other", "network.id"},
	},

	{"CKU below MULTI_ZONE's", `{kafkaCluster: {cku: 1}}`, nil, []string{"kafkaCluster.cku", "1", "MULTI_ZONE", "2"}},
	{
		"CKU below SINGLE_ZONE's", `{kafkaCluster: {availability: SINGLE_ZONE, cku: 0}}`, nil,
		[]string{"kafkaCluster.cku", "0", "SINGLE_ZONE", "1"},
	},
	{
		"availability", `{kafkaCluster: {availability: HIGH}}`, nil,
		[]string{"availability", "HIGH", "MULTI_ZONE", "SINGLE_ZONE"},
	},
	{
		"availability computed", `{kafkaCluster: {availability: {fn::join: ["", [HIGH]]}}}`, nil,
		[]string{"kafkaCluster.availability", `"HIGH"`, "MULTI_ZONE, SINGLE_ZONE"},
	},

	{
		"network in another region", `{network: {id: n-west}}`, nil,
		[]string{"network.id", "n-west", "us-west-2", "us-east-1"},
	},
	{
		"network not PRIVATELINK", `{network: {id: n-peering}}`, nil,
		[]string{"network.id", "n-peering", "PEERING", "PRIVATELINK"},
	},
	{"network not on AWS", `{network: {id: n-azure}}`, nil, []string{"network.id", "n-azure", "AZURE", "AWS"}},
	{"network without a common AZ", `{network: {id: n-nocommon}}`, nil, []string{"network.id", "use1-az3", "use1-az1"}},
	{
		"access for another account", `{network: {id: n-good}, privateLinkAccess: {id: pla-account}}`, nil,
		[]string{"privateLinkAccess.id", "pla-account", "999988887777"},
	},
	{
		"access for another network", `{network: {id: n-good}, privateLinkAccess: {id: pla-other}}`, nil,
		[]string{"privateLinkAccess.id", "pla-other", "n-other", "n-good"},
	},
	{
		"Kafka cluster not Dedicated", `{network: {id: n-good}, kafkaCluster: {id: lkc-basic}}`, nil,
		[]string{"kafkaCluster.id", "lkc-basic", "Basic", "Dedicated"},
	},
	{
		"Kafka cluster on another network", `{network: {id: n-good}, kafkaCluster: {id: lkc-other}}`, nil,
		[]string{"kafkaCluster.id", "lkc-other", "n-other", "n-good"},
	},
}

// alone means that the input needs a program of its own: another environment, or an error that Pulumi YAML itself has.
func (b badInput) alone() bool {
	return b.env != nil || b.name == "DNS resolution" || b.name == "availability"
}

// TestBadInputs: inputs that cannot work are refused at preview, and at an update without one before anything is
// created, with a helpful message.
func TestBadInputs(t *testing.T) {
	t.Parallel()
	t.Run("together", func(t *testing.T) {
		t.Parallel()
		program := "resources:\n"
		for i, test := range badInputs {
			if !test.alone() {
				program += test.resource(badName(i))
			}
		}
		s := newStack(t, program, sandbox.Options{Prepare: existingParts})
		for run := range refusingRuns {
			said := s.refused(run)
			for i, test := range badInputs {
				if !test.alone() {
					t.Run(run+" "+test.name, func(t *testing.T) { test.check(t, s, said[badName(i)]) })
				}
			}
		}
		require.Empty(t, s.changes(), "nothing may be created")
	})
	for i, test := range badInputs {
		if !test.alone() && i > 0 { // a single link reports the first one only
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, "resources:\n"+test.resource("orders"), sandbox.Options{Prepare: existingParts})
			for name, value := range test.env {
				s.env[name] = value
				if value == "" {
					delete(s.env, name)
				}
			}
			for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
				test.check(t, s, s.pulumiFails(command...))
			}
			require.Empty(t, s.changes(), "nothing may be created")
		})
	}
}

// badName is the name of the link with a bad input among many.
func badName(test int) string { return fmt.Sprint("bad", test) }

// check checks the message about the input.
func (b badInput) check(t *testing.T, s *stack, said string) {
	t.Helper()
	for _, want := range b.want {
		assert.Contains(t, said, s.fill(want))
	}
	for _, never := range []string{"goroutine ", "panic", ".go:", "<nil>", "%!"} {
		assert.NotContains(t, said, never)
	}
}

// TestKeysCopiedWrongly: with a 401, the error names the keys that have something around them, from the environment and
// from the stack configuration, and does not show them.
func TestKeysCopiedWrongly(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink, sandbox.Options{Credentials: canaries(t)})
	c := s.sandbox.Credentials()
	refused := func(hint string) {
		t.Helper()
		out := s.pulumiFails("preview")
		require.Contains(t, out, "401")
		require.Contains(t, out, hint+": use the key alone, as it was shown when it was created")
	}
	set := func(setting, value string) {
		t.Helper()
		s.stdin = value
		s.pulumi("config", "set", "--secret", "--raw", setting)
		s.stdin = ""
	}
	s.env["TIDBCLOUD_PRIVATE_KEY"] = c.PrivateKey + "\n"
	refused("privateKey ends in a line feed")
	set("tidbconfluent:privateKey", c.PrivateKey)
	set("tidbconfluent:publicKey", " "+c.PublicKey)
	refused("publicKey has white space around it")
	set("tidbconfluent:publicKey", c.PublicKey)
	s.env["CONFLUENT_CLOUD_API_SECRET"] = c.CloudAPISecret + "\n"
	refused("CONFLUENT_CLOUD_API_SECRET ends in a line feed")
	set("confluentcloud:cloudApiKey", c.CloudAPIKey)
	set("confluentcloud:cloudApiSecret", c.CloudAPISecret+"\r\n")
	refused("confluentcloud:cloudApiSecret ends in a line feed")
	require.Empty(t, s.changes())
}

// TestWrongSettings: Pulumi YAML checks the names and types in the program, but not in the stack configuration.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources:\n"+privateLink("orders", `kafkaCluster: "${kafka}"`), sandbox.Options{})
	s.set("kafka.zoneCount", "1")
	s.set("kafka.cku", "2.5")
	for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
		out := s.pulumiFails(command...)
		require.Contains(t, out, "2 inputs are wrong:")
		require.Contains(t, out, "kafkaCluster.zoneCount: there is no such input; use one of availability, ")
		require.Contains(t, out, "kafkaCluster.cku: is a string, but must be a whole number")
	}
	s.set("kafka.cku", "2")
	s.pulumi("config", "rm", "--path", "kafka.zoneCount")
	s.pulumi("preview")
	require.Empty(t, s.changes(), "nothing may be created")
}

// TestWrongNativeSettings: for wrong settings, the native resources and the functions report the names and types of the
// schema.
func TestWrongNativeSettings(t *testing.T) {
	t.Parallel()
	const connection = `
resources:
  orders:
    type: tidbconfluent:tidbcloud:PrivateLinkConnection
    properties: {clusterId: "{{.EssentialUSEast1}}", displayName: "${name}", awsEndpointService: "${service}"}
`
	const function = `
variables:
  cluster: {fn::invoke: {function: "tidbconfluent:tidbcloud:getCluster", arguments: {clusterId: "${ids}"}}}
outputs: {plan: "${cluster.clusterPlan}"}
`
	for name, test := range map[string]struct {
		program  string
		settings map[string]string
		want     []string
	}{
		"resource": {
			connection,
			map[string]string{"name.a": "hush-1", "service.title": "x"},
			[]string{
				"displayName", "is an object, but must be a string; write it as one",
				"awsEndpointService.name", "is required: the name of the endpoint service",
				"awsEndpointService.title", "there is no such input; use one of name, region",
			},
		},
		"function": {
			function,
			map[string]string{"ids[0]": "1"},
			[]string{"clusterId", "is a list, but must be a string; write it as one"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, test.program, sandbox.Options{})
			for setting, value := range test.settings {
				kind := "--plaintext"
				if strings.HasPrefix(value, "hush") {
					kind = "--secret"
				}
				s.pulumi("config", "set", kind, "--path", setting, value)
			}
			for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
				out := s.pulumiFails(command...)
				for _, want := range test.want {
					require.Contains(t, out, want)
				}
				for _, never := range []string{"tidbcloud.", "[]interface", "hush-1", "decoding"} {
					require.NotContains(t, strings.ReplaceAll(out, "tidbconfluent:tidbcloud:", ""), never)
				}
			}
			require.Empty(t, s.changes(), "nothing may be created")
		})
	}
}

// resource is a component with the input.
func (b badInput) resource(name string) string {
	return privateLink(name, strings.TrimSuffix(strings.TrimPrefix(b.inputs, "{"), "}"))
}
