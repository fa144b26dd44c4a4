package provider_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// stack acts on a connection and an attachment as the engine does.
type stack struct {
	t                      *testing.T
	server                 integration.Server
	box                    *sandbox.Server
	connection, attachment *tracked
	feed                   *tracked
	pending                []*tracked             // was replaced, and is still to be deleted
	feedProgram            []func(map[string]any) // changes of the changefeed's inputs
	managed                bool                   // the attachment is of a managed domain
	timeout                float64                // as customTimeouts, in seconds
	wire                   *wire
	elsewhere              *httptest.Server // another host, which must get no request
	astray                 atomic.Int64     // the requests that did
	grace                  time.Duration    // how long a deletion may take
	name                   string           // the connection's display name; empty leaves it out
	patience               time.Duration    // with what may have been created
	sabotage               func(p.Provider) p.Provider
}

// tracked is what a state has of a resource; without an id, nothing.
type tracked struct {
	token      tokens.Type
	id         string
	inputs     property.Map
	properties property.Map
	unfinished bool // the last operation ended in an error that keeps the resource
}

func newStack(t *testing.T, options ...sandbox.Options) *stack {
	t.Helper()
	return newStackWith(t, 40*time.Millisecond, options...)
}

// newStackWith sets how long the provider looks for what may have been created.
func newStackWith(t *testing.T, patience time.Duration, options ...sandbox.Options) *stack {
	t.Helper()
	return newProcess(t, newBox(t, options...), patience, nil)
}

// newProcess is a new provider and an empty state. A sabotage removes something from the provider.
func newProcess(t *testing.T, box *sandbox.Server, patience time.Duration,
	sabotage func(p.Provider) p.Provider,
) *stack {
	t.Helper()
	s := &stack{
		t: t, box: box, wire: &wire{}, grace: 10 * time.Second, patience: patience, sabotage: sabotage,
		connection: &tracked{token: connectionType}, attachment: &tracked{token: attachmentType},
		feed: &tracked{token: changefeedType},
	}
	s.elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { s.astray.Add(1) }))
	t.Cleanup(s.elsewhere.Close)
	s.restart()
	return s
}

// restart runs the provider anew, as each command of the CLI does.
func (s *stack) restart() {
	s.t.Helper()
	prov, err := provider.New()
	require.NoError(s.t, err)
	if s.sabotage != nil {
		prov = s.sabotage(prov)
	}
	// The default wait is an hour. A much shorter one still takes more than half a minute on a busy machine.
	deadline, cancel := context.WithTimeout(s.t.Context(), 5*time.Minute)
	s.t.Cleanup(cancel)
	timing := pace(s.patience)
	timing.Transport = s.wire
	ctx := tidbcloud.WithTiming(deadline, timing)
	s.server, err = integration.NewServer(ctx, provider.Name, semver.MustParse(provider.Version),
		integration.WithProvider(prov))
	require.NoError(s.t, err)
	configure(s.t, s.server, s.box.Credentials(), s.box.TiDBCloudURL())
}

// pace is the timing for a service that answers in milliseconds.
func pace(patience time.Duration) tidbcloud.Timing {
	return tidbcloud.Timing{
		Backoff:    tidbapi.Backoff{Initial: time.Millisecond, Max: 4 * time.Millisecond},
		Settle:     patience,
		FirstPause: 5 * time.Millisecond, LongestPause: 20 * time.Millisecond, Patience: patience,
	}
}

func (s *stack) must(err error) {
	s.t.Helper()
	require.NoError(s.t, err)
}

// inject makes calls fail from now on, and counts them.
func (s *stack) inject(op operation, f fault, every bool) *atomic.Int64 {
	s.t.Helper()
	hits, times := new(atomic.Int64), 1
	if every {
		times = 1 << 30
	}
	if f.hurry {
		s.wire.expiring = op.hit
	}
	if every {
		s.timeout = f.timeout
	}
	if f.wire != nil {
		s.wire.inject(s, op, f.wire, times, hits)
		return hits
	}
	injected := f.Fault
	injected.Skip, injected.Times = op.skip, times
	injected.Match = func(c sandbox.Call) bool {
		hit := c.Service == sandbox.ServiceTiDBCloud && op.hit(c)
		if hit {
			hits.Add(1)
			s.wire.expire()
		}
		return hit
	}
	if f.astray {
		injected.Header = http.Header{"Location": {s.elsewhere.URL + "/v1beta1/clusters"}}
	}
	s.box.Inject(injected)
	return hits
}

