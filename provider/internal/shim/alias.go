package shim

import (
	"cmp"
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Aliases passes aliases on to components. pulumi-go-provider v1.5.0 drops those that are specifications (another name,
// type, parent, project or stack), as Pulumi's SDKs send most of them. The engine would replace a component renamed
// with an alias.
//
// It waits for a release with https://github.com/pulumi/pulumi-go-provider/pull/574, which fixes
// https://github.com/pulumi/pulumi-go-provider/issues/465.
func Aliases(server rpc.ResourceProviderServer) rpc.ResourceProviderServer {
	return aliasServer{server}
}

type aliasServer struct{ rpc.ResourceProviderServer }

// Construct resolves alias specifications to URNs before the component sees them.
func (s aliasServer) Construct(ctx context.Context, req *rpc.ConstructRequest) (*rpc.ConstructResponse, error) {
	for i, alias := range req.GetAliases() {
		if spec := alias.GetSpec(); spec != nil {
			req.Aliases[i] = &rpc.Alias{Alias: &rpc.Alias_Urn{Urn: string(aliasURN(req, spec))}}
		}
	}
	return s.ResourceProviderServer.Construct(ctx, req)
}

// aliasURN returns the URN that an alias specification means. What it leaves out is as in the request.
func aliasURN(req *rpc.ConstructRequest, spec *rpc.Alias_Spec) resource.URN {
	parent := req.GetParent()
	switch p := spec.GetParent().(type) {
	case *rpc.Alias_Spec_NoParent:
		if p.NoParent {
			parent = ""
		}
	case *rpc.Alias_Spec_ParentUrn:
		parent = cmp.Or(p.ParentUrn, parent)
	}
	return resource.NewURN(
		tokens.QName(cmp.Or(spec.GetStack(), req.GetStack())),
		tokens.PackageName(cmp.Or(spec.GetProject(), req.GetProject())),
		qualifiedType(resource.URN(parent)),
		tokens.Type(cmp.Or(spec.GetType(), req.GetType())),
		cmp.Or(spec.GetName(), req.GetName()),
	)
}

// qualifiedType is the part of a parent in its children's URNs. The stack, the parent of everything without another,
// has none.
func qualifiedType(parent resource.URN) tokens.Type {
	if parent == "" || parent.QualifiedType() == resource.RootStackType {
		return ""
	}
	return parent.QualifiedType()
}
