package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// tidbAccountWest is TiDB Cloud's AWS account in us-west-2.
const tidbAccountWest = "444455556666"

// byHand are the ids of resources that a user created by hand, as pulumi import expects them. The documentation shows
// the same.
var byHand = map[string]string{
	"orders-network":    "env-7x3k9q/n-6kq2zr",
	"orders-access":     "env-7x3k9q/pla-4r0wep",
	"orders-kafka":      "env-7x3k9q/lkc-9mz5yq",
	"orders-connection": "10482930571846290153/plc-a7bq2mxw",
	"orders-domains":    "10482930571846290153/plc-a7bq2mxw/attach-k3n5q7s2",
}

// madeByHand are the resources of a user who followed the manual procedure: names of a person's choice, zones in the
// order of the clicks, a cluster that has grown since.
func madeByHand(state *sandbox.State) {
	const service = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
	const domain = "domnprzqrog.us-east-1.aws.confluent.cloud"
	state.Networks = map[string]*sandbox.Network{"n-6kq2zr": {
		DisplayName: "kafka production", Zones: []string{"use1-az6", "use1-az4", "use1-az1"},
		DNSLabel: "domnprzqrog", EndpointService: service, DNSResolution: "CHASED_PRIVATE",
	}}
	state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{"pla-4r0wep": {
		DisplayName: "TiDB Cloud", NetworkID: "n-6kq2zr", Account: tidbAccount,
	}}
	state.KafkaClusters = map[string]*sandbox.KafkaCluster{"lkc-9mz5yq": {
		DisplayName: "orders production", NetworkID: "n-6kq2zr", CKU: 3,
	}}
	state.PrivateLinkConnections = map[string]*sandbox.PrivateLinkConnection{"plc-a7bq2mxw": {
		ClusterID: "10482930571846290153", DisplayName: "orders to kafka", EndpointService: service,
		Domains: []*sandbox.AttachedDomain{{
			ID: "attach-k3n5q7s2", Type: "CONFLUENT", UniqueName: "domnprzqrog.us-east-1",
			Names: []string{"*." + domain, "*.use1-az1." + domain},
		}},
	}}
}

// TestAdopt follows docs/existing-parts.md: the component adopts everything that was created by hand, and nothing is
// created, changed or deleted.
func TestAdopt(t *testing.T) {
	t.Parallel()
	// In addition to the documented program, one without all optional inputs: its parts in Confluent have the
	// component's name; the connection has another one, and keeps it.
	program := readFile(t, "testdata", "adopt", "Pulumi.yaml") + `
  payments:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSWest2}}"
      environmentId: {{.SecondEnvironmentID}}
      kafkaCluster: {availability: SINGLE_ZONE}
`
	s := newStack(t, program, sandbox.Options{Prepare: func(state *sandbox.State) {
		madeByHand(state)
		moreMadeByHand(state)
		state.KafkaClusters["lkc-9mz5yq"].BYOKKeyID = "cck-one"
	}})
	s.pulumi("preview", "--import-file", "import.json")
	ids := map[string]string{
		"payments-network":    "env-m5vr2d/n-payments",
		"payments-access":     "env-m5vr2d/pla-payments",
		"payments-kafka":      "env-m5vr2d/lkc-payments",
		"payments-connection": "10617294850361748295/plc-payments",
		"payments-domains":    "10617294850361748295/plc-payments/attach-payments",
	}
	maps.Copy(ids, byHand)
	s.fillImportFile("import.json", ids)
	s.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes", "--skip-preview")
	for _, r := range s.resources() {
		assert.True(t, r.Protect, "an import protects what is there: %s", r.name())
	}

	// The engine knows the components by name alone, so the first update writes down their inputs and outputs.
	assert.Equal(t, map[string]string{"orders": "update", "payments": "update"}, s.planned())
	s.up()
	s.settled()
	assert.Empty(t, s.changes())
	assert.Empty(t, s.sandbox.Difference())

	// A cluster that grows keeps its key.
	s.change(strings.Replace(program, "{availability: SINGLE_ZONE}", "{availability: SINGLE_ZONE, cku: 2}", 1))
	assert.Equal(t, map[string]string{"payments": "update", "payments-kafka": "update"}, s.planned())
	s.up()
	s.settled()
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Equal(t, oldKey, state.KafkaClusters["lkc-payments"].EncryptionKey)
		assert.Equal(t, "cck-one", state.KafkaClusters["lkc-9mz5yq"].BYOKKeyID)
	})

	// From now on it is like any other link, also in the order of its deletion.
	s.pulumi("destroy", "--yes", "--skip-preview")
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Empty(t, state.Networks)
		assert.Empty(t, state.PrivateLinkConnections)
	})
	when := map[string]time.Time{}
	for _, event := range s.sandbox.Events() {
		when[event.ID+" "+event.State] = event.Time
	}
	for connection, access := range map[string]string{"plc-a7bq2mxw": "pla-4r0wep", "plc-payments": "pla-payments"} {
		gone, leaving := when[connection+" "+sandbox.StateDeleted], when[access+" "+sandbox.PhaseDeprovisioning]
		assert.True(t, leaving.After(gone), "%s went before %s was gone", access, connection)
	}
}

// oldKey encrypts a cluster from the time before self-managed keys had IDs. The component has no input for it.
const oldKey = "arn:aws:kms:us-west-2:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

