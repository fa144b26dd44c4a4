package shim

import (
	"context"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

// DiffConfig reports every change of the configuration as an update of the provider, nothing more. By default infer
// replaces the provider, and with it each of its resources, when a key is rotated.
//
// It waits for https://github.com/pulumi/pulumi-go-provider/issues/409.
func DiffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	diff := map[string]p.PropertyDiff{}
	note := func(key string) {
		was, had := req.OldInputs.GetOk(key)
		is, has := req.Inputs.GetOk(key)
		switch {
		// infer keeps notes of its own under such names.
		case strings.HasPrefix(key, "__"), had == has && was.Equals(is):
		case !had:
			diff[key] = p.PropertyDiff{Kind: p.Add, InputDiff: true}
		case !has:
			diff[key] = p.PropertyDiff{Kind: p.Delete, InputDiff: true}
		default:
			diff[key] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
		}
	}
	for key := range req.OldInputs.All {
		note(key)
	}
	for key := range req.Inputs.All {
		note(key)
	}
	return p.DiffResponse{HasChanges: len(diff) > 0, DetailedDiff: diff}, nil
}
