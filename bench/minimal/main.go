// Command pulumi-resource-minimal is the smallest provider with one component that links the same SDKs as the plugin of
// this repository. The plugin's cost is measured against it.
package main

import (
	"context"
	"fmt"
	"os"

	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	_ "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	_ "github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Link is a component that does nothing.
type Link struct {
	pulumi.ResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

// LinkArgs are its inputs.
type LinkArgs struct {
	Name pulumi.StringInput `pulumi:"name"`
}

// NewLink declares a Link.
func NewLink(ctx *pulumi.Context, name string, args LinkArgs, opts ...pulumi.ResourceOption) (*Link, error) {
	link := &Link{}
	if err := ctx.RegisterComponentResource("minimal:index:Link", name, link, opts...); err != nil {
		return nil, err
	}
	link.Name = args.Name.ToStringOutput()
	return link, nil
}

func main() {
	provider, err := infer.NewProviderBuilder().WithComponents(infer.ComponentF(NewLink)).WithNamespace(
		"minimal").Build()
	if err == nil {
		err = provider.Run(context.Background(), "minimal", "0.1.0")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
