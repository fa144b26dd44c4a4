// Command bench measures what this package adds to what the services themselves need, and writes every figure beside
// its goal: as a table, as JSON, and as a picture of the provisioning timeline.
//
// All figures that matter are ratios of two things that are measured in the same run, so that they say the same on any
// machine. What mostly waits runs side by side; what needs the processors runs alone. What is measured is the real
// command line with the plugins as they are released, against the sandbox.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// bench is one run, or what one part of it works with.
type bench struct {
	*lab
	*report

	dir string
	// sizes are the numbers of links that overhead and growth are measured with.
	sizes []int
	// requestsPerMinute is the rate limit that many links press against.
	requestsPerMinute int
}

// quick says that a hundred links and more are left out.
func (b *bench) quick() bool { return len(b.sizes) < 3 }

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	b := &bench{report: newReport(), sizes: []int{1, 10, 100, 400}}
	flag.StringVar(&b.dir, "o", filepath.Join("dist", "bench"), "the directory for what comes of it")
	only := flag.String("only", "", "the parts to run, separated by commas; all of them by default")
	quick := flag.Bool("quick", false, "leave out 100 links and more")
	flag.IntVar(&b.requestsPerMinute, "limit", sandbox.DefaultRequestsPerMinute,
		"the rate limit, in a minute, that many links press against; with a higher one it takes less long")
	flag.Parse()
	if *quick {
		b.sizes = []int{1, 10}
	}
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	if b.requestsPerMinute < 1 {
		return fmt.Errorf("-limit is %d: use a positive number", b.requestsPerMinute)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if b.lab, err = newLab(ctx); err != nil {
		return err
	}
	defer b.close()
	if err := os.MkdirAll(b.dir, 0o750); err != nil {
		return err
	}
	if err := b.runParts(ctx, wanted); err != nil {
		return err
	}
	if len(b.Figures) == 0 {
		return nil // a profile alone does not replace the last report
	}
	b.Took = time.Since(b.began).Round(time.Second).String()
	if err := b.write(b.dir); err != nil {
		return err
	}
	fmt.Print(b.markdown())
	return nil
}
