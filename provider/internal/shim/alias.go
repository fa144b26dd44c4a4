package provider

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// aliasServer makes aliases of components work. Pulumi's SDKs send most aliases as a specification (another
// name, type, parent, project or stack); pulumi-go-provider v1.5.0 passes only those on that are URNs and
// drops the rest, so that a component renamed with an alias would be deleted and made anew.
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

// aliasURN says which URN an alias specification means: whatever it leaves out is as in the request.
func aliasURN(req *rpc.ConstructRequest, spec *rpc.Alias_Spec) resource.URN {
	or := func(value, otherwise string) string {
		if value != "" {
			return value
		}
		return otherwise
	}
	parent := req.GetParent()
	switch p := spec.GetParent().(type) {
	case *rpc.Alias_Spec_NoParent:
		if p.NoParent {
			parent = ""
		}
	case *rpc.Alias_Spec_ParentUrn:
		parent = or(p.ParentUrn, parent)
	}
	return resource.NewURN(
		tokens.QName(or(spec.GetStack(), req.GetStack())),
		tokens.PackageName(or(spec.GetProject(), req.GetProject())),
		qualifiedType(resource.URN(parent)),
		tokens.Type(or(spec.GetType(), req.GetType())),
		or(spec.GetName(), req.GetName()),
	)
}

// qualifiedType is what a parent contributes to its children's URNs. The stack itself, the parent of
// everything without another, contributes nothing.
func qualifiedType(parent resource.URN) tokens.Type {
	if parent == "" || parent.QualifiedType() == resource.RootStackType {
		return ""
	}
	return parent.QualifiedType()
}
