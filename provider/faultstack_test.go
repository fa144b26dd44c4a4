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

// stack does with a connection and an attachment what the engine does.
type stack struct {
	t                      *testing.T
	server                 integration.Server
	box                    *sandbox.Server
	connection, attachment *tracked
	managed                bool    // the attachment is of a managed domain
	timeout                float64 // as customTimeouts, in seconds
	wire                   *wire
	elsewhere              *httptest.Server // another host, where no request must arrive
	astray                 atomic.Int64     // the requests that did
}

// tracked is what a state holds of a resource; without an id, nothing.
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

// newStackWith looks for so long for what may have been created.
func newStackWith(t *testing.T, patience time.Duration, options ...sandbox.Options) *stack {
	t.Helper()
	_, box := linked(t, options...)
	prov, err := provider.New()
	require.NoError(t, err)
	deadline, cancel := context.WithTimeout(t.Context(), 30*time.Second) // where a wait would take an hour
	t.Cleanup(cancel)
	s := &stack{
		t: t, box: box, wire: &wire{},
		connection: &tracked{token: connectionType}, attachment: &tracked{token: attachmentType},
	}
	ctx := tidbcloud.WithTransport(deadline, s.wire)
	s.server = serve(tidbcloud.WithPace(ctx, pace(patience)), t, prov)
	s.elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { s.astray.Add(1) }))
	t.Cleanup(s.elsewhere.Close)
	configure(t, s.server, box.Credentials(), box.TiDBCloudURL())
	return s
}

// pace is right for a service that answers in milliseconds.
func pace(patience time.Duration) tidbcloud.Pace {
	return tidbcloud.Pace{
		Backoff:    tidbapi.Backoff{Initial: time.Millisecond, Max: 4 * time.Millisecond, Settle: patience},
		FirstPause: 5 * time.Millisecond, LongestPause: 20 * time.Millisecond, Patience: patience,
	}
}

func serve(ctx context.Context, t *testing.T, prov p.Provider) integration.Server {
	t.Helper()
	server, err := integration.NewServer(ctx, provider.Name, semver.MustParse(provider.Version), integration.WithProvider(prov))
	require.NoError(t, err)
	return server
}

func (s *stack) must(err error) {
	s.t.Helper()
	require.NoError(s.t, err)
}

// inject lets calls go wrong from now on, and counts how many do.
func (s *stack) inject(op operation, f fault, every bool) *atomic.Int64 {
	s.t.Helper()
	hits, times := new(atomic.Int64), 1
	if every {
		times = 1 << 30
	}
	if f.hurry {
		s.wire.expiring = op.hit
	}
	s.timeout = f.timeout
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

// calm ends all faults.
func (s *stack) calm() {
	s.box.ClearFaults()
	s.wire.calm()
	s.timeout = 0
	assert.Zero(s.t, s.astray.Load(), "a redirect was followed")
}

func (s *stack) given(r *tracked) property.Map {
	if r == s.connection {
		return connectionInputs(s.box.Seed().EssentialUSEast1)
	}
	inputs := attachmentInputs(s.connection.properties)
	if s.managed {
		inputs = inputs.Set("type", property.New("TIDBCLOUD_MANAGED")).Delete("uniqueName")
	}
	return inputs
}

// up does what the engine does in an update: it creates, replaces, or updates what differs or was left unfinished.
func (s *stack) up(r *tracked) error {
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
		ID: r.id, Urn: urn(r.token), State: r.properties, Inputs: checked.Inputs, OldInputs: r.inputs, Timeout: s.timeout,
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
	if err := s.create(r); err != nil {
		return err
	}
	return s.destroy(&old)
}

func (s *stack) create(r *tracked) error {
	checked, err := s.server.Check(p.CheckRequest{Urn: urn(r.token), Inputs: s.given(r)})
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
	if s.connection.id != "" {
		args["privateLinkConnectionId"] = s.connection.properties.Get("privateLinkConnectionId").AsString()
	}
	resp, err := s.server.Invoke(p.InvokeRequest{Token: tokens.Type("tidbconfluent:tidbcloud:" + function), Args: object(args)})
	if err == nil && len(resp.Failures) > 0 {
		err = fmt.Errorf("%v", resp.Failures)
	}
	if err == nil && function == "getPrivateLinkZones" {
		assert.NotEmpty(s.t, resp.Return.Get("accountId").AsString(), "success without what was asked for")
	}
	return err
}

// assertClear wants one error that says what went wrong with what, and no more than anybody may see.
func (s *stack) assertClear(err error) {
	s.t.Helper()
	text := err.Error()
	credentials := s.box.Credentials()
	for _, bad := range []string{
		credentials.PublicKey, credentials.PrivateKey, "panic", "goroutine", "runtime error", "bug of its own", "nil pointer", "\n",
	} {
		assert.NotContains(s.t, text, bad)
	}
	// A call has the cluster's id in its path.
	assert.Regexp(s.t, s.box.Seed().EssentialUSEast1+"|plc-[a-z2-7]+", text, "names neither the id nor the call")
	assert.Less(s.t, len(text), 2000)
}

// assertInStep wants TiDB Cloud to hold what the state holds, once everything that is on its way out is gone.
func (s *stack) assertInStep() {
	s.t.Helper()
	want := []string{}
	for _, r := range []*tracked{s.connection, s.attachment} {
		if r.id != "" {
			want = append(want, r.id)
			assert.NotContains(s.t, r.id, "unconfirmed", "the next step settles what was not known")
			assert.False(s.t, r.unfinished, r.id)
		}
	}
	slices.Sort(want)
	if !assert.Eventually(s.t, func() bool { return slices.Equal(want, s.existing()) }, 10*time.Second, 5*time.Millisecond) {
		assert.Equal(s.t, want, s.existing(), "the state and TiDB Cloud differ")
	}
}

// existing are the ids of everything that exists in TiDB Cloud.
func (s *stack) existing() []string {
	ids := []string{}
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.PrivateLinkConnections {
			ids = append(ids, c.ClusterID+"/"+c.ID)
			for _, d := range c.Domains {
				ids = append(ids, c.ClusterID+"/"+c.ID+"/"+d.ID)
			}
		}
	})
	slices.Sort(ids)
	return ids
}
