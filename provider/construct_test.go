package provider

import (
	"errors"
	"testing"
	"time"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type tinyArgs struct {
	Name pulumi.StringInput `pulumi:"name"`
}

// tiny is a component with an output of every kind: as it came in, made of another, and secret.
type tiny struct {
	pulumi.ResourceState

	Name   pulumi.StringOutput `pulumi:"name"`
	Length pulumi.IntOutput    `pulumi:"length"`
	Key    pulumi.StringOutput `pulumi:"key"`
}

var errTiny = errors.New("no tiny today")

func newTiny(ctx *pulumi.Context, name string, args tinyArgs, opts ...pulumi.ResourceOption) (*tiny, error) {
	if name == "refused" {
		return nil, errTiny
	}
	made := &tiny{}
	if err := ctx.RegisterComponentResource("tiny:index:tiny", name, made, opts...); err != nil {
		return nil, err
	}
	made.Name = args.Name.ToStringOutput()
	made.Length = made.Name.ApplyT(func(name string) int { return len(name) }).(pulumi.IntOutput) //nolint:forcetypeassert // as ever
	made.Key = pulumi.ToSecret(pulumi.String("canary")).(pulumi.StringOutput)                     //nolint:forcetypeassert // as ever
	return made, nil
}

// tinyServer serves the component, made in one way or another.
func tinyServer(t *testing.T, made infer.InferredComponent) integration.Server {
	t.Helper()
	provider, err := infer.NewProviderBuilder().WithComponents(made).WithNamespace("tiny").
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"provider": "index"}).Build()
	require.NoError(t, err)
	server, err := integration.NewServer(t.Context(), "tiny", semver.MustParse("1.0.0"), integration.WithProvider(provider),
		integration.WithMocks(&integration.MockResourceMonitor{}))
	require.NoError(t, err)
	return server
}

func constructTiny(name string, dryRun bool, inputs property.Map) p.ConstructRequest {
	return p.ConstructRequest{
		Urn: resource.NewURN("test", "test", "", "tiny:index:tiny", name), DryRun: dryRun, Inputs: inputs,
	}
}

// What is constructed for less is the same.
func TestConstructedAsInferDoes(t *testing.T) {
	t.Parallel()
	tests := map[string]p.ConstructRequest{
		"known":   constructTiny("a", false, property.NewMap(map[string]property.Value{"name": property.New("orders")})),
		"secret":  constructTiny("a", false, property.NewMap(map[string]property.Value{"name": property.New("orders").WithSecret(true)})),
		"unknown": constructTiny("a", true, property.NewMap(map[string]property.Value{"name": property.New(property.Computed)})),
		"refused": constructTiny("refused", false, property.NewMap(map[string]property.Value{"name": property.New("orders")})),
	}
	for name, request := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, wantErr := tinyServer(t, infer.ComponentF(newTiny)).Construct(request)
			got, err := tinyServer(t, inferred(newTiny, newTurns(1, time.Hour))).Construct(request)
			assert.Equal(t, want, got)
			assert.Equal(t, wantErr == nil, err == nil)
			if name == "refused" {
				assert.ErrorContains(t, err, errTiny.Error())
			} else {
				require.NoError(t, err)
				assert.Equal(t, property.New("canary").WithSecret(true), got.State.Get("key"))
			}
		})
	}
}

func TestOnlyPreviewsTakeTurns(t *testing.T) {
	t.Parallel()
	for _, dryRun := range []bool{true, false} {
		turns, taken := newTurns(1, time.Hour), -1
		server := tinyServer(t, inferred(func(
			ctx *pulumi.Context, name string, args tinyArgs, opts ...pulumi.ResourceOption,
		) (*tiny, error) {
			taken = len(turns.places)
			return newTiny(ctx, name, args, opts...)
		}, turns))
		_, err := server.Construct(constructTiny("a", dryRun, property.NewMap(map[string]property.Value{"name": property.New("x")})))
		require.NoError(t, err)
		assert.Equal(t, dryRun, taken == 1)
		assert.Empty(t, turns.places, "it is given back")
	}
}
