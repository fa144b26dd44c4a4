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
	// asked says that it runs only when it is named.
	asked bool
}

// runs says whether the part is wanted, by the names of -only.
func (p part) runs(only string) bool {
	return only == "" && !p.asked || slices.Contains(strings.Split(only, ","), p.name)
}

var parts = []part{
	{name: "makespan", run: (*bench).makespan},
	{name: "calls", run: (*bench).calls},
	{name: "waiting", run: (*bench).waiting},
	{name: "limit", run: (*bench).limit},
	{name: "plugin", run: (*bench).pluginCosts},
	{name: "overhead", run: (*bench).overhead},
	{name: "backend", run: (*bench).backend},
	{name: "dependencies", run: (*bench).dependencies},
	{name: "profile", run: (*bench).profile, asked: true},
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
		if !p.runs(*only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s, after %s\n", p.name, time.Since(began).Round(time.Second))
		if err := p.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if len(b.Figures) == 0 {
		return nil // a profile alone does not replace the last report
	}
	b.Took = time.Since(began).Round(time.Second).String()
	if err := b.write(*dir); err != nil {
		return err
	}
	fmt.Print(b.markdown())
	return nil
}
