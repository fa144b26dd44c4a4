package args_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

func TestEnum(t *testing.T) {
	t.Parallel()
	sizes := args.Enum{Name: "Size", Words: []args.Word{{Name: "Small", Value: "S"}, {Name: "Large", Value: "L"}}}
	require.NoError(t, sizes.Check("L"))
	require.EqualError(t, sizes.Check("Large"), `"Large" is not one of S, L; use one of these`)
}
