package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

var record = flag.Bool("record", false, "record the state that this version writes, for the versions to come")

const recordedStates = "testdata/states"

// The types of the children of a KafkaChangefeed, apart from an API key.
const (
	typeServiceAccount = "confluentcloud:index/serviceAccount:ServiceAccount"
	typeRoleBinding    = "confluentcloud:index/roleBinding:RoleBinding"
	typeChangefeed     = "tidbconfluent:tidbcloud:Changefeed"
)

// The placeholders for the sandbox's addresses in a recorded state. Those change, and a change of them would show.
const (
	recordedConfluent = "http://confluent.invalid"
	recordedTiDBCloud = "http://tidbcloud.invalid"
)

// recordedOptions are of the sandbox that a state is recorded with and replayed against. The keys are not secret: only
// the sandbox of this test knows them.
var recordedOptions = sandbox.Options{
	Credentials: sandbox.Credentials{
		CloudAPIKey: "RECORDED", CloudAPISecret: "recorded-cloud-api-secret", PublicKey: "RECORDED",
		PrivateKey: "recorded-private-key",
	},
	// There are no brokers behind the clusters of a recorded state.
	Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
	Prepare: func(state *sandbox.State) {
		state.EndpointServices = map[string]*sandbox.EndpointService{
			"com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4n2q6zr1x8v0k3w5y7a": {
				AllowedAccounts: []string{"5123456789012345"},
			},
		}
	},
}

// TestRecordedStates: this version takes over the state of each version, its own included: nothing is replaced, updated
// or unknown, and a destroy still finds everything.
func TestRecordedStates(t *testing.T) {
	t.Parallel()
	own := filepath.Join(recordedStates, "v"+provider.Version)
	if *record {
		recordState(t, own)
	}
	require.FileExists(t, filepath.Join(own, "state.json"),
		"the state that version %s writes is not recorded; run go test ./e2e -run TestRecordedStates -record",
		provider.Version)
	states, err := filepath.Glob(filepath.Join(recordedStates, "v*"))
	require.NoError(t, err)
	for _, dir := range states {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			s := newStack(t, readFile(t, dir, "Pulumi.yaml"), recordedOptions)
			state := readFile(t, dir, "state.json")
			for _, never := range []string{
				recordedOptions.Credentials.CloudAPISecret, recordedOptions.Credentials.PrivateKey,
				"not-known-to-anybody", "sourcePosition", //nolint:misspell // a word in the recorded states
			} {
				assert.NotContains(t, state, never, "a recorded state is public")
			}
			s.importState(state)
			s.restore()
			// Before a refresh comes the update: after it the engine asks this version.
			s.pulumi("up", "--yes", "--skip-preview", "--diff", "--expect-no-changes")
			s.settled()
			assert.Empty(t, s.changes())
			s.destroyed()
		})
	}
}

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(content)
}

// recordState writes down a program and the state after it.
func recordState(t *testing.T, dir string) {
	t.Helper()
	program := readFile(t, recordedStates, "Pulumi.yaml")
	s := newStack(t, program, recordedOptions)
	s.up()
	s.settled()
	state := s.pulumi("stack", "export")
	s.destroyed()
	state = strings.NewReplacer(s.sandbox.ConfluentURL(), recordedConfluent, s.sandbox.TiDBCloudURL(),
		recordedTiDBCloud).Replace(state)
	decoder := json.NewDecoder(strings.NewReader(state))
	decoder.UseNumber()
	var exported map[string]any
	require.NoError(t, decoder.Decode(&exported))
	withoutPositions(exported)
	var recorded bytes.Buffer
	encoder := json.NewEncoder(&recorded)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(exported))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(program), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state.json"), recorded.Bytes(), 0o644))
}

// withoutPositions removes the paths of the code on the recording machine.
func withoutPositions(value any) {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "sourcePosition")
		delete(value, "stackTrace")
		for _, v := range value {
			withoutPositions(v)
		}
	case []any:
		for _, v := range value {
			withoutPositions(v)
		}
	}
}

// importState imports a recorded state into the stack. That of this version becomes one of an earlier version, so that
// another version than the one that wrote it takes it over, as in an upgrade.
func (s *stack) importState(state string) {
	s.t.Helper()
	s.stdin = strings.NewReplacer(
		recordedConfluent, s.sandbox.ConfluentURL(),
		recordedTiDBCloud, s.sandbox.TiDBCloudURL(),
		`"version": "`+provider.Version+`"`, `"version": "0.0.1"`,
		"default_"+strings.ReplaceAll(provider.Version, ".", "_")+"_", "default_0_0_1_",
	).Replace(state)
	s.pulumi("stack", "import")
	s.stdin = ""
}

// restore creates in the services what the stack's state has. Secrets, which are encrypted there, get the default.
func (s *stack) restore() {
	s.t.Helper()
	resources := s.resources()
	s.sandbox.Update(func(state *sandbox.State) {
		for _, r := range resources {
			if restore, ok := restorers[r.Type]; ok {
				restore(state, recordedPart{r.ID, r.Outputs})
			}
		}
	})
}

// recordedPart is what a state has of a part.
type recordedPart struct {
	id      string
	outputs map[string]any
}

