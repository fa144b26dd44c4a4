package provider

import (
	"context"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAClusterIDThatIsANumber(t *testing.T) {
	t.Parallel()
	constructed := 0
	construct := withoutNumericID(func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
		constructed++
		return p.ConstructResponse{}, nil
	})
	number := property.New(1.048293057184629e+19)
	for _, id := range []property.Value{number, number.WithSecret(true)} {
		_, err := construct(t.Context(), p.ConstructRequest{Inputs: property.NewMap(map[string]property.Value{"tidbClusterId": id})})
		require.ErrorContains(t, err, "tidbClusterId: it is a number, which cannot hold all digits of such an id; write it in quotes")
	}
	assert.Zero(t, constructed)

	for _, id := range []property.Value{property.New("10482930571846290153"), property.New(property.Computed), {}} {
		_, err := construct(t.Context(), p.ConstructRequest{Inputs: property.NewMap(map[string]property.Value{"tidbClusterId": id})})
		require.NoError(t, err)
	}
	assert.Equal(t, 3, constructed)
}
