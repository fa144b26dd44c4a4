package provider

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
)

// withoutComponents says of a component that there is nothing to read. It is what whoever wants to import a link tries first, and
// infer v1.5.0 knows of components only how to make them: it answers that there is no such resource.
func withoutComponents(
	read func(context.Context, p.ReadRequest) (p.ReadResponse, error),
) func(context.Context, p.ReadRequest) (p.ReadResponse, error) {
	return func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		switch token := req.Urn.Type(); token {
		case tokens.Type(component.Type), tokens.Type(component.VpcAccessType), tokens.Type(changefeed.Type):
			return p.ReadResponse{}, fmt.Errorf("%s is a component: it exists in Pulumi alone, and has no id to import; "+
				"import what it consists of, as %s/blob/main/docs/existing-parts.md#adopt-what-was-made-by-hand says", token, repository)
		}
		return read(ctx, req)
	}
}
