// Command bench measures what this package adds to what the services themselves need, and writes every figure beside
// its goal: as a table, as JSON, and as a picture of the provisioning timeline.
//
// All figures that matter are ratios of two things that are measured in the same run, one after the other, so that they
// say the same on any machine. What is measured is the real command line with the plugins as they are released, against
// the sandbox.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bench is one run.
type bench struct {
	*lab
	*report

	dir string
	// sizes are the numbers of links that overhead and growth are measured with.
	sizes []int
	// realLimit takes the rate limit of the real service instead of a multiple, which takes a quarter of an hour.
	realLimit bool
}

// part is a part of the suite.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

var parts = []part{
	{"makespan", (*bench).makespan},
	{"calls", (*bench).calls},
	{"waiting", (*bench).waiting},
	{"limit", (*bench).limit},
	{"plugin", (*bench).pluginCosts},
	{"overhead", (*bench).overhead},
	{"backend", (*bench).backend},
	{"dependencies", (*bench).dependencies},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	dir := flag.String("o", filepath.Join("dist", "bench"), "the directory for what comes of it")
	only := flag.String("only", "", "the parts to run, separated by commas; all of them by default")
	quick := flag.Bool("quick", false, "leave out 100 links and more")
	realLimit := flag.Bool("real-limit", false, "use the real limit of 100 requests in a minute, which takes long")
	flag.Parse()
	if err := os.MkdirAll(*dir, 0o750); err != nil {
		return err
	}
	ctx, began := context.Background(), time.Now()
	l, err := newLab(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	b := &bench{lab: l, report: newReport(), dir: *dir, sizes: []int{1, 10, 100, 400}, realLimit: *realLimit}
	if *quick {
		b.sizes = []int{1, 10}
	}
	for _, p := range parts {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), p.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s, after %s\n", p.name, time.Since(began).Round(time.Second))
		if err := p.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	b.Took = time.Since(began).Round(time.Second).String()
	if err := b.write(*dir); err != nil {
		return err
	}
	fmt.Print(b.markdown())
	return nil
}