// at is the value at a path; nil where there is none.
func (p recordedPart) at(path ...any) any {
	var value any = p.outputs
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := value.(map[string]any)
			value = m[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

func (p recordedPart) text(path ...any) string {
	text, _ := p.at(path...).(string)
	return text
}

func (p recordedPart) texts(path ...any) []string {
	var texts []string
	list, _ := p.at(path...).([]any)
	for _, element := range list {
		text, _ := element.(string)
		texts = append(texts, text)
	}
	return texts
}

var restorers = map[string]func(*sandbox.State, recordedPart){
	typeNetwork: func(state *sandbox.State, p recordedPart) {
		label, _, _ := strings.Cut(p.text("dnsDomain"), ".")
		state.Networks[p.id] = &sandbox.Network{
			EnvironmentID: p.text("environment", "id"), DisplayName: p.text("displayName"), Region: p.text("region"),
			Zones: p.texts("zones"), DNSResolution: p.text("dnsConfig", "resolution"), DNSLabel: label,
			VPC: p.text("aws", 0, "vpc"), EndpointService: p.text("aws", 0, "privateLinkEndpointService"),
		}
	},
	typeAccess: func(state *sandbox.State, p recordedPart) {
		state.PrivateLinkAccesses[p.id] = &sandbox.PrivateLinkAccess{
			EnvironmentID: p.text("environment", "id"), DisplayName: p.text("displayName"),
			NetworkID: p.text("network", "id"), Account: p.text("aws", "account"),
		}
	},
	typeKafka: func(state *sandbox.State, p recordedPart) {
		cku, _ := p.at("dedicated", "cku").(float64)
		state.KafkaClusters[p.id] = &sandbox.KafkaCluster{
			EnvironmentID: p.text("environment", "id"), DisplayName: p.text("displayName"),
			NetworkID:    p.text("network", "id"),
			Availability: p.text("availability"), CKU: int(cku), Zones: p.texts("dedicated", "zones"),
		}
	},
	typeConnection: func(state *sandbox.State, p recordedPart) {
		created, _ := time.Parse(time.RFC3339Nano, p.text("createTime"))
		service := p.text("awsEndpointService", "name") + p.text("alicloudEndpointService", "name")
		state.PrivateLinkConnections[p.text("privateLinkConnectionId")] = &sandbox.PrivateLinkConnection{
			ClusterID: p.text("clusterId"), DisplayName: p.text("displayName"), Type: p.text("type"),
			EndpointService: service,
			EndpointID:      p.text("endpointId"), AvailabilityZoneIDs: p.texts("availabilityZoneIds"),
			CreatedAt: created,
		}
	},
	typeServiceAccount: func(state *sandbox.State, p recordedPart) {
		state.ServiceAccounts[p.id] = &sandbox.ServiceAccount{
			DisplayName: p.text("displayName"),
			Description: p.text("description"),
		}
	},
	typeRoleBinding: func(state *sandbox.State, p recordedPart) {
		state.RoleBindings[p.id] = &sandbox.RoleBinding{
			Principal: p.text("principal"), RoleName: p.text("roleName"), CRNPattern: p.text("crnPattern"),
		}
	},
	typeAPIKey: func(state *sandbox.State, p recordedPart) {
		state.APIKeys[p.id] = &sandbox.APIKey{
			OwnerID: p.text("owner", "id"), ClusterID: p.text("managedResource", "id"), Secret: "recorded-api-secret",
			DisplayName: p.text("displayName"), Description: p.text("description"),
		}
	},
	typeChangefeed: restoreChangefeed,
	typeDomains: func(state *sandbox.State, p recordedPart) {
		connection := state.PrivateLinkConnections[p.text("privateLinkConnectionId")]
		domains := &sandbox.AttachedDomain{
			ID: p.text("attachDomainId"), Type: p.text("type"),
			UniqueName: p.text("uniqueName"),
		}
		list, _ := p.at("domains").([]any)
		for i := range list {
			domains.Names = append(domains.Names, p.text("domains", i, "name"))
		}
		connection.Domains = append(connection.Domains, domains)
	},
}

// restoreChangefeed adds to the inputs what TiDB Cloud adds. Properties have the names of the API.
func restoreChangefeed(state *sandbox.State, p recordedPart) {
	kafka, _ := p.at("kafka").(map[string]any)
	network, _ := kafka["network"].(map[string]any)
	endpoints := p.texts("kafka", "network", "publicEndpoints")
	delete(network, "publicEndpoints")
	network["networkType"] = "PRIVATE_LINK"
	if len(endpoints) > 0 {
		network["networkType"], network["publicEndpoints"] = "PUBLIC", strings.Join(endpoints, ",")
	}
	withoutSecrets(kafka)
	created, _ := time.Parse(time.RFC3339Nano, p.text("createTime"))
	c := &sandbox.Changefeed{
		ClusterID: p.text("clusterId"), DisplayName: p.text("displayName"), State: p.text("state"), CreatedAt: created,
		Sink: sandbox.ChangefeedSink{Type: "KAFKA", Kafka: &sandbox.KafkaSink{}},
	}
	for path, to := range map[string]any{"kafka": c.Sink.Kafka, "filter": &c.Filter} {
		if text, err := json.Marshal(p.at(path)); err != nil || json.Unmarshal(text, to) != nil {
			panic("the recorded " + path + " of a changefeed is none of TiDB Cloud's")
		}
	}
	state.Changefeeds[p.text("changefeedId")] = c
}

// withoutSecrets leaves out what is encrypted.
func withoutSecrets(object map[string]any) {
	for key, value := range object {
		inner, ok := value.(map[string]any)
		if _, secret := inner["ciphertext"]; secret {
			delete(object, key)
		} else if ok {
			withoutSecrets(inner)
		}
	}
}
