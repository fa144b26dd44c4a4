package shim

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
)

const (
	canceledError = "rpc error: code = Canceled desc = context canceled"
	kafka         = "confluentcloud:index/kafkaCluster:KafkaCluster"
)

// none are the outputs of a component without outputs.
func none(tokens.Type) []string { return nil }

// TestWaitForOthers: a component that fails waits until no other of its run is under construction, nor begins soon.
func TestWaitForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		runs := newRuns(none)
		runs.add("a", 1)
		runs.add("b", 1)
		begun := time.Now()
		go func() {
			time.Sleep(time.Minute)
			runs.add("a", -1)
			time.Sleep(quiet / 2)
			runs.add("a", 1)
			time.Sleep(time.Minute)
			runs.add("a", -1)
		}()
		runs.waitForOthers(t.Context(), "a", quiet)
		assert.Equal(t, 2*time.Minute+quiet/2+quiet, time.Since(begun))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		runs.waitForOthers(ctx, "b", quiet)
		assert.Equal(t, time.Second, time.Since(begun))
	})
}

// TestOneErrorOfEach: the outcome of a component decides what happens to its error.
func TestOneErrorOfEach(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err, want string
		dryRun    bool
		after     time.Duration
	}{
		"none": {},
		"refused at preview": {
			err: "region: no", want: "region: no", dryRun: true, after: time.Minute + underway,
		},
		"cut off": {err: canceledError, want: canceledError, after: goodbye},
		"a child failed": {
			err: `marshaling properties: awaiting input property "kafkaClusterId": resource orders-kafka [` + kafka +
				`] failed to register`,
			want:  "resource orders-kafka [" + kafka + "] failed to register; see its own error",
			after: time.Minute + quiet,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				provider := ConstructErrors(p.Provider{
					Construct: func(_ context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
						if req.Parallel == 1 {
							time.Sleep(time.Minute)
							return p.ConstructResponse{}, nil
						}
						if test.err != "" {
							return p.ConstructResponse{}, errors.New(test.err)
						}
						return p.ConstructResponse{}, nil
					},
					Cancel: func(context.Context) error { return nil },
				}, none)
				construct := provider.Construct
				other := p.ConstructRequest{Urn: "urn:pulumi:dev::p::a:b:C::c", MonitorEndpoint: "a", Parallel: 1}
				go func() { _, _ = construct(t.Context(), other) }()
				synctest.Wait()
				begun := time.Now()
				req := p.ConstructRequest{Urn: "urn:pulumi:dev::p::a:b:C::c", MonitorEndpoint: "a", DryRun: test.dryRun}
				_, err := construct(t.Context(), req)
				assert.Equal(t, test.after, time.Since(begun))
				if test.want == "" {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, test.want)
				}
				time.Sleep(time.Hour)
			})
		})
	}
}

// TestCutOff: the engine gets the answers of the components that it cuts off before it closes the plugin, and reports
// none of their errors.
func TestCutOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		canceled := make(chan struct{})
		provider := ConstructErrors(p.Provider{
			Construct: func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
				<-canceled
				time.Sleep(time.Second)
				return p.ConstructResponse{}, errors.New(canceledError)
			},
			Cancel: func(context.Context) error {
				close(canceled)
				return nil
			},
		}, none)
		answered := false
		go func() {
			req := p.ConstructRequest{Urn: "urn:pulumi:dev::p::a:b:C::c", MonitorEndpoint: "a"}
			_, err := provider.Construct(t.Context(), req)
			assert.NoError(t, err)
			answered = true
		}()
		synctest.Wait()
		assert.NoError(t, provider.Cancel(t.Context()))
		synctest.Wait()
		assert.True(t, answered)
	})
}
