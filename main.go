// The tidbconfluent provider: a Pulumi plugin, started by the Pulumi engine.
// It stands next to PulumiPlugin.yaml so that the repository itself can be used as a plugin from source.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

func main() {
	if err := provider.Serve(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
