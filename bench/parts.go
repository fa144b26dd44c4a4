package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// part is a part of the suite.
type part struct {
	name string
	run  func(*bench, context.Context) error
	// long says that it does next to nothing for a long time: the parts after it need not wait for its end.
	long bool
	// alone says that it needs the processors for itself, and waits for everything before.
	alone bool
	// asked says that it runs only when it is named.
	asked bool
}

// parts are in the order in which they begin and are shown. While the first links press against the limit they need the
// processors, for some seconds; after that there is next to nothing to do. So what measures time comes last of those
// that only wait, and what has no goal for its time after them.
var parts = []part{
	{name: "limit", run: (*bench).limit, long: true},
	{name: "calls", run: (*bench).calls},
	{name: "waiting", run: (*bench).waiting},
	{name: "makespan", run: (*bench).makespan},
	{name: "backend", run: (*bench).backend},
	{name: "dependencies", run: (*bench).dependencies},
	{name: "plugin", run: (*bench).pluginCosts, alone: true},
	{name: "overhead", run: (*bench).overhead, alone: true},
	{name: "profile", run: (*bench).profile, alone: true, asked: true},
}

// choose finds the parts of -only, or all but those that must be asked for.
func choose(only string) ([]part, error) {
	if only == "" {
		return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.asked }), nil
	}
	var chosen []part
	names := strings.Split(only, ",")
	for _, p := range parts {
		if slices.Contains(names, p.name) {
			chosen = append(chosen, p)
			names = slices.DeleteFunc(names, func(name string) bool { return name == p.name })
		}
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("there is no part %s", strings.Join(names, ", "))
	}
	return chosen, nil
}

// runParts runs parts, each with a report of its own, and puts these together in the order of the parts.
func (b *bench) runParts(ctx context.Context, wanted []part) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		beside  sync.WaitGroup
		reports []*report
	)
	for _, p := range wanted {
		if p.alone {
			beside.Wait()
		}
		if ctx.Err() != nil {
			break
		}
		mine := *b
		mine.report = &report{part: p.name, began: b.began}
		reports = append(reports, mine.report)
		work := func() {
			mine.say("begins")
			if err := p.run(&mine, ctx); err != nil {
				cancel(fmt.Errorf("%s: %w", p.name, err))
			}
			mine.say("ends")
		}
		if p.long {
			beside.Go(work)
		} else {
			work()
		}
	}
	beside.Wait()
	for _, r := range reports {
		b.Figures, b.Weights = append(b.Figures, r.Figures...), append(b.Weights, r.Weights...)
	}
	return context.Cause(ctx)
}
