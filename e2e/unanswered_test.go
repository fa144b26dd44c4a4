package e2e

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// unanswered makes TiDB Cloud create a connection or attach domains without an answer, and without answers to look-ups.
func (s *stack) unanswered(ask, look string) {
	asked := false
	matches := func(c sandbox.Call, pattern string) bool {
		return regexp.MustCompile(pattern).MatchString(c.Method + " " + c.Path)
	}
	s.sandbox.Inject(sandbox.Fault{Drop: true, Run: true, Match: func(c sandbox.Call) bool {
		asked = asked || matches(c, ask)
		return matches(c, ask)
	}})
	s.sandbox.Inject(sandbox.Fault{Status: 403, Times: -1, Match: func(c sandbox.Call) bool {
		return asked && matches(c, look)
	}})
}

// TestUnansweredCreations: a resource of unknown outcome stays in the state, and each of the plain commands settles it.
func TestUnansweredCreations(t *testing.T) {
	t.Parallel()
	calls := map[string][2]string{
		"orders-connection": {`^POST .*/privateLinkConnections$`, `^GET .*/privateLinkConnections$`},
		"orders-domains":    {`^POST .*:attachDomains$`, `^GET .*/plc-[a-z2-7]+$`},
	}
	for child, call := range calls {
		for _, then := range []string{"up", "refresh", "destroy"} {
			if child == "orders-domains" && then != "refresh" {
				continue // the other two are the same for both, and tried without the CLI
			}
			t.Run(child+" "+then, func(t *testing.T) {
				t.Parallel()
				s := newStack(t, oneLink)
				s.unanswered(call[0], call[1])
				out := s.pulumiFails("up", "--yes", "--skip-preview")
				assert.Contains(t, out, "it is not known whether the ")
				assert.Contains(t, out, "nothing is lost: run pulumi up again")
				assert.Regexp(t, `/unconfirmed$`, s.resourceCalled(child).ID)
				s.sandbox.ClearFaults()
				if then == "refresh" {
					s.pulumi("refresh", "--yes", "--skip-preview")
					assert.Regexp(t, `/(plc|ad)-[a-z2-7]+$`, s.resourceCalled(child).ID,
						"a refresh takes over what was made")
				}
				if then != "destroy" {
					s.up()
					s.settled()
				}
				s.destroyed()
			})
		}
	}
}

// TestKilledCreations: a resource that a killed run left behind is not created a second time, and the command in the
// error imports it.
func TestKilledCreations(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	s.forgetsAndTakesOver()
	s.up()
	s.settled()
	s.destroyed()
}

// TestReplacedOnDemand: Pulumi does not show the plugin a resource that --replace names, and the advice in the error
// helps.
func TestReplacedOnDemand(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	replace := []string{"up", "--yes", "--skip-preview", "--replace", s.resourceCalled("orders-connection").URN}
	old := s.resourceCalled("orders-connection").ID
	assert.Contains(t, s.pulumiFails(replace...),
		"if the state has it, under any name, run the same command with --refresh")
	s.pulumi(append(replace, "--refresh")...)
	assert.NotEqual(t, old, s.resourceCalled("orders-connection").ID)

	old = s.resourceCalled("orders-domains").ID
	s.pulumi("state", "taint", s.resourceCalled("orders-domains").URN, "--yes")
	s.up()
	assert.NotEqual(t, old, s.resourceCalled("orders-domains").ID)
	s.settled()
	s.destroyed()
}

func (s *stack) resourceCalled(name string) resource {
	s.t.Helper()
	for _, r := range s.resources() {
		if r.name() == name {
			return r
		}
	}
	require.Fail(s.t, "no resource in the state is called so", name)
	return resource{}
}

// forgetsAndTakesOver loses the connection and the domains of oneLink, and imports them with the errors' commands.
func (s *stack) forgetsAndTakesOver() {
	s.t.Helper()
	s.forget("orders-domains", "orders-connection")
	for _, child := range []string{"orders-connection", "orders-domains"} {
		s.imports(s.pulumiFails("up", "--yes", "--skip-preview"), child, takeOverCommand)
	}
}

// forget removes resources from the state, as if the run that created them had been killed before it recorded them.
func (s *stack) forget(names ...string) {
	s.t.Helper()
	forgotten := map[any]bool{}
	for _, name := range names {
		forgotten[s.resourceCalled(name).URN] = true
	}
	s.editState(func(resources []any) []any {
		return slices.DeleteFunc(resources, func(r any) bool {
			held, _ := r.(map[string]any)
			return forgotten[held["urn"]]
		})
	})
}
