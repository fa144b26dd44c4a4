package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestLostByARefresh: Confluent's provider takes a 404 or a 403 for "gone", also a wrong one, and drops an existing
// part from the state. The next preview reports each kind, with the command that takes it back. A destroy then leaves
// nothing.
func TestLostByARefresh(t *testing.T) {
	t.Parallel()
	const (
		takeOver = `take it over first: (pulumi import .*?); if it belongs`
		refused  = `take it over: (pulumi import .*?); if the state has it`
	)
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			s := newStack(t, oneLink)
			s.up()
			made := s.changes()
			for _, test := range []struct {
				path    string
				lost    []string
				refused bool
			}{
				{"/networking/v1/networks/*", []string{"network"}, false},
				{"/networking/v1/private-link-accesses/*", []string{"access"}, true},
				{"/cmk/v2/clusters/*", []string{"kafka"}, false},
				{"/*/v*/*/*", []string{"network", "access", "kafka"}, false},
			} {
				s.sandbox.Inject(sandbox.Fault{
					Service: sandbox.ServiceConfluent, Method: http.MethodGet, Path: test.path, Status: status,
					Times: -1,
					Match: func(c sandbox.Call) bool { return !strings.HasPrefix(c.Path, "/org/") },
				})
				s.pulumi("refresh", "--yes", "--skip-preview")
				s.sandbox.ClearFaults()

				preview, pattern := s.pulumi, takeOver
				if test.refused {
					preview, pattern = s.pulumiFails, refused
				}
				out := preview("preview")
				for _, child := range test.lost {
					s.imports(out, "orders-"+child, pattern)
				}
				// What is imported depends on nothing yet, so that there is something to do.
				assert.NotContains(t, s.pulumi("up", "--yes"), "warning", test.path)
				require.Equal(t, made, s.changes(), "nothing is made a second time, %s", test.path)
			}
			s.settled()
			s.destroyed()
		})
	}
}
