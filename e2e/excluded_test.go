package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// theRest is what an update without flags creates after one with flags: everything that the first left out.
func theRest(all []string, first plan) plan {
	rest := plan{}
	for _, name := range all {
		if _, done := first[name]; !done {
			rest[name] = "create"
		}
	}
	return rest
}

// TestExcludedChild: a child that needs an excluded one is left out, and the next update creates it. Each of five links
// has another child excluded.
func TestExcludedChild(t *testing.T) {
	t.Parallel()
	all := []string{"network", "access", "kafka", "connection", "domains"}
	leftOut := map[string][]string{
		"network":    {"access", "connection", "domains", "kafka"},
		"access":     {"connection", "domains"},
		"kafka":      nil,
		"connection": {"domains"},
		"domains":    nil,
	}
	program, children := "resources:\n", []string{}
	for _, child := range all {
		program += privateLink(linkWithout(child), "")
		children = append(children, "**"+linkWithout(child)+"-"+child)
	}
	for name, dependents := range map[string][]string{"alone": nil, "with its dependents": {"--exclude-dependents"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newManyLinks(t, program)
			flags := append([]string{}, dependents...)
			for _, child := range children {
				flags = append(flags, "--exclude", child)
			}
			done := s.sameRun(flags...)
			rest := s.sameRun()
			for _, child := range all {
				link := linkWithout(child)
				want := theRest(append(slices.Clone(all), ""), plan{child: ""})
				for _, name := range leftOut[child] {
					delete(want, name)
				}
				assert.Equal(t, want.String(), done.below(link).String(), "without the %s", child)
				assert.Equal(t, theRest(all, done.below(link)).String(), rest.below(link).String(), "after it")
			}
			s.settled()
			s.destroyed()
		})
	}
}

// newManyLinks makes a stack for a program with many links, of which an update reads the state.
func newManyLinks(t *testing.T, program string) *stack {
	t.Helper()
	s := newLargeStack(t, program, nil)
	delete(s.env, "PULUMI_SKIP_CHECKPOINTS")
	return s
}

// linkWithout is the name of the link with an excluded child.
func linkWithout(child string) string { return "without" + child }

// TestExcludedLink: without its component no child is created, and Pulumi can read the state afterwards.
func TestExcludedLink(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	assert.NotContains(t, s.sameRun("--exclude", "**orders").String(), "orders")
	assert.Len(t, s.sameRun(), 6)
	s.settled()
	s.destroyed()
}

// TestTargetedChild: a child is created with what it needs, and not without.
func TestTargetedChild(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	assert.Empty(t, s.sameRun("--target", "**orders-kafka"))
	assert.Equal(t, plan{"orders": "create"}.String(), s.sameRun("--target", "**orders").String())
	out := s.pulumiFails("preview", "--target", urnOfKafka)
	assert.Contains(t, out, "left out, because this run skips what they need: orders-access (needs orders-network), ")
	assert.Contains(t, out, "Target '"+urnOfKafka+"' could not be found")
	done := s.sameRun("--target", "**orders-network", "--target", "**orders-kafka")
	assert.Equal(t, plan{"orders-network": "create", "orders-kafka": "create"}.String(), done.String())
	done = s.sameRun("--target", "**orders-access", "--target-dependents")
	assert.Equal(t, plan{"orders-access": "create", "orders-connection": "create", "orders-domains": "create"}.String(),
		done.String())
	s.settled()
	s.destroyed()
}

const urnOfKafka = "urn:pulumi:dev::e2e::" + typePrivateLink + "$" + typeKafka + "::orders-kafka"

// TestExcludedNeedOfExisting: a child that exists stays as it is. What it needs is lost from the state here, as after a
// refresh in which Confluent Cloud wrongly answers 404.
func TestExcludedNeedOfExisting(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	before := s.changes()
	var state struct{ Resources []any }
	s.latest(&state)
	for _, name := range []string{"orders-network", "orders-connection"} {
		s.lose(name)
		assert.Empty(t, s.sameRun("--exclude", "**"+name))
		s.editState(func([]any) []any { return state.Resources })
	}
	assert.Equal(t, before, s.changes(), "nothing is changed")

	// The connection depends on the access, and has no input from it.
	s.sandbox.Update(func(state *sandbox.State) { clear(state.PrivateLinkAccesses) })
	s.lose("orders-access")
	assert.Empty(t, s.sameRun("--exclude", "**orders-access"))
	assert.Equal(t, plan{"orders-access": "create"}.String(), s.sameRun().String())
	s.destroyed()
}

// TestExcludedNewNeed: the same where the program has a new network in place of an existing one.
func TestExcludedNewNeed(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink+"      network: {id: n-bare}\n", sandbox.Options{Prepare: partsToBring})
	s.up()
	before := s.changes()
	s.change(oneLink)
	assert.Equal(t, plan{"orders": "update network"}.String(), s.sameRun("--exclude", "**orders-network").String())
	assert.Equal(t, before, s.changes(), "nothing is changed")
	s.up()
	s.settled()
	s.destroyed()
}

// lose removes a resource from the state and from the dependencies of others, as a refresh does when it finds the
// resource gone.
func (s *stack) lose(name string) {
	s.t.Helper()
	lost := s.resourceCalled(name).URN
	s.editState(func(resources []any) []any {
		isLost := func(urn any) bool { return urn == lost }
		without := func(urns any) []any {
			list, _ := urns.([]any)
			return slices.DeleteFunc(list, isLost)
		}
		return slices.DeleteFunc(resources, func(r any) bool {
			held, _ := r.(map[string]any)
			held["dependencies"] = without(held["dependencies"])
			properties, _ := held["propertyDependencies"].(map[string]any)
			for property, urns := range properties {
				properties[property] = without(urns)
			}
			return isLost(held["urn"])
		})
	})
}

