package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// figure is a measurement with its base.
type figure struct {
	// part is the heading above it.
	part, name string
	// value is the measurement, and base what it is compared with, in unit.
	value, base float64
	unit        string
	// goal is the maximum of the ratio, or of value where there is no base; zero means that there is none.
	goal float64
	note string
}

// ratio is the number that the goal is about.
func (f figure) ratio() float64 {
	if f.base == 0 {
		return f.value
	}
	return f.value / f.base
}

func (f figure) verdict() string {
	switch {
	case f.goal == 0:
		return ""
	case f.ratio() <= f.goal:
		return "met"
	}
	return "**missed**"
}

func (f figure) row() string {
	base, ratio, goal := "", "", ""
	if f.base != 0 {
		base, ratio = number(f.base), fmt.Sprintf("%.2f", f.ratio())
	}
	if f.goal != 0 {
		goal = "≤ " + number(f.goal)
	}
	return fmt.Sprintf("| %s | %s %s | %s | %s | %s | %s | %s |\n",
		f.name, number(f.value), f.unit, base, ratio, goal, f.verdict(), f.note)
}

func number(v float64) string {
	if v == float64(int64(v)) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// seconds is a figure of two durations.
func seconds(part, name string, value, base time.Duration, goal float64, note string) figure {
	return figure{part, name, value.Seconds(), base.Seconds(), "s", goal, note}
}

// report collects the figures of a run.
type report struct {
	began time.Time

	mu      sync.Mutex
	figures []figure
}

func newReport() *report { return &report{began: time.Now()} }

func (r *report) add(figures ...figure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range figures {
		fmt.Fprintf(os.Stderr, "%6s %s: %s", time.Since(r.began).Round(time.Second), f.part, f.row())
	}
	r.figures = append(r.figures, figures...)
}

// markdown is the report, with a table for each part.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\n%s, %s/%s, %d processors, %s, in %s.\n", r.began.UTC().Format(time.DateOnly),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), time.Since(r.began).Round(time.Second))
	var headings []string
	rows := map[string]string{}
	for _, f := range r.figures {
		if rows[f.part] == "" {
			headings = append(headings, f.part)
		}
		rows[f.part] += f.row()
	}
	for _, heading := range headings {
		fmt.Fprintf(&b, "\n## %s\n\n| figure | measured | against | ratio | goal | | |\n"+
			"|---|---|---|---|---|---|---|\n%s", heading, rows[heading])
	}
	return b.String()
}

// write puts the report into a directory.
func (r *report) write(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bench.md"), []byte(r.markdown()), 0o600)
}
