package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// tidbAccount is TiDB Cloud's AWS account in us-east-1.
const tidbAccount = "111122223333"

// partsToBring are networks, one for each way to use one, with the parts in them. The last is in another environment
// than the rest.
func partsToBring(state *sandbox.State) {
	const other = "env-m5vr2d"
	state.Networks = map[string]*sandbox.Network{
		"n-bare": {}, "n-access": {}, "n-kafka": {}, "n-all": {EnvironmentID: other},
	}
	state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
		"pla-access": {NetworkID: "n-access", Account: tidbAccount},
		"pla-all":    {NetworkID: "n-all", Account: tidbAccount, EnvironmentID: other},
	}
	state.KafkaClusters = map[string]*sandbox.KafkaCluster{
		"lkc-kafka": {NetworkID: "n-kafka"},
		"lkc-all":   {NetworkID: "n-all", Availability: "SINGLE_ZONE", EnvironmentID: other},
	}
}

// TestBringYourOwn: existing parts are used, the rest is created, and a destroy leaves the existing parts as they were.
// These are all combinations: most other tests have no existing part, and without an existing network there can be no
// other existing part, as TestBadInputs shows.
func TestBringYourOwn(t *testing.T) {
	t.Parallel()
	s := newStack(t, `
variables:
  cluster: "{{.EssentialUSEast1}}"
resources:
  bare:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: ${cluster}
      environmentId: {{.EnvironmentID}}
      network: {id: n-bare}
  access:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: ${cluster}
      environmentId: {{.EnvironmentID}}
      network: {id: n-access}
      privateLinkAccess: {id: pla-access}
      kafkaCluster: {availability: SINGLE_ZONE}
  kafka:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: ${cluster}
      environmentId: {{.EnvironmentID}}
      network: {id: n-kafka}
      kafkaCluster: {id: lkc-kafka}
  all:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: ${cluster}
      environmentId: {{.SecondEnvironmentID}}
      network: {id: n-all}
      privateLinkAccess: {id: pla-all}
      kafkaCluster: {id: lkc-all}
`, sandbox.Options{Prepare: partsToBring, MaxRequestsPerMinute: -1})
	// Four links at once would wait for the rate limit.
	s.set("tidbconfluent:requestsPerMinute", "100000")
	s.pulumi("preview")
	s.up()
	assert.Equal(t, []string{
		typeKafka + " access-kafka",
		typeKafka + " bare-kafka",
		typeAccess + " bare-access",
		typeAccess + " kafka-access",
		typePrivateLink + " access",
		typePrivateLink + " all",
		typePrivateLink + " bare",
		typePrivateLink + " kafka",
		typeDomains + " access-domains",
		typeDomains + " all-domains",
		typeDomains + " bare-domains",
		typeDomains + " kafka-domains",
		typeConnection + " access-connection",
		typeConnection + " all-connection",
		typeConnection + " bare-connection",
		typeConnection + " kafka-connection",
	}, names(s.resources()))
	s.checkNetworks()
	s.settled()
	s.destroyed()
}

// checkNetworks checks that all of a component is in, or leads to, the network of its name.
func (s *stack) checkNetworks() {
	s.t.Helper()
	for _, r := range s.resources() {
		if r.Type != typePrivateLink {
			continue
		}
		output := func(name string) string { text, _ := r.Outputs[name].(string); return text }
		kafka := output("kafkaClusterId")
		assert.Equal(s.t, "n-"+r.name(), output("networkId"))
		assert.True(s.t, strings.HasPrefix(output("bootstrapEndpoint"), kafka+"."), "%s is not of %s",
			output("bootstrapEndpoint"), kafka)
		s.sandbox.Update(func(state *sandbox.State) {
			network, access := state.Networks["n-"+r.name()], state.PrivateLinkAccesses[output("privateLinkAccessId")]
			connection := state.PrivateLinkConnections[output("privateLinkConnectionId")]
			assert.Equal(s.t, network.ID, state.KafkaClusters[kafka].NetworkID, "Kafka cluster of %s", r.name())
			assert.Equal(s.t, network.ID, access.NetworkID, "access of %s", r.name())
			assert.Equal(s.t, tidbAccount, access.Account, "access of %s", r.name())
			assert.Equal(s.t, network.EndpointService, connection.EndpointService, "connection of %s", r.name())
			assert.Equal(s.t, sandbox.StateActive, connection.State, "connection of %s", r.name())
			if assert.Len(s.t, connection.Domains, 1, "domains of %s", r.name()) {
				assert.Equal(s.t, network.UniqueName(), connection.Domains[0].UniqueName, "domains of %s", r.name())
			}
		})
	}
}

// partsThatDoNotFit exist next to those that fit.
func partsThatDoNotFit(state *sandbox.State) {
	partsToBring(state)
	maps.Copy(state.Networks, map[string]*sandbox.Network{
		"n-new":    {Phase: sandbox.PhaseProvisioning},
		"n-failed": {Phase: sandbox.PhaseFailed},
		"n-two":    {ConnectionTypes: []string{"PEERING", "TRANSITGATEWAY"}},
	})
	maps.Copy(state.KafkaClusters, map[string]*sandbox.KafkaCluster{
		"lkc-public":     {},
		"lkc-new":        {NetworkID: "n-bare", Phase: sandbox.PhaseProvisioning},
		"lkc-standard":   {Type: "Standard"},
		"lkc-enterprise": {Type: "Enterprise"},
		"lkc-freight":    {Type: "Freight"},
	})
}

