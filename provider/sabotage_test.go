package provider_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// canaryKey must be nowhere.
const canaryKey = "canary-a1b2c3d4e5f6"

// TestMatrixSeesWhatIsMissing removes one protection after the other from the provider. The fault matrix must fail each
// time: a check that cannot fail checks nothing.
func TestMatrixSeesWhatIsMissing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, operation, fault string
		sabotage               func(p.Provider) p.Provider
		wire                   func(*stack)
		complaint              string
		every                  bool
	}{
		{
			name: "nothing", operation: "create connection, list while waiting", fault: "400",
		},
		{
			name: "a creation keeps what it made", operation: "create connection, list while waiting", fault: "400",
			sabotage: forgetful, complaint: "there is already",
		},
		{
			name: "a creation keeps what may exist", operation: "create connection, then destroy, create",
			fault:    "page with 200 after the change",
			sabotage: forgetful,
			// No look-up finds it, and the state does not keep it.
			wire: func(s *stack) { s.wire.hidden = true }, complaint: "TiDB Cloud has",
		},
		{
			name: "a lost answer makes the client look", operation: "create connection, create",
			fault: "dropped after the change",
			wire:  func(s *stack) { s.wire.blind = true }, complaint: "TiDB Cloud has",
		},
		{
			name: "a deletion believes nothing", operation: "delete connection, delete", fault: "500",
			sabotage: credulous, complaint: "TiDB Cloud has",
		},
		{
			name: "a detachment believes nothing", operation: "delete attachment, detach", fault: "403",
			sabotage: credulous, complaint: "TiDB Cloud has",
		},
		{
			name: "a refresh forgets nothing", operation: "read connection, get", fault: "404",
			sabotage: func(prov p.Provider) p.Provider {
				read := prov.Read
				prov.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
					resp, err := read(ctx, req)
					if err != nil {
						return p.ReadResponse{}, nil //nolint:nilerr // it is sabotage
					}
					return resp, nil
				}
				return prov
			}, complaint: "TiDB Cloud has",
		},
		{
			name: "what was not answered is looked for before it is made anew", operation: "replace connection that " +
				"was not answered, create", fault: "429 with Retry-After",
			sabotage: credulous, wire: func(s *stack) { s.wire.hidden = true }, complaint: "TiDB Cloud has",
		},
		{
			name: "a failed wait is told", operation: "create connection, list while waiting", fault: "400",
			sabotage: func(prov p.Provider) p.Provider {
				create := prov.Create
				prov.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
					resp, err := create(ctx, req)
					if err != nil {
						return resp, errors.New("it failed")
					}
					return resp, nil
				}
				prov.Update = func(_ context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
					return p.UpdateResponse{
						Properties:   req.State,
						PartialState: &p.InitializationFailed{Reasons: []string{"never"}},
					}, errors.New("never")
				}
				return prov
			}, complaint: "the next step fails",
		},
		{
			name: "errors show no key", operation: "delete connection, delete", fault: "403",
			sabotage: func(prov p.Provider) p.Provider {
				remove := prov.Delete
				prov.Delete = func(ctx context.Context, req p.DeleteRequest) error {
					if err := remove(ctx, req); err != nil {
						return fmt.Errorf("%w, with the key %s", err, canaryKey)
					}
					return nil
				}
				return prov
			}, complaint: "the error contains",
		},
		{
			name: "redirects are not followed", operation: "delete connection, get", fault: "redirect",
			wire: func(s *stack) { s.wire.following = true }, complaint: "went to another host",
		},
		{
			name: "a replacement starts at the checkpoint", operation: "replace changefeed, delete", fault: "400",
			wire: func(s *stack) { s.wire.fromNow = true }, complaint: "rows are lost",
		},
		{
			name:      "an edit that may have had its effect is made again",
			operation: "edit changefeed, then revert, edit", fault: "500 after the change", every: true,
			sabotage: func(prov p.Provider) p.Provider {
				update := prov.Update
				prov.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
					req.State = req.State.Set("fingerprint", property.New(""))
					return update(ctx, req)
				}
				return prov
			}, complaint: "but should be RUNNING and take",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			op, f := operationCalled(t, test.operation), faultCalled(t, test.fault)
			o := feedOptions(sandbox.Options{Credentials: sandbox.Credentials{PrivateKey: canaryKey}})
			o.Changefeeds.KeepDeleted = op.continues
			box := newBox(t, o)
			s := newProcess(t, box, 40*time.Millisecond, test.sabotage)
			s.connectFeeds()
			s.grace = 500 * time.Millisecond
			if prepare := op.prepare; test.wire != nil {
				op.prepare = func(s *stack) { prepare(s); test.wire(s) }
			}
			_, err := s.faultCase(op, f, test.every || slices.Contains([]string{"400", "404", "500"}, test.fault))
			if test.complaint == "" {
				require.NoError(t, err, "with all protections in place")
				return
			}
			require.ErrorContains(t, err, test.complaint)
		})
	}
}

// forgetful makes an error keep nothing in the state.
func forgetful(prov p.Provider) p.Provider {
	create := prov.Create
	prov.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		resp, err := create(ctx, req)
		if err == nil || resp.PartialState == nil {
			return resp, err
		}
		return p.CreateResponse{}, errors.New(resp.PartialState.Reasons[0])
	}
	return prov
}

// credulous makes every deletion succeed.
func credulous(prov p.Provider) p.Provider {
	remove := prov.Delete
	prov.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		_ = remove(ctx, req)
		return nil
	}
	return prov
}

func operationCalled(t *testing.T, name string) operation {
	t.Helper()
	for _, op := range operations() {
		if op.name == name {
			return op
		}
	}
	require.Fail(t, "no operation is called so", name)
	return operation{}
}

func faultCalled(t *testing.T, name string) fault {
	t.Helper()
	for _, f := range kinds() {
		if f.name == name {
			return f
		}
	}
	require.Fail(t, "no fault is called so", name)
	return fault{}
}

// spoil makes a wire sabotage a client.
func (w *wire) spoil(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	resp, err := send()
	if w.blind && r.Method == http.MethodPost && err != nil {
		return send() // as a client does that repeats everything
	}
	if w.hidden && err == nil && r.Method == http.MethodGet &&
		strings.HasSuffix(r.URL.Path, "/privateLinkConnections") {
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(strings.NewReader(`{"privateLinkConnections":[],"totalSize":0}`))
	}
	if w.following && err == nil && resp.StatusCode == http.StatusTemporaryRedirect {
		location, locationErr := resp.Location()
		if locationErr != nil {
			return nil, locationErr
		}
		elsewhere := r.Clone(r.Context())
		elsewhere.URL, elsewhere.Host = location, ""
		return plainTransport.RoundTrip(elsewhere)
	}
	return resp, err
}
