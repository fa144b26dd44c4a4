package sandbox

import (
	"context"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/cdc"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// feed is a changefeed at work.
type feed struct {
	feeds  *feeds
	server *Server
	id     string

	writer   *cdc.Writer
	dialer   *dialer
	revision int // of the edit that the writer knows
	// written is the TSO up to which this writer has written. The checkpoint follows when there is nothing more to
	// write: after a crash, some changes are written twice, and none is lost.
	written   uint64
	marked    time.Time // when the last watermark was sent
	probed    time.Time // when it was last seen that writing is possible
	reconnect time.Time // not before then
	worked    bool      // since it was connected
}

// task is what a feed is to do now.
type task struct {
	cluster    string
	sink       ChangefeedSink
	filter     ChangefeedFilter
	revision   int
	checkpoint uint64
}

const (
	// connectTimeout and writeTimeout limit one connection and one write.
	connectTimeout = 5 * time.Second
	writeTimeout   = 10 * time.Second
	// batchSize is how many changes are written at once.
	batchSize = 1000
	// probeTicks is how many ticks there are from one look whether writing is possible to the next.
	probeTicks = 5
	// watermarkInterval is the pause between two watermarks.
	watermarkInterval = time.Second
)

// run works until the changefeed has nothing to do.
func (f *feed) run(ctx context.Context) {
	defer f.disconnect()
	cluster := f.clusterID()
	if cluster == "" {
		return
	}
	log := f.feeds.log(cluster)
	for ctx.Err() == nil {
		t, ok := f.task()
		if !ok {
			return
		}
		more := log.More()
		done, err := f.step(ctx, log, t)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			f.disconnect()
			if f.worked {
				// A connection may break for many reasons. A new one shows the cause.
				f.worked = false
				continue
			}
			f.reconnect = time.Now().Add(2 * f.feeds.tick)
			f.failed(err)
		}
		if !done {
			continue
		}
		select {
		case <-ctx.Done():
		case <-more:
		case <-time.After(f.feeds.tick):
		}
	}
}

func (f *feed) disconnect() {
	if f.writer != nil {
		f.writer.Close()
		f.writer = nil
	}
}

func (f *feed) clusterID() (id string) {
	f.server.world.look(func(time.Time) {
		if c := f.server.world.state.Changefeeds[f.id]; c != nil {
			id = c.ClusterID
		}
	})
	return id
}

// task is the next work; none ends it.
func (f *feed) task() (t task, ok bool) {
	f.server.world.look(func(time.Time) {
		c := f.server.world.state.Changefeeds[f.id]
		if c == nil || !c.writes() {
			return
		}
		t, ok = task{c.ClusterID, c.Sink, c.Filter, c.revision, c.Checkpoint}, true
	})
	return t, ok
}

// step does a part of the work. Done means that there is nothing more to do for now.
func (f *feed) step(ctx context.Context, log *tidb.Log, t task) (done bool, err error) {
	if time.Now().Before(f.reconnect) {
		return true, nil
	}
	if f.writer != nil && f.revision != t.revision {
		f.disconnect()
	}
	if f.writer != nil {
		if err := f.dialer.check(); err != nil {
			return true, err
		}
	}
	if f.writer == nil && t.sink.Kafka != nil {
		if err := f.connect(ctx, t); err != nil {
			return true, err
		}
		f.connected()
	}
	changes, resolved := log.After(max(f.written, t.checkpoint), f.server.world.clock())
	if t.sink.Kafka == nil {
		f.succeeded(resolved) // the sandbox has no MySQL to write to
		return true, nil
	}
	if len(changes) == 0 {
		return true, f.idle(ctx, resolved)
	}
	changes = firstTransactions(changes, batchSize)
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err := f.writer.Write(ctx, changes, f.server.world.clock()); err != nil {
		return true, err
	}
	f.succeeded(t.checkpoint)
	f.written = changes[len(changes)-1].TSO
	return false, nil
}

// firstTransactions are about n changes, and the last transaction is complete.
func firstTransactions(changes []tidb.Change, n int) []tidb.Change {
	for n < len(changes) && changes[n].TSO == changes[n-1].TSO {
		n++
	}
	return changes[:min(n, len(changes))]
}

func (f *feed) connect(ctx context.Context, t task) (err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	config, d := f.server.sinkConfig(t.cluster, *t.sink.Kafka, t.filter)
	f.dialer, f.revision, f.written, f.marked = d, t.revision, t.checkpoint, time.Time{}
	if err := d.check(); err != nil {
		return err
	}
	if f.writer, err = cdc.Connect(ctx, config); err != nil {
		return err
	}
	return f.writer.Prepare(ctx)
}

// idle looks whether writing would be possible, and moves the checkpoint.
func (f *feed) idle(ctx context.Context, resolved uint64) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	now := time.Now()
	if now.Sub(f.probed) >= probeTicks*f.feeds.tick {
		if err := f.writer.Probe(ctx); err != nil {
			return err
		}
		f.probed = now
	}
	if now.Sub(f.marked) >= watermarkInterval {
		if err := f.writer.Watermark(ctx, resolved, f.server.world.clock()); err != nil {
			return err
		}
		f.marked = now
	}
	f.written = resolved
	f.succeeded(resolved)
	return nil
}

// connected ends a creation.
func (f *feed) connected() {
	f.server.world.do(func(now time.Time) {
		if c := f.server.world.state.Changefeeds[f.id]; c != nil && c.State == StateCreating {
			c.become(StateRunning, "", now)
		}
	})
}

// succeeded moves the checkpoint. A changefeed that works is RUNNING.
func (f *feed) succeeded(checkpoint uint64) {
	f.worked = true
	recovered := false
	f.server.world.look(func(time.Time) {
		if c := f.server.world.state.Changefeeds[f.id]; c != nil && c.writes() {
			c.Checkpoint = max(c.Checkpoint, checkpoint)
			c.failingSince = time.Time{}
			recovered = c.State != StateRunning
		}
	})
	if !recovered {
		return
	}
	f.server.world.do(func(now time.Time) {
		if c := f.server.world.state.Changefeeds[f.id]; c != nil && c.writes() {
			c.become(StateRunning, "", now)
		}
	})
}

// failed reports what is wrong. A changefeed first tries again, and then fails.
func (f *feed) failed(err error) {
	message := strings.ReplaceAll(err.Error(), "\n", " ")
	f.server.world.do(func(now time.Time) {
		c := f.server.world.state.Changefeeds[f.id]
		if c == nil || !c.writes() {
			return
		}
		if c.failingSince.IsZero() {
			c.failingSince = now
		}
		patience := f.server.world.times.ChangefeedFail
		hopeless := cdc.IsFatal(err) || patience >= 0 && now.Sub(c.failingSince) >= patience
		switch {
		case c.State == StateCreating && hopeless:
			c.become(StateCreateFailed, message, now)
		case c.State == StateCreating:
		case hopeless:
			c.become(StateRunningFailed, message, now)
		case c.State != StateWarning || c.Error != message:
			c.become(StateWarning, message, now)
		}
	})
}
