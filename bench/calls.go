package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// callsTo are the calls to a service, without the digest challenge that each process begins with.
func callsTo(service string, calls []sandbox.Call) []sandbox.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c sandbox.Call) bool {
		return c.Service != service || c.Status == http.StatusUnauthorized
	})
}

// calls counts the calls of each operation, for ten links on one TiDB Cloud cluster and on ten.
func (b *bench) calls(ctx context.Context) error {
	const n = 10
	for _, clusters := range []int{1, n} {
		s, program, err := b.newLinks(ctx, components, n, clusters, sandbox.Options{})
		if err != nil {
			return err
		}
		for _, op := range []struct {
			name string
			run  func(context.Context, pulumi.RunFunc) (measured, error)
			goal float64
		}{
			{"create", s.up, 0},
			{"no-op preview", s.preview, 2 * float64(clusters) / n},
			{"refresh", s.refresh, 2},
			{"destroy", s.destroy, 0},
		} {
			m, err := op.run(ctx, program)
			if err != nil {
				return err
			}
			perLink := func(service string) float64 { return float64(len(callsTo(service, m.calls))) / n }
			b.add(figure{
				part:  "API calls per link, with 10 links",
				name:  fmt.Sprintf("%s, on %d TiDB Cloud clusters", op.name, clusters),
				value: perLink(sandbox.ServiceTiDBCloud), unit: "to TiDB Cloud", goal: op.goal,
				note: fmt.Sprintf("%.1f to Confluent Cloud", perLink(sandbox.ServiceConfluent)),
			})
		}
		s.close()
	}
	return nil
}

// limit presses many links against the rate limit of TiDB Cloud.
func (b *bench) limit(ctx context.Context) error {
	n, perMinute := 200, sandbox.DefaultRequestsPerMinute
	if b.quick {
		n = 50
	}
	// The first seconds of parallel parts need the processors.
	time.Sleep(5 * time.Second)
	s, program, err := b.newLinks(ctx, components, n, n/10, sandbox.Options{MaxRequestsPerMinute: perMinute})
	if err != nil {
		return err
	}
	defer s.close()
	m, err := s.up(ctx, program)
	if err != nil {
		return err
	}
	calls := callsTo(sandbox.ServiceTiDBCloud, m.calls)
	refused := 0
	for _, call := range calls {
		if call.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	part := fmt.Sprintf("%d links within the rate limit of %d requests in a minute", n, perMinute)
	needed := time.Duration(float64(len(calls)) / float64(perMinute) * float64(time.Minute))
	b.add(seconds(part, "up, against calls ÷ limit", m.wall, needed, 1.1, ""),
		figure{part: part, name: "calls to TiDB Cloud per link", value: float64(len(calls)) / float64(n)},
		figure{
			part: part, name: "answers 429", value: float64(refused), unit: fmt.Sprintf("of %d", len(calls)), goal: 0.5,
			note: "none is wanted",
		},
		figure{
			part: part, name: "most calls in a minute, wherever it begins", value: float64(mostInAMinute(calls)),
			base: float64(perMinute), unit: "calls", goal: 1,
		})
	return nil
}

// mostInAMinute is the largest number of calls in one minute.
func mostInAMinute(calls []sandbox.Call) int {
	times := make([]time.Time, len(calls))
	for i, call := range calls {
		times[i] = call.Time
	}
	slices.SortFunc(times, time.Time.Compare)
	most, first := 0, 0
	for last := range times {
		for times[last].Sub(times[first]) >= time.Minute {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}
