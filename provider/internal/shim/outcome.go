package shim

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	"google.golang.org/grpc/status"
)

// An error of Construct ends the whole run: the engine closes its resource monitor, also with --continue-on-error, of
// which the plugin does not know. Seen with Pulumi 3.259. So a component that cannot be built waits for the others
// first. There is no issue for it; --continue-on-error came with https://github.com/pulumi/pulumi/pull/15740, which
// does not cover components.

const (
	// quiet is how long no component of a run may be under construction before the others count as done. The next one
	// may begin with the outputs of the last.
	quiet = time.Second
	// goodbye is how long a component that was cut off waits for the engine to report it.
	goodbye = 30 * time.Second
	// farewell is how long the engine waits, at most, for the components that it cut off. It stops a plugin after 5
	// seconds.
	farewell = 3 * time.Second
	// underway is how long an answer takes to the engine.
	underway = 250 * time.Millisecond
)

// runs are the components under construction, by the run that they belong to.
type runs struct {
	mu    sync.Mutex
	under map[string]*construction
	// canceled ends when the engine does not need the plugin any more.
	canceled context.Context //nolint:containedctx // the plugin's, not a call's
	cancel   context.CancelFunc
	// outputs returns the names of a component's outputs.
	outputs func(tokens.Type) []string
}

func newRuns(outputs func(tokens.Type) []string) *runs {
	r := &runs{under: map[string]*construction{}, outputs: outputs}
	r.canceled, r.cancel = context.WithCancel(context.Background())
	return r
}

// construction is what is under construction in a run. It is kept until the plugin ends, which it does with the run.
type construction struct {
	components int
	// changed is closed when a component begins or ends.
	changed chan struct{}
}

// add notes that components begin or, with a negative number, end. It returns their number, and what to wait for.
func (r *runs) add(run string, components int) (under int, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.under[run]
	if !ok {
		c = &construction{changed: make(chan struct{})}
		r.under[run] = c
	}
	if components != 0 {
		c.components += components
		close(c.changed)
		c.changed = make(chan struct{})
	}
	return c.components, c.changed
}

// waitForOthers waits until no component of the run is under construction, and none begins for some time.
func (r *runs) waitForOthers(ctx context.Context, run string, quiet time.Duration) {
	for {
		under, changed := r.add(run, 0)
		var over <-chan time.Time
		if under == 0 {
			over = time.After(quiet)
		}
		select {
		case <-changed:
		case <-over:
			return
		case <-ctx.Done():
			return
		}
	}
}

var (
	// closed matches the errors of a component that the engine has cut off.
	closed = regexp.MustCompile("resource monitor shut down|client connection is closing|context canceled|" +
		"code = Canceled|transport is closing")
	// failed matches the error of a component of which a child failed in a run that continues.
	failed = regexp.MustCompile(`resource \S+ \[\S+\] failed to register`)
)

// ConstructErrors has a component that fails report one error, and cut off no other. The outputs of a component that
// was cut off are unknown; outputs returns their names.
func ConstructErrors(provider p.Provider, outputs func(tokens.Type) []string) p.Provider {
	runs := newRuns(outputs)
	construct, cancel := provider.Construct, provider.Cancel
	provider.Construct = func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		return runs.construct(ctx, req, construct)
	}
	provider.Cancel = func(ctx context.Context) error {
		runs.cancel()
		err := cancel(ctx)
		ctx, stop := context.WithTimeout(ctx, farewell)
		defer stop()
		// The engine reports components whose answers it does not get.
		if under, _ := runs.add(all, 0); under > 0 {
			runs.waitForOthers(ctx, all, underway)
		}
		return err
	}
	return provider
}

// all is where the components of all runs are counted until the engine has their answers.
const all = ""

