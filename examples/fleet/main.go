// Fleet manages the links of many TiDB Cloud clusters: a stack for each team and region, several in parallel, within
// the limit of one TiDB Cloud API key.
//
//	fleet [-fleet fleet.json] [-only regexp] [-parallel 4] preview|up|destroy
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
)

func main() {
	file := flag.String("fleet", "fleet.json", "the `file` that lists the stacks")
	only := flag.String("only", "", "leave out the stacks whose names do not match this `regexp`")
	parallel := flag.Int("parallel", 4, "how many stacks run at the same time")
	every := flag.Duration("every", 30*time.Second, "how often to say how far everything is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *file, *only, flag.Arg(0), *parallel, *every); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file, only, command string, parallel int, every time.Duration) error {
	if !slices.Contains([]string{"preview", "up", "destroy"}, command) {
		return fmt.Errorf("%q is not a command; use preview, up or destroy", command)
	}
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	all, err := readFleet(file, pattern)
	if err != nil {
		return err
	}
	shown := newProgress(os.Stdout, len(all.Stacks))
	over := make(chan struct{})
	defer close(over)
	go shown.repeat(every, over)
	all.run(ctx, command, parallel, shown)
	return shown.result()
}

// run applies the command to all stacks, several in parallel. A stack that fails does not block the others.
func (f fleet) run(ctx context.Context, command string, parallel int, shown *progress) {
	var running sync.WaitGroup
	slots := make(chan struct{}, max(1, parallel))
	for _, s := range f.Stacks {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			shown.begin(s.Name)
			shown.end(s.Name, f.runOne(ctx, s, command, parallel, shown))
		})
	}
	running.Wait()
}

func (f fleet) runOne(ctx context.Context, s stack, command string, parallel int, shown *progress) error {
	seen, over := make(chan events.EngineEvent), make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() { shown.follow(s.Name, seen, over) })
	err := s.run(ctx, command, f.share(parallel), seen)
	close(over)
	following.Wait()
	return err
}
