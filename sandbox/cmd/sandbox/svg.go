package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The measures of the picture, in pixels.
const (
	svgWidth  = 880
	svgLabels = 360
	svgMargin = 20
	svgTop    = 64
	svgRow    = 30
	svgBar    = 16
	svgBottom = 62
	// svgNarrowest is the width of a state without duration.
	svgNarrowest = 3
	// svgName is how many characters of a name fit.
	svgName = 24
)

// svgStyle has the colors for light and dark pages.
const svgStyle = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .name, .tick, .legend { fill: #59636e; font-size: 12px; }
    .grid { stroke: #d1d9e0; }
    .wait { fill: #f0b429; } .use { fill: #2da44e; } .gone { fill: #afb8c1; } .fail { fill: #cf222e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .name, .tick, .legend { fill: #9198a1; }
      .grid { stroke: #3d444d; }
      .wait { fill: #d29922; } .use { fill: #3fb950; } .gone { fill: #656c76; } .fail { fill: #f85149; }
    }
  `

// svgKinds are the kinds as the services write them.
var svgKinds = map[string]string{
	"PrivateLinkAccess": "PrivateLink Access", "KafkaCluster": "Kafka cluster", "ServiceAccount": "Service account",
	"ApiKey": "API key", "RoleBinding": "Role binding", "PrivateLinkConnection": "Private link connection",
	"AttachDomain": "Attached domain",
}

// picture draws events. It divides times by pace, the scale of the sandbox, so that they are the services'.
type picture struct {
	start time.Time
	total time.Duration
	pace  float64
}

// printSVG draws what was provisioned when, as a picture for light and dark pages.
func printSVG(w io.Writer, events []sandbox.Event, pace float64) error {
	all := rows(events)
	bounds := newScale(events)
	// What became usable last stays visible.
	p := picture{bounds.start, bounds.total + bounds.total/20, pace}
	var svg strings.Builder
	height := svgTop + len(all)*svgRow + svgBottom
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d"`+
		` role="img" aria-labelledby="title steps">`+"\n", svgWidth, height)
	svg.WriteString("  <title id=\"title\">What is created, and in which order</title>\n")
	fmt.Fprintf(&svg, "  <desc id=\"steps\">%s</desc>\n  <style>%s</style>\n", p.steps(all), svgStyle)
	fmt.Fprintf(&svg, "  <text class=\"title\" x=\"%d\" y=\"28\">What is created, and in which order</text>\n",
		svgMargin)
	p.grid(&svg, svgTop+len(all)*svgRow)
	for i, r := range all {
		p.row(&svg, i, r)
	}
	legend(&svg, height-svgMargin)
	svg.WriteString("</svg>\n")
	_, err := io.WriteString(w, svg.String())
	return err
}

// steps describes the same in words.
func (p picture) steps(all []row) string {
	var steps []string
	for i, r := range all {
		steps = append(steps,
			fmt.Sprintf("%d. %s at %s", i+1, kindName(r.kind), p.label(r.events[0].Time.Sub(p.start))))
	}
	return escape(strings.Join(steps, ", "))
}

func (p picture) x(at time.Time) float64 {
	return svgLabels + (svgWidth-svgLabels-svgMargin)*float64(at.Sub(p.start))/float64(p.total)
}

// label is a time as the services would take it: in minutes from two minutes on.
func (p picture) label(d time.Duration) string {
	seconds := d.Seconds() / p.pace
	if p.total.Seconds()/p.pace >= 120 {
		return strconv.FormatFloat(math.Round(seconds/60), 'f', -1, 64) + " min"
	}
	return strconv.FormatFloat(math.Round(seconds*100)/100, 'f', -1, 64) + " s"
}

// step is a round time of which four to ten fit.
func (p picture) step() time.Duration {
	total := p.total.Seconds() / p.pace
	unit := 1.0
	if total >= 120 {
		unit = 60
	}
	step := math.Pow(10, math.Floor(math.Log10(total/unit))) * unit
	for _, part := range []float64{0.1, 0.2, 0.5, 1} {
		if total/(step*part) <= 10 {
			step *= part
			break
		}
	}
	return time.Duration(step * p.pace * float64(time.Second))
}

func (p picture) grid(svg *strings.Builder, bottom int) {
	step := max(p.step(), time.Nanosecond)
	for at := time.Duration(0); at <= p.total; at += step {
		x := p.x(p.start.Add(at))
		fmt.Fprintf(svg, "  <line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n", x, svgTop-8, x,
			bottom)
		fmt.Fprintf(svg, "  <text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
			x, svgTop-14, p.label(at))
	}
}

func (p picture) row(svg *strings.Builder, number int, r row) {
	y := svgTop + number*svgRow
	last := r.events[len(r.events)-1]
	fmt.Fprintf(svg, "  <g class=\"step\">\n    <text x=\"%d\" y=\"%d\">%d %s <tspan "+
		"class=\"name\">%s</tspan></text>\n",
		svgMargin, y+svgBar-3, number+1, escape(kindName(r.kind)), escape(shortName(last.DisplayName)))
	free := 0.0
	for i, event := range r.events {
		from := max(p.x(event.Time), free)
		to := float64(svgWidth - svgMargin)
		if i+1 < len(r.events) {
			to = p.x(r.events[i+1].Time)
		}
		if event.State == sandbox.StateDeleted {
			continue
		}
		to = max(to, from+svgNarrowest)
		free = to
		fmt.Fprintf(svg, "    <rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>\n",
			class(event.State), from, y, to-from, svgBar)
	}
	svg.WriteString("  </g>\n")
}

func legend(svg *strings.Builder, y int) {
	x := svgLabels
	for _, entry := range []struct{ class, text string }{
		{"wait", "being created or changed"}, {"use", "usable"}, {"gone", "being deleted"}, {"fail", "failed"},
	} {
		fmt.Fprintf(svg, "  <rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\"/>\n",
			entry.class, x, y-11)
		fmt.Fprintf(svg, "  <text class=\"legend\" x=\"%d\" y=\"%d\">%s</text>\n", x+18, y, entry.text)
		x += 40 + 7*len(entry.text)
	}
}

// class is how a state is drawn.
func class(state string) string {
	return map[rune]string{'█': "use", '░': "gone", 'x': "fail", '▒': "wait"}[mark(state)]
}

func kindName(kind string) string {
	if name, ok := svgKinds[kind]; ok {
		return name
	}
	return kind
}

func shortName(name string) string {
	if utf8.RuneCountInString(name) <= svgName {
		return name
	}
	return string([]rune(name)[:svgName-1]) + "…"
}

func escape(text string) string {
	var escaped strings.Builder
	// A strings.Builder takes everything.
	_ = xml.EscapeText(&escaped, []byte(text))
	return escaped.String()
}
