package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// rounds is how often something of a size is measured.
func rounds(n int) int {
	switch {
	case n <= 1:
		return 5
	case n <= 100:
		return 3
	}
	return 2
}

// variant is a way to write a program with links.
type variant struct {
	name    string
	program func(links) pulumi.RunFunc
	// once says that it is measured in the first round alone: it has no goal.
	once bool
}

var variants = []variant{
	{name: "component", program: components},
	{name: "by hand", program: handWritten},
	{name: "by hand, without look-ups", program: bare, once: true},
}

// operations are measured in this order.
var operations = []string{"preview", "up", "no-op up"}

// samples are measurements by operation and variant.
type samples map[string]map[string][]measured

// measuredIn are the variants that are measured in a round.
func measuredIn(round int) []variant {
	return slices.DeleteFunc(slices.Clone(variants), func(v variant) bool { return v.once && round > 0 })
}

// overhead measures programs with the component against programs that declare the same resources one by one.
func (b *bench) overhead(ctx context.Context) error {
	atSize := map[int]samples{}
	for _, n := range b.sizes {
		all := samples{}
		for round := range rounds(n) {
			inRound := measuredIn(round)
			for i := range inRound {
				// They take turns at being the first.
				if err := b.measure(ctx, n, inRound[(i+round)%len(inRound)], all); err != nil {
					return err
				}
			}
		}
		atSize[n] = all
		b.addOverhead(n, all)
	}
	if runtime.GOOS != "linux" {
		b.say("no figures of processor time and memory: they are read from /proc")
		return nil
	}
	b.addGrowth(atSize)
	return b.addMemory(ctx, atSize)
}

// measure runs all operations with one variant. The state is written once at the end of each, not after each step,
// since the file backend would be most of what is measured: see backend.
func (b *bench) measure(ctx context.Context, n int, v variant, all samples) error {
	var opts sandbox.Options
	ids := tidbClusters(max(1, n/10), &opts)
	s, err := b.newStack(ctx, opts, 0)
	if err != nil {
		return err
	}
	defer s.close()
	s.watched = b.plugin
	s.env = append(s.env, withoutCheckpoints...)
	program := v.program(links{s.box.Seed().EnvironmentID, spread(n, ids)})
	for _, op := range operations {
		run := s.up
		if op == "preview" {
			run = s.preview
		}
		m, err := run(ctx, program)
		if err != nil {
			return err
		}
		if all[op] == nil {
			all[op] = map[string][]measured{}
		}
		m.calls = nil // of 400 links they are many
		all[op][v.name] = append(all[op][v.name], m)
	}
	return nil
}

// withoutCheckpoints makes the engine write the state once.
var withoutCheckpoints = []string{"PULUMI_EXPERIMENTAL=true", "PULUMI_SKIP_CHECKPOINTS=true"}

func median(all []measured, of func(measured) time.Duration) time.Duration {
	values := make([]time.Duration, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

func wall(m measured) time.Duration      { return m.wall }
func pluginCPU(m measured) time.Duration { return m.plugin.cpu }

func (b *bench) addOverhead(n int, all samples) {
	const part = "Overhead against a program that declares the same resources one by one"
	for _, op := range operations {
		component := median(all[op]["component"], wall)
		byHand := median(all[op]["by hand"], wall)
		first, bare := all[op]["component"][0].wall, all[op]["by hand, without look-ups"][0].wall
		b.add(seconds(part, fmt.Sprintf("%s of %d links", op, n), component, byHand, 1.1,
			fmt.Sprintf("%.2f without look-ups, measured once", first.Seconds()/bare.Seconds())))
	}
}

func (b *bench) addGrowth(atSize map[int]samples) {
	if atSize[400] == nil {
		return
	}
	for _, op := range operations {
		b.add(seconds("Growth from 100 to 400 links", "the plugin's processor time, "+op,
			median(atSize[400][op]["component"], pluginCPU), median(atSize[100][op]["component"], pluginCPU), 4.4, ""))
	}
}

// backend shows how the engine's file backend grows, with the component and by hand: it writes the whole state twice
// for each step.
func (b *bench) backend(ctx context.Context) error {
	for _, n := range []int{25, 50, 100} {
		if n > b.sizes[len(b.sizes)-1]*5 {
			continue
		}
		var took [3]time.Duration
		for i, run := range []struct {
			program func(links) pulumi.RunFunc
			env     []string
		}{{components, nil}, {handWritten, nil}, {components, withoutCheckpoints}} {
			var opts sandbox.Options
			ids := tidbClusters(max(1, n/10), &opts)
			s, err := b.newStack(ctx, opts, 0)
			if err != nil {
				return err
			}
			s.env = append(s.env, run.env...)
			m, err := s.up(ctx, run.program(links{s.box.Seed().EnvironmentID, spread(n, ids)}))
			s.close()
			if err != nil {
				return err
			}
			took[i] = m.wall
		}
		b.add(seconds("What the file backend adds to up", fmt.Sprintf("%d links, against the state written once", n),
			took[0], took[2], 0,
			fmt.Sprintf("by hand %.1f s", took[1].Seconds())))
	}
	return nil
}
