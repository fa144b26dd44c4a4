package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const (
	rowHeight  = 26
	labelWidth = 190
	barsWidth  = 700
)

var stateColors = map[string]string{
	sandbox.PhaseReady: "#2e7d32", sandbox.PhaseProvisioned: "#2e7d32", sandbox.StateActive: "#2e7d32",
	sandbox.PhaseDeprovisioning: "#c62828", sandbox.StateDeleting: "#c62828",
	sandbox.StatePendingAcceptance: "#f9a825",
}

// timeline draws what was provisioned and deleted when, with the two commands above it.
func timeline(events []sandbox.Event, up, destroy measured) string {
	start, total := up.began, destroy.ended.Sub(up.began)
	x := func(at time.Time) float64 { return labelWidth + barsWidth*at.Sub(start).Seconds()/total.Seconds() }
	var b strings.Builder
	row := 0
	bar := func(label string, from, to time.Time, color string) {
		y := 30 + row*rowHeight
		fmt.Fprintf(&b,
			`<rect x="%.1f" y="%d" width="%.1f" height="18" fill="%s"><title>%s: %.1f s to %.1f s</title></rect>`+"\n",
			x(from), y, max(1, x(to)-x(from)), color, label, from.Sub(start).Seconds(), to.Sub(start).Seconds())
	}
	text := func(label string) {
		fmt.Fprintf(&b, `<text x="4" y="%d">%s</text>`+"\n", 43+row*rowHeight, label)
	}
	text("pulumi up, pulumi destroy")
	bar("pulumi up", up.began, up.ended, "#1565c0")
	bar("pulumi destroy", destroy.began, destroy.ended, "#1565c0")
	for _, life := range lives(events) {
		row++
		text(life[0].Kind)
		for i, event := range life[:len(life)-1] {
			color := stateColors[event.State]
			if color == "" {
				color = "#90a4ae"
			}
			bar(event.Kind+" "+event.State, event.Time, life[i+1].Time, color)
		}
	}
	height := 60 + (row+1)*rowHeight
	fmt.Fprintf(&b, `<text x="%d" y="%d">gray: being made, yellow: being accepted, green: usable, red: being deleted; `+
		"%.0f s in all</text>\n",
		labelWidth, height-10, total.Seconds())
	return fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+"\n"+
			`<rect width="100%%" height="100%%" fill="white"/>`+"\n%s</svg>\n", labelWidth+barsWidth+20, height,
		b.String())
}

// lives are the events of each resource, in the order in which the resources appeared.
func lives(events []sandbox.Event) [][]sandbox.Event {
	var all [][]sandbox.Event
	at := map[string]int{}
	for _, event := range events {
		i, known := at[event.ID]
		if !known {
			i = len(all)
			at[event.ID] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], event)
	}
	return all
}