func (r *runs) construct(
	ctx context.Context, req p.ConstructRequest,
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) (p.ConstructResponse, error) {
	r.add(all, 1)
	defer r.add(all, -1)
	run := req.MonitorEndpoint
	r.add(run, 1)
	resp, err := construct(ctx, req)
	r.add(run, -1)
	if err == nil {
		return r.withUnknowns(req, resp), nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(r.canceled, stop)()
	child := failed.FindString(err.Error())
	switch {
	case r.isCutOff(err):
		return r.cutOff(ctx, req, err)
	case child != "":
		r.waitForOthers(ctx, run, quiet)
		return resp, fmt.Errorf("%s; see its own error", child)
	case req.DryRun: // the engine has the answer of the last one by then
		r.waitForOthers(ctx, run, underway)
		return resp, err
	}
	switch outcome := r.refuse(ctx, req, err); {
	case outcome == nil:
		return resp, err
	case r.isCutOff(outcome):
		return r.cutOff(ctx, req, err)
	}
	r.waitForOthers(ctx, run, quiet)
	return resp, fmt.Errorf("it is refused; see the error of %s", refusalOf(req))
}

func (r *runs) isCanceled() bool { return r.canceled.Err() != nil }

// isCutOff reports whether an error means that the engine has stopped, because of another error or of Ctrl-C.
func (r *runs) isCutOff(err error) bool {
	return r.isCanceled() || closed.MatchString(err.Error())
}

// cutOff is the answer for a component that was cut off. It is no error: the engine has one to report already. Nothing
// is created or kept after it, and the program learns nothing from it.
func (r *runs) cutOff(ctx context.Context, req p.ConstructRequest, err error) (p.ConstructResponse, error) {
	select {
	case <-ctx.Done():
	case <-time.After(goodbye):
	}
	if r.isCanceled() {
		return r.withUnknowns(req, p.ConstructResponse{}), nil
	}
	return p.ConstructResponse{}, err
}

// withUnknowns adds the outputs that an answer lacks, as unknown. At an update the SDK drops those of skipped
// resources, and the program would take them for null. An SDK that keeps unknown outputs at an update, as Python's,
// passes them on; with a dependency they are outputs.
func (r *runs) withUnknowns(req p.ConstructRequest, resp p.ConstructResponse) p.ConstructResponse {
	if req.DryRun {
		return resp
	}
	from := resp.Urn
	if from == "" {
		from = req.Urn
	}
	for _, name := range r.outputs(req.Urn.Type()) {
		if _, ok := resp.State.GetOk(name); !ok {
			resp.State = resp.State.Set(name, property.New(property.Computed).WithDependencies([]urn.URN{from}))
		}
	}
	return resp
}

// refusal is a resource that is never created: its registration reports why a component is refused. The engine then
// stops an update, or continues it, as it does when any resource fails. A failed Construct always ends the update.
type refusal struct{ pulumi.ResourceState }

const refusalType = "tidbconfluent:index:Refusal"

func refusalOf(req p.ConstructRequest) string { return req.Urn.Name() + "-refused" }

// refuse reports why a component is refused, and returns the outcome of the registration: nil where it is left out, as
// by --target.
func (r *runs) refuse(ctx context.Context, req p.ConstructRequest, reason error) error {
	// gRPC puts a status in front.
	reason = errors.New(status.Convert(reason).Message())
	// It has no property except the component's parent.
	req.Inputs, req.Aliases, req.Dependencies, req.ResourceHooks = property.Map{}, nil, nil, nil
	var outcome error
	_, err := p.ProgramConstruct(ctx, req, func(
		ctx *pulumi.Context, _, _ string, _ comProvider.ConstructInputs, opts pulumi.ResourceOption,
	) (*comProvider.ConstructResult, error) {
		hook, err := ctx.RegisterResourceHook("refusal of "+string(req.Urn),
			func(*pulumi.ResourceHookArgs) error { return reason }, nil)
		if err != nil {
			return nil, err
		}
		var refused refusal
		binding := &pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{hook}}
		err = ctx.RegisterComponentResource(refusalType, refusalOf(req), &refused, opts, pulumi.ResourceHooks(binding))
		if err != nil {
			return nil, err
		}
		_, outcome = internals.UnsafeAwaitOutput(ctx.Context(), refused.URN())
		return nil, reason
	})
	if outcome == nil && closed.MatchString(err.Error()) {
		return err
	}
	return outcome
}
