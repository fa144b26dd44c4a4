package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// dayTwo is a stack of the YAML example, up and running. Its programs are those of docs/day-two.md.
func dayTwo(t *testing.T) *stack {
	t.Helper()
	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	s := newStack(t, string(program))
	seed := s.sandbox.Seed()
	s.setText("tidb.clusterId", seed.EssentialUSEast1)
	s.setText("tidb.paymentsClusterId", seed.EssentialUSEast1B)
	s.set("environmentId", seed.EnvironmentID)
	s.up()
	return s
}

// becomes changes the program to one of testdata/day-two, and requires its effect in the services.
func (s *stack) becomes(program string) []string {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "day-two", program))
	require.NoError(s.t, err)
	s.change(string(content))
	before := len(s.changes())
	s.up()
	s.settled()
	return s.changes()[before:]
}

func TestDayTwo(t *testing.T) {
	t.Parallel()
	const (
		networks = "PATCH /networking/v1/networks/"
		accesses = "PATCH /networking/v1/private-link-accesses/"
		clusters = "PATCH /cmk/v2/clusters/"
	)
	for program, want := range map[string][]string{
		"resize.yaml": {clusters},
		"names.yaml":  {networks, accesses, clusters},
		// The names in Confluent Cloud follow the component's.
		"rename.yaml": {networks, accesses, clusters},
	} {
		t.Run(strings.TrimSuffix(program, ".yaml"), func(t *testing.T) {
			t.Parallel()
			s := dayTwo(t)
			made := s.becomes(program)
			require.Len(t, made, len(want), "%v", made)
			for _, call := range want {
				assert.True(t, startsOne(made, call), "%s is not among %v", call, made)
			}
			s.destroyed()
		})
	}
}

func startsOne(calls []string, prefix string) bool {
	for _, call := range calls {
		if strings.HasPrefix(call, prefix) {
			return true
		}
	}
	return false
}

// TestDayTwoSecondCluster: the second TiDB Cloud cluster gets a connection and its domains, and everything else stays
// as it is.
func TestDayTwoSecondCluster(t *testing.T) {
	t.Parallel()
	s := dayTwo(t)
	made := s.becomes("second.yaml")
	require.Len(t, made, 2, "%v", made)
	for _, call := range made {
		assert.Contains(t, call, s.sandbox.Seed().EssentialUSEast1B)
	}
	s.destroyed()
}

// TestDayTwoLossIsSeen: a preview names the data that a replacement loses, and offers no command that would not help.
func TestDayTwoLossIsSeen(t *testing.T) {
	t.Parallel()
	s := dayTwo(t)
	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	for change, reason := range map[string]string{
		"kafkaCluster:\n        availability: SINGLE_ZONE": "kafkaCluster.availability is MULTI_ZONE, not SINGLE_ZONE",
		"kafkaCluster:\n        byokKeyId: cck-1":          "kafkaCluster.byokKeyId is none, not cck-1",
		"network:\n        dnsResolution: CHASED_PRIVATE":  "network.dnsResolution is PRIVATE, not CHASED_PRIVATE",
		"network:\n        zones: [use1-az1, use1-az2, use1-az4]": "network.zones is use1-az1, use1-az2, use1-az6, " +
			"not use1-az1, use1-az2, use1-az4",
	} {
		s.change(strings.Replace(string(program), "kafkaCluster:\n        cku: 2", change, 1))
		out := s.pulumi("preview")
		assert.Contains(t, out, reason)
		assert.Contains(t, out, "topics and data")
		assert.NotContains(t, out, "pulumi import")
	}
	s.change(string(program))
	assert.NotContains(t, s.pulumi("preview"), "topics and data")
	out := s.pulumi("preview", "--replace", "**orders-kafka")
	assert.Contains(t, out, "if it is being replaced, all of its topics and data are lost")
}

// TestDayTwoProtection: protection by Pulumi and by Confluent Cloud, and the way out of both.
func TestDayTwoProtection(t *testing.T) {
	t.Parallel()
	s := dayTwo(t)
	s.becomes("protected.yaml")
	made := s.changes()
	out := s.pulumiFails("destroy", "--yes", "--skip-preview")
	assert.Contains(t, out, "protect")
	assert.Equal(t, made, s.changes())

	program, err := os.ReadFile(filepath.Join("..", "examples", "yaml", "Pulumi.yaml"))
	require.NoError(t, err)
	s.change(strings.Replace(string(program), "cku: 2", "cku: 2\n        deletionProtection: false", 1))
	s.up()
	s.destroyed()
}

// TestDayTwoRotation: new keys change nothing, whether or not the old ones are still valid.
func TestDayTwoRotation(t *testing.T) {
	t.Parallel()
	s := dayTwo(t)
	fresh := sandbox.Credentials{
		CloudAPIKey: "FRESHFRESHFRESH0", CloudAPISecret: strings.Repeat("fresh", 12),
		PublicKey: "FRESH001", PrivateKey: "5f1d9c6e-fresh-key",
	}
	s.sandbox.AddCredentials(fresh)
	s.env["CONFLUENT_CLOUD_API_KEY"], s.env["CONFLUENT_CLOUD_API_SECRET"] = fresh.CloudAPIKey, fresh.CloudAPISecret
	s.env["TIDBCLOUD_PUBLIC_KEY"], s.env["TIDBCLOUD_PRIVATE_KEY"] = fresh.PublicKey, fresh.PrivateKey
	made := s.changes()
	out := s.up()
	assert.NotContains(t, out, "replace")
	assert.Equal(t, made, s.changes())
	s.sandbox.RevokeCredentials(s.sandbox.Credentials())
	s.settled()
	out = s.pulumi("stack", "export")
	assert.NotContains(t, out, fresh.PrivateKey)
	s.destroyed()
}

// documentedCommand is a call of the Pulumi command line in the documentation.
var documentedCommand = regexp.MustCompile(`(?m)^ *(?:\$ )?pulumi ([^\n]*)$`)

// documentedFlag is a flag of it.
var documentedFlag = regexp.MustCompile(`(?:^| )--?[\w-]+`)

// TestDocumentedCommands: Pulumi knows the commands of the documentation, and their flags.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	require.NoError(t, err)
	s := newStack(t, oneLink)
	tried := map[string]bool{}
	for _, page := range append(pages,
		filepath.Join("..", "README.md"), filepath.Join("..", "CONTRIBUTING.md"),
		filepath.Join("..", "examples", "README.md"), filepath.Join("..", "examples", "platform", "README.md")) {
		content, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range documentedCommand.FindAllStringSubmatch(string(content), -1) {
			words := strings.Fields(m[1])
			command := words[0]
			if slices.Contains([]string{"config", "package", "plugin", "stack", "state"}, command) &&
				!strings.HasPrefix(words[1], "-") {
				command += " " + words[1]
			}
			// The help is the same whatever the arguments are.
			called := command + " " + strings.Join(documentedFlag.FindAllString(m[1], -1), " ")
			if tried[called] {
				continue
			}
			tried[called] = true
			help := s.pulumi(append(words, "--help")...)
			last := command[strings.LastIndex(command, " ")+1:]
			assert.Regexp(t, "pulumi "+command+`|Aliases:\n.*\b`+last+`\b`, help, "%s: pulumi %s", page, m[1])
		}
	}
	assert.NotEmpty(t, tried)
}
