package provider

import (
	"context"
	"errors"

	p "github.com/pulumi/pulumi-go-provider"
)

// withoutNumericID refuses the id of a TiDB Cloud cluster that arrives as a number, as it easily does from YAML and from a
// stack's settings. infer would refuse it too, but without saying why, or what to do.
func withoutNumericID(
	construct func(context.Context, p.ConstructRequest) (p.ConstructResponse, error),
) func(context.Context, p.ConstructRequest) (p.ConstructResponse, error) {
	return func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		if req.Inputs.Get("tidbClusterId").IsNumber() {
			return p.ConstructResponse{}, errors.New("tidbClusterId: it is a number, which cannot hold all digits of such an id; " +
				"write it in quotes, or keep it in an object of the stack's settings, with " +
				"pulumi config set --path --type string tidb.clusterId <id>, and give ${tidb.clusterId}")
		}
		return construct(ctx, req)
	}
}
