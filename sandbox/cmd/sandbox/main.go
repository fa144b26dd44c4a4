// Command sandbox runs Confluent Cloud's and TiDB Cloud's APIs on this machine
// and shows what happened in them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `sandbox runs Confluent Cloud's and TiDB Cloud's APIs on this machine.

  sandbox serve      start both services, and AWS if asked to; -h lists the flags
  sandbox timeline   show what was provisioned when; --svg draws it
  sandbox calls      show the requests both services got
  sandbox insert     insert rows into a table of a TiDB cluster, update and delete some
  sandbox rows       show the messages of a Kafka topic as they come
  sandbox diff       show what is not as it was in the beginning; exit status 1 if anything

All but serve ask a running server. SANDBOX_URL, which the file written by
"serve --env-file" sets, or --url says where it is.
`

// errUsage is the error about wrong arguments, after they were explained.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	commands := map[string]func(context.Context, []string, io.Writer, io.Writer) error{
		"serve": serve, "timeline": timeline, "calls": calls, "diff": diff,
		"insert": insert, "rows": rowsOfTopic,
	}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return errUsage
	}
	if command, ok := commands[args[0]]; ok {
		return command(ctx, args[1:], stdout, stderr)
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Fprint(stdout, usage)
		return nil
	}
	fmt.Fprintf(stderr, "sandbox: there is no command %q\n\n%s", args[0], usage)
	return errUsage
}

// parse reads the flags of a command, none of which takes arguments.
func parse(flags *flag.FlagSet, args []string, stderr io.Writer) error {
	flags.SetOutput(stderr)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage // the flag package has reported what is wrong
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "sandbox %s: takes flags only, not %q\n", flags.Name(), flags.Arg(0))
		return errUsage
	}
	return nil
}
