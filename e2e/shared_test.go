package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// newSharedStack creates a stack of the program in testdata/shared: a second link and a VpcAccess over the outputs of a
// first link, which has a VPC and a secret too.
func newSharedStack(t *testing.T, language string) *stack {
	t.Helper()
	file := map[string]string{
		"yaml": "Pulumi.yaml", "go": "main.go", "typescript": "index.ts",
		"python": "__main__.py",
	}[language]
	s := newProject(t, language)
	program := readFile(t, "testdata", "shared", file)
	if language == "yaml" {
		program = "name: tidbconfluent-yaml\nruntime: yaml\n" + program
	}
	s.write(file, s.fill(program))
	if language == "go" {
		useConfluentGo(s)
	}
	// The project is that of the example, which has settings.
	s.set("tidb.clusterId", "unused")
	s.set("environmentId", "unused")

	account := s.withAWS()
	for setting, block := range map[string]string{"clients": "10.0", "consumers": "10.1"} {
		vpc := newOwnVpc(t, account, block, "use1-az1", "use1-az2")
		s.set(setting+".vpcId", vpc.id)
		for i, id := range vpc.in("use1-az1", "use1-az2") {
			s.set(fmt.Sprintf("%s.subnetIds[%d]", setting, i), id)
		}
	}
	s.secrets(map[string]string{"connection": hiddenName})
	t.Cleanup(func() { assert.NotContains(t, s.transcript.String(), hiddenName) })
	return s
}

const hiddenName = "canary-connection-4711"

// TestTransforms: transforms, which change nothing, on the stack, on the parent and on the component at once.
func TestTransforms(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"typescript", "python", "go"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newSharedStack(t, language)
			s.set("transforms", "true")
			s.pulumi("preview")
			assert.Empty(t, s.changes(), "a preview changes nothing")
			s.up()
			assert.NotContains(t, readFile(t, s.stateFile()), hiddenName)
			assert.Regexp(t, `:9092$`, s.outputs()["shared"])
			s.settled()
			s.destroyed()
		})
	}
}

const secretParts = `
config:
  parts: {type: object}
resources:
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      network: ${parts.network}
      kafkaCluster: ${parts.kafkaCluster}
      connection: ${parts.connection}
      vpcAccess: ${parts.vpcAccess}
outputs:
  network: ${orders.networkId}
`

// TestSecretObjects: a stack configuration object of which a part is secret is secret as a whole.
func TestSecretObjects(t *testing.T) {
	t.Parallel()
	s := newStack(t, secretParts)
	vpc := newOwnVpc(t, s.withAWS(), "10.0", "use1-az1", "use1-az2")
	const canary = "canary-4711"
	set := func(path, value string) { s.set("parts."+path, value) }
	secret := func(path, value string) { s.setSecret("parts."+path, value) }
	secret("kafkaCluster.displayName", canary+"-kafka")
	set("kafkaCluster.availability", "SINGLE_ZONE")
	set("kafkaCluster.cku", "0")
	set("network.dnsResolution", "PRIVATE")
	secret("vpcAccess[0].tags.secret", canary+"-tag")
	set("vpcAccess[0].name", "clients")
	set("vpcAccess[0].vpcId", vpc.id)
	for i, id := range vpc.in("use1-az1", "use1-az2") {
		set(fmt.Sprintf("vpcAccess[0].subnetIds[%d]", i), id)
	}
	// Secrets stay secret in messages, also in the name of a missing object.
	assert.Contains(t, s.pulumiFails("preview"), "kafkaCluster.cku: [secret] is too low")
	set("kafkaCluster.cku", "1")
	s.set("parts.network."+canary, "1")
	s.transcript.Reset()
	assert.Contains(t, s.pulumiFails("preview"), "network.[secret]: there is no such input")
	s.pulumi("config", "rm", "--path", "parts.network."+canary)
	set("network.zones[0]", canary)
	s.transcript.Reset()
	assert.Contains(t, s.pulumiFails("preview"), "network.zones: ")
	s.pulumi("config", "rm", "--path", "parts.network.zones")

	s.pulumi("up", "--yes")
	s.pulumi("stack", "export")
	s.settled()
	s.destroyed()
	assert.NotContains(t, s.transcript.String(), canary)
}

// sameRun runs a preview and an update with the same flags, which must do the same, and returns what they do.
func (s *stack) sameRun(flags ...string) plan {
	s.t.Helper()
	calls := len(s.sandbox.Calls())
	previewed := s.observed(append([]string{"preview"}, flags...)...).plan
	assert.Empty(s.t, changing(s.sandbox.Calls()[calls:]), "a preview changes nothing")
	updated := s.update(flags...)
	assert.Equal(s.t, previewed.String(), updated.String(), "%v", flags)
	return updated
}

// TestSkipped: outputs of a resource that an update skips are unknown. With YAML, a preview shows what the update does.
// With the other languages, SDKs and transforms pass on values that are unknown in an update.
func TestSkipped(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"yaml", "go", "python", "typescript"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newSharedStack(t, language)
			run := s.sameRun
			if language != "yaml" {
				run = s.update
			}
			if language == "typescript" {
				s.set("transforms", "true")
			}
			assert.Equal(t, plan{"fresh": "create"}.String(), run("--target", "**fresh").String())
			done := s.sameRun("--exclude", "**orders-kafka")
			assert.NotContains(t, done, "orders-kafka")
			for _, name := range []string{"orders-network", "orders-domains", "payments-domains", "reports-endpoint"} {
				assert.Equal(t, "create", done[name], name)
			}
			assert.Equal(t, "create", run()["orders-kafka"])
			if language == "yaml" {
				s.settled()
			}

			// The Kafka cluster is deleted, with its known dependents. The rest stays.
			s.pulumi("destroy", "--yes", "--skip-preview", "--target", "**orders-kafka", "--target-dependents")
			s.pulumi("refresh", "--yes", "--skip-preview", "--run-program")
			run("--target", "**fresh")
			if language == "yaml" {
				s.pulumi("destroy", "--preview-only", "--run-program")
			}
			s.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
			assert.Empty(t, s.sandbox.Difference(), "left behind after destroy")
		})
	}
}

// update returns what an update does.
func (s *stack) update(flags ...string) plan {
	s.t.Helper()
	return s.observed(append([]string{"up", "--yes", "--skip-preview"}, flags...)...).plan
}
