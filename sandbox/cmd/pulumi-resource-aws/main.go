// Command pulumi-resource-aws is a stand-in for the plugin of Pulumi's aws package, for use with the sandbox and an emulator
// of AWS on this machine.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws"
)

func main() {
	if err := aws.New(aws.Options{Getenv: os.Getenv}).Run(context.Background(), aws.Name, aws.Version()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
