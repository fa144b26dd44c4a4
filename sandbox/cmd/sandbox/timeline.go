package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// barWidth is the number of columns all bars share.
const barWidth = 64

// timeline prints what was provisioned when, as a table and side by side, or draws it.
func timeline(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var events []sandbox.Event
	flags := flag.NewFlagSet("timeline", flag.ContinueOnError)
	svg := flags.Bool("svg", false, "draw it, as SVG for light and dark pages")
	pace := flags.Float64("scale", 1, "the `scale` that the server was given; with --svg, times are then those of "+
		"the services")
	if err := ask(ctx, flags, args, stderr, sandbox.EventsPath, &events); err != nil {
		return err
	}
	if *pace <= 0 {
		return fmt.Errorf("--scale %v: give a number greater than 0, the scale of \"sandbox serve\"", *pace)
	}
	if *svg && len(events) > 0 {
		return printSVG(stdout, events, *pace)
	}
	if len(events) == 0 {
		fmt.Fprintln(stdout, "Nothing has been provisioned yet.")
		return nil
	}
	if err := printTable(stdout, events); err != nil {
		return err
	}
	fmt.Fprintln(stdout)
	return printBars(stdout, events)
}

func printTable(w io.Writer, events []sandbox.Event) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tKIND\tID\tNAME\tSTATE")
	for _, event := range events {
		fmt.Fprintf(table, "%8.2f s\t%s\t%s\t%s\t%s\n", event.Time.Sub(events[0].Time).Seconds(),
			event.Kind, event.ID, event.DisplayName, event.State)
	}
	return table.Flush()
}

// row is the life of one resource.
type row struct {
	kind, id string
	events   []sandbox.Event
}

// rows groups the events by resource, in the order the resources appeared.
func rows(events []sandbox.Event) []row {
	var all []row
	for _, event := range events {
		i := slices.IndexFunc(all, func(r row) bool { return r.kind == event.Kind && r.id == event.ID })
		if i < 0 {
			all = append(all, row{kind: event.Kind, id: event.ID})
			i = len(all) - 1
		}
		all[i].events = append(all[i].events, event)
	}
	return all
}

func printBars(w io.Writer, events []sandbox.Event) error {
	scale := newScale(events)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows(events) {
		fmt.Fprintf(table, "%s\t|%s|\n", r.kind, scale.bar(r.events))
	}
	fmt.Fprintf(table, "\t 0 s%*s\n", barWidth-4, fmt.Sprintf("%.2f s", scale.total.Seconds()))
	fmt.Fprintln(table, "\t ▒ being provisioned or changed   █ usable   ░ being deleted   x failed")
	return table.Flush()
}

// scale maps times to columns.
type scale struct {
	start time.Time
	total time.Duration
}

func newScale(events []sandbox.Event) scale {
	start, end := events[0].Time, events[len(events)-1].Time
	return scale{start, max(end.Sub(start), time.Millisecond)}
}

// column is where a time is drawn; the last event gets the last column.
func (s scale) column(at time.Time) int {
	return int(int64(barWidth-1) * int64(at.Sub(s.start)) / int64(s.total))
}

// bar draws each state from its beginning to the next one's, at least one column
// wide as long as there is room, and the last one to the end.
func (s scale) bar(events []sandbox.Event) string {
	columns := slices.Repeat([]rune{' '}, barWidth)
	free := 0
	for _, event := range events {
		free = max(free, s.column(event.Time))
		for column := free; column < barWidth; column++ {
			columns[column] = mark(event.State)
		}
		free++
	}
	return string(columns)
}

// mark is how a state is drawn.
func mark(state string) rune {
	switch state {
	case sandbox.PhaseReady, sandbox.PhaseProvisioned, sandbox.StateActive:
		return '█'
	case sandbox.PhaseDeprovisioning, sandbox.StateDeleting:
		return '░'
	case sandbox.PhaseFailed:
		return 'x'
	case sandbox.StateDeleted:
		return ' '
	default:
		return '▒'
	}
}
