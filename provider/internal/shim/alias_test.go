package shim

import (
	"context"
	"testing"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder is a provider that keeps the request it got.
type recorder struct {
	rpc.UnimplementedResourceProviderServer
	got *rpc.ConstructRequest
}

func (r *recorder) Construct(_ context.Context, req *rpc.ConstructRequest) (*rpc.ConstructResponse, error) {
	r.got = req
	return &rpc.ConstructResponse{}, nil
}

func TestAliasesReachTheComponentAsURNs(t *testing.T) {
	t.Parallel()
	const (
		component = "tidbconfluent:index:PrivateLink"
		parent    = "urn:pulumi:prod::shop::acme:index:Platform::platform"
		nested    = "urn:pulumi:prod::shop::acme:index:Platform$acme:index:Data::data"
		stackURN  = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
	)
	noParent := &rpc.Alias_Spec_NoParent{NoParent: true}
	parentIs := func(urn string) *rpc.Alias_Spec_ParentUrn { return &rpc.Alias_Spec_ParentUrn{ParentUrn: urn} }
	tests := []struct {
		name   string
		parent string
		alias  *rpc.Alias
		want   string
	}{
		{"a URN", "", &rpc.Alias{Alias: &rpc.Alias_Urn{Urn: "urn:pulumi:a::b::c::d"}}, "urn:pulumi:a::b::c::d"},
		{"another name", "", specAlias(&rpc.Alias_Spec{Name: "old"}), "urn:pulumi:prod::shop::" + component + "::old"},
		{
			"another type", "", specAlias(&rpc.Alias_Spec{Type: "old:index:Link"}),
			"urn:pulumi:prod::shop::old:index:Link::orders",
		},
		{
			"another project and stack", "", specAlias(&rpc.Alias_Spec{Project: "p", Stack: "s"}),
			"urn:pulumi:s::p::" + component + "::orders",
		},
		{
			"another name below a parent", parent, specAlias(&rpc.Alias_Spec{Name: "old"}),
			"urn:pulumi:prod::shop::acme:index:Platform$" + component + "::old",
		},
		{
			"another parent", parent, specAlias(&rpc.Alias_Spec{Parent: parentIs(nested)}),
			"urn:pulumi:prod::shop::acme:index:Platform$acme:index:Data$" + component + "::orders",
		},
		{
			"no parent", parent, specAlias(&rpc.Alias_Spec{Parent: noParent}),
			"urn:pulumi:prod::shop::" + component + "::orders",
		},
		{
			"the stack as parent", stackURN, specAlias(&rpc.Alias_Spec{Name: "old"}),
			"urn:pulumi:prod::shop::" + component + "::old",
		},
		{
			"moved away from the stack", parent, specAlias(&rpc.Alias_Spec{Parent: parentIs(stackURN)}),
			"urn:pulumi:prod::shop::" + component + "::orders",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inner := &recorder{}
			_, err := Aliases(inner).Construct(t.Context(), &rpc.ConstructRequest{
				Stack: "prod", Project: "shop", Type: component, Name: "orders", Parent: test.parent,
				Aliases: []*rpc.Alias{test.alias},
			})
			require.NoError(t, err)
			require.Len(t, inner.got.GetAliases(), 1)
			assert.Equal(t, test.want, inner.got.GetAliases()[0].GetUrn())
		})
	}
}

func specAlias(spec *rpc.Alias_Spec) *rpc.Alias {
	return &rpc.Alias{Alias: &rpc.Alias_Spec_{Spec: spec}}
}
