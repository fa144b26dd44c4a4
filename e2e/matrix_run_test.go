package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A matrix is the changes of one type of resource.
type matrix struct {
	// title is the type, and resources are those that its changes reach, by the ends of their names.
	title     string
	resources []string
	changes   []change
	// prefix begins the names in the program. declare declares the resource of a change.
	prefix  string
	declare func(name, inputs string) string
	// outputs are the properties that other resources may depend on, by their resource.
	outputs map[string][]string
}

var matrices = []matrix{
	{
		"`tidbconfluent:index:PrivateLink`",
		[]string{"network", "access", "kafka", "connection", "domains"},
		componentChanges,
		"link", privateLink,
		map[string][]string{
			"":           {"region", "tidbAwsAccountId", "tidbAvailabilityZoneIds", "zones"},
			"network":    {"networkId", "dnsDomain", "dnsUniqueName", "zonalSubdomains", "vpcEndpointServiceName"},
			"access":     {"privateLinkAccessId"},
			"kafka":      {"kafkaClusterId", "bootstrapEndpoint", "restEndpoint", "kafkaClusterCrn"},
			"connection": {"privateLinkConnectionId"},
			"domains":    {"attachedDomains"},
		},
	},
	{
		"`tidbconfluent:tidbcloud:PrivateLinkConnection`",
		[]string{"connection", "domains"},
		connectionChanges,
		"plc", privateLinkConnection, nil,
	},
	{
		"`tidbconfluent:tidbcloud:DomainAttachment`",
		[]string{"domains"},
		attachmentChanges,
		"attach", domainAttachment, nil,
	},
}

// name is the name of a change's resource in the program.
func (m matrix) name(change int) string { return fmt.Sprintf("%s%02d", m.prefix, change) }

func privateLink(name, inputs string) string {
	return fmt.Sprintf("  %s:\n    type: tidbconfluent:PrivateLink\n    properties: {%s}\n", name,
		withIDs(inputs,
			map[string]string{"tidbClusterId": `"{{.EssentialUSEast1}}"`, "environmentId": "{{.EnvironmentID}}"}))
}

// withIDs adds the ids that are missing.
func withIDs(inputs string, ids map[string]string) string {
	for _, property := range slices.Sorted(maps.Keys(ids)) {
		if !strings.Contains(inputs, property+":") {
			inputs += ", " + property + ": " + ids[property]
		}
	}
	return strings.TrimPrefix(inputs, ", ")
}

// matrixProgram has a resource for each change, before it or after it.
func matrixProgram(after bool) string {
	var variables, resources, outputs strings.Builder
	if after {
		variables.WriteString(unknownVariables)
		resources.WriteString("  fresh: {type: confluentcloud:Environment}\n")
	}
	for _, m := range matrices {
		for i, c := range m.changes {
			inputs := c.before
			if after {
				inputs = c.after
			}
			resources.WriteString(m.declare(m.name(i), inputs))
			for _, properties := range m.outputs {
				for _, property := range properties {
					fmt.Fprintf(&outputs, "  %[1]s-%[2]s: ${%[1]s.%[2]s}\n", m.name(i), property)
				}
			}
		}
	}
	return variables.String() + "resources:\n" + resources.String() + "outputs:\n" + outputs.String()
}

// matrixAccount is TiDB Cloud's account in the sandbox's us-east-1.
const matrixAccount = "111122223333"

// prepareMatrix creates the existing parts that the changes use.
func prepareMatrix(state *sandbox.State) {
	const fullService = "com.amazonaws.vpce.us-east-1.vpce-svc-0ffffffffffffffff"
	state.Networks = map[string]*sandbox.Network{
		"n-full":  {DNSLabel: "domfull", EndpointService: fullService},
		"n-other": {},
	}
	for i := range 9 {
		state.Networks[fmt.Sprint("n-free", i+1)] = &sandbox.Network{}
	}
	state.PrivateLinkAccesses = map[string]*sandbox.PrivateLinkAccess{
		"pla-full":  {NetworkID: "n-full", Account: matrixAccount},
		"pla-other": {NetworkID: "n-other", Account: matrixAccount},
	}
	state.KafkaClusters = map[string]*sandbox.KafkaCluster{
		"lkc-full":  {NetworkID: "n-full", CKU: 3, DeletionProtection: true},
		"lkc-full2": {NetworkID: "n-full"}, "lkc-other": {NetworkID: "n-other"},
	}
	seed := (&sandbox.Server{}).Seed()
	state.PrivateLinkConnections = map[string]*sandbox.PrivateLinkConnection{
		"plc-b": {ClusterID: seed.EssentialUSEast1B, EndpointService: fullService},
	}
	for i := range len(attachmentChanges) + 1 {
		state.PrivateLinkConnections[fmt.Sprint("plc-", i+1)] = &sandbox.PrivateLinkConnection{
			ClusterID: seed.EssentialUSEast1, EndpointService: fullService,
		}
	}
	state.EndpointServices = map[string]*sandbox.EndpointService{}
	for _, name := range []string{awsService, otherAWSService} {
		state.EndpointServices[name] = &sandbox.EndpointService{AllowedAccounts: []string{matrixAccount}}
	}
	for _, name := range []string{aliService, otherAliService} {
		state.EndpointServices[name] = &sandbox.EndpointService{
			AllowedAccounts: []string{state.TiDBClusters[seed.AlibabaCloud].AccountID},
		}
	}
}

