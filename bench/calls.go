package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// of counts the calls to a service, without the digest challenge that each process begins with.
func of(calls []sandbox.Call, service string) int {
	n := 0
	for _, call := range calls {
		if call.Service == service && call.Status != http.StatusUnauthorized {
			n++
		}
	}
	return n
}

// calls counts the calls of each operation, for links on one TiDB Cloud cluster and on as many as there are links.
func (b *bench) calls(ctx context.Context) error {
	const n = 10
	for _, clusters := range []int{1, n} {
		var opts sandbox.Options
		ids := tidbClusters(clusters, &opts)
		s, err := b.newStack(ctx, opts, 0)
		if err != nil {
			return err
		}
		program := components(links{s.box.Seed().EnvironmentID, spread(n, ids)})
		for _, op := range []struct {
			name string
			run  func(context.Context, pulumi.RunFunc) (measured, error)
			goal func(clusters int) float64
		}{
			{"create", s.up, nil},
			{"no-op preview", s.preview, func(clusters int) float64 { return 2 * float64(clusters) / n }},
			{"refresh", s.refresh, func(int) float64 { return 2 }},
			{"destroy", s.destroy, nil},
		} {
			m, err := op.run(ctx, program)
			if err != nil {
				return err
			}
			f := figure{
				Part:  "API calls per link, with 10 links",
				Name:  fmt.Sprintf("%s, on %d TiDB Cloud clusters", op.name, clusters),
				Value: float64(of(m.calls, sandbox.ServiceTiDBCloud)) / n, Unit: "to TiDB Cloud",
				Note: fmt.Sprintf("%.1f to Confluent Cloud", float64(of(m.calls, sandbox.ServiceConfluent))/n),
			}
			if op.goal != nil {
				f.Goal = op.goal(clusters)
			}
			b.add(f)
		}
		s.close()
	}
	return nil
}

// waiting counts the looks that it takes to wait for one connection of a cluster, and for twenty.
func (b *bench) waiting(ctx context.Context) error {
	var looks [2]int
	for i, n := range []int{1, 20} {
		opts := sandbox.Options{Times: sandbox.Times{ConnectionCreate: 20 * time.Second}}
		ids := tidbClusters(1, &opts)
		s, err := b.newStack(ctx, opts, 0)
		if err != nil {
			return err
		}
		m, err := s.up(ctx, components(links{s.box.Seed().EnvironmentID, spread(n, ids)}))
		if err != nil {
			return err
		}
		s.close()
		lists := slices.DeleteFunc(m.calls, func(c sandbox.Call) bool {
			return c.Method != http.MethodGet || !strings.HasSuffix(c.Path, "/privateLinkConnections") ||
				c.Status == http.StatusUnauthorized
		})
		looks[i] = len(lists) - n // each connection is looked for once before it is created
	}
	b.add(figure{
		Part: "Waiting", Name: "looks while 20 connections of a cluster are waited for, against one", Unit: "calls",
		Value: float64(looks[1]), Base: float64(looks[0]), Goal: 1.3, Note: "they do not all begin at once",
	})
	return nil
}

// limit lets many links press against the rate limit.
func (b *bench) limit(ctx context.Context) error {
	n, perMinute := 200, b.requestsPerMinute
	if b.quick() {
		n = 20
	}
	opts := sandbox.Options{MaxRequestsPerMinute: perMinute}
	ids := tidbClusters(n/10, &opts)
	s, err := b.newStack(ctx, opts, perMinute)
	if err != nil {
		return err
	}
	defer s.close()
	s.env = append(s.env, withoutCheckpoints...)
	m, err := s.up(ctx, components(links{s.box.Seed().EnvironmentID, spread(n, ids)}))
	if err != nil {
		return err
	}
	calls := slices.DeleteFunc(m.calls, func(c sandbox.Call) bool { return c.Service != sandbox.ServiceTiDBCloud })
	refused := 0
	for _, call := range calls {
		if call.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	part := fmt.Sprintf("%d links within the rate limit of %d requests in a minute", n, perMinute)
	needed := time.Duration(float64(len(calls)) / float64(perMinute) * float64(time.Minute))
	b.add(seconds(part, fmt.Sprintf("up of %d links against calls ÷ limit", n), m.wall, needed, 1.1, ""),
		figure{Part: part, Name: "calls to TiDB Cloud per link", Value: float64(len(calls)) / float64(n), Unit: ""},
		figure{
			Part: part, Name: "answers 429", Value: float64(refused), Unit: fmt.Sprintf("of %d", len(calls)),
			Goal: 0.5, Note: "none is wanted",
		},
		figure{
			Part: part, Name: "most calls in a minute, wherever it begins", Value: float64(mostInAMinute(calls)),
			Base: float64(perMinute),
			Unit: "calls", Goal: 1, Note: "however the service counts",
		})
	return nil
}

// mostInAMinute is how many calls arrived in the minute that saw most of them.
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
