// Command pulumi-resource-aws is a stand-in for the plugin of Pulumi's aws package, for use with the sandbox and an
// emulator of AWS on this machine.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func main() {
	version := standin.InstalledVersion(os.Args[0], aws.Version())
	provider := aws.New(aws.Options{Getenv: os.Getenv})
	if err := standin.Run(context.Background(), provider, aws.Name, version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
