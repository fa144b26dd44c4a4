package shim

import (
	"context"
	"fmt"
	"slices"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// RejectComponents rejects reads and imports of components. For infer v1.5.0 they are resources that it does not know:
// https://github.com/pulumi/pulumi-go-provider/blob/v1.5.0/middleware/dispatch/dispatch.go#L65. That does not help a
// user who wants to import a link. It waits for https://github.com/pulumi/pulumi/issues/12768.
func RejectComponents(
	read func(context.Context, p.ReadRequest) (p.ReadResponse, error), repository string, components ...string,
) func(context.Context, p.ReadRequest) (p.ReadResponse, error) {
	return func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		token := req.Urn.Type()
		if slices.ContainsFunc(components, func(c string) bool { return tokens.Type(c) == token }) {
			return p.ReadResponse{}, fmt.Errorf("%s is a component: it exists only in Pulumi, and has no ID to "+
				"import; import its children: see %s/blob/main/docs/existing-parts.md#adopt-what-was-made-by-hand",
				token, repository)
		}
		return read(ctx, req)
	}
}
