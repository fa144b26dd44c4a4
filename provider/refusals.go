package provider

import (
	"context"
	"reflect"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// explainRefusals explains in the schema's terms what infer rejects in those of Go; see [args.Explain]. argsOf are the
// arguments of each native resource and function.
func explainRefusals(provider p.Provider, argsOf map[tokens.Type]reflect.Type) p.Provider {
	check, checkConfig, invoke := provider.Check, provider.CheckConfig, provider.Invoke
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := check(ctx, req)
		resp.Failures = explained(resp.Failures, req.Inputs, argsOf[req.Urn.Type()])
		return resp, err
	}
	provider.CheckConfig = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := checkConfig(ctx, req)
		resp.Failures = explained(resp.Failures, req.Inputs, configType)
		return resp, err
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		resp, err := invoke(ctx, req)
		resp.Failures = explained(resp.Failures, req.Args, argsOf[req.Token])
		return resp, err
	}
	return provider
}

var configType = reflect.TypeFor[tidbcloud.Config]()

// explained replaces infer's failures by explanations. If the types are right, the inputs broke a rule, and its message
// stays.
func explained(failures []p.CheckFailure, inputs property.Map, of reflect.Type) []p.CheckFailure {
	if len(failures) == 0 || of == nil {
		return failures
	}
	problems := args.Explain(inputs, of, of == configType)
	if len(problems) == 0 {
		return failures
	}
	failures = make([]p.CheckFailure, len(problems))
	for i, problem := range problems {
		failures[i].Property, failures[i].Reason, _ = strings.Cut(problem, ": ")
	}
	return failures
}
