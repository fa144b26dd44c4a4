package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// unclearPatience is how often the patience passes before a refusal that may be final is taken for final.
const unclearPatience = 2

// budget ends an operation for which customTimeouts says nothing after the default time, whatever it waits for.
func budget(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, defaultWait)
}

// A change is a call that TiDB Cloud may refuse for now: while another operation is in progress, or while something is
// not ready yet.
type change[T any] struct {
	doing string // as in "deleting private link connection 1/plc-1"
	send  func(context.Context) (T, error)
	// refusal says what an error means; nil means refusalOf.
	refusal func(context.Context, error) tidbapi.Refusal
}

// accepted sends the change until TiDB Cloud accepts it, or refuses it for good. It waits within the operation's
// timeout, and for a refusal that may be final no longer than a few minutes.
func (c change[T]) accepted(ctx context.Context) (T, error) {
	started, log := time.Now(), p.GetLogger(ctx)
	var failure, refusal error // of the last call, and of the last that was refused for now
	options := waitFor(ctx, c.doing)
	options.OnPoll = nil
	result, err := wait.Until(ctx, options, func(ctx context.Context) (T, string, bool, error) {
		result, err := c.send(ctx)
		failure = err
		if err == nil {
			return result, "", true, nil
		}
		elapsed := time.Since(started)
		switch c.refusalOf(ctx, err) {
		case tidbapi.Final:
			return result, "", true, nil
		case tidbapi.Unclear:
			if elapsed >= unclearPatience*timingOf(ctx).Patience {
				failure = refusedFor(elapsed, "", err)
				return result, "", true, nil
			}
		case tidbapi.Busy:
		}
		refusal = err
		log.InfoStatusf("%s: not yet, after %s: %v", c.doing, elapsed.Round(time.Second), err)
		return result, "", false, nil
	})
	switch {
	case ctx.Err() != nil && failure != nil && refusal != nil:
		return result, refusedFor(time.Since(started), endOf(ctx), refusal)
	case failure == nil && err != nil:
		return result, err // nothing was sent
	}
	return result, failure
}

// refusedFor is the error of a change that was refused for so long.
func refusedFor(d time.Duration, end string, refusal error) error {
	return fmt.Errorf("TiDB Cloud has refused it for %s: %w; run the same command again to go on trying",
		d.Round(time.Second).String()+end, refusal)
}

// endOf says why a wait ended.
func endOf(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ", and waiting was canceled"
	}
	return ", and the time for it is up"
}

// afterRemovals returns what a refusal means in a cluster of which this process may just have deleted something: a name
// that is taken may still be that of the deleted, and is transient.
func afterRemovals(cluster string) func(context.Context, error) tidbapi.Refusal {
	return func(ctx context.Context, err error) tidbapi.Refusal {
		refusal := refusalOf(err)
		if refusal == tidbapi.Final && tidbapi.IsAlreadyThere(err) && seenOf(ctx).hasRemoval(cluster) {
			return tidbapi.Unclear
		}
		return refusal
	}
}

func (c change[T]) refusalOf(ctx context.Context, err error) tidbapi.Refusal {
	if ctx.Err() != nil {
		return tidbapi.Final
	}
	if c.refusal != nil {
		return c.refusal(ctx, err)
	}
	return refusalOf(err)
}

// refusalOf is [tidbapi.RefusalOf], and Final for a creation of unknown outcome: whether it had its effect must be
// found out first.
func refusalOf(err error) tidbapi.Refusal {
	if once.IsUncertain(err) {
		return tidbapi.Final
	}
	return tidbapi.RefusalOf(err)
}