// calm ends all faults, and begins another command.
func (s *stack) calm() {
	s.t.Helper()
	s.box.ClearFaults()
	s.wire.calm()
	s.timeout = 0
	s.restart()
}

func (s *stack) given(r *tracked) property.Map {
	if r.token == changefeedType {
		return object(s.feedInputs(s.feedProgram...))
	}
	if r.token == connectionType {
		inputs := connectionInputs(s.box.Seed().EssentialUSEast1)
		if s.name != "" {
			inputs = inputs.Set("displayName", property.New(s.name))
		}
		return inputs
	}
	inputs := attachmentInputs(s.connection.properties)
	if s.managed {
		inputs = inputs.Set("type", property.New("TIDBCLOUD_MANAGED")).Delete("uniqueName")
	}
	return inputs
}

// up does what the engine does in an update: it creates, replaces, or updates what differs or was left unfinished.
func (s *stack) up(r *tracked) error {
	if err := s.retire(nil); err != nil {
		return err
	}
	if r.id == "" {
		return s.create(r)
	}
	checked, err := s.server.Check(p.CheckRequest{Urn: urn(r.token), State: r.inputs, Inputs: s.given(r)})
	if err != nil {
		return err
	}
	diff, err := s.server.Diff(p.DiffRequest{
		ID: r.id, Urn: urn(r.token), State: r.properties, Inputs: checked.Inputs, OldInputs: r.inputs,
	})
	if err != nil {
		return err
	}
	for _, d := range diff.DetailedDiff {
		if d.Kind == p.UpdateReplace {
			return s.replace(r, diff.DeleteBeforeReplace)
		}
	}
	if !diff.HasChanges && !r.unfinished {
		return nil
	}
	resp, err := s.server.Update(p.UpdateRequest{
		ID: r.id, Urn: urn(r.token), State: r.properties, Inputs: checked.Inputs, OldInputs: r.inputs,
		Timeout: s.timeout,
	})
	if err == nil || resp.PartialState != nil {
		r.properties, r.inputs, r.unfinished = resp.Properties, checked.Inputs, err != nil
	}
	return withReasons(err, resp.PartialState)
}

func (s *stack) replace(r *tracked, deleteFirst bool) error {
	old := *r
	if deleteFirst {
		if err := s.destroy(r); err != nil {
			return err
		}
		return s.create(r)
	}
	err := s.create(r)
	if r.id == old.id {
		return err // there is no replacement
	}
	s.pending = append(s.pending, &old)
	return errors.Join(err, s.retire(err))
}

// retire deletes what was replaced. After an error it leaves that to the next up, as the engine does.
func (s *stack) retire(failure error) error {
	for failure == nil && len(s.pending) > 0 {
		if err := s.destroy(s.pending[0]); err != nil {
			return err
		}
		s.pending = s.pending[1:]
	}
	return nil
}

func (s *stack) create(r *tracked) error { return s.createAs(r, s.given(r)) }

func (s *stack) createAs(r *tracked, inputs property.Map) error {
	checked, err := s.server.Check(p.CheckRequest{Urn: urn(r.token), Inputs: inputs})
	if err != nil || len(checked.Failures) > 0 {
		return fmt.Errorf("check: %w %v", err, checked.Failures)
	}
	resp, err := s.server.Create(p.CreateRequest{Urn: urn(r.token), Properties: checked.Inputs, Timeout: s.timeout})
	if err == nil || resp.PartialState != nil {
		*r = tracked{
			token: r.token, id: resp.ID, properties: resp.Properties, inputs: checked.Inputs, unfinished: err != nil,
		}
	}
	return withReasons(err, resp.PartialState)
}

// withReasons is the error as the engine shows it.
func withReasons(err error, partial *p.InitializationFailed) error {
	if err == nil || partial == nil {
		return err
	}
	return errors.New(strings.Join(partial.Reasons, "\n"))
}

