package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// operations are measured in this order.
var operations = []string{"preview", "up", "no-op up"}

// rounds is how often each size is measured.
const rounds = 3

// overhead measures programs with the component against programs that declare the same resources one by one.
func (b *bench) overhead(ctx context.Context) error {
	const part = "Overhead against a program that declares the same resources one by one"
	programs := []func(links) pulumi.RunFunc{components, handWritten}
	for _, n := range b.sizes() {
		took := map[string]*[2][]time.Duration{}
		for round := range rounds {
			for turn := range programs {
				which := (turn + round) % len(programs) // they alternate in going first
				walls, err := b.operate(ctx, programs[which], n)
				if err != nil {
					return err
				}
				for i, op := range operations {
					if took[op] == nil {
						took[op] = &[2][]time.Duration{}
					}
					took[op][which] = append(took[op][which], walls[i])
				}
			}
		}
		for _, op := range operations {
			goal := map[int]float64{10: 1.1, 100: 1.25}[n]
			component, byHand := median(took[op][0]), median(took[op][1])
			b.add(seconds(part, fmt.Sprintf("%s of %d links", op, n), component, byHand, goal, ""))
		}
	}
	return nil
}

// operate runs all operations with a program of n links.
func (b *bench) operate(ctx context.Context, of func(links) pulumi.RunFunc, n int) ([]time.Duration, error) {
	s, program, err := b.newLinks(ctx, of, n, max(1, n/10), sandbox.Options{})
	if err != nil {
		return nil, err
	}
	defer s.close()
	var walls []time.Duration
	for _, op := range operations {
		run := s.up
		if op == "preview" {
			run = s.preview
		}
		m, err := run(ctx, program)
		if err != nil {
			return nil, err
		}
		walls = append(walls, m.wall)
	}
	return walls, nil
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