// newLargeStack creates a stack for a program with many links: no limits, and a state that is written once for each
// command.
func newLargeStack(t *testing.T, program string, prepare func(*sandbox.State)) *stack {
	t.Helper()
	s := newStack(t, program, sandbox.Options{Prepare: prepare, MaxRequestsPerMinute: -1, Quotas: sandbox.Quotas{
		NetworksPerEnvironment: -1, ClustersPerEnvironment: -1, ConnectionsPerCluster: -1,
	}})
	s.env["PULUMI_SKIP_CHECKPOINTS"] = "true"
	s.env["PULUMI_PARALLEL"] = "64"
	s.set("tidbconfluent:requestsPerMinute", "1000000")
	return s
}

// TestPreviewMatrix: a preview shows what the matrix has, and what the update then does.
func TestPreviewMatrix(t *testing.T) {
	t.Parallel()
	s := newLargeStack(t, matrixProgram(false), prepareMatrix)
	s.up()
	before, calls := s.resources(), len(s.sandbox.Calls())

	s.change(matrixProgram(true))
	preview := s.observed("preview")
	require.Empty(t, changing(s.sandbox.Calls()[calls:]), "a preview changes nothing")
	update := s.observed("up", "--yes", "--skip-preview")
	for _, m := range matrices {
		for i, c := range m.changes {
			t.Run(strings.Join([]string{m.prefix, c.input, c.kind}, " "), func(t *testing.T) {
				c.check(t, m, preview, update, m.name(i))
			})
		}
	}
	s.checkCalls(s.sandbox.Calls()[calls:], update.plan)
	s.checkOrder(before, update.plan)
	s.pulumi("preview", "--diff", "--expect-no-changes")
}

// check compares a change with the engine's preview and update.
func (c change) check(t *testing.T, m matrix, preview, update *planned, name string) {
	t.Helper()
	said, done, want := preview.plan.below(name), update.plan.below(name), c.planned()
	if m.outputs != nil {
		c.checkComponent(t, said[""])
		delete(said, "")
		delete(done, "")
	}
	assert.Equal(t, want.String(), said.String(), "the preview of %s => %s", c.before, c.after)
	if c.kind == later {
		want = plan{}
	}
	assert.Equal(t, want.String(), done.String(), "the update from %s to %s", c.before, c.after)
	for resource, action := range said {
		if strings.HasPrefix(action, "replace") && resource == "domains" {
			assert.True(t, preview.deletedFirst[name+"-domains"],
				"a domain is attached once, so the old attachment goes first")
		}
		if strings.HasPrefix(action, "replace") &&
			(resource == "connection" || resource == "network" || resource == "access") {
			assert.False(t, preview.deletedFirst[name+"-"+resource], "%s is replaced before the old one goes", resource)
		}
	}
	assert.ElementsMatch(t, c.unknownOutputs(m), preview.unknownBelow(name), "outputs that a preview cannot know")
}

// checkComponent checks that a preview shows the change on the component itself, unless it is none.
func (c change) checkComponent(t *testing.T, action string) {
	t.Helper()
	property, _, _ := strings.Cut(c.input, ".")
	if c.kind == order {
		assert.Empty(t, action, "another order is no change")
		return
	}
	if c.isSecret() {
		assert.Equal(t, "update", action, "the engine shows no secret, so it shows no property either")
		return
	}
	assert.Regexp(t, `^update\b.*\b`+property, action, "the component shows its own change")
}

