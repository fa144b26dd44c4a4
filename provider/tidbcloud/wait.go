package tidbcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// defaultWait is how long a creation or a deletion may take when customTimeouts sets nothing. TiDB Cloud publishes no
// number. The service itself takes minutes; a person's acceptance takes longer.
const defaultWait = 60 * time.Minute

// Some waits end within a second; the pauses grow from this one.
const firstPause = 500 * time.Millisecond

// budget ends an operation without a customTimeouts setting after the default time.
func budget(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, defaultWait)
}

// waitFor sets up a wait whose progress shows in the CLI.
func waitFor(ctx context.Context, what string) wait.Options {
	log, timing := p.GetLogger(ctx), timingOf(ctx)
	options := wait.Options{
		What:    what,
		Initial: timing.FirstPause,
		Max:     timing.LongestPause,
		OnPoll: func(state string, elapsed time.Duration) {
			log.InfoStatusf("%s is %s after %s", what, state, elapsed.Round(time.Second))
		},
	}
	if _, ok := ctx.Deadline(); !ok {
		options.Timeout = defaultWait
	}
	return options
}

// stillThere turns an error that came after the creation of a resource into one that keeps it in the state.
func stillThere(err error) error {
	if err == nil {
		return nil
	}
	return infer.ResourceInitFailedError{Reasons: []string{err.Error()}}
}

// notCreated is the answer to a creation that failed. Where its outcome is unknown, the state keeps an unconfirmed ID.
func notCreated[S any](state S, within string, err error) (infer.CreateResponse[S], error) {
	if id, kept := once.Keep(err, within); kept != nil {
		return infer.CreateResponse[S]{ID: id, Output: state}, stillThere(kept)
	}
	return infer.CreateResponse[S]{}, err
}

// notDeleted is the error of a failed deletion, after which the resource may still exist, so the state must keep it.
// The look that follows counts more than a "not found" from the deletion.
func notDeleted(err, lookErr error) error {
	switch {
	case !tidbapi.IsNotFound(err):
		return err
	case lookErr != nil:
		return lookErr
	}
	return errors.New("TiDB Cloud did not find it to delete it, but still lists it; run the same command again")
}

// deletionFailed is the error when a resource that was being deleted is in another state again.
func deletionFailed(what, state, message string) error {
	return fmt.Errorf("TiDB Cloud began to delete %s, but now it is %s: %s; run the same command again, and ask TiDB "+
		"Cloud's support if this persists", what, state, orNone(message))
}

// keepDeleting is the advice about a resource that was not gone in time.
func keepDeleting(string) string {
	return "run the same command again to keep waiting, and ask TiDB Cloud's support if this persists"
}

// errNotReplaced ends an update of a resource with an unanswered creation. The engine calls Update for a resource that
// needs a replacement when it may only update. The inputs stay as they are, so that the resource can be recognized.
var errNotReplaced = stillThere(errors.New("it is not known whether this was ever created; run pulumi up or pulumi " +
	"refresh"))

// withMessage joins a state and the service's message.
func withMessage(state, message string) string {
	if message == "" {
		return state
	}
	return state + " (" + message + ")"
}

func orNone(s string) string { return cmp.Or(s, "no reason reported") }
