package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestUnknowns: when ids and parts come from resources that do not exist yet, a preview still shows every resource, and
// the update then creates these.
func TestUnknowns(t *testing.T) {
	t.Parallel()
	want := plan{}
	for _, name := range []string{
		"fresh", "network", "access", "kafka",
		"made", "made-network", "made-access", "made-kafka", "made-connection", "made-domains",
		"existing", "existing-connection", "existing-domains",
	} {
		want[name] = "create"
	}
	for language, file := range map[string]string{
		"yaml": "Pulumi.yaml", "go": "main.go", "typescript": "index.ts", "python": "__main__.py",
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, language)
			program, err := os.ReadFile(filepath.Join("testdata", "unknowns", file))
			require.NoError(t, err)
			if language == "yaml" {
				program = append([]byte("name: tidbconfluent-yaml\nruntime: yaml\n"), program...)
			}
			s.write(file, s.fill(string(program)))
			if language == "go" {
				useConfluentGo(s)
			}
			// The project is that of the example, which has settings.
			s.set("tidb.clusterId", "unused")
			s.set("environmentId", "unused")
			assert.Equal(t, want.String(), s.observed("preview").plan.String())
			assert.Empty(t, s.changes(), "a preview changes nothing")
			assert.Equal(t, want.String(), s.observed("up", "--yes", "--skip-preview").plan.String())
			outputs := s.outputs()
			assert.Regexp(t, `:9092$`, outputs["made"])
			assert.Regexp(t, `:9092$`, outputs["existing"])
			assert.NotEqual(t, outputs["made"], outputs["existing"])
			if language == "typescript" {
				// What docs/reference.md shows.
				assert.Equal(t, []string{"dedicated.cku"}, s.optioned()["made"].children["kafka"].IgnoreChanges)
			}
			s.settled()
			s.destroyed()
		})
	}
}

// laterRefused are inputs that a preview cannot know, and that turn out to be wrong.
var laterRefused = []struct {
	name, inputs string
	want         []string
}{
	{
		"malformed",
		`tidbClusterId: ` + unknown("orders") + `, environmentId: ` + unknown("prod") + `, region: ` +
			unknown("us-east") +
			`, network: {zones: ` + unknownList("use1-az1", "use1-az2") + `, dnsResolution: ` + unknown("PUBLIC") +
			`}` +
			`, kafkaCluster: {availability: ` + unknown("HIGH") + `}, connection: {displayName: ` + unknown("") + `}`,
		[]string{
			`tidbClusterId: "orders"`, `environmentId: "prod"`, `region: "us-east"`, "network.zones: ",
			"network.dnsResolution: ", `"PUBLIC"`,
			"kafkaCluster.availability: ", `"HIGH"`, "connection.displayName: ",
		},
	},
	{
		"ids malformed", `network: {id: ` + unknown("vpc-1") + `}, privateLinkAccess: {id: ` + unknown("x-1") +
			`}, kafkaCluster: {id: ` + unknown("y-1") + `}`,
		[]string{`network.id: "vpc-1"`, `privateLinkAccess.id: "x-1"`, `kafkaCluster.id: "y-1"`},
	},
	{
		"Starter in another region", `tidbClusterId: ` + unknown("{{.Starter}}") + `, region: ` + unknown("us-west-2"),
		[]string{"tidbClusterId: ", "{{.Starter}}", "Starter", "Essential", "region: us-west-2", "us-east-1"},
	},
	{
		"cluster not found", `tidbClusterId: ` + unknown("10000000000000000001"),
		[]string{"tidbClusterId: ", "10000000000000000001", "not found"},
	},
	{
		"no AZ in common", `network: {zones: ` + unknownList("use1-az3", "use1-az4", "use1-az5") + `}`,
		[]string{"network.zones: ", "use1-az3", "use1-az1"},
	},
	{
		"CKU too low", `kafkaCluster: {availability: ` + unknown("MULTI_ZONE") + `, cku: 1}`,
		[]string{"kafkaCluster.cku: ", "1", "MULTI_ZONE", "2"},
	},
	{
		"network not found", `network: {id: ` + unknown("n-none") + `}`,
		[]string{"network.id: ", "n-none", "{{.EnvironmentID}}"},
	},
	{
		"network of another environment",
		`environmentId: ` + unknown("{{.SecondEnvironmentID}}") + `, network: {id: n-good}`,
		[]string{"network.id: ", "n-good", "{{.SecondEnvironmentID}}"},
	},
	{
		"network in another region", `network: {id: ` + unknown("n-west") + `}`,
		[]string{"network.id: ", "n-west", "us-west-2", "us-east-1"},
	},
	{
		"access for another account", `network: {id: n-good}, privateLinkAccess: {id: ` + unknown("pla-account") + `}`,
		[]string{"privateLinkAccess.id: ", "pla-account", "999988887777", "111122223333"},
	},
	{
		"Kafka cluster on another network", `network: {id: ` + unknown("n-good") + `}, kafkaCluster: {id: lkc-other}`,
		[]string{"kafkaCluster.id: ", "lkc-other", "n-other", "n-good"},
	},
}

// TestUnknownsRefused: what is unknown in a preview is checked by the update, before anything that depends on it is
// created.
func TestUnknownsRefused(t *testing.T) {
	t.Parallel()
	program := "resources:\n  fresh: {type: confluentcloud:Environment}\n"
	for i, test := range laterRefused {
		program += privateLink(badName(i), test.inputs)
	}
	s := newStack(t, program, sandbox.Options{Prepare: existingParts})
	s.pulumi("preview")
	said := s.refused("update")
	for i, test := range laterRefused {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range test.want {
				assert.Contains(t, said[badName(i)], s.fill(want))
			}
		})
	}
	for _, call := range changing(s.sandbox.Calls()) {
		assert.Equal(t, "create fresh", kindOfCall(call), "nothing else may be created")
	}
}

// TestUnknownsRefusedAtOnce: the same with one command for both.
func TestUnknownsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources:\n  fresh: {type: confluentcloud:Environment}\n"+
		privateLink("orders", laterRefused[0].inputs), sandbox.Options{Prepare: existingParts})
	out := s.pulumiFails("up", "--yes")
	preview, update, updated := strings.Cut(out, "Updating (")
	require.True(t, updated, "the preview succeeds")
	assert.NotContains(t, preview, "error")
	for _, want := range laterRefused[0].want {
		assert.Contains(t, update, s.fill(want))
	}
}
