package provider

import (
	"errors"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// natives are the native resources and functions, and the arguments of each.
type natives struct {
	resources []infer.InferredResource
	functions []infer.InferredFunction
	argsOf    map[tokens.Type]reflect.Type
	err       error
}

func newNatives() (*natives, error) {
	n := &natives{argsOf: map[tokens.Type]reflect.Type{}}
	addResource(n, tidbcloud.PrivateLinkConnection{})
	addResource(n, tidbcloud.DomainAttachment{})
	addResource(n, tidbcloud.Changefeed{})
	addFunction(n, tidbcloud.GetCluster{})
	addFunction(n, tidbcloud.GetPrivateLinkZones{})
	addFunction(n, tidbcloud.GetPrivateLinkConnection{})
	addFunction(n, tidbcloud.GetChangefeed{})
	addFunction(n, tidbcloud.GetChangefeedTables{})
	addFunction(n, tidbcloud.GetChangefeeds{})
	return n, n.err
}

func addResource[R infer.CustomResource[I, O], I, O any](n *natives, of R) {
	resource := infer.Resource(of)
	n.resources = append(n.resources, resource)
	n.note(resource, reflect.TypeFor[I]())
}

func addFunction[F infer.Fn[I, O], I, O any](n *natives, of F) {
	function := infer.Function(of)
	n.functions = append(n.functions, function)
	n.note(function, reflect.TypeFor[I]())
}

// note notes the arguments. infer does not know the name of the package, and has pkg in its place.
func (n *natives) note(of interface{ GetToken() (tokens.Type, error) }, args reflect.Type) {
	token, err := of.GetToken()
	n.err = errors.Join(n.err, err)
	_, ours, _ := strings.Cut(string(token), ":")
	n.argsOf[tokens.Type(Name+":"+ours)] = args
}
