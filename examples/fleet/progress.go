package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
)

// progress reports how far the fleet is: a line when a stack begins and ends, and a summary now and then.
type progress struct {
	out     io.Writer
	started time.Time
	total   int

	mu      sync.Mutex
	running map[string]int // how many resources of each running stack are done
	done    int
	failed  map[string]error
}

func newProgress(out io.Writer, total int) *progress {
	return &progress{out: out, started: time.Now(), total: total, running: map[string]int{}, failed: map[string]error{}}
}

func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.out, "%6s  %s\n", time.Since(p.started).Round(time.Second), fmt.Sprintf(format, args...))
}

func (p *progress) begin(stack string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[stack] = 0
	p.say("%s: begins", stack)
}

func (p *progress) end(stack string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed := p.running[stack]
	delete(p.running, stack)
	p.done++
	if err != nil {
		p.failed[stack] = err
		p.say("%s: failed; %d of %d stacks are done", stack, p.done, p.total)
		return
	}
	p.say("%s: ready, %d resources changed; %d of %d stacks are done", stack, changed, p.done, p.total)
}

// follow counts the resources of a stack that are done, until the stack is.
func (p *progress) follow(stack string, seen <-chan events.EngineEvent, over <-chan struct{}) {
	for {
		select {
		case event, ok := <-seen:
			if !ok {
				return
			}
			p.count(stack, event)
		case <-over: // a command that did not even start closes nothing
			return
		}
	}
}

func (p *progress) count(stack string, event events.EngineEvent) {
	outputs := event.ResOutputsEvent
	if outputs == nil || outputs.Metadata.Op == "same" || strings.HasPrefix(outputs.Metadata.Type, "pulumi:") {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[stack]++
}

// repeat reports how far everything is, until stop is closed.
func (p *progress) repeat(every time.Duration, stop <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			p.summary()
		}
	}
}

func (p *progress) summary() {
	p.mu.Lock()
	defer p.mu.Unlock()
	running := make([]string, 0, len(p.running))
	for stack, resources := range p.running {
		running = append(running, fmt.Sprintf("%s (%d resources)", stack, resources))
	}
	slices.Sort(running)
	p.say("%d of %d stacks are done, %d failed; running: %s", p.done, p.total, len(p.failed), strings.Join(running, ", "))
}

// result is an error that names every stack that failed, and why.
func (p *progress) result() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.failed) == 0 {
		return nil
	}
	var text strings.Builder
	for _, stack := range slices.Sorted(maps.Keys(p.failed)) {
		fmt.Fprintf(&text, "\n%s: %v", stack, p.failed[stack])
	}
	return fmt.Errorf("%d of %d stacks failed; the others are done, and the same command takes up the rest:%s",
		len(p.failed), p.total, text.String())
}
