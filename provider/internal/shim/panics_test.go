package shim

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leak panics with a credential, as a bug in a generic function could.
func leak[T any](value T) error { panic(value) }

// a report must have no arguments of the frames, and no directory of this machine.
var noise = regexp.MustCompile(`0x[0-9a-f]|goroutine|/(root|home|work|tmp|usr)/|github\.com`)

func TestAPanicBecomesAnErrorWithItsFrames(t *testing.T) {
	t.Parallel()
	build := Shallow(func(*pulumi.Context, string, int, ...pulumi.ResourceOption) (*link, error) {
		return nil, leak("hunter2")
	})
	reported := Panics(p.Provider{
		Create: func(context.Context, p.CreateRequest) (p.CreateResponse, error) {
			return p.CreateResponse{}, leak("hunter2")
		},
		Delete: func(context.Context, p.DeleteRequest) error {
			return errors.New(strings.Fields("one")[1])
		},
		Construct: func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
			_, err := build(nil, "hunter2", 0)
			return p.ConstructResponse{}, err
		},
	}.WithDefaults(), "acme provider 1.2.3", "https://acme.example")

	_, created := reported.Create(t.Context(), p.CreateRequest{})
	deleted := reported.Delete(t.Context(), p.DeleteRequest{})
	_, constructed := reported.Construct(t.Context(), p.ConstructRequest{})
	const test = `provider/internal/shim\.TestAPanicBecomesAnErrorWithItsFrames\.func\d+ ` +
		`\(provider/internal/shim/panics_test\.go:\d+\)`
	const shallow = ` < provider/internal/shim\.\S*Shallow\[\.\.\.\]\.\S+ \(provider/internal/shim/shallow\.go:\d+\)`
	const leaking = `provider/internal/shim\.leak\[\.\.\.\] \(provider/internal/shim/panics_test\.go:17\) < `
	for _, c := range []struct {
		err  error
		want string
	}{
		{created, `Create \(string\), at ` + leaking + test},
		{deleted, `Delete \(runtime\.boundsError\), at ` + test},
		{constructed, `Construct \(string\), at ` + leaking + test + shallow},
	} {
		require.Error(t, c.err)
		assert.Regexp(t, `^the acme provider 1\.2\.3 ran into a bug of its own in `+c.want+
			`; please report it at https://acme\.example/issues with the program that shows it$`, c.err.Error())
		assert.NotContains(t, c.err.Error(), "hunter2")
		assert.NotRegexp(t, noise, c.err.Error())
	}
}

// TestFramesOfOthers: a panic in another module names its frame too. A report has a dozen frames at most.
func TestFramesOfOthers(t *testing.T) {
	t.Parallel()
	broken := strings.Repeat("(hunter2", 1)
	reported := Panics(p.Provider{
		Create: func(context.Context, p.CreateRequest) (resp p.CreateResponse, err error) {
			deep(30, func() { regexp.MustCompile(broken) })
			return resp, nil
		},
	}.WithDefaults(), "acme provider", "https://acme.example")
	_, err := reported.Create(t.Context(), p.CreateRequest{})
	require.ErrorContains(t, err, "at regexp.MustCompile (regexp/regexp.go:")
	assert.Equal(t, mostFrames-1, strings.Count(err.Error(), " < "))
	assert.Equal(t, mostFrames-2, strings.Count(err.Error(), "shim.deep ("))
	assert.NotContains(t, err.Error(), "hunter2")
}
