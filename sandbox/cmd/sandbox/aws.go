package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/emulator"
)

// serveAWS starts the emulator of AWS, with an account that the sandbox's networks know of. It returns the variables of
// a shell that uses it, and how to stop it.
func serveAWS(ctx context.Context, python string, server *sandbox.Server) ([][2]string, func() error, error) {
	running, err := emulator.Start(python)
	if err != nil {
		return nil, nil, err
	}
	account, err := running.Account()
	if err != nil {
		return nil, nil, errors.Join(err, running.Close())
	}
	stop := func() error { return errors.Join(account.Close(), running.Close()) }
	account.Link(server)
	vpc, subnets, err := account.Seed(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	var variables [][2]string
	env := account.Env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		variables = append(variables, [2]string{name, env[name]})
	}
	variables = append(variables, [2]string{"SANDBOX_AWS_ACCOUNT", account.ID}, [2]string{"SANDBOX_VPC_ID", vpc})
	for i, subnet := range subnets {
		variables = append(variables, [2]string{fmt.Sprintf("SANDBOX_SUBNET_%d_ID", i+1), subnet})
	}
	return variables, stop, nil
}

// announceAWS shows the account, without the credentials.
func announceAWS(w io.Writer, variables [][2]string) {
	for _, v := range variables {
		switch v[0] {
		case "AWS_ENDPOINT_URL", "SANDBOX_AWS_ACCOUNT", "SANDBOX_VPC_ID":
			fmt.Fprintf(w, "%-22s %s\n", v[0], v[1])
		}
	}
	fmt.Fprintln(w)
}
