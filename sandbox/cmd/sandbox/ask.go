package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// running is the address of a running server.
type running struct{ url *string }

// serverFlag adds the flag for the server's address.
func serverFlag(flags *flag.FlagSet) running {
	return running{flags.String("url", os.Getenv("SANDBOX_URL"), "`address` of the running server (default "+
		"$SANDBOX_URL)")}
}

// do sends a request to a control endpoint. The caller closes the body of the response.
func (r running) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	if *r.url == "" {
		return nil, fmt.Errorf("where is the server? Set SANDBOX_URL, or say --url http://127.0.0.1:<port>")
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(*r.url, "/")+path, body)
	if err != nil {
		return nil, fmt.Errorf("%q is no address: %w", *r.url, err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the server does not answer, is \"sandbox serve\" running? %w", err)
	}
	switch response.StatusCode {
	case http.StatusOK:
		return response, nil
	case http.StatusBadRequest:
		reason, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return nil, errors.Join(errors.New(strings.TrimSpace(string(reason))), err, response.Body.Close())
	}
	return nil,
		errors.Join(fmt.Errorf("%s answered %s: it is no sandbox", *r.url, response.Status), response.Body.Close())
}

// ask fetches a running server's answer at one of its control endpoints.
func ask(ctx context.Context, flags *flag.FlagSet, args []string, stderr io.Writer, path string, into any) error {
	server := serverFlag(flags)
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	response, err := server.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("%s answered something else than a sandbox: %w", *server.url, err)
	}
	return nil
}

// calls prints the call log.
func calls(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var log []sandbox.Call
	flags := flag.NewFlagSet("calls", flag.ContinueOnError)
	bodies := flags.Bool("bodies", false, "print the bodies of the requests too")
	if err := ask(ctx, flags, args, stderr, sandbox.CallsPath, &log); err != nil {
		return err
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, call := range log {
		target := call.Path
		if call.Query != "" {
			target += "?" + call.Query
		}
		elapsed := call.Time.Sub(log[0].Time).Seconds()
		fmt.Fprintf(table, "%.3f s\t%s\t%s\t%s\t%s", elapsed, call.Service, call.Method, status(call), target)
		if *bodies {
			fmt.Fprintf(table, "\t%s", call.RequestBody)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func status(call sandbox.Call) string {
	if call.Status == 0 {
		return "dropped"
	}
	return fmt.Sprint(call.Status)
}

// diff prints the differences from the beginning, and fails if there are any.
func diff(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var difference []string
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	if err := ask(ctx, flags, args, stderr, sandbox.DifferencePath, &difference); err != nil {
		return err
	}
	for _, line := range difference {
		fmt.Fprintln(stdout, line)
	}
	if n := len(difference); n > 0 {
		return fmt.Errorf("%d differences from what the sandbox began with", n)
	}
	fmt.Fprintln(stdout, "Everything is as it was in the beginning.")
	return nil
}
