package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// noise is what Pulumi and gRPC print about a component that was cut off because of another error.
var noise = regexp.MustCompile(
	`client connection is closing|context canceled|marshaling properties|code = Canceled|code = Unavailable`)

// goodAndBad has a link that takes a while, and others.
func goodAndBad(bad map[string]string) string {
	program := "resources:\n" + privateLink("good", "")
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		program += privateLink(name, bad[name])
	}
	return program
}

// slowly makes the good link still be in progress when the other one fails.
var slowly = sandbox.Options{
	Prepare: existingParts, Times: sandbox.Times{NetworkCreate: 4 * time.Second},
	Quotas: sandbox.Quotas{NetworksPerEnvironment: -1, ClustersPerEnvironment: -1},
}

// refusedLinks are refused before anything of them is created.
var refusedLinks = map[string]struct{ inputs, want string }{
	"inputs":  {`tidbClusterId: orders, network: {id: x-1}`, `network.id: "x-1" is not a Confluent network ID`},
	"types":   {`kafkaCluster: {fn::select: [0, [{cku: 2.5}]]}`, `kafkaCluster.cku: is a fraction`},
	"lookup":  {`tidbClusterId: "{{.Starter}}"`, `but only Essential clusters have private link connections`},
	"another": {`network: {id: n-west}`, `network n-west is in region us-west-2`},
}

// TestContinueOnError: refused links do not interrupt others, and the error of each comes once.
func TestContinueOnError(t *testing.T) {
	t.Parallel()
	refused, accepted := map[string]string{}, map[string]string{}
	for name, test := range refusedLinks {
		refused[name] = test.inputs
		accepted[name] = `tidbClusterId: "{{.EssentialUSEast1B}}"`
	}
	s := newStack(t, goodAndBad(refused), slowly)
	out := s.pulumiFails("up", "--yes", "--skip-preview", "--continue-on-error")
	for name, test := range refusedLinks {
		assert.Equal(t, 1, strings.Count(errorsIn(out), test.want), "%s: %s", name, out)
	}
	assert.NotRegexp(t, noise, out)
	assert.Subset(t, names(s.resources()),
		[]string{typeNetwork + " good-network", typeKafka + " good-kafka", typeDomains + " good-domains"})

	// The parts of the refused links stay, whatever happens to the others.
	s.change(goodAndBad(accepted))
	s.up()
	before := names(s.resources())
	s.change(goodAndBad(refused))
	s.pulumiFails("up", "--yes", "--skip-preview", "--continue-on-error")
	assert.Equal(t, before, names(s.resources()))
}

// errorsIn are the errors at the end of the CLI's output, without the one with which each update that failed
// ends.
func errorsIn(out string) string {
	_, diagnostics, _ := strings.Cut(out, "\nDiagnostics:\n")
	return strings.ReplaceAll(diagnostics, "error: update failed", "")
}

// TestContinueOnErrorOfAChild: the child's error comes once, and the other links are created.
func TestContinueOnErrorOfAChild(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{{"--continue-on-error"}, nil} {
		t.Run(strings.Join(append(flags, "flags"), " "), func(t *testing.T) {
			t.Parallel()
			s := newStack(t, goodAndBad(map[string]string{"bad": `tidbClusterId: "{{.EssentialUSEast1B}}"`}), slowly)
			s.sandbox.Inject(sandbox.Fault{
				Service: sandbox.ServiceConfluent, Method: "POST", Path: "/networking/v1/networks", Status: 400,
				Times: 1,
				Match: func(call sandbox.Call) bool { return strings.Contains(string(call.RequestBody), `"bad"`) },
			})
			out := s.pulumiFails(append([]string{"up", "--yes", "--skip-preview"}, flags...)...)
			assert.Regexp(t, `Network \(bad-network\):\n +error: `, errorsIn(out))
			assert.NotRegexp(t, noise, out)
			if flags == nil {
				assert.Equal(t, 1, strings.Count(errorsIn(out), "error: "), "%s", out)
				return
			}
			assert.Equal(t, 2, strings.Count(errorsIn(out), "error: "), "%s", out)
			assert.Contains(t, out, "see its own error")
			assert.Subset(t, names(s.resources()), []string{typeKafka + " good-kafka", typeDomains + " good-domains"})
			s.up()
			s.settled()
		})
	}
}

// TestOneError: without the flag a refused link stops the update at once, with one error. A preview reports each.
func TestOneError(t *testing.T) {
	t.Parallel()
	t.Run("previews", func(t *testing.T) {
		t.Parallel()
		refused := map[string]string{}
		for name, test := range refusedLinks {
			refused[name], refused[name+"2"] = test.inputs, test.inputs
		}
		out := newStack(t, goodAndBad(refused), slowly).pulumiFails("preview")
		for name, test := range refusedLinks {
			assert.Equal(t, 2, strings.Count(errorsIn(out), test.want), "%s: %s", name, out)
		}
		assert.NotRegexp(t, noise, out)
	})
	for name, test := range refusedLinks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, goodAndBad(map[string]string{"bad": test.inputs}), slowly)
			begun := time.Now()
			out := s.pulumiFails("up", "--yes", "--skip-preview")
			t.Logf("an update fails after %v", time.Since(begun))
			assert.Equal(t, 1, strings.Count(errorsIn(out), test.want), "%s", out)
			assert.NotRegexp(t, noise, out)
			assert.NotContains(t, out, "rpc error")
			assert.NotContains(t, names(s.resources()), typeKafka+" good-kafka")
		})
	}
}

// programsWithOutputs use an output at once, as programs do.
var programsWithOutputs = map[string]string{
	"typescript": `
import * as tidbconfluent from "pulumi-tidbconfluent";
const orders = new tidbconfluent.PrivateLink("orders", { tidbClusterId: "{{.EssentialUSEast1}}",
    environmentId: "{{.EnvironmentID}}" });
export const host = orders.bootstrapEndpoint.apply((endpoint) => endpoint.split(":")[0]);
`,
	"python": `
import pulumi
import pulumi_tidbconfluent as tidbconfluent
orders = tidbconfluent.PrivateLink("orders", tidb_cluster_id="{{.EssentialUSEast1}}",
                                   environment_id="{{.EnvironmentID}}")
pulumi.export("host", orders.bootstrap_endpoint.apply(lambda endpoint: endpoint.split(":")[0]))
`,
}

// TestOneErrorInPrograms: when a child fails, a program that uses the component's outputs has no error of its own.
func TestOneErrorInPrograms(t *testing.T) {
	t.Parallel()
	for language, program := range programsWithOutputs {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, language)
			s.write(map[string]string{"typescript": "index.ts", "python": "__main__.py"}[language], s.fill(program))
			s.set("tidb.clusterId", "unused")
			s.set("environmentId", "unused")
			s.sandbox.Inject(
				sandbox.Fault{
					Service: sandbox.ServiceConfluent, Method: "POST", Path: "/cmk/v2/clusters", Status: 400,
					Times: 1,
				})
			out := s.pulumiFails("up", "--yes", "--skip-preview")
			assert.Regexp(t, `KafkaCluster \(orders-kafka\):\n +error: `, errorsIn(out))
			assert.Equal(t, 1, strings.Count(errorsIn(out), "rror: "), "%s", out)
			assert.NotRegexp(t, noise, out)
		})
	}
}
