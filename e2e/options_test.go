package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// option is a resource option on the component that Pulumi YAML has.
type option struct {
	// given has the option in YAML, without the braces, and later its changed form; empty means unchanged.
	given, later string
	// change is the change of the inputs, if any, and want its effect.
	change string
	want   plan
	// state checks the state after the creation.
	state func(t *testing.T, link optioned)
}

// optioned is a component with an option, and its children by the ends of their names.
type optioned struct {
	component stateEntry
	children  map[string]stateEntry
}

// stateEntry has the options of a resource in the state.
type stateEntry struct {
	URN, Type, Parent, Provider string
	Outputs                     map[string]any
	Dependencies                []string
	Protect, RetainOnDelete     bool
	DeletedWith                 string
	IgnoreChanges               []string
	CustomTimeouts              struct{ Create, Update, Delete float64 }
}

const freshURN = "urn:pulumi:dev::e2e::confluentcloud:index/environment:Environment::fresh"

// The options, as docs/reference.md lists them. A component with the option is created, then changed.
var options = map[string]option{
	"additionalSecretOutputs": {
		given: `additionalSecretOutputs: [networkId]`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.Regexp(t, "^n-", link.component.Outputs["networkId"], "no effect")
		},
	},
	"aliases": {
		// The component is renamed, and the names in Confluent Cloud with it.
		later: `aliases: [{name: aliases}]`,
		want:  plan{"network": "update displayName", "access": "update displayName", "kafka": "update displayName"},
	},
	"customTimeouts": {
		given: `customTimeouts: {create: 90s, update: 2m, delete: 3m}`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			for name, child := range link.children {
				want := [3]float64{90, 120, 180}
				switch strings.TrimPrefix(name, "vpc-") { // their providers warn of a timeout that they ignore
				case "account", "role", "key":
					want = [3]float64{}
				case "network", "access", "sg":
					want[1] = 0
				}
				assert.Equal(t, want,
					[3]float64{child.CustomTimeouts.Create, child.CustomTimeouts.Update, child.CustomTimeouts.Delete},
					name)
			}
		},
	},
	"deleteBeforeReplace": {
		given: `deleteBeforeReplace: true`, change: `connection: {displayName: x}`,
		want: plan{
			"": "update connection", "connection": "replace displayName",
			"domains": "replace privateLinkConnectionId",
		},
	},
	"deletedWith": {
		given: `deletedWith: "${fresh}"`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.Equal(t, freshURN, link.component.DeletedWith)
			for name, child := range link.children {
				assert.Equal(t, freshURN, child.DeletedWith, name)
			}
		},
	},
	"dependsOn": {
		given: `dependsOn: ["${fresh}"]`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.Contains(t, link.component.Dependencies, freshURN)
			for name, child := range link.children {
				assert.NotContains(t, child.Dependencies, freshURN, name)
			}
		},
	},
	"hideDiffs": {
		given: `hideDiffs: [network]`, change: `network: {displayName: x}`,
		want: plan{"": "update network", "network": "update displayName"},
	},
	"ignoreChanges": {
		given: `ignoreChanges: [network]`, change: `network: {displayName: x}`,
		want: plan{"network": "update displayName"},
	},
	"import": {
		given: `import: n-1`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.NotEqual(t, "n-1", link.component.Outputs["networkId"], "no effect")
		},
	},
	"parent": {
		given: `parent: "${fresh}"`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.Equal(t, freshURN, link.component.Parent)
			for name, child := range link.children {
				assert.Equal(t, link.component.URN, child.Parent, name)
			}
		},
	},
	"pluginDownloadURL": {given: `pluginDownloadURL: "https://localhost"`, state: usesTheDefaultProvider},
	"protect": {
		given: `protect: true`, later: `protect: false`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.True(t, link.component.Protect)
			for name, child := range link.children {
				assert.True(t, child.Protect, name)
			}
		},
	},
	"provider": {
		given: `provider: "${tidb}"`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			for name, child := range link.children {
				own := name == "connection" || name == "domains"
				assert.Equal(t, own, strings.Contains(child.Provider, "::tidb::"), name)
			}
		},
	},
	"providers": {
		given: `providers: ["${tidb}", "${confluent}"]`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			for name, child := range link.children {
				assert.Regexp(t, `::(tidb|confluent)::`, child.Provider, name)
			}
		},
	},
	"replaceOnChanges": {
		given: `replaceOnChanges: [network]`, change: `network: {displayName: x}`,
		want: plan{"": "update network", "network": "update displayName"},
	},
	"replaceWith": {given: `replaceWith: ["${fresh}"]`},
	// The replacement of a component does not reach its children.
	"replacementTrigger": {given: `replacementTrigger: a`, later: `replacementTrigger: b`, want: plan{"": "replace"}},
	"retainOnDelete": {
		given: `retainOnDelete: true`,
		state: func(t *testing.T, link optioned) {
			t.Helper()
			assert.True(t, link.component.RetainOnDelete)
			for name, child := range link.children {
				assert.True(t, child.RetainOnDelete, name)
			}
		},
	},
	"version": {given: "version: " + provider.Version, state: usesTheDefaultProvider},
}

