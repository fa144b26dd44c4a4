package main

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"golang.org/x/sync/errgroup"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// The approximate times of the real services: see sandbox/profile.go. Provisioning is shortened so that the critical
// path of a link takes a minute, and deletion so that it takes a minute and a half.
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
		ChangefeedCreate: scaled(5*time.Minute, createScale),

		DomainDetach: scaled(30*time.Second, deleteScale), ConnectionDelete: scaled(3*time.Minute, deleteScale),
		PrivateLinkAccessDelete: scaled(2*time.Minute, deleteScale),
		KafkaClusterDelete:      scaled(5*time.Minute, deleteScale),
		ChangefeedDelete:        scaled(30*time.Second, deleteScale),
	}
}

// path is the services' critical path of a link.
func path(t sandbox.Times) time.Duration {
	return t.NetworkCreate + max(t.KafkaClusterCreate,
		t.PrivateLinkAccessCreate+t.ConnectionCreate+t.ConnectionAccept+t.DomainAttach)
}

// makespan measures how long one link takes, and in parallel a link with a changefeed, against the services' critical
// path.
func (b *bench) makespan(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.oneLink(ctx) })
	group.Go(func() error { return b.oneChangefeed(ctx) })
	return group.Wait()
}

func (b *bench) oneLink(ctx context.Context) error {
	t := realTimes()
	const part = "Makespan of one link, against the services' critical path"
	return b.life(ctx, components, t, part, path(t), linkDestroyed(t), nil)
}

// benchRows are enough for a changefeed to write for some seconds.
const benchRows = 20_000

// oneChangefeed measures a link and a changefeed, from nothing to rows in Kafka.
func (b *bench) oneChangefeed(ctx context.Context) error {
	t := realTimes()
	const part = "Makespan of one link with a changefeed, against the services' critical path"
	rows := func(ctx context.Context, s *stack) error {
		perSecond, err := s.rowsPerSecond(ctx)
		b.add(figure{
			part: part, name: fmt.Sprintf("%d rows, from the source to a consumer", benchRows), value: perSecond,
			unit: "rows per second", note: "for information: of the sandbox",
		})
		return err
	}
	return b.life(ctx, feeds, t, part, path(t)+t.ChangefeedCreate, t.ChangefeedDelete+linkDestroyed(t), rows)
}

// linkDestroyed is how long the services need for a link in the order in which the engine deletes.
func linkDestroyed(t sandbox.Times) time.Duration {
	return t.DomainDetach + t.ConnectionDelete + max(t.PrivateLinkAccessDelete, t.KafkaClusterDelete)
}

// life measures the creation and the deletion of a program's resources, against the services' time for them. In between
// it runs an action, if there is one.
func (b *bench) life(
	ctx context.Context, of func(links) pulumi.RunFunc, t sandbox.Times, part string, created, destroyed time.Duration,
	between func(context.Context, *stack) error,
) error {
	s, program, err := b.newLinks(ctx, of, 1, 1, sandbox.Options{Times: t})
	if err != nil {
		return err
	}
	defer s.close()
	up, err := s.up(ctx, program)
	if err != nil {
		return err
	}
	if between != nil {
		if err := between(ctx, s); err != nil {
			return err
		}
	}
	destroy, err := s.destroy(ctx, program)
	if err != nil {
		return err
	}
	b.add(seconds(part, "up", up.wall, created, 1.05, ""),
		seconds(part, "destroy, in the engine's order", destroy.wall, destroyed, 1.05,
			"the engine deletes in rounds: the Kafka cluster together with the access"))
	return nil
}

// rowsPerSecond inserts rows, and waits until a consumer has all of them.
func (s *stack) rowsPerSecond(ctx context.Context) (float64, error) {
	began := time.Now()
	rows, err := s.box.Generate(sandbox.GeneratedRows{ClusterID: firstCluster, Table: "shop.orders", Insert: benchRows})
	if err != nil {
		return 0, err
	}
	var kafka string
	s.box.Update(func(state *sandbox.State) {
		for id := range state.KafkaClusters {
			kafka = id
		}
	})
	for ctx.Err() == nil {
		messages, err := s.box.Messages(ctx, kafka, feedTopic)
		if err != nil {
			return 0, err
		}
		if len(messages) >= len(rows) {
			return float64(len(rows)) / time.Since(began).Seconds(), nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return 0, ctx.Err()
}
