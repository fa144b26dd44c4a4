package provider_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// operation is an operation of which one call fails.
type operation struct {
	name string
	// prepare runs before any call fails.
	prepare func(*stack)
	// hit selects the calls that fail, after the first few.
	hit  func(sandbox.Call) bool
	skip int
	// run is the operation. next is what a user does after its error; nil repeats the operation.
	run  func(*stack) error
	next func(*stack) error
	// believes means that the operation trusts an empty list.
	believes bool
	// continues means that a changefeed goes on where another one stopped.
	continues bool
}

func operations() []operation {
	getCluster := callTo(http.MethodGet, func(rest string) bool { return rest == "" })
	list := callTo(http.MethodGet, func(rest string) bool { return rest == "/privateLinkConnections" })
	zones := callTo(http.MethodGet, func(rest string) bool {
		return rest == "/privateLinkConnections:getAvailabilityZones"
	})
	post := callTo(http.MethodPost, func(rest string) bool { return rest == "/privateLinkConnections" })
	get := callTo(http.MethodGet, func(rest string) bool {
		return strings.HasPrefix(rest,
			"/privateLinkConnections/plc-")
	})
	remove := callTo(http.MethodDelete, func(string) bool { return true })
	attach := callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":attachDomains") })
	detach := callTo(http.MethodPost, func(rest string) bool { return strings.HasSuffix(rest, ":detachDomains") })
	dryRun := func(c sandbox.Call) bool {
		return attach(c) && bytes.Contains(c.RequestBody, []byte(`"validateOnly":true`))
	}
	earnest := func(c sandbox.Call) bool { return attach(c) && !dryRun(c) }

	none := func(*stack) {}
	connected := func(s *stack) { s.must(s.up(s.connection)) }
	attached := func(s *stack) { connected(s); s.must(s.up(s.attachment)) }
	failed := func(s *stack) {
		access := map[string]*sandbox.PrivateLinkAccess{}
		s.box.Update(func(w *sandbox.State) { access, w.PrivateLinkAccesses = w.PrivateLinkAccesses, access })
		require.Error(s.t, s.up(s.connection))
		s.box.Update(func(w *sandbox.State) { w.PrivateLinkAccesses = access })
	}
	managed := func(s *stack) { connected(s); s.managed = true }
	vanished := func(s *stack) {
		attached(s)
		s.box.Update(func(w *sandbox.State) { clear(w.PrivateLinkConnections) })
	}
	// A creation of a connection or an attachment got no answer, and no look-up worked; made reports whether it exists.
	unanswered := func(r func(*stack) *tracked, made bool) func(*stack) {
		return func(s *stack) {
			look := list
			ask := post
			if r(s) == s.attachment {
				connected(s)
				look, ask = get, attach
			}
			s.box.Inject(sandbox.Fault{Match: ask, Drop: true, Run: made})
			s.box.Inject(sandbox.Fault{Match: look, Skip: 1, Status: 403, Times: -1})
			require.Error(s.t, s.up(r(s)))
			require.Contains(s.t, r(s).id, "unconfirmed")
			s.box.ClearFaults()
		}
	}
	// Each is looked for once before it is created.
	interrupted := func(r func(*stack) *tracked, look func(sandbox.Call) bool) func(*stack) {
		return func(s *stack) {
			if r(s) == s.attachment {
				connected(s)
			}
			s.box.Inject(sandbox.Fault{Match: look, Skip: 1, Status: 400})
			require.Error(s.t, s.up(r(s)))
			require.NotEmpty(s.t, r(s).id)
		}
	}
	connection := func(s *stack) *tracked { return s.connection }
	attachment := func(s *stack) *tracked { return s.attachment }
	up := func(r func(*stack) *tracked) func(*stack) error { return func(s *stack) error { return s.up(r(s)) } }
	refresh := func(r func(*stack) *tracked) func(*stack) error {
		return func(s *stack) error { return s.refresh(r(s)) }
	}
	destroy := func(r func(*stack) *tracked) func(*stack) error {
		return func(s *stack) error { return s.destroy(r(s)) }
	}
	refreshAndUp := func(r func(*stack) *tracked) func(*stack) error {
		return func(s *stack) error { return errors.Join(s.refresh(r(s)), s.up(r(s))) }
	}
	destroyBoth := func(s *stack) error { return errors.Join(s.destroy(s.attachment), s.destroy(s.connection)) }
	invoke := func(function string) func(*stack) error { return func(s *stack) error { return s.invoke(function) } }

	return append(feedOperations(), []operation{
		{name: "create connection, list", prepare: none, hit: list, run: up(connection)},
		{name: "create connection, create", prepare: none, hit: post, run: up(connection)},
		{
			name: "create connection, then destroy, create", prepare: none, hit: post, run: up(connection),
			next: destroy(connection),
		},
		{
			name: "create connection, then refresh, create", prepare: none, hit: post, run: up(connection),
			next: refreshAndUp(connection),
		},
		{
			name: "replace connection that was not answered, list", prepare: unanswered(connection, true), hit: list,
			run: up(connection), believes: true,
		},
		{
			name: "replace connection that was never made, list", prepare: unanswered(connection, false), hit: list,
			run: up(connection),
		},
		{
			name: "replace connection that was not answered, delete", prepare: unanswered(connection, true),
			hit: remove,
			run: up(connection),
		},
		{
			name: "replace connection that was not answered, create", prepare: unanswered(connection, true), hit: post,
			run: up(connection),
		},
		{
			name: "delete connection that was not answered, list", prepare: unanswered(connection, true), hit: list,
			run: destroy(connection), believes: true,
		},
		{
			name: "delete connection that was never made, list", prepare: unanswered(connection, false), hit: list,
			run: destroy(connection),
		},
		{
			name: "delete connection that was not answered, delete", prepare: unanswered(connection, true), hit: remove,
			run: destroy(connection),
		},
		{
			name: "read connection that was not answered, list", prepare: unanswered(connection, true), hit: list,
			run: refresh(connection), next: refreshAndUp(connection), believes: true,
		},
		{
			name: "read connection that was never made, list", prepare: unanswered(connection, false), hit: list,
			run: refresh(connection),
		},
		{name: "create connection, list while waiting", prepare: none, hit: list, skip: 1, run: up(connection)},
		{name: "resume connection, list", prepare: interrupted(connection, list), hit: list, run: up(connection)},
		{name: "read connection, get", prepare: connected, hit: get, run: refresh(connection)},
		{
			name: "read vanished connection, get cluster", prepare: vanished, hit: getCluster, run: refresh(connection),
			next: destroyBoth,
		},
		{
			name: "read vanished connection, list", prepare: vanished, hit: list, run: refresh(connection),
			next: destroyBoth,
		},
		{
			name: "delete vanished connection, list", prepare: vanished, hit: list, run: destroy(connection),
			next: destroyBoth,
		},
		{name: "replace failed connection, delete", prepare: failed, hit: remove, run: up(connection)},
		{name: "replace failed connection, create", prepare: failed, hit: post, run: up(connection)},
		{name: "delete connection, delete", prepare: connected, hit: remove, run: destroy(connection)},
		{name: "delete connection, list", prepare: connected, hit: list, run: destroy(connection)},
		{name: "delete connection, get", prepare: connected, hit: get, run: destroy(connection)},
		{
			name: "delete vanished connection, get cluster", prepare: vanished, hit: getCluster,
			run:  destroy(connection),
			next: destroyBoth,
		},
		{
			name: "delete vanished connection, get", prepare: vanished, hit: get, run: destroy(connection),
			next: destroyBoth,
		},
		{name: "create attachment, get", prepare: connected, hit: get, run: up(attachment)},
		{name: "create attachment, attach", prepare: connected, hit: attach, run: up(attachment)},
		{name: "create attachment, get while waiting", prepare: connected, hit: get, skip: 1, run: up(attachment)},
		{
			name: "create attachment, then destroy, attach", prepare: connected, hit: attach, run: up(attachment),
			next: destroy(attachment),
		},
		{
			name: "create attachment, then refresh, attach", prepare: connected, hit: attach, run: up(attachment),
			next: refreshAndUp(attachment),
		},
		{
			name: "replace attachment that was not answered, get", prepare: unanswered(attachment, true), hit: get,
			run: up(attachment),
		},
		{
			name: "replace attachment that was not answered, detach", prepare: unanswered(attachment, true),
			hit: detach,
			run: up(attachment),
		},
		{
			name: "delete attachment that was not answered, get", prepare: unanswered(attachment, true), hit: get,
			run: destroy(attachment),
		},
		{
			name: "delete attachment that was not answered, detach", prepare: unanswered(attachment, true), hit: detach,
			run: destroy(attachment),
		},
		{
			name: "delete attachment that was never made, get", prepare: unanswered(attachment, false), hit: get,
			run: destroy(attachment),
		},
		{
			name: "read attachment that was not answered, get", prepare: unanswered(attachment, true), hit: get,
			run: refresh(attachment), next: refreshAndUp(attachment),
		},
		{name: "create managed attachment, dry run", prepare: managed, hit: dryRun, run: up(attachment)},
		{name: "create managed attachment, attach", prepare: managed, hit: earnest, run: up(attachment)},
		{name: "resume attachment, get", prepare: interrupted(attachment, get), hit: get, run: up(attachment)},
		{name: "read attachment, get", prepare: attached, hit: get, run: refresh(attachment)},
		{
			name: "read vanished attachment, get cluster", prepare: vanished, hit: getCluster, run: refresh(attachment),
			next: destroyBoth,
		},
		{name: "delete attachment, detach", prepare: attached, hit: detach, run: destroy(attachment)},
		{name: "delete attachment, get", prepare: attached, hit: get, run: destroy(attachment)},
		{
			name: "delete vanished attachment, get cluster", prepare: vanished, hit: getCluster,
			run:  destroy(attachment),
			next: destroyBoth,
		},
		{name: "getCluster, get cluster", prepare: none, hit: getCluster, run: invoke("getCluster")},
		{name: "getPrivateLinkZones, zones", prepare: none, hit: zones, run: invoke("getPrivateLinkZones")},
		{name: "getPrivateLinkConnection, get", prepare: connected, hit: get, run: invoke("getPrivateLinkConnection")},
	}...)
}

// callTo matches the calls of a method by what follows the cluster's id in their path.
func callTo(method string, rest func(string) bool) func(sandbox.Call) bool {
	return func(c sandbox.Call) bool {
		path, found := strings.CutPrefix(c.Path, "/v1beta1/clusters/")
		if !found || c.Method != method {
			return false
		}
		_, behind, slash := strings.Cut(path, "/")
		if slash {
			behind = "/" + behind
		}
		return rest(behind)
	}
}