func usesTheDefaultProvider(t *testing.T, link optioned) {
	t.Helper()
	name := func(version string) string { return "::default_" + strings.ReplaceAll(version, ".", "_") }
	assert.Contains(t, link.children["connection"].Provider, name(provider.Version)+"_github_",
		"a child's plugin is the SDK's choice")
	assert.Contains(t, link.children["network"].Provider, name(confluentVersion)+"::")
}

// optionsProgram has a component for each option, before its change or after it.
func optionsProgram(after bool) string {
	program := `
config: {endpoint: {type: string}}
resources:
  fresh: {type: confluentcloud:Environment}
  tidb: {type: pulumi:providers:tidbconfluent, properties: {requestsPerMinute: 1000000}}
  confluent: {type: pulumi:providers:confluentcloud, properties: {endpoint: "${endpoint}"}}
`
	for name, o := range options {
		given, inputs := o.given, ""
		if after && o.later != "" {
			given = o.later
		}
		if after {
			inputs = o.change
		}
		program += privateLink(optionName(name, after), inputs) + "    options: {" + given + "}\n"
	}
	return program
}

// optionName is the name of the component for an option; the one with aliases changes its name.
func optionName(option string, after bool) string {
	if option == "aliases" && after {
		return "renamed"
	}
	return option
}

// TestOptions: what each resource option on the component does, to it and to its children.
func TestOptions(t *testing.T) {
	t.Parallel()
	s := newLargeStack(t, optionsProgram(false), nil)
	s.set("endpoint", s.sandbox.ConfluentURL())
	assert.NotContains(t, s.up(), "does not support customTimeouts")
	links := s.optioned()
	s.change(optionsProgram(true))
	update := s.observed("up", "--yes", "--skip-preview")
	for name, o := range options {
		t.Run(name, func(t *testing.T) {
			if o.state != nil {
				require.Len(t, links[name].children, 5)
				o.state(t, links[name])
			}
			got := update.plan.below(optionName(name, true))
			if got[""] == "update" {
				delete(got, "") // an option changed, and no input
			}
			assert.Equal(t, o.want.String(), got.String())
		})
	}
	assert.False(t, update.deletedFirst["deleteBeforeReplace-connection"],
		"deleteBeforeReplace has no effect on children")
	s.checkRetained(links["retainOnDelete"])
}

// checkRetained removes a component with retained children from the program.
func (s *stack) checkRetained(link optioned) {
	s.t.Helper()
	calls := len(s.sandbox.Calls())
	program := optionsProgram(true)
	begin := strings.Index(program, "  retainOnDelete:")
	end := begin + strings.Index(program[begin:], "options:")
	end += strings.Index(program[end:], "\n") + 1
	s.change(program[:begin] + program[end:])
	s.up()
	assert.Empty(s.t, changing(s.sandbox.Calls()[calls:]), "nothing is deleted")
	_, there := s.optioned()["retainOnDelete"]
	assert.False(s.t, there, "nothing is in the state")
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Contains(s.t, state.Networks, link.component.Outputs["networkId"])
	})
}

// optioned are the components in the state with their options, by name.
func (s *stack) optioned() map[string]optioned {
	s.t.Helper()
	var latest struct{ Resources []stateEntry }
	s.latest(&latest)
	links := map[string]optioned{}
	for _, entry := range latest.Resources {
		name := resource{URN: entry.URN}.name()
		// That of a PrivateLink is a child.
		own := entry.Type == typeVpcAccess && !strings.Contains(name, "-")
		if own || entry.Type == typePrivateLink || entry.Type == changefeed.Type {
			links[name] = optioned{entry, map[string]stateEntry{}}
		}
	}
	for _, entry := range latest.Resources {
		component, child, _ := strings.Cut(resource{URN: entry.URN}.name(), "-")
		if link, ok := links[component]; ok && child != "" {
			link.children[child] = entry
		}
	}
	return links
}

// TestOptionVersionRefused: a version that is not installed is an error.
func TestOptionVersionRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink+"    options: {version: 9.9.9}\n")
	assert.Contains(t, s.pulumiFails("preview"), "9.9.9")
	assert.Empty(t, s.changes())
}

// Options that only programs in other languages have; TestOptionsInGo tries them.
var optionsInGo = []string{"hooks", "transformations", "transforms"}

// TestOptionsDocument: the page of the documentation has each option that is tested in a line, and no other.
func TestOptionsDocument(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "reference.md"))
	require.NoError(t, err)
	byHand, _, ok := strings.Cut(string(page), matrixHeading)
	require.True(t, ok)
	links, accesses, ok := strings.Cut(byHand, "\n## On a `VpcAccess`\n")
	require.True(t, ok)
	accesses, feeds, ok := strings.Cut(accesses, "\n## On a `KafkaChangefeed`\n")
	require.True(t, ok)
	for part, tested := range map[string][]string{
		links:    append(slices.Collect(maps.Keys(options)), optionsInGo...),
		accesses: append(slices.Collect(maps.Keys(vpcOptions)), "aliases"),
		feeds:    append(slices.Collect(maps.Keys(feedOptions)), "transforms"), // see TestTransformsOfChangefeeds
	} {
		var documented []string
		for _, line := range regexp.MustCompile("(?m)^\\| `(\\w+(?:`, `\\w+)*)` \\|").FindAllStringSubmatch(part, -1) {
			documented = append(documented, strings.Split(line[1], "`, `")...)
		}
		assert.ElementsMatch(t, tested, documented, "%d options are tested", len(tested))
	}
}