func (s *stack) refresh(r *tracked) error {
	if r.id == "" {
		return nil
	}
	resp, err := s.server.Read(p.ReadRequest{ID: r.id, Urn: urn(r.token), Inputs: r.inputs, Properties: r.properties})
	if err != nil {
		return err
	}
	if resp.ID == "" {
		*r = tracked{token: r.token}
		return nil
	}
	r.id, r.inputs, r.properties, r.unfinished = resp.ID, resp.Inputs, resp.Properties, false
	return nil
}

func (s *stack) destroy(r *tracked) error {
	if r.id == "" {
		return nil
	}
	err := s.server.Delete(p.DeleteRequest{ID: r.id, Urn: urn(r.token), Properties: r.properties, Timeout: s.timeout})
	if err == nil {
		*r = tracked{token: r.token}
	}
	return err
}

func (s *stack) invoke(function string) error {
	args := map[string]any{"clusterId": s.box.Seed().EssentialUSEast1}
	switch function {
	case "getChangefeed":
		args["changefeedId"] = s.feedID()
	case "getChangefeedTables":
		args["filterRules"] = []any{"*.*"}
	}
	if s.connection.id != "" {
		args["privateLinkConnectionId"] = s.connection.properties.Get("privateLinkConnectionId").AsString()
	}
	resp, err := s.server.Invoke(p.InvokeRequest{
		Token: tokens.Type("tidbconfluent:tidbcloud:" + function),
		Args:  object(args),
	})
	if err == nil && len(resp.Failures) > 0 {
		err = fmt.Errorf("%v", resp.Failures)
	}
	if err == nil && function == "getPrivateLinkZones" {
		assert.NotEmpty(s.t, resp.Return.Get("accountId").AsString(), "success without what was asked for")
	}
	return err
}

// unclear reports what is wrong with an error: it must be a single error, name what failed and why, and show no secret.
func (s *stack) unclear(err error) error {
	text := err.Error()
	credentials := s.box.Credentials()
	for _, bad := range []string{
		credentials.PublicKey, credentials.PrivateKey, kafkaSecret, "panic", "goroutine", "runtime error",
		"bug of its own", "nil pointer",
		"\n", "\x00", "\x1b",
	} {
		if strings.Contains(text, bad) {
			return fmt.Errorf("the error contains %q: %s", bad, text)
		}
	}
	// A call has the cluster's id in its path.
	if !strings.Contains(text, s.box.Seed().EssentialUSEast1) && !strings.Contains(text, "plc-") &&
		!strings.Contains(text, "cf-") &&
		!strings.Contains(text, "domain attachment ad-") {
		return fmt.Errorf("the error names neither an id nor the call: %s", text)
	}
	if len(text) > 2000 {
		return fmt.Errorf("the error has %d characters: %s", len(text), text)
	}
	return nil
}

// outOfStep reports how TiDB Cloud and the state differ, once all deletions are over.
func (s *stack) outOfStep() error {
	want := []string{}
	for _, r := range []*tracked{s.connection, s.attachment, s.feed} {
		if r.id == "" {
			continue
		}
		want = append(want, r.id)
		if r.unfinished || strings.Contains(r.id, "unconfirmed") {
			return fmt.Errorf("%s is not settled", r.id)
		}
	}
	slices.Sort(want)
	var existing []string
	for deadline := time.Now().Add(s.grace); ; time.Sleep(5 * time.Millisecond) {
		if existing = s.existing(); slices.Equal(want, existing) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the state has %q, TiDB Cloud has %q", want, existing)
		}
	}
}

func (s *stack) assertInStep() {
	s.t.Helper()
	require.NoError(s.t, s.outOfStep())
}

// existing are the ids of everything that exists in TiDB Cloud.
func (s *stack) existing() []string {
	ids := []string{}
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.Changefeeds {
			if c.State != "DELETED" {
				ids = append(ids, c.ClusterID+"/"+c.ID)
			}
		}
		for _, c := range w.PrivateLinkConnections {
			if c.ID == feedConnection {
				continue
			}
			ids = append(ids, c.ClusterID+"/"+c.ID)
			for _, d := range c.Domains {
				ids = append(ids, c.ClusterID+"/"+c.ID+"/"+d.ID)
			}
		}
	})
	slices.Sort(ids)
	return ids
}
