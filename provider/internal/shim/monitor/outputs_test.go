package monitor

import (
	"context"
	"errors"
	"testing"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// linked is a component of which some outputs come from its child.
type linked struct {
	pulumi.ResourceState

	KafkaID  pulumi.StringOutput `pulumi:"kafkaClusterId"`
	Host     pulumi.StringOutput `pulumi:"host,optional"`
	Region   pulumi.StringOutput `pulumi:"region"`
	Failed   pulumi.StringOutput `pulumi:"failed"`
	Internal pulumi.StringOutput

	private int // only tagged fields are read: the SDK writes to the embedded state in parallel
}

func newLinked(ctx *pulumi.Context, name string, _ int, opts ...pulumi.ResourceOption) (*linked, error) {
	var made linked
	if err := ctx.RegisterComponentResource("t:i:Link", name, &made, opts...); err != nil {
		return nil, err
	}
	var kafka pulumi.CustomResourceState
	if err := ctx.RegisterResource("t:i:Kafka", name+"-kafka", pulumi.Map{}, &kafka, pulumi.Parent(&made)); err != nil {
		return nil, err
	}
	made.KafkaID = kafka.ID().ToStringOutput()
	made.Host = pulumi.Sprintf("%s.example.com", kafka.ID())
	made.Region = pulumi.String("us-east-1").ToStringOutput()
	made.Failed, _ = kafka.ID().ApplyT(func(pulumi.ID) (string, error) {
		return "", errors.New("no")
	}).(pulumi.StringOutput)
	made.Internal, made.private = made.KafkaID, 1
	return &made, nil
}

type mocks struct{}

func (mocks) NewResource(made pulumi.MockResourceArgs) (string, sdk.PropertyMap, error) {
	return "lkc-1", made.Inputs, nil
}

func (mocks) Call(pulumi.MockCallArgs) (sdk.PropertyMap, error) {
	return nil, errors.New("no function")
}

func TestOutputsDependOnChildren(t *testing.T) {
	t.Parallel()
	on := outputs{}
	ctx, err := pulumi.NewContext(context.WithValue(t.Context(), outputsKey{}, on), pulumi.RunInfo{
		Project: "p", Stack: "dev", Mocks: mocks{},
	})
	require.NoError(t, err)
	_, err = Outputs(newLinked)(ctx, "orders", 1)
	require.NoError(t, err)
	assert.Equal(t, outputs{"kafkaClusterId": {kafka}, "host": {kafka}}, on)

	region := urn.URN("urn:pulumi:dev::p::t:i:Region::us")
	state := property.NewMap(map[string]property.Value{
		"kafkaClusterId": property.New("lkc-1"),
		"host":           property.New(property.Computed).WithDependencies([]urn.URN{region}),
		"region":         property.New("us-east-1"),
	})
	m, err := newMonitor("127.0.0.1:1", "", false)
	require.NoError(t, err)
	state = m.dependent(state, on)
	assert.Equal(t, []urn.URN{kafka}, state.Get("kafkaClusterId").Dependencies())
	assert.Equal(t, []urn.URN{kafka, region}, state.Get("host").Dependencies())
	assert.Empty(t, state.Get("region").Dependencies())
	assert.Equal(t, 3, state.Len())

	m.skipped[kafka] = true
	state = m.dependent(property.NewMap(map[string]property.Value{"host": property.New(property.Computed)}), on)
	assert.Empty(t, state.Get("host").Dependencies(), "the engine does not know a resource that it skips")
}
