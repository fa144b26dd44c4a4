package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// serve runs a server until it is stopped.
func serve(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	opts, envFile := sandbox.Options{}, ""
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	for name, address := range map[string]*string{
		"confluent": &opts.ConfluentAddress, "confluent-tls": &opts.ConfluentTLSAddress,
		"tidbcloud": &opts.TiDBCloudAddress, "tidbcloud-tls": &opts.TiDBCloudTLSAddress,
	} {
		flags.StringVar(address, name+"-address", "127.0.0.1:0", "`address` to listen on; port 0 means any free one")
	}
	profile := flags.String("profile", string(sandbox.Fast),
		"how long provisioning takes: fast (milliseconds) or proportional (like the real services, scaled)")
	flags.Float64Var(&opts.Scale, "scale", sandbox.DefaultScale,
		"with --profile proportional: how many minutes a minute of the real services takes")
	flags.IntVar(&opts.MaxRequestsPerMinute, "requests-per-minute", sandbox.DefaultRequestsPerMinute,
		"TiDB Cloud's rate limit for each key; negative for none")
	flags.StringVar(&opts.NextDNSLabel, "dns-label", "", "DNS label of the first new network, e.g. domnprzqrog")
	flags.StringVar(&envFile, "env-file", "",
		"write endpoints, credentials and ids as shell exports to this `file`, and the CA next to it")
	dialects := flags.String("dialect", "",
		"`names`, separated by commas, of ways in which TiDB Cloud differs from its description; list shows them")
	python := flags.String("aws", "",
		"serve AWS as well, with moto of this Python `interpreter`, an account and a VPC with three subnets")
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	opts.Profile = sandbox.Profile(*profile)
	if *dialects == "list" {
		return listDialects(stdout)
	}
	if opts.Dialects, err = sandbox.ParseDialects(*dialects); err != nil {
		return err
	}

	server, err := sandbox.Start(opts)
	if err != nil {
		return err
	}
	defer func() {
		if closing := server.Close(); err == nil {
			err = closing
		}
	}()
	caFile, err := writeCA(envFile, server)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(caFile) }() // nothing trusts it any more
	var aws [][2]string
	if *python != "" {
		variables, stop, err := serveAWS(ctx, *python, server)
		if err != nil {
			return err
		}
		defer func() { _ = stop() }()
		aws = variables
		announceAWS(stdout, aws)
	}
	announce(stdout, server, envFile, caFile)
	if envFile != "" {
		// Last, and in one step: what waits for the file finds everything ready.
		if err := writePrivately(envFile, environment(server, opts, caFile, aws)); err != nil {
			return err
		}
		defer func() { _ = os.Remove(envFile) }()
	}
	<-ctx.Done()
	fmt.Fprintln(stdout, "stopped.")
	return nil
}

// writeCA writes the CA next to the environment file, or to a temporary file.
func writeCA(envFile string, server *sandbox.Server) (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("sandbox-ca-%d.pem", os.Getpid()))
	if envFile != "" {
		absolute, err := filepath.Abs(envFile)
		if err != nil {
			return "", fmt.Errorf("cannot tell where %s is: %w", envFile, err)
		}
		path = absolute + ".ca.pem"
	}
	return path, writePrivately(path, string(server.CACertificate()))
}

func announce(w io.Writer, server *sandbox.Server, envFile, caFile string) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "Confluent Cloud\t%s\t%s\n", server.ConfluentURL(), server.ConfluentTLSURL())
	fmt.Fprintf(table, "TiDB Cloud\t%s\t%s\n", server.TiDBCloudURL(), server.TiDBCloudTLSURL())
	fmt.Fprintf(table, "CA of the TLS addresses\t%s\n", caFile)
	_ = table.Flush() // a terminal that is gone needs no addresses
	seed := server.Seed()
	fmt.Fprintf(w, `
Environments   %s, %s
TiDB clusters  %s  Essential, us-east-1
               %s  Essential, us-east-1
               %s  Essential, us-west-2
               %s  Essential, us-east-1, two AZs
               %s  Essential, us-east-1, one AZ
               %s  Essential, us-east-1, paused
               %s  Essential, Alibaba Cloud
               %s  Starter

`, seed.EnvironmentID, seed.SecondEnvironmentID, seed.EssentialUSEast1, seed.EssentialUSEast1B,
		seed.EssentialUSWest2, seed.TwoZones, seed.SingleZone, seed.Paused, seed.AlibabaCloud, seed.Starter)
	if envFile == "" {
		fmt.Fprintln(w, "The credentials are random: start with --env-file FILE to get them.")
	} else {
		if filepath.Base(envFile) == envFile {
			// A shell looks for a bare name on PATH.
			envFile = "./" + envFile
		}
		fmt.Fprintf(w, "In another terminal:  . %s\n", envFile)
	}
	fmt.Fprintln(w, "Then:                 sandbox timeline | calls | diff | insert | rows      Stop with Ctrl-C.")
}

// listDialects shows the dialects of TiDB Cloud's API.
func listDialects(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range sandbox.Dialects() {
		fmt.Fprintf(table, "%s\t%s\n", d, d.About())
	}
	return table.Flush()
}
