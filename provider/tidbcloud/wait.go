package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// How long a creation or a deletion is waited for when customTimeouts says nothing. TiDB Cloud
// publishes no number; what the service itself needs is minutes, a person's acceptance longer.
const defaultWait = 60 * time.Minute

// Some waits are over in a second; the pauses grow from this one.
const firstPause = 500 * time.Millisecond

// waitFor sets up a wait whose progress shows in the CLI.
func waitFor(ctx context.Context, what string) tidbapi.WaitOptions {
	log, pace := p.GetLogger(ctx), paceOf(ctx)
	options := tidbapi.WaitOptions{
		What:    what,
		Initial: pace.FirstPause,
		Max:     pace.LongestPause,
		OnPoll: func(state string, elapsed time.Duration) {
			log.InfoStatusf("%s is %s after %s", what, state, elapsed.Round(time.Second))
		},
	}
	if _, ok := ctx.Deadline(); !ok {
		options.Timeout = defaultWait
	}
	return options
}

// awaitConnection waits for a connection together with all who wait for one of the same cluster: one listing tells of
// all of them. For judge, a connection that is gone is nil; missing says which errors of GET are about such a one.
func awaitConnection(
	ctx context.Context, id connectionID, options tidbapi.WaitOptions, missing func(error) bool,
	judge func(c *tidbapi.PrivateLinkConnection, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	list := func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
		return client.ListPrivateLinkConnections(ctx, id.cluster)
	}
	return tidbapi.WaitShared(ctx, client, options, "connections of "+id.cluster, list,
		func(ctx context.Context, all []tidbapi.PrivateLinkConnection, err error) (string, bool, error) {
			return judge(listed(ctx, id, all, err, missing))
		})
}

// listed is the connection in a list. One that is not in it is asked for: a list may be older than what it lists. It says
// that the cluster is there, and lacks the connection, so that the answer need not be doubted. One of which the list tells too
// little is asked for as well.
func listed(
	ctx context.Context, id connectionID, all []tidbapi.PrivateLinkConnection, err error, missing func(error) bool,
) (*tidbapi.PrivateLinkConnection, error) {
	switch {
	case tidbapi.IsNotFound(err):
		return getConnection(ctx, id)
	case err != nil:
		return nil, err
	}
	for i := range all {
		if all[i].PrivateLinkConnectionID == id.connection && all[i].IsWhole() {
			return &all[i], nil
		}
	}
	c, err := clientOf(ctx).GetPrivateLinkConnection(ctx, id.cluster, id.connection)
	if err != nil && missing(err) {
		return nil, nil
	}
	return c, err
}

// awaitAttachment waits for an attachment together with all who wait for one of the same connection. For judge, an
// attachment that is gone is nil.
func awaitAttachment(
	ctx context.Context, id attachmentID, options tidbapi.WaitOptions,
	judge func(a *tidbapi.AttachDomain, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	get := func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
		return client.GetPrivateLinkConnection(ctx, id.cluster, id.connection)
	}
	return tidbapi.WaitShared(ctx, client, options, "attachments to "+id.connectionID.String(), get,
		func(ctx context.Context, c *tidbapi.PrivateLinkConnection, err error) (string, bool, error) {
			if tidbapi.IsNotFound(err) {
				c, err = getConnection(ctx, id.connectionID)
			}
			if c == nil || err != nil {
				return judge(nil, err)
			}
			return judge(c.AttachedDomain(id.attachment), nil)
		})
}

// stillThere turns an error that came after the resource was made into one that keeps it in the state.
func stillThere(err error) error {
	if err == nil {
		return nil
	}
	return infer.ResourceInitFailedError{Reasons: []string{err.Error()}}
}

// notDeleted is why a deletion failed of what may still be there, which must not be forgotten. That the deletion did not
// find it says less than the look that followed.
func notDeleted(err, lookErr error) error {
	switch {
	case !tidbapi.IsNotFound(err):
		return err
	case lookErr != nil:
		return lookErr
	}
	return errors.New("TiDB Cloud did not find it in order to delete it, but still has it; run the same command again")
}

// deletionFailed is the error when something that was on its way out is not any more.
func deletionFailed(what, state, message string) error {
	return fmt.Errorf("TiDB Cloud began to delete %s, and now it is %s: %s; run the same command again, and ask TiDB Cloud's "+
		"support if it stays so", what, state, orNone(message))
}

// keepDeleting says what to do about something that was not gone in time.
func keepDeleting(string) string {
	return "run the same command again to keep waiting, and ask TiDB Cloud's support if it stays so"
}

// errNotReplaced ends an update of something whose creation was not answered.
var errNotReplaced = stillThere(errors.New("it is not known whether this was ever created; run pulumi up or pulumi refresh"))

// withMessage is a state, and what the service says of it.
func withMessage(state, message string) string {
	if message == "" {
		return state
	}
	return state + " (" + message + ")"
}

func orNone(s string) string {
	if s == "" {
		return "no reason given"
	}
	return s
}
