package provider

import (
	"context"
	"errors"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPanicBecomesAnErrorWithoutItsValue(t *testing.T) {
	t.Parallel()
	prov := withoutPanics(p.Provider{
		Create: func(context.Context, p.CreateRequest) (p.CreateResponse, error) { panic("hunter2") },
		Delete: func(context.Context, p.DeleteRequest) error {
			return errors.New(strings.Fields("one")[1])
		},
	}.WithDefaults())

	_, err := prov.Create(t.Context(), p.CreateRequest{})
	require.ErrorContains(t, err, "a bug of its own in Create (string); please report it at "+repository)
	assert.NotContains(t, err.Error(), "hunter2")
	assert.NotContains(t, err.Error(), "goroutine")
	assert.ErrorContains(t, prov.Delete(t.Context(), p.DeleteRequest{}), "a bug of its own in Delete")
}
