// Command schema prints the Pulumi schema of the package as `pulumi package get-schema` does, without the CLI.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	prov, err := provider.New()
	if err != nil {
		return err
	}
	spec, err := p.GetSchema(context.Background(), provider.Name, provider.Version, prov)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(spec)
}
