// Command bench measures what this package adds to the time of the services, and writes every figure with its goal as a
// table.
//
// The figures that matter are ratios of two measurements of the same run, so they are the same on any machine. It runs
// the real Pulumi CLI, with the plugins as they are released, against the sandbox.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// bench is one run.
type bench struct {
	*lab
	*report

	quick bool
}

// sizes are the numbers of links that overhead and memory are measured with.
func (b *bench) sizes() []int {
	if b.quick {
		return []int{1, 10, 100}
	}
	return []int{1, 10, 100, 400}
}

// part is a part of the suite.
type part struct {
	name string
	run  func(*bench, context.Context) error
	// waits means that the part mostly waits: all such parts run in parallel, before the others.
	waits bool
}

var parts = []part{
	{"makespan", (*bench).makespan, true},
	{"limit", (*bench).limit, true},
	{"calls", (*bench).calls, false},
	{"overhead", (*bench).overhead, false},
	{"memory", (*bench).memory, false},
}

// choose finds the parts of -only, or all of them.
func choose(only string) ([]part, error) {
	if only == "" {
		return parts, nil
	}
	var chosen []part
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no part %s", name)
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}

// runParts runs the parts. The first error ends all.
func (b *bench) runParts(ctx context.Context, wanted []part) error {
	group, waiting := errgroup.WithContext(ctx)
	for _, p := range wanted {
		if p.waits {
			group.Go(func() error { return p.run(b, waiting) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, p := range wanted {
		if p.waits {
			continue
		}
		if err := p.run(b, ctx); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	b := &bench{report: newReport()}
	dir := flag.String("o", filepath.Join("dist", "bench"), "the directory for the report")
	only := flag.String("only", "", "the parts to run, separated by commas; all of them by default")
	flag.BoolVar(&b.quick, "quick", false, "leave out 400 links, and press fewer links against the rate limit")
	flag.Parse()
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if b.lab, err = newLab(ctx); err != nil {
		return err
	}
	defer b.close()
	if err := b.runParts(ctx, wanted); err != nil {
		return err
	}
	if err := b.write(*dir); err != nil {
		return err
	}
	fmt.Print(b.markdown())
	return nil
}
