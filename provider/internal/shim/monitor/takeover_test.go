package monitor

import (
	"context"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// explicit is a provider that the engine has.
const explicit = "urn:pulumi:dev::p::pulumi:providers:t::orders"

// construct builds a component as the SDK does for the engine, with an explicit provider that it looks up in parallel.
func construct(
	t *testing.T, asked <-chan struct{},
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	t.Helper()
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		sdk, err := pulumi.NewContext(ctx, pulumi.RunInfo{
			Project: "p", Stack: "dev", MonitorAddr: req.MonitorEndpoint, DryRun: req.DryRun,
		})
		require.NoError(t, err)
		var provider pulumi.ProviderResourceState
		require.NoError(t, sdk.RegisterResource("pulumi:providers:t", "orders", nil, &provider, pulumi.URN_(explicit)))
		<-asked
		_, err = Outputs(newLinked)(sdk, "orders", 1, pulumi.Providers(&provider))
		return p.ConstructResponse{}, err
	}
}

// TestTakesOver: what the SDK of a component sends to the engine goes through the monitor of its run, and what it sent
// before still arrives.
func TestTakesOver(t *testing.T) {
	t.Parallel()
	for name, skips := range map[string][]string{"skipped": {link}, "declared": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := make(chan struct{})
			e := &engine{skips: skips, held: []string{explicit}, provider: "p", asks: func(of string) {
				if of == explicit {
					close(asked)
					time.Sleep(100 * time.Millisecond)
				}
			}}
			_, err := LeaveOut(construct(t, asked))(t.Context(), p.ConstructRequest{
				Urn: link, MonitorEndpoint: e.serve(t), DryRun: true,
			})
			require.NoError(t, err)
			var names []string
			for _, req := range e.registered {
				names = append(names, req.GetName())
			}
			if skips != nil {
				assert.Equal(t, []string{"orders"}, names, "the rest needs what is skipped")
				return
			}
			assert.Equal(t, []string{"orders", "orders-kafka"}, names)
		})
	}
}

// TestAnotherSDK: when Pulumi's SDK changes, components fail with an error, and not with a crash.
func TestAnotherSDK(t *testing.T) {
	t.Parallel()
	ctx, err := pulumi.NewContext(t.Context(), pulumi.RunInfo{Mocks: mocks{}})
	require.NoError(t, err)
	_, err = private[int](ctx, "monitor")
	require.ErrorContains(t, err, "keeps no monitor of the type int")
	_, err = private[int](ctx, "moniker")
	require.ErrorContains(t, err, "keeps no moniker")
}