// moreMadeByHand is a second link, in another region and environment.
func moreMadeByHand(state *sandbox.State) {
	const service = "com.amazonaws.vpce.us-west-2.vpce-svc-0f1e2d3c4b5a69788"
	const tidb, environment, name = "10617294850361748295", "env-m5vr2d", "payments"
	state.Networks["n-payments"] = &sandbox.Network{
		EnvironmentID: environment, DisplayName: name, Region: "us-west-2", DNSLabel: "dompayments",
		EndpointService: service,
	}
	state.PrivateLinkAccesses["pla-payments"] = &sandbox.PrivateLinkAccess{
		EnvironmentID: environment, DisplayName: name, NetworkID: "n-payments", Account: tidbAccountWest,
	}
	state.KafkaClusters["lkc-payments"] = &sandbox.KafkaCluster{
		EnvironmentID: environment, DisplayName: name, NetworkID: "n-payments", Availability: "SINGLE_ZONE",
		EncryptionKey: oldKey,
	}
	state.PrivateLinkConnections["plc-payments"] = &sandbox.PrivateLinkConnection{
		ClusterID: tidb, DisplayName: "a forgotten name", EndpointService: service,
		Domains: []*sandbox.AttachedDomain{{
			ID: "attach-payments", Type: "CONFLUENT", UniqueName: "dompayments.us-west-2",
			Names: []string{"*.dompayments.us-west-2.aws.confluent.cloud"},
		}},
	}
}

// TestAdoptAPart: parts that were not created by hand are created, and a name that is left out becomes the component's,
// in place.
func TestAdoptAPart(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink, sandbox.Options{Prepare: func(state *sandbox.State) {
		madeByHand(state)
		state.KafkaClusters, state.PrivateLinkConnections = map[string]*sandbox.KafkaCluster{},
			map[string]*sandbox.PrivateLinkConnection{}
		state.Networks["n-6kq2zr"].DNSResolution = "PRIVATE"
	}})
	s.write("import.json", `{"resources": [
		{"type": "tidbconfluent:index:PrivateLink", "name": "orders", "component": true},
		{"type": "confluentcloud:index/network:Network", "name": "orders-network",
			"parent": "orders", "id": "env-7x3k9q/n-6kq2zr", "version": "`+confluentVersion+`"},
		{"type": "confluentcloud:index/privateLinkAccess:PrivateLinkAccess", "name": "orders-access",
			"parent": "orders", "id": "env-7x3k9q/pla-4r0wep", "version": "`+confluentVersion+`"}
	]}`)
	s.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes", "--skip-preview")
	assert.Equal(t, map[string]string{
		"orders": "update", "orders-network": "update", "orders-access": "update",
		"orders-kafka": "create", "orders-connection": "create", "orders-domains": "create",
	}, s.planned())
	s.up()
	assert.Equal(t, []string{
		"PATCH /networking/v1/networks/n-6kq2zr",
		"PATCH /networking/v1/private-link-accesses/pla-4r0wep",
	}, slices.DeleteFunc(s.changes(), func(call string) bool { return strings.HasPrefix(call, "POST ") }))
	s.settled()
}

// TestImportNativeResources: without the component too, and with the program that the engine writes.
func TestImportNativeResources(t *testing.T) {
	t.Parallel()
	s := newStack(t, readFile(t, "testdata", "adopt", "look.yaml"), sandbox.Options{Prepare: madeByHand})
	// How the documentation finds the id of an attachment.
	assert.Contains(t, s.up(), `attachDomainId: "attach-k3n5q7s2"`)
	importFile := func(name, connection, domains string) {
		content, err := json.Marshal(map[string]any{"resources": []map[string]string{
			{"type": typeConnection, "name": "connection", "id": connection},
			{"type": typeDomains, "name": "domains", "id": domains},
		}})
		require.NoError(t, err)
		s.write(name, string(content))
	}
	importFile("none.json", "10482930571846290153/plc-none", "10482930571846290153/plc-a7bq2mxw/attach-none")
	out := s.pulumiFails("import", "--file", "none.json", "--yes", "--skip-preview")
	assert.Contains(t, out, "resource '10482930571846290153/plc-none' does not exist")
	assert.Contains(t, out, "resource '10482930571846290153/plc-a7bq2mxw/attach-none' does not exist")
	importFile("malformed.json", "plc-a7bq2mxw", "attach-k3n5q7s2")
	out = s.pulumiFails("import", "--file", "malformed.json", "--yes", "--skip-preview")
	assert.Contains(t, out,
		`"plc-a7bq2mxw" is not the ID of a private link connection; it has the form `+
			`<clusterId>/<privateLinkConnectionId>`)
	assert.Contains(t, out, `"attach-k3n5q7s2" is not the ID of a domain attachment; it has the form `+
		`<clusterId>/<privateLinkConnectionId>/<attachDomainId>`)
	assert.Empty(t, s.resources())

	importFile("import.json", byHand["orders-connection"], byHand["orders-domains"])
	s.pulumi("import", "--file", "import.json", "--out", "generated.yaml", "--yes", "--skip-preview")
	s.change("name: kafka-link\nruntime: yaml\n" + readFile(t, s.dir, "generated.yaml"))
	s.settled()
	assert.Empty(t, s.changes())
}

// fillImportFile writes ids into the import file that a preview wrote, as a person does.
func (s *stack) fillImportFile(name string, ids map[string]string) {
	s.t.Helper()
	var file struct {
		NameTable map[string]string `json:"nameTable,omitempty"`
		Resources []map[string]any  `json:"resources"`
	}
	require.NoError(s.t, json.Unmarshal([]byte(readFile(s.t, s.dir, name)), &file))
	var filled []string
	for _, r := range file.Resources {
		if r["component"] != true {
			name, _ := r["name"].(string)
			r["id"] = ids[name]
			filled = append(filled, name)
		}
	}
	require.ElementsMatch(s.t, slices.Collect(maps.Keys(ids)), filled, "what the import file asks for")
	content, err := json.Marshal(file)
	require.NoError(s.t, err)
	s.write(name, string(content))
}
