package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// figure is a measurement beside what it is measured against.
type figure struct {
	// Part is the heading that it stands under.
	Part string `json:"part"`
	Name string `json:"name"`
	// Value is what was measured, and Base what it is measured against, in Unit.
	Value float64 `json:"value"`
	Base  float64 `json:"base,omitempty"`
	Unit  string  `json:"unit"`
	// Goal is the most that is wanted of Ratio, or of Value where there is no base; zero means that there is none.
	Goal float64 `json:"goal,omitempty"`
	Note string  `json:"note,omitempty"`
}

// ratio is the figure that the goal is about.
func (f figure) ratio() float64 {
	if f.Base == 0 {
		return f.Value
	}
	return f.Value / f.Base
}

func (f figure) verdict() string {
	switch {
	case f.Goal == 0:
		return ""
	case f.ratio() <= f.Goal:
		return "met"
	}
	return "**missed**"
}

// report is all that came of a run, or of a part of it.
type report struct {
	part  string
	began time.Time

	Date    string   `json:"date"`
	Machine string   `json:"machine"`
	Took    string   `json:"took"`
	Figures []figure `json:"figures"`
	Weights []weight `json:"dependencies"`
}

func newReport() *report {
	return &report{
		began: time.Now(),
		Date:  time.Now().UTC().Format(time.DateOnly),
		Machine: fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
			runtime.Version()),
	}
}

func (r *report) add(figures ...figure) {
	for _, f := range figures {
		r.say(f.line())
	}
	r.Figures = append(r.Figures, figures...)
}

// say shows progress. Each line has the name of its part, since parts run side by side.
func (r *report) say(text string) {
	fmt.Fprintf(os.Stderr, "%6s %-12s %s\n", time.Since(r.began).Round(time.Second), r.part, text)
}

func number(v float64) string {
	if v == float64(int64(v)) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func (f figure) line() string {
	text := fmt.Sprintf("%s: %s %s", f.Name, number(f.Value), f.Unit)
	if f.Base != 0 {
		text += fmt.Sprintf(" ÷ %s = %.2f", number(f.Base), f.ratio())
	}
	if f.Goal != 0 {
		text += fmt.Sprintf(" (goal %s: %s)", number(f.Goal), strings.Trim(f.verdict(), "*"))
	}
	return text
}

func (f figure) row() string {
	base, ratio, goal := "", "", ""
	if f.Base != 0 {
		base, ratio = number(f.Base), fmt.Sprintf("%.2f", f.ratio())
	}
	if f.Goal != 0 {
		goal = "≤ " + number(f.Goal)
	}
	return fmt.Sprintf("| %s | %s %s | %s | %s | %s | %s | %s |\n",
		f.Name, number(f.Value), f.Unit, base, ratio, goal, f.verdict(), f.Note)
}

// markdown is the report as tables, one for each part.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\n%s, %s, in %s.\n", r.Date, r.Machine, r.Took)
	var headings []string
	rows := map[string]string{}
	for _, f := range r.Figures {
		if rows[f.Part] == "" {
			headings = append(headings, f.Part)
		}
		rows[f.Part] += f.row()
	}
	for _, heading := range headings {
		fmt.Fprintf(&b, "\n## %s\n\n| figure | measured | against | ratio | goal | | |\n"+
			"|---|---|---|---|---|---|---|\n%s", heading, rows[heading])
	}
	if len(r.Weights) > 0 {
		b.WriteString("\n## What each dependency costs in the binary\n\n| module | MB | in the minimal provider |\n" +
			"|---|---|---|\n")
		for _, w := range r.Weights {
			if w.Bytes < 100e3 && w.Minimal > 0 {
				continue // the small ones that come with the library are in the JSON
			}
			fmt.Fprintf(&b, "| `%s` | %.2f | %.2f |\n", w.Module, float64(w.Bytes)/1e6, float64(w.Minimal)/1e6)
		}
	}
	return b.String()
}

// write puts the report into a directory.
func (r *report) write(dir string) error {
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "bench.json"), append(encoded, '\n'), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bench.md"), []byte(r.markdown()), 0o600)
}