// TestPartsThatDoNotFit tests what TestBadInputs leaves out: parts in another environment or not ready, and the other
// types of Kafka clusters.
func TestPartsThatDoNotFit(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink, sandbox.Options{Prepare: partsThatDoNotFit})
	const seen = "check the ID and environmentId, and that confluentcloud:cloudApiKey has access to them"
	cases := map[string][]string{
		"{network: {id: n-new}}": {"network.id: network n-new", "not READY"},
		"{network: {id: n-failed}}": {
			"network.id: network n-failed",
			"not READY",
		},
		"{network: {id: n-two}}": {
			"network.id: network n-two",
			"PEERING, TRANSITGATEWAY", "must be of the type PRIVATELINK",
		},
		"{network: {id: n-all}}": {
			"network.id: looking in environment env-7x3k9q", `"n-all"`, "404", seen,
		},
		"{network: {id: n-bare}, privateLinkAccess: {id: pla-none}}": {
			"privateLinkAccess.id: looking in environment env-7x3k9q", `"pla-none"`, "404", seen,
		},
		"{network: {id: n-bare}, privateLinkAccess: {id: pla-all}}": {
			"privateLinkAccess.id: looking in environment env-7x3k9q", `"pla-all"`, "404", seen,
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-none}}": {
			"kafkaCluster.id: looking in environment env-7x3k9q", `"lkc-none"`, "403", seen,
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-all}}": {
			"kafkaCluster.id: looking in environment env-7x3k9q", `"lkc-all"`, "403", seen,
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-new}}": {
			"kafkaCluster.id: Kafka cluster lkc-new has no bootstrap endpoint", "not PROVISIONED",
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-public}}": {
			"kafkaCluster.id: Kafka cluster lkc-public is on network none, but network.id is n-bare",
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-standard}}": {
			"kafkaCluster.id: Kafka cluster lkc-standard is a Standard cluster, but only Dedicated",
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-enterprise}}": {
			"kafkaCluster.id: Kafka cluster lkc-enterprise is an Enterprise cluster, but only Dedicated",
		},
		"{network: {id: n-bare}, kafkaCluster: {id: lkc-freight}}": {
			"kafkaCluster.id: Kafka cluster lkc-freight is a Freight cluster, but only Dedicated",
		},
		"{environmentId: {{.SecondEnvironmentID}}, network: {id: n-bare}}": {
			"network.id: looking in environment env-m5vr2d", `"n-bare"`, "404", seen,
		},
	}
	program, all := "resources:\n", slices.Sorted(maps.Keys(cases))
	for i, inputs := range all {
		program += badInput{inputs: inputs}.resource(badName(i))
	}
	s.change(program)
	for run := range refusingRuns {
		said := s.refused(run)
		for i, inputs := range all {
			for _, text := range cases[inputs] {
				assert.Contains(t, said[badName(i)], text, inputs)
			}
		}
	}
	assert.Empty(t, s.changes(), "nothing may be created")
}

// TestFromMadeToBroughtAndBack follows docs/existing-parts.md: parts that the component created become parts that it
// only uses, and the reverse. Existing parts do not change.
func TestFromMadeToBroughtAndBack(t *testing.T) {
	t.Parallel()
	made, retained := readFile(t, "testdata", "existing", "made.yaml"),
		readFile(t, "testdata", "existing", "retained.yaml")
	s := newStack(t, made)
	s.up()
	ids := map[string]string{}
	for _, r := range s.resources() {
		ids[r.name()] = r.ID
	}
	existing := strings.NewReplacer("n-6kq2zr", ids["orders-network"], "pla-4r0wep", ids["orders-access"], "lkc-9mz5yq",
		ids["orders-kafka"]).
		Replace(readFile(t, "testdata", "existing", "existing.yaml"))
	before := s.changes()

	// By default, the engine deletes what the component no longer declares. protect stops it.
	s.change(existing)
	for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
		out := s.pulumiFails(command...)
		assert.Contains(t, out, `orders-kafka" cannot be deleted`)
		assert.Contains(t, out, "because it is protected")
	}
	assert.Equal(t, before, s.changes(), "protect must stop it")

	s.change(retained)
	s.up()
	s.change(existing)
	assert.Equal(t, map[string]string{
		"orders": "update", "orders-network": "delete", "orders-access": "delete", "orders-kafka": "delete",
	}, s.planned())
	s.up()
	assert.Equal(t, before, s.changes(), "retainOnDelete must keep the parts")
	assert.Equal(t, []string{
		typePrivateLink + " orders", typeDomains + " orders-domains",
		typeConnection + " orders-connection",
	}, names(s.resources()))
	s.settled()

	s.change(made)
	s.pulumi("preview", "--import-file", "import.json")
	const environment = "env-7x3k9q/"
	s.fillImportFile("import.json", map[string]string{
		"orders-network": environment + ids["orders-network"],
		"orders-access":  environment + ids["orders-access"],
		"orders-kafka":   environment + ids["orders-kafka"],
	})
	s.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes", "--skip-preview")
	assert.Equal(t, map[string]string{"orders": "update"}, s.planned())
	s.up()
	assert.Equal(t, before, s.changes(), "what exists is taken back as it is")
	s.settled()

	s.pulumi("state", "unprotect", "--all", "--yes")
	s.destroyed()
}

// planned is what an update would do, by the names of the resources with something to do.
func (s *stack) planned() map[string]string {
	s.t.Helper()
	var preview struct {
		Steps []struct{ Op, URN string }
	}
	// Before it may be warnings.
	_, out, _ := strings.Cut(s.pulumi("preview", "--json"), "{")
	require.NoError(s.t, json.Unmarshal([]byte("{"+out), &preview))
	planned := map[string]string{}
	for _, step := range preview.Steps {
		if !slices.Contains([]string{"same", "read"}, step.Op) {
			planned[resource{URN: step.URN}.name()] = step.Op
		}
	}
	return planned
}
