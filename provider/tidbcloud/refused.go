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

// unclearPatience is how many times the patience passes before a refusal that may be final counts as final.
const unclearPatience = 2

// untilAccepted tries a change until TiDB Cloud accepts it or finally refuses it. TiDB Cloud refuses for now while
// another operation is in progress, or while something is not ready. The tries end with the operation's timeout or,
// after refusals that may be final, after a few minutes. try classifies its error; doing is as in "deleting private
// link connection 1/plc-1".
func untilAccepted[T any](
	ctx context.Context, doing string, try func(context.Context) (T, tidbapi.Refusal, error),
) (T, error) {
	started, log := time.Now(), p.GetLogger(ctx)
	var failure, refused error // of the last try, and of the last that was refused for now
	options := waitFor(ctx, doing)
	options.OnPoll = nil
	result, err := wait.Until(ctx, options, func(ctx context.Context) (T, string, bool, error) {
		result, refusal, err := try(ctx)
		failure = err
		elapsed := time.Since(started)
		switch {
		case err == nil || refusal == tidbapi.Final || ctx.Err() != nil:
			return result, "", true, nil //nolint:nilerr // failure has it
		case refusal == tidbapi.Unclear && elapsed >= unclearPatience*timingOf(ctx).Patience:
			failure = refusedFor(elapsed, "", err)
			return result, "", true, nil
		}
		refused = err
		log.InfoStatusf("%s: not yet, after %s: %v", doing, elapsed.Round(time.Second), err)
		return result, "", false, nil
	})
	switch {
	case ctx.Err() != nil && failure != nil && refused != nil:
		return result, refusedFor(time.Since(started), endOf(ctx), refused)
	case failure == nil && err != nil:
		return result, err // nothing was sent
	}
	return result, failure
}

// refusedFor is the error of a change that was refused for a time.
func refusedFor(d time.Duration, end string, refusal error) error {
	return fmt.Errorf("TiDB Cloud has refused it for %s: %w; run the same command again to keep trying",
		d.Round(time.Second).String()+end, refusal)
}

// endOf is why a wait ended.
func endOf(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ", and waiting was canceled"
	}
	return ", and it timed out"
}

// refusalOfCreation classifies a refusal of a creation. In a cluster from which this process has just deleted
// something, a taken name may still be that of the deleted resource, so the refusal is transient. A creation of unknown
// outcome is not repeated: the provider must first find out its effect.
func refusalOfCreation(ctx context.Context, cluster string, err error) tidbapi.Refusal {
	if once.IsUncertain(err) {
		return tidbapi.Final
	}
	refusal := tidbapi.RefusalOf(err)
	if refusal == tidbapi.Final && tidbapi.IsAlreadyThere(err) && seenOf(ctx).hasRemoval(cluster) {
		return tidbapi.Unclear
	}
	return refusal
}