// manyOfOne has resources that depend on one new link: another link, a VPC, and a changefeed. %[1]d numbers each of
// several.
const manyOfOne = `
  orders%[1]d:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      vpcAccess: [{name: clients, vpcId: "${consumers.vpcId}", subnetIds: "${consumers.subnetIds}"}]
  payments%[1]d:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1B}}"
      environmentId: {{.EnvironmentID}}
      network: {id: "${orders%[1]d.networkId}"}
      privateLinkAccess: {id: "${orders%[1]d.privateLinkAccessId}"}
      kafkaCluster: {id: "${orders%[1]d.kafkaClusterId}"}
  rows%[1]d:
    type: tidbconfluent:KafkaChangefeed
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: {{.EnvironmentID}}
      kafkaClusterId: ${orders%[1]d.kafkaClusterId}
      privateLinkConnectionId: ${orders%[1]d.privateLinkConnectionId}
      tables: [shop.orders]
      topics: {name: shop}
`

// excludedOfMany are what is created without a child, and what is left out, by the child.
var excludedOfMany = []struct {
	excluded      string
	done, leftOut []string
}{
	{
		"orders-network",
		[]string{"orders-clients-sg", "rows-account"},
		[]string{
			"orders-kafka", "orders-vpc-access", "orders-clients-endpoint", "payments-connection",
			"payments-domains", "rows-key", "rows-changefeed",
		},
	},
	{
		"orders-access",
		[]string{"orders-kafka", "orders-clients-endpoint", "rows-key"},
		[]string{"orders-connection", "payments-connection", "payments-domains", "rows-changefeed"},
	},
	{
		"orders-connection",
		[]string{"orders-kafka", "orders-clients-endpoint", "payments-domains", "rows-key"},
		[]string{"orders-domains", "rows-changefeed"},
	},
	{
		"orders-kafka",
		[]string{"orders-domains", "orders-clients-record", "payments-domains", "rows-account"},
		[]string{"rows-key", "rows-role", "rows-changefeed"},
	},
	{
		"orders-vpc-access",
		[]string{"orders-kafka", "orders-domains", "orders-clients-sg", "rows-changefeed"},
		[]string{"orders-clients-endpoint", "orders-clients-record"},
	},
	{
		"orders-clients-sg",
		[]string{"orders-domains", "orders-vpc-access"},
		[]string{"orders-clients-endpoint", "orders-clients-record"},
	},
	{
		"rows-account",
		[]string{"orders-kafka", "orders-domains"},
		[]string{"rows-role", "rows-key", "rows-changefeed"},
	},
}

// TestExcludedOfMany: the same for a child that several components need. At the update, another component's resources
// that need it are left out. The preview cannot know that: for an unknown output, the engine names only the component.
func TestExcludedOfMany(t *testing.T) {
	t.Parallel()
	program := "config: {consumers: {type: object}}\nresources:\n"
	var flags []string
	// in names a resource of a case.
	in := func(i int, name string) string {
		component, child, _ := strings.Cut(name, "-")
		return fmt.Sprintf("%s%d-%s", component, i, child)
	}
	for i, test := range excludedOfMany {
		program += fmt.Sprintf(manyOfOne, i)
		flags = append(flags, "--exclude", "**"+in(i, test.excluded))
	}
	s := newManyLinks(t, program)
	vpc := newOwnVpc(t, s.withAWS(), "10.0", "use1-az1", "use1-az2")
	s.set("consumers.vpcId", vpc.id)
	for i, id := range vpc.in("use1-az1", "use1-az2") {
		s.set(fmt.Sprintf("consumers.subnetIds[%d]", i), id)
	}
	previewed := s.observed(append([]string{"preview"}, flags...)...).plan
	done := s.update(flags...)
	for name, action := range done {
		assert.Equal(t, previewed[name], action, "the preview of %s", name)
	}
	for i, test := range excludedOfMany {
		for _, name := range test.done {
			assert.Equal(t, "create", done[in(i, name)], "%s without %s", name, test.excluded)
		}
		for _, name := range append(slices.Clone(test.leftOut), test.excluded) {
			assert.NotContains(t, done, in(i, name), "without %s", test.excluded)
		}
	}
	s.pulumi("refresh", "--yes", "--skip-preview", "--run-program")
	rest := s.sameRun()
	for i, test := range excludedOfMany {
		for _, name := range append(slices.Clone(test.leftOut), test.excluded) {
			assert.Equal(t, "create", rest[in(i, name)], "%s after %s", name, test.excluded)
		}
	}
	s.settled()
	s.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
	assert.Empty(t, s.sandbox.Difference(), "left behind after destroy")
}

// TestExcludedWithoutCheckpoints: where an update cannot tell what exists, it reports how to go on.
func TestExcludedWithoutCheckpoints(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.env["PULUMI_SKIP_CHECKPOINTS"] = "true"
	up := []string{"up", "--yes", "--skip-preview", "--exclude", "**orders-network"}
	out := s.pulumiFails(up...)
	assert.Contains(t, out, "orders-kafka needs orders-network, which this run skips, and PULUMI_SKIP_CHECKPOINTS "+
		"hides whether orders-kafka exists")
	delete(s.env, "PULUMI_SKIP_CHECKPOINTS")
	s.pulumi(up...)
	s.up()
	s.settled()
	s.destroyed()
}
