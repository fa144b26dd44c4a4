// Command pulumi-resource-confluentcloud is a stand-in for the plugin of Pulumi's confluentcloud package, for use with
// the sandbox where the real plugin cannot be downloaded.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	opts, err := confluentcloud.OptionsFromEnv(os.Getenv)
	if err != nil {
		return err
	}
	version := standin.InstalledVersion(os.Args[0], confluentcloud.Version())
	return standin.Run(ctx, confluentcloud.New(opts), confluentcloud.Name, version)
}