// isSecret reports whether a secret alone changes.
func (c change) isSecret() bool {
	secrets, name := []string{"password", "apiSecret", "secretAccessKey"}, c.input[strings.LastIndex(c.input, ".")+1:]
	return !strings.Contains(c.input, ",") && slices.Contains(secrets, name)
}

// planned is what a preview shows, without what stays as it is.
func (c change) planned() plan {
	want := plan{}
	for name, action := range c.want {
		if name != "" && action != "" {
			want[name] = action
		}
	}
	return want
}

// unknownOutputs are the only outputs that a preview cannot know: those of new resources, and those that an unknown
// input causes.
func (c change) unknownOutputs(m matrix) []string {
	names := strings.Fields(c.want[""])
	for resource, action := range c.planned() {
		if strings.HasPrefix(action, "replace") || action == "create" {
			names = append(names, m.outputs[resource]...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// changing are the calls that change something.
func changing(calls []sandbox.Call) []sandbox.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(call sandbox.Call) bool {
		return call.Method == "GET" || call.Status == 401 || strings.HasSuffix(call.Path, ":describeSchemaTable") ||
			bytes.Contains(call.RequestBody, []byte(`"validateOnly":true`))
	})
}

// checkCalls checks that the calls to the services are those of the plan.
func (s *stack) checkCalls(calls []sandbox.Call, plan plan) {
	s.t.Helper()
	var got []string
	for _, call := range changing(calls) {
		got = append(got, kindOfCall(call))
		assert.Less(s.t, call.Status, 300, "%s %s", call.Method, call.Path)
	}
	var want []string
	for name, action := range plan {
		i := strings.LastIndex(name, "-")
		if i < 0 && action != "create" {
			continue // a component
		}
		switch kind := name[i+1:]; {
		case action == "create":
			want = append(want, "create "+kind)
		case action == "delete":
			want = append(want, "delete "+kind)
		case strings.HasPrefix(action, "replace"):
			want = append(want, "create "+kind, "delete "+kind)
		default:
			want = append(want, "update "+kind)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	assert.Equal(s.t, want, got)
}

// kindOfCall is what a call does to which resource.
func kindOfCall(call sandbox.Call) string {
	verb := map[string]string{"POST": "create", "PATCH": "update", "DELETE": "delete"}[call.Method]
	for _, kind := range []struct{ path, call string }{
		{":attachDomains", "create domains"},
		{":detachDomains", "delete domains"},
		{"/privateLinkConnections", verb + " connection"},
		{"/private-link-accesses", verb + " access"},
		{"/networks", verb + " network"},
		{"/clusters", verb + " kafka"},
		{"/environments", verb + " fresh"},
	} {
		if strings.Contains(call.Path, kind.path) {
			return kind.call
		}
	}
	return verb + " " + call.Path
}

// checkOrder checks that where a connection was replaced, the domains moved over: the new connection was there before
// the old domains went, and the old connection went after them.
func (s *stack) checkOrder(before []resource, plan plan) {
	s.t.Helper()
	old, made := map[string]resource{}, map[string]resource{}
	for _, r := range before {
		old[r.name()] = r
	}
	for _, r := range s.resources() {
		made[r.name()] = r
	}
	moved := 0
	for name, action := range plan {
		link, isConnection := strings.CutSuffix(name, "-connection")
		if !isConnection || !strings.HasPrefix(action, "replace") {
			continue
		}
		moved++
		connection, domains := link+"-connection", link+"-domains"
		assert.True(s.t, slices.IsSortedFunc([]time.Time{
			s.first(made[connection].output("privateLinkConnectionId"), sandbox.StateActive),
			s.first(old[domains].output("attachDomainId"), sandbox.StateDeleting),
			s.first(old[domains].output("attachDomainId"), sandbox.StateDeleted),
			s.first(made[domains].output("attachDomainId"), sandbox.StateCreating),
			s.first(made[domains].output("attachDomainId"), sandbox.StateActive),
			s.first(old[connection].output("privateLinkConnectionId"), sandbox.StateDeleting),
		}, time.Time.Compare), "the order of the replacement of %s", link)
	}
	assert.NotZero(s.t, moved)
}

// first is when a resource first reached a state.
func (s *stack) first(id, state string) time.Time {
	s.t.Helper()
	for _, event := range s.sandbox.Events() {
		if event.ID == id && event.State == state {
			return event.Time
		}
	}
	s.t.Errorf("%q was never %s", id, state)
	return time.Time{}
}
