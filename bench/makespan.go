package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// What the real services take, about: see sandbox/profile.go. Provisioning is shortened so that its critical path takes
// a minute, and deletion so that its does.
const (
	createScale = 1.0 / 34
	deleteScale = 1.0 / 5.4
)

func scaled(d time.Duration, scale float64) time.Duration { return time.Duration(float64(d) * scale) }

func realTimes() sandbox.Times {
	return sandbox.Times{
		NetworkCreate:           scaled(10*time.Minute, createScale),
		PrivateLinkAccessCreate: scaled(10*time.Second, createScale),
		KafkaClusterCreate:      scaled(25*time.Minute, createScale),
		ConnectionCreate:        scaled(3*time.Minute, createScale),
		ConnectionAccept:        scaled(time.Minute, createScale), DomainAttach: scaled(time.Minute, createScale),

		DomainDetach: scaled(30*time.Second, deleteScale), ConnectionDelete: scaled(3*time.Minute, deleteScale),
		PrivateLinkAccessDelete: scaled(2*time.Minute, deleteScale),
		KafkaClusterDelete:      scaled(5*time.Minute, deleteScale),
	}
}

// makespan measures how long one link takes against the services' critical path, with Confluent's provider asking all
// the time, and, at the same time, with the pauses of the real one.
func (b *bench) makespan(ctx context.Context) error {
	var side sync.WaitGroup
	var errs [2]error
	results := [2][]figure{}
	for i, poll := range []time.Duration{pollInterval, scaled(time.Minute, createScale)} {
		side.Go(func() { results[i], errs[i] = b.oneLink(ctx, poll, i == 0) })
	}
	side.Wait()
	b.add(results[0]...)
	b.add(results[1]...)
	return errors.Join(errs[:]...)
}

func (b *bench) oneLink(ctx context.Context, poll time.Duration, main bool) ([]figure, error) {
	opts := sandbox.Options{Times: realTimes()}
	clusters := tidbClusters(1, &opts)
	s, err := b.newStack(ctx, opts, 100)
	if err != nil {
		return nil, err
	}
	defer s.close()
	s.env = append(s.env, "CONFLUENT_STANDIN_POLL_INTERVAL="+poll.String())
	program := components(links{s.box.Seed().EnvironmentID, clusters})
	up, err := s.up(ctx, program)
	if err != nil {
		return nil, err
	}
	destroy, err := s.destroy(ctx, program)
	if err != nil {
		return nil, err
	}
	t := opts.Times
	chain := t.PrivateLinkAccessCreate + t.ConnectionCreate + t.ConnectionAccept + t.DomainAttach
	upPath := t.NetworkCreate + max(t.KafkaClusterCreate, chain)
	downChain := t.DomainDetach + t.ConnectionDelete + t.PrivateLinkAccessDelete
	downPath := max(t.KafkaClusterDelete, downChain)
	const name = "Makespan of one link against the services' critical path"
	if !main {
		const note = "for information: Confluent's own provider asks once a minute"
		return []figure{
			seconds(name, "up, with the pauses of Confluent's provider", up.wall, upPath, 0, note),
			seconds(name, "destroy, with the pauses of Confluent's provider", destroy.wall, downPath, 0, note),
		}, nil
	}
	manual := seconds(name, "the manual procedure's order", t.NetworkCreate+t.KafkaClusterCreate+chain, upPath, 0,
		"one step after the other, and nobody loses a second")
	ordered := t.DomainDetach + t.ConnectionDelete + max(t.PrivateLinkAccessDelete, t.KafkaClusterDelete)
	figures := []figure{
		seconds(name, "up", up.wall, upPath, 1.05, ""), manual,
		seconds(name, "destroy", destroy.wall, downPath, 1.05, ""),
		seconds(name, "destroy, in the engine's order", destroy.wall, ordered, 1.05,
			"the engine deletes in rounds: the Kafka cluster together with the access"),
	}
	figures = append(figures, lags(s.box)...)
	picture := timeline(s.box.Events(), up, destroy)
	return figures, os.WriteFile(filepath.Join(b.dir, "timeline.svg"), []byte(picture), 0o600)
}

// seconds is a figure of two durations.
func seconds(part, name string, value, base time.Duration, goal float64, note string) figure {
	return figure{
		Part: part, Name: name, Value: value.Seconds(), Base: base.Seconds(), Unit: "s", Goal: goal, Note: note,
	}
}

// lags are how long it took to notice that something of TiDB Cloud was ready or gone, against what is allowed.
func lags(box *sandbox.Server) []figure {
	calls, events := box.Calls(), box.Events()
	began := map[string]time.Time{}
	var figures []figure
	for _, event := range events {
		if event.Service != sandbox.ServiceTiDBCloud {
			continue
		}
		switch event.State {
		case sandbox.StateCreating, sandbox.StateDeleting:
			began[event.ID] = event.Time
		case sandbox.StateActive, sandbox.StateDeleted:
			for _, call := range calls {
				if call.Service == sandbox.ServiceTiDBCloud && call.Time.After(event.Time) {
					wait := event.Time.Sub(began[event.ID])
					figures = append(figures,
						seconds("Detection of what is ready", fmt.Sprintf("%s is %s", event.Kind, event.State),
							call.Time.Sub(event.Time), max(wait/20, 2*time.Second), 1,
							fmt.Sprintf("after %.1f s", wait.Seconds())))
					break
				}
			}
		}
	}
	return figures
}
