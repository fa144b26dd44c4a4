package sandbox

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// feeds runs the changefeeds. It costs nothing while there are none.
type feeds struct {
	server *Server
	// tick is the pause between two looks at a changefeed, or at what they connect to.
	tick time.Duration

	mu      sync.Mutex
	logs    map[string]*tidb.Log // by TiDB cluster
	started bool
	stop    context.CancelFunc
	work    sync.WaitGroup
	running map[string]bool // by changefeed
}

func newFeeds(s *Server) *feeds {
	f := &feeds{
		server: s, tick: 20 * time.Millisecond, logs: map[string]*tidb.Log{}, running: map[string]bool{},
		stop: func() {},
	}
	if s.opts.Profile == Proportional {
		f.tick = 200 * time.Millisecond
	}
	return f
}

// log is the log of a TiDB cluster.
func (f *feeds) log(cluster string) *tidb.Log {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.logs[cluster]
	if l == nil {
		l = tidb.NewLog(gcLifetime)
		f.logs[cluster] = l
	}
	return l
}

// wake starts the work, if there is any and it has not been started.
func (f *feeds) wake() {
	if f.server.opts.Changefeeds.StatesOnly || len(f.active()) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.started {
		return
	}
	f.started = true
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	f.work.Go(func() { f.supervise(ctx) })
}

// supervise starts the changefeeds that have work, and stops the brokers of deleted Kafka clusters.
func (f *feeds) supervise(ctx context.Context) {
	ticker := time.NewTicker(f.tick)
	defer ticker.Stop()
	for ctx.Err() == nil {
		for _, id := range f.active() {
			f.start(ctx, id)
		}
		f.server.kafka.stopDeleted()
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// active are the changefeeds that have something to do, or will have.
func (f *feeds) active() []string {
	var ids []string
	f.server.world.look(func(time.Time) {
		for id, c := range f.server.world.state.Changefeeds {
			if c.State == StateCreating || c.writes() {
				ids = append(ids, id)
			}
		}
	})
	slices.Sort(ids)
	return ids
}

// writes reports whether the changefeed is to write now.
func (c *Changefeed) writes() bool {
	return c.State == StateCreating && c.provisioned || c.State == StateRunning || c.State == StateWarning
}

// start runs a changefeed that does not run yet.
func (f *feeds) start(ctx context.Context, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running[id] {
		return
	}
	f.running[id] = true
	f.work.Go(func() {
		(&feed{feeds: f, server: f.server, id: id}).run(ctx)
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.running, id)
	})
}

func (f *feeds) close() {
	f.mu.Lock()
	f.stop()
	f.started = true // nothing starts any more
	f.mu.Unlock()
	f.work.Wait()
}
